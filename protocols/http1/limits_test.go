package http1

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
	"gatehouse/core/loop"
)

func TestHeadLimits(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{}, func(x *exchange.Exchange) {
		x.Res.Body = fmt.Appendf(nil, "%d %d", len(x.Req.Target), x.Req.Headers.Len())
		x.Conn.Respond(x)
	})
	lines := func(n int) string { return strings.Repeat("A: b\r\n", n) }
	tests := []struct{ name, raw, want string }{
		{"longest target", "GET /" + strings.Repeat("a", 10239) + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "200"},
		{"target one byte longer", "GET /" + strings.Repeat("a", 10240) + " HTTP/1.1\r\nHost: h\r\n\r\n", "414"},
		{"target without end", "GET /" + strings.Repeat("a", 20000), "414"},
		{"most lines", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + lines(198) + "\r\n", "200"},
		{"one line more", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + lines(199) + "\r\n", "431"},
		{"most header bytes", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nA: " + strings.Repeat("a", 20480-9-19-5) + "\r\n\r\n", "200"},
		{"one header byte more", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nA: " + strings.Repeat("a", 20480-9-19-4) + "\r\n\r\n", "431"},
		{"headers without end", "GET / HTTP/1.1\r\nHost: h\r\nA: " + strings.Repeat("a", 100_000), "431"},
		{"flood of lines", "GET / HTTP/1.1\r\nHost: h\r\n" + lines(50_000), "431"},
	}
	for _, tt := range tests {
		if got := ask(t, addr, tt.raw); !strings.HasPrefix(got, "HTTP/1.1 "+tt.want) {
			t.Errorf("%s: answer = %.60q, want %s", tt.name, got, tt.want)
		}
	}
}

// TestBodyOneByteTooLong: the client can read the 413 while it is sending.
func TestBodyOneByteTooLong(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{}, func(x *exchange.Exchange) {
		x.Res.Body = fmt.Appendf(nil, "%d", len(x.Req.Body))
		x.Conn.Respond(x)
	})
	const limit = 10 << 20
	body := bytes.Repeat([]byte("b"), limit+1)
	chunked := func(n int) []byte {
		var b bytes.Buffer
		for n > 0 {
			k := min(n, 100_000)
			fmt.Fprintf(&b, "%x\r\n%s\r\n", k, body[:k])
			n -= k
		}
		b.WriteString("0\r\n\r\n")
		return b.Bytes()
	}
	tests := []struct {
		name, head string
		body       []byte
		status     int
	}{
		{"length at the limit", "Content-Length: 10485760", body[:limit], 200},
		{"length over the limit", "Content-Length: 10485761", body, 413},
		{"chunks at the limit", "Transfer-Encoding: chunked", chunked(limit), 200},
		{"chunks over the limit", "Transfer-Encoding: chunked", chunked(limit + 1), 413},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, addr)
			sent := make(chan error, 1)
			go func() {
				_, err := fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: h\r\n%s\r\n\r\n", tt.head)
				if err == nil {
					_, err = c.Write(tt.body)
				}
				sent <- err
			}()
			a := readAnswer(t, bufio.NewReader(c), "POST")
			if a.status != tt.status || (a.status == 200) == a.close {
				t.Errorf("answer = %d %s, close %v, want %d", a.status, a.body, a.close, tt.status)
			}
			if err := <-sent; err != nil {
				t.Errorf("sending was cut: %v", err)
			}
		})
	}
}

