package loop

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core/bufs"
	"gatehouse/core/clock"
)

// talk is a handler made of functions; nil ones do nothing.
type talk struct {
	feed    func(b []byte)
	expired func(now int64)
	closed  func(err error)
	drain   func()
}

func (h *talk) Feed(b []byte) {
	if h.feed != nil {
		h.feed(b)
	}
}

func (h *talk) Expired(now int64) {
	if h.expired != nil {
		h.expired(now)
	}
}

func (h *talk) Closed(err error) {
	if h.closed != nil {
		h.closed(err)
	}
}

func (h *talk) Drain() {
	if h.drain != nil {
		h.drain()
	}
}

// serve runs a server of one loop whose connections get handlers from accept.
func serve(t testing.TB, cfg Config, accept func(c *Conn) Handler) *Server {
	t.Helper()
	if cfg.Loops == 0 {
		cfg.Loops = 1
	}
	if cfg.Clock == nil {
		cfg.Clock = &clock.Clock{}
	}
	cfg.Budget = bufs.NewBudget(64 << 20)
	cfg.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	cfg.Listeners = []Listener{{Addr: "127.0.0.1:0", Accept: accept}}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if err := s.Run(); err != nil {
			t.Error(err)
		}
	}()
	<-s.Ready()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		_ = s.Drain(ctx)
		<-s.Done()
		if n := s.cfg.Budget.Used(); n != 0 {
			t.Errorf("budget used at the end = %d, want 0", n)
		}
	})
	return s
}

func dial(t testing.TB, s *Server) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.Addrs()[0])
	if err != nil {
		t.Fatal(err)
	}
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// wait takes one value from ch in time.
func wait[T any](t testing.TB, what string, ch <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-ch:
	case <-time.After(10 * time.Second):
		t.Fatalf("%s: nothing within 10 s", what)
	}
	return v
}

// loopOf returns the loop of a fresh connection.
func loopOf(t testing.TB, cfg Config) (*Server, *Loop) {
	got := make(chan *Loop, 1)
	s := serve(t, cfg, func(c *Conn) Handler { got <- c.Loop(); return &talk{} })
	dial(t, s)
	return s, wait(t, "connection", got)
}

// TestPostOrder: what a goroutine posts runs in its order, also when much more
// waits than gnet's urgent queue takes.
func TestPostOrder(t *testing.T) {
	_, l := loopOf(t, Config{})
	release := make(chan bool)
	l.Post(func() { <-release })
	const each, posters = 5000, 4
	var next [posters]int
	var wg sync.WaitGroup
	done := make(chan bool, posters)
	for g := range posters {
		wg.Go(func() {
			for i := range each {
				l.Post(func() {
					if next[g] != i {
						t.Errorf("poster %d: %d runs, want %d", g, i, next[g])
					}
					if next[g]++; next[g] == each {
						done <- true
					}
				})
				if i == each/2 && g == 0 {
					close(release)
				}
			}
		})
	}
	wg.Wait()
	for range posters {
		wait(t, "posts", done)
	}
}

// TestPostPanic: what was posted behind a panic still runs, in the same turn.
func TestPostPanic(t *testing.T) {
	s, l := loopOf(t, Config{})
	ran := make(chan int, 3)
	hold := make(chan bool)
	l.Post(func() { <-hold })
	l.Post(func() { ran <- 1; panic("boom") })
	l.Post(func() { ran <- 2 })
	close(hold)
	if a, b := wait(t, "first", ran), wait(t, "second", ran); a != 1 || b != 2 {
		t.Errorf("ran %d, %d, want 1, 2", a, b)
	}
	if n := s.Stats.Panics.Load(); n != 1 {
		t.Errorf("Panics = %d, want 1", n)
	}
}

// ender notes that its turn has ended, once per AtEnd, panics when asked.
type ender struct {
	l     *Loop
	told  chan int
	n     int
	again bool
	boom  bool
}

func (e *ender) TurnEnd() {
	e.told <- e.n
	if e.again { // named while the end is told
		e.again = false
		e.l.AtEnd(e)
	}
	if e.boom {
		panic("boom")
	}
}

func TestAtEnd(t *testing.T) {
	_, l := loopOf(t, Config{})
	told := make(chan int, 10)
	for range 2 { // a panic must not poison later turns
		l.Post(func() {
			l.AtEnd(&ender{l: l, told: told, n: 1, boom: true})
			l.AtEnd(&ender{l: l, told: told, n: 2, again: true})
			l.AtEnd(&ender{l: l, told: told, n: 3})
			told <- 0
		})
		for _, want := range []int{0, 1, 2, 3, 2} {
			if got := wait(t, "turn end", told); got != want {
				t.Fatalf("told %d, want %d", got, want)
			}
		}
	}
	select {
	case n := <-told:
		t.Errorf("told %d once more", n)
	default:
	}
}

