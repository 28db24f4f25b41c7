package http1

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/loop"
	"gatehouse/core/pipeline"
)

func TestThousandConnections(t *testing.T) {
	t.Parallel()
	r := (&rig{serve: echo}).start(t)
	var conns []net.Conn
	for range 1000 {
		conns = append(conns, dial(t, r.addr))
	}
	for round := range 2 {
		for i, c := range conns {
			fmt.Fprintf(c, "GET /%d/%d HTTP/1.1\r\nHost: h\r\n\r\n", round, i)
		}
		for i, c := range conns {
			want := fmt.Sprintf("GET /%d/%d ", round, i)
			if got := readBody(t, bufio.NewReader(c), "GET"); got != want {
				t.Fatalf("answer %d = %q, want %q", i, got, want)
			}
		}
	}
	if n := r.ls.Clients(); n != 1000 {
		t.Errorf("Clients = %d, want 1000", n)
	}
	for _, c := range conns {
		_ = c.Close()
	}
	eventually(t, "all are gone", func() bool { return r.ls.Clients() == 0 && r.ls.Conns() == 0 })
}

// TestConnectionCap: over it a connection gets an answer and the end; when
// others leave there is room again.
func TestConnectionCap(t *testing.T) {
	t.Parallel()
	r := (&rig{loop: loop.Config{MaxConns: 3}, serve: echo}).start(t)
	var in []net.Conn
	for range 3 {
		c := dial(t, r.addr)
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
		readAnswer(t, bufio.NewReader(c), "GET")
		in = append(in, c)
	}
	for range 20 {
		c := dial(t, r.addr)
		if b, _ := io.ReadAll(c); string(b) != full {
			t.Fatalf("over the cap: read %q, want %q", b, full)
		}
	}
	if n := r.ls.Stats.Refused.Load(); n != 20 {
		t.Errorf("Refused = %d, want 20", n)
	}
	_, _ = io.WriteString(in[0], "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	readAnswer(t, bufio.NewReader(in[0]), "GET")
	_ = in[1].Close()
	eventually(t, "one has left", func() bool { return r.ls.Clients() == 2 })
	c := dial(t, r.addr)
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	readAnswer(t, bufio.NewReader(c), "GET")
}

// TestPanicCostsOneConnection, wherever it happens on the loop.
func TestPanicCostsOneConnection(t *testing.T) {
	t.Parallel()
	r := (&rig{serve: func(x *exchange.Exchange) {
		if string(x.Req.Path) == "/panic" {
			panic("boom")
		}
		echo(x)
	}}).start(t)
	other := dial(t, r.addr)
	for i := range 5 {
		if got := ask(t, r.addr, "GET /panic HTTP/1.1\r\nHost: h\r\n\r\n"); got != "" {
			t.Errorf("after a panic: %q, want the end", got)
		}
		if n := r.ls.Stats.Panics.Load(); n != int64(i+1) {
			t.Errorf("Panics = %d, want %d", n, i+1)
		}
		_, _ = io.WriteString(other, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
		readAnswer(t, bufio.NewReader(other), "GET")
	}
	eventually(t, "broken ones are gone", func() bool { return r.ls.Clients() == 1 })
}

// words writes failures as their status and type.
type words struct{}

func (words) WriteError(x *exchange.Exchange, e *gwerr.Error) {
	x.Res.Status = e.Status
	x.Res.Body = []byte(e.Type)
}

type step func(x *exchange.Exchange) pipeline.Verdict

func (f step) Handle(x *exchange.Exchange) pipeline.Verdict { return f(x) }

// TestPanicInStep: the client gets a 500 and goes on.
func TestPanicInStep(t *testing.T) {
	t.Parallel()
	p := &pipeline.Pipeline{Target: &exchange.Target{Errors: words{}}, Steps: []pipeline.Step{
		step(func(x *exchange.Exchange) pipeline.Verdict {
			if string(x.Req.Path) == "/panic" {
				panic("boom")
			}
			return pipeline.Reply
		})}}
	_, addr := start(t, Config{}, p.Run)
	c := dial(t, addr)
	r := bufio.NewReader(c)
	for _, want := range []int{500, 200, 500, 200} {
		path := map[int]string{500: "/panic", 200: "/"}[want]
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path)
		if a := readAnswer(t, r, "GET"); a.status != want {
			t.Errorf("GET %s = %d %s, want %d", path, a.status, a.body, want)
		}
	}
}

// TestRespondAfterBegin: a failure that comes when the head has gone out cuts
// the connection; a second head must never follow.
func TestRespondAfterBegin(t *testing.T) {
	t.Parallel()
	r := (&rig{serve: func(x *exchange.Exchange) {
		x.Conn.Begin(x, 100)
		x.Conn.WriteBody(x, []byte("abc"))
		x.Conn.Respond(x)
	}}).start(t)
	if got := ask(t, r.addr, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); strings.Count(got, "HTTP/1.1") > 1 {
		t.Errorf("got %q, want one head at most", got)
	}
}

// TestDrain: idle connections end, answers under way are finished and say
// close, streams flow to their end, new connections are refused.
func TestDrain(t *testing.T) {
	t.Parallel()
	waiting := make(chan func(), 2)
	r := (&rig{serve: func(x *exchange.Exchange) {
		l := x.Loop
		switch string(x.Req.Path) {
		case "/later":
			waiting <- func() { l.Post(func() { echo(x) }) }
		case "/stream":
			x.Conn.Begin(x, -1)
			x.Conn.WriteBody(x, []byte("first "))
			waiting <- func() {
				l.Post(func() { x.Conn.WriteBody(x, []byte("second")); x.Conn.EndBody(x, nil) })
			}
		default:
			echo(x)
		}
	}}).start(t)
	get := func(path string) (net.Conn, *bufio.Reader) {
		c := dial(t, r.addr)
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path)
		return c, bufio.NewReader(c)
	}
	idle, ir := get("/")
	readAnswer(t, ir, "GET")
	fresh := dial(t, r.addr)
	later, lr := get("/later")
	stream, sr := get("/stream")
	finish := []func(){<-waiting, <-waiting}
	half := dial(t, r.addr) // a request has begun: it may still be made
	_, _ = io.WriteString(half, "GET /half HTTP/1.1\r\n")
	eventually(t, "connections", func() bool { return r.ls.Clients() == 5 })
	time.Sleep(20 * time.Millisecond)

	drained := make(chan error, 1)
	go func() { drained <- r.ls.Drain(context.Background()) }()
	if !closed(idle) || !closed(fresh) {
		t.Error("idle connections stay open")
	}
	if b, err := io.ReadAll(dialMaybe(r.addr)); err == nil && string(b) != full {
		t.Errorf("new connection got %q, want a refusal", b)
	}
	_, _ = io.WriteString(half, "Host: h\r\n\r\n")
	if a := readAnswer(t, bufio.NewReader(half), "GET"); a.status != 200 || !a.close {
		t.Errorf("begun request: %d, close %v, want 200 and close", a.status, a.close)
	}
	for _, f := range finish {
		f()
	}
	if a := readAnswer(t, lr, "GET"); a.status != 200 || !a.close {
		t.Errorf("answer under way: %d, close %v, want 200 and close", a.status, a.close)
	}
	if a := readAnswer(t, sr, "GET"); a.body != "first second" {
		t.Errorf("stream under way = %q", a.body)
	}
	for _, c := range []net.Conn{half, later, stream} {
		if !closed(c) {
			t.Error("a served connection stays open")
		}
		_ = c.Close()
	}
	select {
	case err := <-drained:
		if err != nil {
			t.Errorf("Drain = %v", err)
		}
		<-r.ls.Done()
	case <-time.After(5 * time.Second):
		t.Error("Drain does not end")
	}
}