func TestBudgetSpent(t *testing.T) {
	t.Parallel()
	r := &rig{serve: echo, budget: bufs.NewBudget(1 << 20), left: 1<<20 - 2000}
	r.budget.Take(r.left)
	r.start(t)
	if got := ask(t, r.addr, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc"); !strings.HasPrefix(got, "HTTP/1.1 503 ") {
		t.Errorf("body without room: answer = %.60q, want 503", got)
	}
	for _, pause := range []time.Duration{0, 30 * time.Millisecond} { // kept at once, or added to what is kept
		c := dial(t, r.addr)
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\n")
		time.Sleep(pause)
		_, _ = io.WriteString(c, "A: "+strings.Repeat("a", 6000))
		if b, _ := io.ReadAll(c); !strings.HasPrefix(string(b), "HTTP/1.1 503 ") {
			t.Errorf("head without room: answer = %.60q, want 503", b)
		}
	}
	if got := ask(t, r.addr, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 200 ") {
		t.Errorf("plain request beside it: answer = %.60q, want 200", got)
	}
}

// TestPendingLimit: pipelined bytes behind an answer under way are bounded.
func TestPendingLimit(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{MaxPending: 64 << 10}, func(*exchange.Exchange) {})
	c := dial(t, addr)
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	if _, err := c.Write(bytes.Repeat([]byte("x"), 16<<20)); err == nil && !closed(c) {
		t.Error("16 MB behind a request were taken, want the connection closed")
	}
}

// TestSlowReaderGetsAll: an answer that waits for its reader is whole even
// when the connection ends behind it.
func TestSlowReaderGetsAll(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	body := bytes.Repeat([]byte("z"), size)
	_, addr := start(t, Config{}, func(x *exchange.Exchange) {
		if x.Req.Proto == exchange.HTTP10 {
			x.Conn.Begin(x, -1)
			x.Conn.WriteBody(x, body)
			x.Conn.EndBody(x, nil)
			return
		}
		x.Res.Body = body
		x.Conn.Respond(x)
	})
	for name, raw := range map[string]string{
		"close":       "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
		"until close": "GET / HTTP/1.0\r\n\r\n",
	} {
		c := dial(t, addr)
		_, _ = io.WriteString(c, raw)
		time.Sleep(100 * time.Millisecond)
		if b, err := io.ReadAll(c); err != nil || bytes.Count(b, []byte("z")) < size {
			t.Errorf("%s: read %d bytes, %v, want more than %d", name, len(b), err, size)
		}
	}
}

// TestPipelineWaitsForReader: a client that reads nothing does not get more
// and more answers made for it.
func TestPipelineWaitsForReader(t *testing.T) {
	t.Parallel()
	served := make(chan int, 5000)
	body := bytes.Repeat([]byte("z"), 10_000)
	_, addr := start(t, Config{}, func(x *exchange.Exchange) {
		served <- 1
		x.Res.Body = body
		x.Conn.Respond(x)
	})
	c := dial(t, addr)
	if tc, ok := c.(*net.TCPConn); ok {
		_ = tc.SetReadBuffer(64 << 10)
	}
	_, _ = io.WriteString(c, strings.Repeat("GET / HTTP/1.1\r\nHost: h\r\n\r\n", 2000))
	time.Sleep(200 * time.Millisecond)
	if n := len(served); n > 1000 {
		t.Errorf("%d of 2000 answers of 10 KB made for a client that does not read", n)
	}
	r := bufio.NewReader(c)
	for i := range 2000 {
		if a := readAnswer(t, r, "GET"); len(a.body) != len(body) {
			t.Fatalf("answer %d has %d bytes", i, len(a.body))
		}
	}
}

func TestSlowReaderOverItsBudgetIsCut(t *testing.T) {
	t.Parallel()
	r := (&rig{loop: loop.Config{MaxOutput: 1 << 20}, serve: func(x *exchange.Exchange) {
		x.Res.Body = make([]byte, 16<<20)
		x.Conn.Respond(x)
	}}).start(t)
	c := dial(t, r.addr)
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	eventually(t, "connection is cut", func() bool { return r.ls.Clients() == 0 })
	if b, _ := io.ReadAll(c); len(b) >= 16<<20 {
		t.Error("the whole answer was sent")
	}
	eventually(t, "budget is given back", func() bool { return r.budget.Used() == 0 })
}
