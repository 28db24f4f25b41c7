package wire

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"gatehouse/core/clock"
	"gatehouse/core/gwerr"
)

// defaultMaxBody is AWS's payload limit, 10 MB.
const defaultMaxBody = 10 << 20

// Server is the handler of the management listener's AWS part. It is read-only
// after New and safe for any number of requests at a time.
type Server struct {
	cfg      Config
	keys     map[string]Key
	services []*served
	rows     []Operation
	origins  *http.CrossOriginProtection // asked when signatures are not verified
	big      chan struct{}               // holds one for each call with a big body
}

// A call whose body may be above smallBody bytes waits while maxBig others are at
// work, as each takes several times its body's memory.
const (
	smallBody = 256 << 10
	maxBig    = 4
	bigWait   = 20 * time.Second
)

var _ http.Handler = (*Server)(nil)

// served is a Service with the tree of its paths.
type served struct {
	Service
	paths tree
}

// New makes the handler of the management listener's AWS part. Rows that can't
// work (unknown members in a path, two rows on one path) are our bugs: it panics.
func New(cfg Config, services ...Service) *Server {
	s := &Server{cfg: cfg.withDefaults(), keys: map[string]Key{}, origins: http.NewCrossOriginProtection(),
		big: make(chan struct{}, maxBig)}
	for _, k := range cfg.Keys {
		s.keys[k.ID] = k
	}
	for _, svc := range services {
		s.services = append(s.services, s.serve(svc))
	}
	return s
}

func (c Config) withDefaults() Config {
	if c.Region == "" {
		c.Region = "us-east-1"
	}
	if c.Account == "" {
		c.Account = "000000000000"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = clock.Real.Wall
	}
	if c.MaxBody == 0 {
		c.MaxBody = defaultMaxBody
	}
	return c
}

func (s *Server) serve(svc Service) *served {
	out := &served{Service: svc}
	shapes := newShaper(svc.Names)
	for _, o := range svc.Operations {
		o.Service = svc.Name
		out.paths.add(newRow(&out.Service, shapes, o))
		s.rows = append(s.rows, o)
	}
	return out
}

// Operations lists all rows in the order given to New.
func (s *Server) Operations() []Operation { return s.rows }

// ServeHTTP answers one management call and logs one line about it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	c := s.newCall(r)
	a, err := s.guarded(c, r)
	if err != nil {
		e := failure(err)
		a = fail(e, c.Answer)
		err = e
	}
	a.write(w, c)
	s.log(c, a.status, time.Since(start), err)
}

// guarded answers the call; a panic becomes an error.
func (s *Server) guarded(c *Call, r *http.Request) (a answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return s.answer(c, r)
}

// answer does a call's steps in the order in which their errors count: who
// calls, the body, the signature, the operation.
func (s *Server) answer(c *Call, r *http.Request) (answer, error) {
	req := signed(r)
	who, err := s.identify(r, req)
	c.setCaller(who)
	if err != nil {
		return answer{}, err
	}
	release, err := s.admit(r)
	if err != nil {
		return answer{}, err
	}
	defer release()
	body, err := readBody(r, s.cfg.MaxBody)
	if err != nil {
		return answer{}, err
	}
	if err := s.verify(who, req, body, c.Now); err != nil {
		return answer{}, err
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return answer{}, badText.WithMessage("Invalid query string").Wrap(err)
	}
	params, err := s.route(c, r, query)
	if err != nil {
		return answer{}, err
	}
	return c.row.call(c, r, params, query, body)
}

// admit waits until r's body may be read; release is to be called when nothing of
// it is needed any more.
func (s *Server) admit(r *http.Request) (release func(), err error) {
	if 0 <= r.ContentLength && r.ContentLength <= smallBody {
		return func() {}, nil
	}
	late := time.NewTimer(bigWait)
	defer late.Stop()
	select {
	case s.big <- struct{}{}:
		return func() { <-s.big }, nil
	case <-r.Context().Done():
		return nil, busy.Wrap(r.Context().Err())
	case <-late.C:
		return nil, busy
	}
}

// readBody reads at most limit bytes; a longer body is refused, not cut.
func readBody(r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, tooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, malformed.Wrap(err)
	}
	if int64(len(body)) > limit {
		return nil, tooLarge
	}
	return body, nil
}

// log writes the access line: never bodies, queries or secrets. What failed by
// our fault is an error with its cause.
func (s *Server) log(c *Call, status int, took time.Duration, err error) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("operation", c.Operation), slog.Int("status", status), slog.Duration("duration", took),
		slog.String("request", c.RequestID), slog.String("access_key", c.AccessKey), slog.String("region", c.Region),
	}
	if c.row != nil {
		attrs = append(attrs, slog.String("service", c.row.svc.Name))
	}
	var e *gwerr.Error
	if errors.As(err, &e) {
		attrs = append(attrs, slog.String("error", e.Type))
		if status >= 500 && e.Cause != nil {
			level = slog.LevelError
			attrs = append(attrs, slog.Any("cause", e.Cause))
		}
	}
	s.cfg.Log.LogAttrs(c.Context, level, "management call", attrs...)
}
