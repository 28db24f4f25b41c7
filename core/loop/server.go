package loop

import (
	"context"
	crand "crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/panjf2000/gnet/v2"
	"golang.org/x/sys/unix"

	"gatehouse/core/bufs"
	"gatehouse/core/clock"
	"gatehouse/core/nbtls"
)

// Listener is one address that accepts connections.
type Listener struct {
	Addr   string              // host:port; port 0 picks a free one
	TLS    *tls.Config         // nil: plain
	Accept func(*Conn) Handler // makes the handler of a new connection, on its loop
	Full   []byte              // sent to a connection over the cap before it is closed

	port int
}

// Config says how the loops run. Zero values mean the defaults given.
type Config struct {
	Listeners    []Listener
	Loops        int           // event loops; default GOMAXPROCS
	MaxConns     int           // client connections; default nine tenths of the open-file limit
	MaxOutput    int           // bytes one peer may leave unread; default 1 MiB more than AWS's 10 MiB answer
	StallTimeout time.Duration // a peer that reads nothing this long is cut; default 60 s
	Budget       *bufs.Budget  // bytes of all bodies and waiting output; default 1 GiB
	Clock        *clock.Clock  // default clock.Real
	Log          *slog.Logger
	Handshakes   *nbtls.Handshakes // runs TLS handshakes; default its own defaults
	// HandshakeTimeout bounds a TLS handshake; default 10 s.
	HandshakeTimeout time.Duration
}

// fdReserve is kept free below the open-file limit for files, the store, the
// management listener and dialling: out of descriptors stops gnet for good.
const fdReserve = 256

// leastConns is the smallest number of connections worth starting for.
const leastConns = 16

// Stats counts what the loops saw.
type Stats struct {
	Accepted atomic.Int64
	Refused  atomic.Int64 // over the connection cap
	Panics   atomic.Int64
}

// Server is the engine: listeners, loops and their connections.
type Server struct {
	cfg      Config
	Stats    Stats
	eng      gnet.Engine
	maxConns int64 // clients and upstream together
	clients  atomic.Int64
	conns    atomic.Int64
	draining atomic.Bool
	ready    chan struct{}
	done     chan struct{}
	err      error

	mu    sync.Mutex // held only when a loop sees its first connection
	loops atomic.Pointer[[]*Loop]
	byEv  sync.Map // gnet.EventLoop -> *Loop
}

var _ gnet.EventHandler = (*Server)(nil)

// New checks cfg and reserves the ports. Run serves.
func New(cfg Config) (*Server, error) {
	cfg.setDefaults()
	s := &Server{cfg: cfg, ready: make(chan struct{}), done: make(chan struct{})}
	s.maxConns = int64(openFiles() - fdReserve)
	if s.maxConns < leastConns {
		return nil, fmt.Errorf("the open-file limit of %d leaves no room for connections beside the %d descriptors kept free: raise it with ulimit -n or LimitNOFILE",
			openFiles(), fdReserve)
	}
	if s.cfg.MaxConns == 0 {
		s.cfg.MaxConns = int(s.maxConns * 9 / 10)
	}
	if int64(s.cfg.MaxConns) > s.maxConns {
		return nil, fmt.Errorf("max-connections %d is above what the open-file limit of %d allows (%d): raise it with ulimit -n or LimitNOFILE",
			s.cfg.MaxConns, openFiles(), s.maxConns)
	}
	return s, nil
}

func (cfg *Config) setDefaults() {
	def(&cfg.Loops, runtime.GOMAXPROCS(0))
	def(&cfg.MaxOutput, 11<<20)
	def(&cfg.StallTimeout, time.Minute)
	def(&cfg.HandshakeTimeout, 10*time.Second)
	if cfg.Budget == nil {
		cfg.Budget = bufs.NewBudget(1 << 30)
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Real
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Handshakes == nil {
		cfg.Handshakes = nbtls.NewHandshakes(nbtls.HandshakeOptions{Timeout: cfg.HandshakeTimeout, Clock: cfg.Clock})
	}
}

func def[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// openFiles returns the process's limit of open files, raised to its hard limit.
func openFiles() int {
	var r syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r); err != nil {
		return 1024
	}
	if r.Cur < r.Max {
		want := syscall.Rlimit{Cur: r.Max, Max: r.Max}
		if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &want) == nil {
			r.Cur = r.Max
		}
	}
	return int(min(r.Cur, 1<<24))
}

func randomSeed() (seed [32]byte) {
	_, _ = crand.Read(seed[:]) // never fails (crypto/rand)
	return seed
}

// Run serves until Drain is done or the engine fails. It blocks.
func (s *Server) Run() error {
	defer close(s.done)
	addrs, release, err := s.bind()
	if err != nil {
		return err
	}
	defer release()
	stop := make(chan struct{})
	defer close(stop)
	go s.ticks(stop)
	s.cfg.Clock.OnAdvance(s.postTicks)
	s.err = gnet.Rotate(s, addrs,
		gnet.WithReusePort(true), gnet.WithNumEventLoop(s.cfg.Loops), gnet.WithLockOSThread(false),
		gnet.WithTCPKeepAlive(time.Minute), gnet.WithLogger(quiet{s.cfg.Log}))
	return s.err
}