// TestAtEndFromClosed: what Closed names is told in the same turn.
func TestAtEndFromClosed(t *testing.T) {
	told := make(chan int, 1)
	s := serve(t, Config{}, func(c *Conn) Handler {
		return &talk{closed: func(error) { c.Loop().AtEnd(&ender{told: told, n: 7}) }}
	})
	_ = dial(t, s).Close()
	if n := wait(t, "turn end", told); n != 7 {
		t.Errorf("told %d, want 7", n)
	}
}

// TestPanicEverywhere: each entry of a handler may panic; that costs its own
// connection, and its handler hears of it once.
func TestPanicEverywhere(t *testing.T) {
	clk := &clock.Clock{}
	for _, where := range []string{"feed", "expired", "drain", "accept"} {
		t.Run(where, func(t *testing.T) {
			closed := make(chan error, 3)
			n := 0
			s := serve(t, Config{Clock: clk}, func(c *Conn) Handler {
				if n++; n > 1 { // the second connection is a good one
					h := &talk{feed: func(b []byte) { _ = c.Write(b) }, drain: c.Close}
					h.expired = func(int64) { _ = c.Write([]byte("late")) }
					c.SetDeadline(c.Loop().Now() + 5e9)
					return h
				}
				boom := func() { panic("boom") }
				h := &talk{closed: func(err error) { closed <- err }}
				switch where {
				case "feed":
					h.feed = func([]byte) { boom() }
				case "expired":
					h.expired = func(int64) { boom() }
					c.SetDeadline(c.Loop().Now() + 5e9)
				case "drain":
					h.drain = boom
				case "accept":
					boom()
				}
				return h
			})
			bad := dial(t, s)
			_, _ = bad.Write([]byte("x"))
			if where == "expired" {
				eventually(t, "first", func() bool { return s.Clients() == 1 })
			} else if where == "accept" || where == "feed" {
				eventually(t, "first gone", func() bool { return s.Stats.Panics.Load() > 0 && s.Clients() == 0 })
			} else {
				eventually(t, "first", func() bool { return s.Clients() == 1 })
			}
			good := dial(t, s)
			_, _ = good.Write([]byte("ping"))
			buf := make([]byte, 4)
			if _, err := io.ReadFull(good, buf); err != nil || string(buf) != "ping" {
				t.Fatalf("good connection read %q, %v", buf, err)
			}
			clk.Advance(6 * time.Second)
			if _, err := io.ReadFull(good, buf); err != nil || string(buf) != "late" {
				t.Errorf("good connection's deadline: %q, %v", buf, err)
			}
			if where == "drain" {
				ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
				defer cancel()
				if err := s.Drain(ctx); err != nil {
					t.Errorf("Drain = %v", err)
				}
			}
			if where != "accept" {
				if err := wait(t, "Closed", closed); err == nil {
					t.Error("Closed(nil) after a panic")
				}
			}
			if b, _ := io.ReadAll(bad); len(b) > 0 {
				t.Errorf("broken connection read %q", b)
			}
		})
	}
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Errorf("not within 5 s: %s", what)
}

// TestDetachAndAttach: bytes written before, off the loop and after come in
// order; a connection can leave and come back many times, and counts always.
func TestDetachAndAttach(t *testing.T) {
	const rounds = 20
	away := make(chan error, rounds)
	var accept func(c *Conn) Handler
	accept = func(c *Conn) Handler {
		l := c.Loop()
		return &talk{feed: func(b []byte) {
			_, err := c.Stream([]byte("on "))
			if err != nil {
				t.Errorf("Stream = %v", err)
			}
			nc, err := c.Detach()
			if err != nil {
				t.Errorf("Detach = %v", err)
				return
			}
			if c.Write([]byte("x")) != ErrClosed || c.IsOpen() {
				t.Error("a detached connection can be written to")
			}
			if _, err := c.Detach(); err != ErrClosed {
				t.Errorf("second Detach = %v", err)
			}
			go func() {
				if n := l.srv.Clients(); n != 1 {
					t.Errorf("Clients = %d while away, want 1", n)
				}
				_, _ = nc.Write([]byte("off "))
				away <- l.Attach(nc, nil, accept)
			}()
		}}
	}
	s := serve(t, Config{}, accept)
	c := dial(t, s)
	for range rounds {
		_, _ = c.Write([]byte("go"))
		buf := make([]byte, 7)
		if _, err := io.ReadFull(c, buf); err != nil || string(buf) != "on off " {
			t.Fatalf("read %q, %v", buf, err)
		}
		if err := wait(t, "Attach", away); err != nil {
			t.Fatalf("Attach = %v", err)
		}
	}
	_ = c.Close()
	eventually(t, "gone", func() bool { return s.Clients() == 0 && s.Conns() == 0 })
}

