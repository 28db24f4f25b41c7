// Package upstream is the HTTP/1.1 client of the event loops: it sends the
// requests of exchanges to back ends over connections that live on the
// exchange's own loop, so that nothing on that way locks, blocks or allocates.
//
// A Target is compiled at deployment. Each loop has its own lane of a target:
// idle connections, used last in first out, and the calls that wait for one.
// Dialling and name look-ups run on workers.
package upstream

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"gatehouse/core/bufs"
	"gatehouse/core/clock"
	"gatehouse/core/loop"
	"gatehouse/core/offload"
)

// Config says how back ends are reached. Zero values mean the defaults given.
type Config struct {
	Loops          int            // event loops of the server; default GOMAXPROCS, as core/loop has it
	ConnectTimeout time.Duration  // one dial, all addresses and the TLS handshake's start; default 10 s
	IdleTimeout    time.Duration  // a kept-alive connection without a request; default 60 s
	MaxAge         time.Duration  // a connection's life, looked at when a request ends; default 1 h
	BodyTimeout    time.Duration  // silence inside an answer's body; default 30 s
	MaxIdle        int            // idle connections per loop and target; default 1,024
	MaxConns       int            // connections per target in the process; default 16,384
	MaxQueue       int            // calls waiting for a connection per loop and target; default 4,096
	MaxBody        int64          // bytes of an answer that is collected whole; default 10 MiB (AWS)
	Collect        int            // answers of a declared length up to this are sent on as one piece; default 64 KiB
	Carriers       int            // answers under way off the loop; default 512
	DNSExpiry      time.Duration  // how long a look-up is believed; default 30 s
	Roots          *x509.CertPool // who may sign a back end's certificate; nil: the system's
	Dialers        *offload.Pool  // dials; default 64 workers and 4,096 waiting
	Lookup         LookupFunc     // default: the Go resolver
}

// LookupFunc finds the addresses of a host name. It may block.
type LookupFunc func(ctx context.Context, host string) ([]netip.Addr, error)

func (c *Config) setDefaults() {
	def(&c.Loops, runtime.GOMAXPROCS(0))
	def(&c.ConnectTimeout, 10*time.Second)
	def(&c.IdleTimeout, time.Minute)
	def(&c.MaxAge, time.Hour)
	def(&c.BodyTimeout, 30*time.Second)
	def(&c.MaxIdle, 1024)
	def(&c.MaxConns, 16384)
	def(&c.MaxQueue, 4096)
	def(&c.MaxBody, 10<<20)
	def(&c.Collect, 64<<10)
	def(&c.Carriers, 512)
	def(&c.DNSExpiry, 30*time.Second)
	if c.Dialers == nil {
		c.Dialers = offload.NewPool(64, 4096)
	}
	if c.Lookup == nil {
		c.Lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
}

func def[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// Engine is what the client needs of the server whose loops it uses.
// *loop.Server implements it.
type Engine interface {
	RoomToDial() bool
	Clock() *clock.Clock
	Budget() *bufs.Budget
}

var _ Engine = (*loop.Server)(nil)

// Client sends requests to back ends; one per process. Do is for loops, the
// other methods are for any goroutine.
type Client struct {
	cfg      Config
	engine   Engine
	shards   []shard // one per loop, by its index
	resolver *resolver
	sessions tls.ClientSessionCache
	carriers atomic.Int64

	mu      sync.Mutex // guards what follows; held for map operations only
	targets map[Spec]weak.Pointer[Target]
	away    map[net.Conn]struct{} // back ends' connections off the loops
	closed  bool
	wg      sync.WaitGroup // carriers
}

// New makes the client of engine's loops.
func New(engine Engine, cfg Config) *Client {
	cfg.setDefaults()
	c := &Client{cfg: cfg, engine: engine,
		resolver: newResolver(cfg.Lookup, cfg.DNSExpiry, engine.Clock()),
		sessions: tls.NewLRUClientSessionCache(1024),
		targets:  make(map[Spec]weak.Pointer[Target]),
		away:     make(map[net.Conn]struct{}),
	}
	c.shards = make([]shard, cfg.Loops)
	for i := range c.shards {
		c.shards[i].client = c
	}
	engine.Clock().OnAdvance(c.sweepAll)
	return c
}

// Close ends dials and the answers under way off the loops, and waits for
// their goroutines. Connections on loops end with these.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	for nc := range c.away {
		_ = nc.Close()
	}
	c.mu.Unlock()
	c.cfg.Dialers.Close()
	c.wg.Wait()
}