// dialMaybe returns a reader of a connection that may be refused.
func dialMaybe(addr string) io.Reader {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return strings.NewReader(full)
	}
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	return c
}

// TestDrainGivesUp: a client that never ends does not hold the process.
func TestDrainGivesUp(t *testing.T) {
	t.Parallel()
	r := (&rig{serve: func(*exchange.Exchange) {}}).start(t)
	c := dial(t, r.addr)
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	eventually(t, "connection", func() bool { return r.ls.Clients() == 1 })
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := r.ls.Drain(ctx); err != nil {
		t.Errorf("Drain = %v", err)
	}
	<-r.ls.Done()
}

// TestSlowSmallPieces: a stream of small pieces to a client that does not read
// asks its source to leave the loop, long before the client would be cut.
func TestSlowSmallPieces(t *testing.T) {
	t.Parallel()
	left := make(chan int, 1)
	r := (&rig{serve: func(x *exchange.Exchange) {
		x.Conn.Begin(x, -1)
		l, sent := x.Loop, 0
		piece := []byte(strings.Repeat("p", 1000))
		var pump func()
		pump = func() {
			for range 8 { // less than what is sent at once
				if !x.Conn.WriteBody(x, piece) {
					w, err := x.Conn.Leave(x)
					if err != nil {
						t.Errorf("Leave = %v", err)
						return
					}
					left <- sent
					go func() {
						_, err := w.Write([]byte("end"))
						w.Close(err)
					}()
					return
				}
				sent += len(piece)
			}
			l.Post(pump)
		}
		l.Post(pump)
	}}).start(t)
	c := dial(t, r.addr)
	br := bufio.NewReader(c)
	for range 2 {
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
		var sent int
		select {
		case sent = <-left:
		case <-time.After(8 * time.Second):
			t.Fatal("never asked to leave")
		}
		a := readAnswer(t, br, "GET")
		if len(a.body) < sent+3 || !strings.HasSuffix(a.body, "pend") || len(a.body) > sent+1000+3 {
			t.Fatalf("body has %d bytes and ends in %.4q, want about %d and pend", len(a.body), a.body[max(len(a.body)-4, 0):], sent)
		}
	}
}

// TestManyAtOnce: keep-alive connections that come and go from many sides.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	r := (&rig{serve: echo}).start(t)
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := range 20 {
				c, err := net.Dial("tcp", r.addr)
				if err != nil {
					t.Error(err)
					return
				}
				_ = c.SetDeadline(time.Now().Add(20 * time.Second))
				br := bufio.NewReader(c)
				for k := range i%5 + 1 {
					body := strings.Repeat("q", g*i*k*10)
					fmt.Fprintf(c, "POST /%d HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s", i, len(body), body)
					if got, want := readBody(t, br, "POST"), fmt.Sprintf("POST /%d %s", i, body); got != want {
						t.Errorf("body = %.40q (%d bytes), want %.40q (%d)", got, len(got), want, len(want))
					}
				}
				_ = c.Close()
			}
		})
	}
	wg.Wait()
	eventually(t, "all are gone", func() bool { return r.ls.Conns() == 0 && r.budget.Used() == 0 })
}
