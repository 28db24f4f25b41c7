package http1

import (
	"fmt"
	"net/http"
	"time"

	"github.com/valyala/fasthttp"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

// Config is what sessions need to know. Zero values mean the defaults given.
type Config struct {
	Limits
	// Serve serves an exchange, on its loop. Required.
	Serve func(x *exchange.Exchange)
	// Refuse words the answer to a request that could not be read. Default:
	// {"message":"..."} as AWS's front end does.
	Refuse       func(x *exchange.Exchange, err *gwerr.Error)
	Budget       *bufs.Budget  // of the process; required
	MaxPending   int           // bytes of pipelined requests that may wait; default 1 MiB
	FirstTimeout time.Duration // until a new connection's first byte; default 60 s
	HeadTimeout  time.Duration // from a request's first byte to the end of its head; default 10 s
	BodyTimeout  time.Duration // for a body, plus a second per MinRate bytes received; default 30 s
	MinRate      int           // bytes a second; default 8 KiB
	IdleTimeout  time.Duration // between requests; default 310 s (AWS)
	StallTimeout time.Duration // a client that takes no byte this long is cut; default 60 s
	// Draining reports whether the process is about to end. Required.
	Draining func() bool
	// Stopped is closed when the loops have ended. Required.
	Stopped <-chan struct{}
	Now     func() time.Time // wall clock; default time.Now
}

// Server makes the sessions of a listener's connections.
type Server struct {
	cfg   Config
	dates []dateCache // by loop
}

type dateCache struct {
	until int64 // core/clock ns
	text  []byte
	_     [32]byte // loops do not share cache lines
}

// New checks cfg and makes a server for at most loops loops.
func New(cfg Config, loops int) *Server {
	def(&cfg.URL, 10240)
	def(&cfg.Headers, 20480)
	def(&cfg.Lines, 200)
	def(&cfg.Body, 10<<20)
	def(&cfg.MaxPending, 1<<20)
	def(&cfg.FirstTimeout, time.Minute)
	def(&cfg.HeadTimeout, 10*time.Second)
	def(&cfg.BodyTimeout, 30*time.Second)
	def(&cfg.MinRate, 8<<10)
	def(&cfg.IdleTimeout, 310*time.Second)
	def(&cfg.StallTimeout, time.Minute)
	if cfg.Refuse == nil {
		cfg.Refuse = RefuseJSON
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Server{cfg: cfg, dates: make([]dateCache, loops)}
}

func def[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

func (srv *Server) stopped() <-chan struct{} { return srv.cfg.Stopped }

// RefuseJSON words a refusal as the data plane's other errors are.
func RefuseJSON(x *exchange.Exchange, err *gwerr.Error) {
	x.Res.Status = err.Status
	x.Res.Headers.Add([]byte("Content-Type"), []byte("application/json"))
	x.Res.Body = fmt.Appendf(nil, "{\"message\":%q}", err.Message)
}

// date returns the Date header's value (RFC 9110, 6.6.1), made once a second
// and loop.
func (srv *Server) date(l turn) []byte {
	d := &srv.dates[l.Index()]
	if now := l.Now(); now >= d.until {
		wall := srv.cfg.Now()
		d.text = fasthttp.AppendHTTPDate(d.text[:0], wall)
		d.until = now + int64(time.Second) - int64(wall.Nanosecond())
	}
	return d.text
}

// statusLines are the lines of the statuses that have a text.
var statusLines = func() (t [600]string) {
	for code := range t {
		if text := http.StatusText(code); text != "" {
			t[code] = fmt.Sprintf("HTTP/1.1 %d %s\r\n", code, text)
		}
	}
	return
}()
