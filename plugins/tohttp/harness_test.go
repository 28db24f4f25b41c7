package tohttp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core/bufs"
	"gatehouse/core/clock"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/loop"
	"gatehouse/core/pipeline"
	"gatehouse/core/upstream"
	"gatehouse/protocols/http1"
)

// gateway is a whole data plane of one route, in this process.
type gateway struct {
	t       testing.TB
	loops   *loop.Server
	client  *upstream.Client
	budget  *bufs.Budget
	clock   *clock.Clock
	addr    string
	serving atomic.Pointer[pipeline.Pipeline]

	mu  sync.Mutex
	log []exchange.Integration
}

// jsonErrors words failures as HTTP APIs do.
type jsonErrors struct{}

func (jsonErrors) WriteError(x *exchange.Exchange, e *gwerr.Error) {
	x.Res.Status = e.Status
	x.Res.Headers.Add([]byte("Content-Type"), []byte("application/json"))
	x.Res.Body = fmt.Appendf(nil, `{"message":%q}`, e.Message)
}

// Log implements pipeline.Logger.
func (g *gateway) Log(x *exchange.Exchange) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.log = append(g.log, x.Integration)
}

// last returns what the last exchange's back end did.
func (g *gateway) last() exchange.Integration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.log) == 0 {
		return exchange.Integration{}
	}
	return g.log[len(g.log)-1]
}

// start runs a gateway. Whatever it opened must be closed at the end.
func start(t testing.TB, loops int, cfg upstream.Config) *gateway {
	t.Helper()
	before := goroutines()
	files := openFiles()
	g := &gateway{t: t, budget: bufs.NewBudget(1 << 30), clock: &clock.Clock{}}
	stopped := make(chan struct{})
	srv := http1.New(http1.Config{Budget: g.budget, Stopped: stopped, StallTimeout: 20 * time.Second,
		Serve:    g.serve,
		Draining: func() bool { return g.loops.Draining() }}, loops)
	var err error
	g.loops, err = loop.New(loop.Config{Loops: loops, Budget: g.budget, Clock: g.clock,
		Listeners: []loop.Listener{{Addr: "127.0.0.1:0", Accept: srv.Accept}}})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Loops = loops
	g.client = upstream.New(g.loops, cfg)
	go func() {
		if err := g.loops.Run(); err != nil {
			t.Error(err)
		}
		close(stopped)
	}()
	<-g.loops.Ready()
	g.addr = g.loops.Addrs()[0]
	t.Cleanup(func() { g.stop(stopped, before, files) })
	return g
}

func (g *gateway) stop(stopped chan struct{}, before, files int) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = g.loops.Drain(ctx)
	<-stopped
	g.client.Close()
	eventually(g.t, "budget is given back", func() bool { return g.budget.Used() == 0 })
	eventually(g.t, "goroutines end", func() bool { return goroutines() <= before+2 })
	eventually(g.t, "descriptors are closed", func() bool { return openFiles() <= files+2 })
}

// goroutines counts those that are not gnet's idle workers.
func goroutines() (n int) {
	buf := make([]byte, 1<<20)
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if !strings.Contains(stack, "panjf2000/ants") {
			n++
		}
	}
	return n
}

func openFiles() int {
	all, _ := os.ReadDir("/proc/self/fd")
	return len(all)
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			buf := make([]byte, 1<<16)
			t.Errorf("%s: not within 10 s; %d goroutines, %d files\n%s", what, runtime.NumGoroutine(), openFiles(), buf[:runtime.Stack(buf, true)])
			return
		}
	}
}

// route has all requests go through steps that New compiles from cfg.
func (g *gateway) route(cfg Config, before ...pipeline.Step) *Step {
	g.t.Helper()
	cfg.Client = g.client
	s, err := New(cfg)
	if err != nil {
		g.t.Fatal(err)
	}
	p := &pipeline.Pipeline{Target: &exchange.Target{Errors: jsonErrors{}}, Steps: append(before, s), Log: []pipeline.Logger{g}}
	g.serving.Store(p)
	return s
}

// serve runs the pipeline in force.
func (g *gateway) serve(x *exchange.Exchange) {
	x.Path = x.Req.Path
	g.serving.Load().Run(x)
}

func (g *gateway) stats(s *Step) upstream.Stats { return s.target.Stats() }

// dial connects a client.
func (g *gateway) dial() (net.Conn, *bufio.Reader) {
	g.t.Helper()
	c, err := net.Dial("tcp", g.addr)
	if err != nil {
		g.t.Fatal(err)
	}
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	g.t.Cleanup(func() { _ = c.Close() })
	return c, bufio.NewReader(c)
}

// get sends one request over a connection of its own.
func (g *gateway) get(method, body string) (status int, header http.Header, got string, err error) {
	c, err := net.Dial("tcp", g.addr)
	if err != nil {
		return 0, nil, "", err
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	_, _ = fmt.Fprintf(c, "%s /p?q=1 HTTP/1.1\r\nHost: h.test\r\nContent-Length: %d\r\n\r\n%s", method, len(body), body)
	return readAnswer(bufio.NewReader(c), method)
}

func readAnswer(r *bufio.Reader, method string) (int, http.Header, string, error) {
	res, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		return 0, nil, "", err
	}
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header, string(b), err
}

// backend runs serve for each connection until the test ends and returns the
// URL.
func backend(t testing.TB, serve func(c net.Conn, r *bufio.Reader)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[c] = true
			mu.Unlock()
			wg.Go(func() {
				serve(c, bufio.NewReader(c))
				_ = c.Close()
				mu.Lock()
				delete(open, c)
				mu.Unlock()
			})
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		mu.Lock()
		for c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return "http://" + ln.Addr().String()
}

// answering reads requests and answers each with text.
func answering(text string) func(net.Conn, *bufio.Reader) {
	return func(c net.Conn, r *bufio.Reader) {
		for readRequest(r) != nil {
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		}
	}
}

// readRequest reads a request whole; nil at the end.
func readRequest(r *bufio.Reader) *http.Request {
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil
	}
	b, err := io.ReadAll(req.Body)
	if err != nil {
		return nil
	}
	req.Body = io.NopCloser(strings.NewReader(string(b)))
	return req
}

var errNoName = errors.New("no such host")

// lookup answers one name with addrs.
func lookup(addrs ...string) upstream.LookupFunc {
	return func(_ context.Context, host string) (out []netip.Addr, err error) {
		if host != "back.test" {
			return nil, errNoName
		}
		for _, a := range addrs {
			out = append(out, netip.MustParseAddr(a))
		}
		return out, nil
	}
}