// bind finds out the ports that 0 stands for: with SO_REUSEPORT each loop
// binds for itself, so the choice has to be made before. It also finds an
// address in use by another program, which SO_REUSEPORT would hide for a
// program of the same user that set it too.
func (s *Server) bind() (addrs []string, release func(), err error) {
	var held []net.Listener
	release = func() {
		for _, l := range held {
			_ = l.Close()
		}
	}
	lc := net.ListenConfig{Control: reusePort}
	for i := range s.cfg.Listeners {
		ln := &s.cfg.Listeners[i]
		probe, err := net.Listen("tcp", ln.Addr)
		if err != nil {
			release()
			return nil, nil, fmt.Errorf("listen on %s: %w", ln.Addr, err)
		}
		addr := probe.Addr().String()
		_ = probe.Close()
		// Bound without listening, the port stays ours until gnet has it.
		hold, err := lc.Listen(context.Background(), "tcp", addr)
		if err != nil {
			release()
			return nil, nil, fmt.Errorf("listen on %s: %w", addr, err)
		}
		ln.port = hold.Addr().(*net.TCPAddr).Port
		_ = hold.Close()
		ln.Addr = addr
		addrs = append(addrs, "tcp://"+addr)
	}
	return addrs, release, nil
}

func reusePort(_, _ string, rc syscall.RawConn) error {
	var err error
	cerr := rc.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	})
	return errors.Join(cerr, err)
}

// Ready is closed once the listeners accept connections.
func (s *Server) Ready() <-chan struct{} { return s.ready }

// Done is closed when Run has returned.
func (s *Server) Done() <-chan struct{} { return s.done }

// Addrs returns the addresses of the listeners in their order, with the ports
// that were chosen. Valid once Ready.
func (s *Server) Addrs() []string {
	out := make([]string, len(s.cfg.Listeners))
	for i, l := range s.cfg.Listeners {
		out[i] = l.Addr
	}
	return out
}

// Clients returns the number of client connections.
func (s *Server) Clients() int64 { return s.clients.Load() }

// Conns returns the number of connections, clients and upstream.
func (s *Server) Conns() int64 { return s.conns.Load() }

// Draining reports whether the server is about to end.
func (s *Server) Draining() bool { return s.draining.Load() }

// RoomToDial reports whether another descriptor may be opened.
func (s *Server) RoomToDial() bool { return s.conns.Load() < s.maxConns }

// Clock returns the clock of the timers.
func (s *Server) Clock() *clock.Clock { return s.cfg.Clock }

// Budget returns the budget of bodies and waiting output.
func (s *Server) Budget() *bufs.Budget { return s.cfg.Budget }

// Loops returns the loops that have seen a connection; read only.
func (s *Server) Loops() []*Loop {
	if p := s.loops.Load(); p != nil {
		return *p
	}
	return nil
}

// ticks looks at every loop's wheel until stop is closed.
func (s *Server) ticks(stop <-chan struct{}) {
	t := time.NewTicker(tickNs)
	defer t.Stop()
	for {
		select {
		case <-stop:
			return
		case <-t.C:
			s.postTicks()
		}
	}
}

func (s *Server) postTicks() {
	now := s.cfg.Clock.Now()
	for _, l := range s.Loops() {
		if l.wheel.due.Load() <= now && l.tickPosted.CompareAndSwap(false, true) {
			l.Post(l.tickFunc)
		}
	}
}

func (s *Server) panicked(r any, stack []byte) {
	s.Stats.Panics.Add(1)
	s.cfg.Log.Error("panic on the event loop", "panic", fmt.Sprint(r), "stack", string(stack))
}

// Drain takes no new connections, ends idle ones, waits until the others have
// had their answers or ctx ends, and stops the engine.
func (s *Server) Drain(ctx context.Context) error {
	s.draining.Store(true)
	for _, l := range s.Loops() {
		l.Post(l.drain)
	}
	t := time.NewTicker(10 * time.Millisecond)
	defer t.Stop()
	for s.clients.Load() > 0 {
		select {
		case <-ctx.Done():
			s.cfg.Log.Warn("drain ended with connections open", "connections", s.clients.Load())
			return s.stop()
		case <-t.C:
		}
	}
	return s.stop()
}

func (s *Server) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.eng.Stop(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("stop the event loops: %w", err)
	}
	return nil
}

func (l *Loop) drain() {
	for c := l.conns.next; c != &l.conns; {
		next := c.next
		if c.client && c.state == open {
			l.guard(c, c.h.Drain)
		} else if c.client {
			c.Close()
		}
		if next.next == nil { // next went away meanwhile
			next = l.conns.next
		}
		c = next
	}
}

// quiet routes gnet's own log lines to slog: nothing below a warning.
type quiet struct{ log *slog.Logger }

func (q quiet) Debugf(string, ...any) {}
func (q quiet) Infof(string, ...any)  {}
func (q quiet) Warnf(f string, a ...any) {
	q.log.Debug("event loop", "text", fmt.Sprintf(f, a...))
}
func (q quiet) Errorf(f string, a ...any) {
	q.log.Warn("event loop", "text", fmt.Sprintf(f, a...))
}
func (q quiet) Fatalf(f string, a ...any) {
	q.log.Error("event loop", "text", fmt.Sprintf(f, a...))
}
