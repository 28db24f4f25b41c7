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
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/core/upstream"
)

const unavailable = `{"message":"Service Unavailable"}`
const internal = `{"message":"Internal Server Error"}`

// TestAnswerShapes has the answers of back ends, good and bad, go to a client.
func TestAnswerShapes(t *testing.T) {
	g := start(t, 2, upstream.Config{})
	big := strings.Repeat("0123456789abcdef", 20_000) // 320 KB
	tests := []struct {
		name, method, answer string
		close                bool
		status               int
		body                 string
		cut                  bool
	}{
		{"small", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, 200, "hi", false},
		{"large", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 320000\r\n\r\n" + big, false, 200, big, false},
		{"collected", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + big[:60000], false, 200, big[:60000], false},
		{"chunked", "GET", "HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10\r\n0123456789abcdef\r\n", 20_000) + "0\r\n\r\n", false, 201, big, false},
		{"until close", "GET", "HTTP/1.1 200 OK\r\n\r\n" + big, true, 200, big, false},
		{"head", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", false, 200, "", false},
		{"no content", "DELETE", "HTTP/1.1 204 No Content\r\n\r\n", false, 204, "", false},
		{"dies before the head", "POST", "", true, 503, unavailable, false},
		{"dies in the head", "GET", "HTTP/1.1 200 OK\r\nConte", true, 503, unavailable, false},
		{"dies in a small body", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", true, 503, unavailable, false},
		{"dies in a large body", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n" + big, true, 200, "", true},
		{"dies in chunks", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true, 200, "", true},
		{"interim storm", "GET", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000), false, 500, internal, false},
		{"early hints", "GET", "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, 200, "hi", false},
		{"bad chunk", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n", false, 500, internal, false},
		{"both lengths", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false, 500, internal, false},
		{"huge headers", "GET", "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 100_000) + "\r\n\r\n", false, 500, internal, false},
		{"declared over the limit", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n", false, 500, internal, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := backend(t, func(c net.Conn, r *bufio.Reader) {
				for readRequest(r) != nil {
					if _, err := io.WriteString(c, tt.answer); err != nil || tt.close {
						return
					}
				}
			})
			s := g.route(Config{URI: url, Limit: 10 << 20})
			for range 3 {
				status, _, body, err := g.get(tt.method, "")
				if tt.cut {
					if err == nil {
						t.Errorf("a body of %d bytes ended as if it were whole", len(body))
					}
				} else if err != nil || status != tt.status || body != tt.body {
					t.Errorf("got %d, %d bytes, %v; want %d and %d bytes", status, len(body), err, tt.status, len(tt.body))
				}
			}
			eventually(t, "nothing is in flight", func() bool { return g.stats(s).InFlight == 0 })
			if i := g.last(); (tt.status >= 500 || tt.cut) == (i.Error == "") {
				t.Errorf("integration error is %q", i.Error)
			}
		})
	}
}

func TestUndeclaredOverTheLimitIsCut(t *testing.T) {
	g := start(t, 1, upstream.Config{})
	g.route(Config{Limit: 100_000, URI: backend(t, func(c net.Conn, r *bufio.Reader) {
		for readRequest(r) != nil {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
			for range 1000 {
				if _, err := c.Write(make([]byte, 1000)); err != nil {
					return
				}
			}
		}
	})})
	status, _, body, err := g.get("GET", "")
	if status != 200 || err == nil || len(body) > 100_000 {
		t.Errorf("got %d, %d bytes, error %v; want 200, at most 100,000 and an error", status, len(body), err)
	}
}

func TestTimeouts(t *testing.T) {
	g := start(t, 1, upstream.Config{BodyTimeout: 300 * time.Millisecond})
	t.Run("never answers", func(t *testing.T) {
		g.route(Config{Timeout: 60 * time.Millisecond, URI: backend(t, func(_ net.Conn, r *bufio.Reader) { _, _ = io.Copy(io.Discard, r) })})
		at := time.Now()
		status, _, body, err := g.get("GET", "")
		if err != nil || status != 503 || body != unavailable || time.Since(at) > time.Second {
			t.Errorf("got %d %q %v after %v, want 503 after 60 ms", status, body, err, time.Since(at))
		}
	})
	t.Run("movable clock", func(t *testing.T) {
		g.route(Config{URI: backend(t, func(_ net.Conn, r *bufio.Reader) {
			readRequest(r)
			g.clock.Advance(31 * time.Second)
			_, _ = io.Copy(io.Discard, r)
		})})
		if status, _, _, err := g.get("GET", ""); err != nil || status != 503 {
			t.Errorf("got %d, %v; want 503", status, err)
		}
	})
	t.Run("silence in a streamed body", func(t *testing.T) {
		g.route(Config{URI: backend(t, func(c net.Conn, r *bufio.Reader) {
			readRequest(r)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc")
			_, _ = io.Copy(io.Discard, r)
		})})
		if status, _, body, err := g.get("GET", ""); err == nil || status != 200 {
			t.Errorf("got %d %q %v, want a cut answer", status, body, err)
		}
	})
	t.Run("slow drip", func(t *testing.T) {
		g.route(Config{URI: backend(t, func(c net.Conn, r *bufio.Reader) {
			for readRequest(r) != nil {
				for _, b := range []byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n") {
					_, _ = c.Write([]byte{b})
					time.Sleep(time.Millisecond)
				}
			}
		})})
		for range 2 {
			if status, _, body, err := g.get("GET", ""); err != nil || status != 200 || body != "hello" {
				t.Errorf("got %d %q %v, want hello", status, body, err)
			}
		}
	})
}

func TestUnreachable(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead := ln.Addr().String()
	_ = ln.Close()
	g := start(t, 2, upstream.Config{Lookup: lookup()})
	for _, uri := range []string{"http://" + dead, "https://" + dead, "http://nowhere.test", "http://back.test"} {
		s := g.route(Config{URI: uri})
		status, _, body, err := g.get("GET", "")
		if err != nil || status != 503 || body != unavailable {
			t.Errorf("%s: got %d %q %v, want 503", uri, status, body, err)
		}
		if i := g.last(); i.Status != 0 || i.Error == "" {
			t.Errorf("%s: integration is %+v, want an error", uri, i)
		}
		if n := g.stats(s); n.Failures[upstream.Unreachable] != 1 || n.Conns != 0 {
			t.Errorf("%s: %+v, want one failure and no connection", uri, n)
		}
	}
}

// TestFirstAddressDead has a name with an address where nobody listens.
func TestFirstAddressDead(t *testing.T) {
	var lookups atomic.Int64
	find := lookup("127.0.0.9", "::1", "127.0.0.1")
	g := start(t, 1, upstream.Config{Lookup: func(ctx context.Context, host string) ([]netip.Addr, error) {
		lookups.Add(1)
		return find(ctx, host)
	}})
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(backend(t, answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")), "http://"))
	g.route(Config{URI: "http://back.test:" + port})
	for range 3 {
		if status, _, _, err := g.get("GET", ""); err != nil || status != 200 {
			t.Fatalf("got %d, %v; want 200", status, err)
		}
	}
	if n := lookups.Load(); n != 1 {
		t.Errorf("%d look-ups for three connections, want 1", n)
	}
	g.clock.Advance(31 * time.Second)
	if status, _, _, err := g.get("GET", ""); err != nil || status != 200 {
		t.Fatalf("got %d, %v; want 200", status, err)
	}
	if n := lookups.Load(); n != 2 {
		t.Errorf("%d look-ups after the expiry, want 2", n)
	}
}

// TestStale has a back end reset each connection after one answer, as late as
// when the next request comes.
func TestStale(t *testing.T) {
	for _, tt := range []struct {
		method  string
		status  int
		retries int64
	}{{"GET", 200, 1}, {"PUT", 200, 1}, {"POST", 503, 0}, {"PATCH", 503, 0}} {
		t.Run(tt.method, func(t *testing.T) {
			g := start(t, 1, upstream.Config{})
			s := g.route(Config{URI: backend(t, func(c net.Conn, r *bufio.Reader) {
				if readRequest(r) != nil {
					_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
					_, _ = r.ReadByte() // the next request has come
				}
			})})
			if status, _, _, err := g.get(tt.method, "x"); err != nil || status != 200 {
				t.Fatalf("first: got %d, %v; want 200", status, err)
			}
			status, _, _, err := g.get(tt.method, "x")
			if err != nil || status != tt.status {
				t.Errorf("second: got %d, %v; want %d", status, err, tt.status)
			}
			if n := g.stats(s).Retries; n != tt.retries {
				t.Errorf("%d retries, want %d", n, tt.retries)
			}
		})
	}
}

// TestRetryOnce has a back end that answers nothing from the second request on.
func TestRetryOnce(t *testing.T) {
	g := start(t, 1, upstream.Config{})
	var requests atomic.Int64
	g.route(Config{URI: backend(t, func(c net.Conn, r *bufio.Reader) {
		for readRequest(r) != nil {
			if requests.Add(1) > 1 {
				return
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
		}
	})})
	for _, want := range []int{200, 503} {
		if status, _, _, err := g.get("GET", ""); err != nil || status != want {
			t.Errorf("got %d, %v; want %d", status, err, want)
		}
	}
	if n := requests.Load(); n != 3 {
		t.Errorf("the back end saw %d requests, want 3", n)
	}
}

func TestClosesIdleAtOnce(t *testing.T) {
	g := start(t, 2, upstream.Config{})
	g.route(Config{URI: backend(t, func(c net.Conn, r *bufio.Reader) {
		if readRequest(r) != nil {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
		}
	})})
	for i := range 100 {
		if status, _, _, err := g.get("GET", ""); err != nil || status != 200 {
			t.Fatalf("request %d: got %d, %v; want 200", i, status, err)
		}
	}
}

func TestAnswersBeforeReadingTheBody(t *testing.T) {
	g := start(t, 1, upstream.Config{})
	s := g.route(Config{URI: backend(t, func(c net.Conn, r *bufio.Reader) {
		_, _ = r.ReadString('\n')
		_, _ = io.WriteString(c, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno")
		_, _ = r.ReadByte()
		time.Sleep(200 * time.Millisecond)
	})})
	status, _, body, err := g.get("POST", strings.Repeat("x", 9<<20))
	if err != nil || status != 403 || body != "no" {
		t.Errorf("got %d %q %v, want 403 no", status, body, err)
	}
	eventually(t, "the connection is not kept", func() bool { return g.stats(s).Conns == 0 })
}

// TestClientGone has clients leave at different moments of their requests.
func TestClientGone(t *testing.T) {
	for name, answer := range map[string]string{"before the head": "", "in the head": "HTTP/1.1 200", "in the body": "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc"} {
		t.Run(name, func(t *testing.T) {
			g := start(t, 1, upstream.Config{})
			asked, closed := make(chan bool, 1), make(chan bool, 1)
			s := g.route(Config{URI: backend(t, func(c net.Conn, r *bufio.Reader) {
				readRequest(r)
				_, _ = io.WriteString(c, answer)
				asked <- true
				_, err := r.ReadByte()
				closed <- err != nil
			})})
			c, _ := g.dial()
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
			<-asked
			time.Sleep(20 * time.Millisecond)
			_ = c.Close()
			select {
			case <-closed:
			case <-time.After(5 * time.Second):
				t.Fatal("the back end's connection stays open")
			}
			eventually(t, "nothing is left", func() bool { n := g.stats(s); return n.InFlight == 0 && n.Conns == 0 })
		})
	}
}

// liveHeap is what the heap holds without garbage, bytes.
func liveHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestSlowClient sends 100 MB to a client that reads at its leisure: the back
// end must wait for it, and memory must not grow.
func TestSlowClient(t *testing.T) {
	const size = 100 << 20
	for _, framing := range []string{"Content-Length: 104857600\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n", "\r\n"} {
		t.Run(strings.TrimSpace(framing), func(t *testing.T) {
			g := start(t, 2, upstream.Config{})
			var sent atomic.Int64
			s := g.route(Config{URI: backend(t, func(c net.Conn, r *bufio.Reader) {
				readRequest(r)
				sent.Store(0)
				w := bufio.NewWriterSize(c, 64<<10)
				_, _ = io.WriteString(w, "HTTP/1.1 200 OK\r\n"+framing)
				piece := make([]byte, 32<<10)
				for sent.Load() < size {
					if strings.HasPrefix(framing, "T") {
						_, _ = fmt.Fprintf(w, "%x\r\n%s\r\n", len(piece), piece)
					} else if _, err := w.Write(piece); err != nil {
						return
					}
					sent.Add(int64(len(piece)))
				}
				if strings.HasPrefix(framing, "T") {
					_, _ = io.WriteString(w, "0\r\n\r\n")
				}
				_ = w.Flush()
				if strings.HasPrefix(framing, "\r") {
					return
				}
				_, _ = r.ReadByte()
			})})
			c, r := g.dial()
			before := liveHeap()
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
			time.Sleep(300 * time.Millisecond)
			early := sent.Load()
			if early > 40<<20 {
				t.Errorf("the back end sent %d bytes to a client that reads nothing", early)
			}
			if grown := liveHeap() - before; grown > 32<<20 {
				t.Errorf("the heap holds %d bytes more meanwhile", grown)
			}
			body, err := readCount(r)
			if err != nil || body != size {
				t.Errorf("got %d bytes, %v; want %d", body, err, size)
			}
			eventually(t, "nothing is left", func() bool { return g.stats(s).InFlight == 0 })
			if strings.HasPrefix(framing, "C") { // the client's connection goes on
				_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
				if body, err := readCount(r); err != nil || body != size {
					t.Errorf("again: got %d bytes, %v; want %d", body, err, size)
				}
			}
		})
	}
}

// waitBefore suspends an exchange between the answer's head and its body.
type waitBefore struct{}

func (waitBefore) Handle(x *exchange.Exchange) pipeline.Verdict {
	l := x.Loop
	go func() {
		time.Sleep(30 * time.Millisecond)
		l.Post(func() { pipeline.Resume(x, pipeline.Next) })
	}()
	return pipeline.Suspend
}

// failAfter fails an exchange whose body is still on its way.
type failAfter struct{}

func (failAfter) Handle(x *exchange.Exchange) pipeline.Verdict {
	return pipeline.Fail(x, errors.New("mapping failed"))
}

func TestStepsBehindTheHead(t *testing.T) {
	big := strings.Repeat("x", 200_000)
	for name, answer := range map[string]string{
		"sized":       "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + big,
		"until close": "HTTP/1.1 200 OK\r\n\r\n" + big,
	} {
		t.Run(name, func(t *testing.T) {
			g := start(t, 1, upstream.Config{})
			url := backend(t, func(c net.Conn, r *bufio.Reader) {
				readRequest(r)
				_, _ = io.WriteString(c, answer)
			})
			s := g.route(Config{URI: url})
			for step, want := range map[pipeline.Step]int{waitBefore{}: 200, failAfter{}: 500} {
				g.serving.Store(&pipeline.Pipeline{Target: &exchange.Target{Errors: jsonErrors{}}, Steps: []pipeline.Step{s, step}})
				status, _, body, err := g.get("GET", "")
				if err != nil || status != want || (want == 200) != (body == big) {
					t.Errorf("%T: got %d, %d bytes, %v; want %d", step, status, len(body), err, want)
				}
			}
			eventually(t, "nothing is left", func() bool { n := g.stats(s); return n.InFlight == 0 && n.Conns == 0 })
		})
	}
}

// TestConnectionLimit has more requests than connections: they wait in turn,
// across loops.
func TestConnectionLimit(t *testing.T) {
	g := start(t, 2, upstream.Config{MaxConns: 2})
	var open, most atomic.Int64
	g.route(Config{URI: backend(t, func(c net.Conn, r *bufio.Reader) {
		n := open.Add(1)
		defer open.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		for readRequest(r) != nil {
			time.Sleep(2 * time.Millisecond)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
		}
	})})
	done := make(chan error, 40)
	for range 40 {
		go func() {
			status, _, _, err := g.get("GET", "")
			if err == nil && status != 200 {
				err = fmt.Errorf("status %d", status)
			}
			done <- err
		}()
	}
	for range 40 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() > 2 {
		t.Errorf("%d connections at once, want at most 2", most.Load())
	}
}

func TestWaitingCallsExpire(t *testing.T) {
	g := start(t, 1, upstream.Config{MaxConns: 1})
	g.route(Config{URI: backend(t, func(_ net.Conn, r *bufio.Reader) { _, _ = io.Copy(io.Discard, r) }), Timeout: 100 * time.Millisecond})
	done := make(chan int, 5)
	for range 5 {
		go func() {
			status, _, _, _ := g.get("POST", "")
			done <- status
		}()
	}
	for range 5 {
		select {
		case status := <-done:
			if status != 503 {
				t.Errorf("got %d, want 503", status)
			}
		case <-time.After(3 * time.Second):
			t.Fatal("a request waits for ever")
		}
	}
}

func TestIdleAndAge(t *testing.T) {
	g := start(t, 1, upstream.Config{})
	s := g.route(Config{URI: backend(t, answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"))})
	ask := func() {
		t.Helper()
		if status, _, _, err := g.get("GET", ""); err != nil || status != 200 {
			t.Fatalf("got %d, %v; want 200", status, err)
		}
	}
	ask()
	ask()
	if n := g.stats(s); n.Connects != 1 || n.Reuses != 1 || n.Conns != 1 {
		t.Errorf("after two requests: %+v, want one connection used again", n)
	}
	g.clock.Advance(61 * time.Second)
	eventually(t, "the idle connection is closed", func() bool { return g.stats(s).Conns == 0 })
}

// readCount reads an answer and returns the length of its body.
func readCount(r *bufio.Reader) (int64, error) {
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		return 0, err
	}
	return io.Copy(io.Discard, res.Body)
}
