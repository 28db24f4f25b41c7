package http1

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/loop"
)

// start runs a server whose exchanges go to serve, and returns its address.
func start(t testing.TB, cfg Config, serve func(x *exchange.Exchange)) (*loop.Server, string) {
	t.Helper()
	r := (&rig{cfg: cfg, serve: serve}).start(t)
	return r.ls, r.addr
}

// echo answers with method, target and body.
func echo(x *exchange.Exchange) {
	x.Res.Status = 200
	x.Res.Body = fmt.Appendf(nil, "%s %s %s", x.Req.Method, x.Req.Target, x.Req.Body)
	x.Conn.Respond(x)
}

func dial(t testing.TB, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestRequestOneByteAtATime(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{}, echo)
	c := dial(t, addr)
	r := bufio.NewReader(c)
	for range 3 {
		for _, b := range []byte("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz") {
			_, _ = c.Write([]byte{b})
		}
		if got := readBody(t, r, "POST"); got != "POST /a xyz" {
			t.Errorf("body = %q, want %q", got, "POST /a xyz")
		}
	}
}

func readBody(t testing.TB, r *bufio.Reader, method string) string {
	t.Helper()
	res, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.Header.Get("Date") == "" {
		t.Error("response has no Date")
	}
	return string(b)
}

func TestPipelinedAnswersInOrder(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{}, func(x *exchange.Exchange) {
		if bytes.Contains(x.Req.Path, []byte("async")) {
			l := x.Loop
			go func() { time.Sleep(time.Millisecond); l.Post(func() { echo(x) }) }()
			return
		}
		echo(x)
	})
	c := dial(t, addr)
	var out strings.Builder
	for i := range 100 {
		kind := "sync"
		if i%7 == 0 {
			kind = "async"
		}
		fmt.Fprintf(&out, "GET /%s/%d HTTP/1.1\r\nHost: h\r\n\r\n", kind, i)
	}
	_, _ = io.WriteString(c, out.String())
	r := bufio.NewReader(c)
	for i := range 100 {
		if got := readBody(t, r, "GET"); !strings.HasSuffix(strings.TrimSpace(got), fmt.Sprintf("/%d", i)) {
			t.Fatalf("answer %d = %q", i, got)
		}
	}
}

func TestStreamedToSlowClient(t *testing.T) {
	t.Parallel()
	const total = 64 << 20
	_, addr := start(t, Config{}, func(x *exchange.Exchange) {
		x.Res.Status = 200
		x.Conn.Begin(x, total)
		piece := make([]byte, 64<<10)
		for sent := 0; sent < total; {
			ok := x.Conn.WriteBody(x, piece)
			sent += len(piece)
			if ok {
				continue
			}
			w, err := x.Conn.Leave(x)
			if err != nil {
				t.Error(err)
				return
			}
			go func() {
				for ; sent < total; sent += len(piece) {
					if _, err := w.Write(piece); err != nil {
						w.Close(err)
						return
					}
				}
				w.Close(nil)
			}()
			return
		}
		x.Conn.EndBody(x, nil)
	})
	c := dial(t, addr)
	for range 2 { // the connection comes back and serves again
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
		time.Sleep(50 * time.Millisecond)
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, res.Body); n != total || err != nil {
			t.Fatalf("read %d bytes, %v, want %d", n, err, total)
		}
	}
}