// TestStreamSlow: Stream says when the peer is slow, keeps what it did not
// take, and Settle or Detach sends it.
func TestStreamSlow(t *testing.T) {
	piece := bytes.Repeat([]byte("0123456789abcdef"), 4096)
	for _, way := range []string{"settle", "detach"} {
		t.Run(way, func(t *testing.T) {
			total := make(chan int, 1)
			s := serve(t, Config{}, func(c *Conn) Handler {
				return &talk{feed: func([]byte) {
					for n := len(piece); ; n += len(piece) {
						slow, err := c.Stream(piece)
						if err != nil {
							t.Errorf("Stream = %v", err)
						}
						if !slow {
							continue
						}
						if c.Unsent() == 0 {
							t.Error("slow, but nothing is unsent")
						}
						total <- n
						if way == "settle" {
							c.Settle()
							return
						}
						nc, err := c.Detach()
						if err != nil {
							t.Errorf("Detach = %v", err)
							return
						}
						go func() {
							_, _ = nc.Write(nil)
							_ = nc.Close()
						}()
						return
					}
				}}
			})
			c := dial(t, s)
			_, _ = c.Write([]byte("go"))
			want := wait(t, "slow", total)
			buf := make([]byte, want)
			if _, err := io.ReadFull(c, buf); err != nil {
				t.Fatal(err)
			}
			for i := 0; i < want; i += len(piece) {
				if !bytes.Equal(buf[i:i+len(piece)], piece) {
					t.Fatalf("bytes at %d differ", i)
				}
			}
		})
	}
}

// TestAttachAfterEnd: nobody hangs when the loops have ended.
func TestAttachAfterEnd(t *testing.T) {
	s, l := loopOf(t, Config{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = s.Drain(ctx)
	<-s.Done()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	nc, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1)
	go func() { failed <- l.Attach(nc, nil, func(*Conn) Handler { return &talk{} }) }()
	if err := wait(t, "Attach", failed); err == nil {
		t.Error("Attach to an ended loop = nil")
	}
	l.Post(func() { t.Error("posted work ran after the end") })
}

// TestAbort: the peer can't take what it got for a whole message.
func TestAbort(t *testing.T) {
	closed := make(chan error, 1)
	s := serve(t, Config{}, func(c *Conn) Handler {
		return &talk{feed: func([]byte) { _ = c.Write([]byte("half")); c.Abort() }, closed: func(err error) { closed <- err }}
	})
	c := dial(t, s)
	_, _ = c.Write([]byte("go"))
	if err := wait(t, "Closed", closed); err != ErrAborted {
		t.Errorf("Closed(%v), want ErrAborted", err)
	}
	if b, err := io.ReadAll(c); err == nil {
		t.Errorf("read %q and a proper end, want a reset", b)
	}
}

// TestWriteAfterPeerLeft: Write, which may close inside gnet, ends in one
// Closed and touches nothing after.
func TestWriteAfterPeerLeft(t *testing.T) {
	var closed atomic.Int32
	conns := make(chan *Conn, 1)
	s := serve(t, Config{}, func(c *Conn) Handler {
		conns <- c
		return &talk{closed: func(error) { closed.Add(1) }}
	})
	for i := range 20 {
		nc := dial(t, s)
		c := wait(t, "connection", conns)
		_ = nc.(*net.TCPConn).SetLinger(0)
		done := make(chan bool)
		c.Loop().Post(func() {
			_ = nc.Close() // the reset arrives while this turn lasts
			for range 50 {
				_ = c.Write([]byte("x"))
				_ = c.Write2([]byte("y"), []byte("z"))
			}
			_, _ = c.Stream([]byte("s"))
			c.CloseWrite()
			c.Close()
			close(done)
		})
		wait(t, "turn", done)
		eventually(t, fmt.Sprint("Closed ", i), func() bool { return closed.Load() == int32(i+1) })
	}
	eventually(t, "gone", func() bool { return s.Conns() == 0 })
}

func TestConfigErrors(t *testing.T) {
	if _, err := New(Config{MaxConns: 1 << 30}); err == nil {
		t.Error("New with more connections than files = nil")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	s, err := New(Config{Listeners: []Listener{{Addr: ln.Addr().String()}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(); err == nil {
		t.Error("Run on an address in use = nil")
	}
}
