//go:build !race

package http1

import (
	"bytes"
	"io"
	"net"
	"runtime"
	"runtime/debug"
	"testing"

	"gatehouse/core/exchange"
)

var (
	answerType = []byte("application/json")
	answerName = []byte("Content-Type")
	answerBody = []byte(`{"message":"hello"}`)
)

func local(x *exchange.Exchange) {
	x.Res.Status = 200
	x.Res.Headers.Add(answerName, answerType)
	x.Res.Body = answerBody
	x.Conn.Respond(x)
}

// TestAllocsLocalAnswer: a kept-alive connection over a real loop costs no
// allocation per request, with and without a body and a streamed answer.
func TestAllocsLocalAnswer(t *testing.T) {
	kinds := map[string]struct {
		raw   string
		serve func(x *exchange.Exchange)
	}{
		"GET":     {browserRequest, local},
		"POST":    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789", local},
		"large":   {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n" + string(bytes.Repeat([]byte("b"), 10_000)), local},
		"chunks":  {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", local},
		"refusal": {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", func(x *exchange.Exchange) { x.Res.Status = 429; x.Conn.Respond(x) }},
		"stream": {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", func(x *exchange.Exchange) {
			x.Conn.Begin(x, -1)
			x.Conn.WriteBody(x, answerBody)
			x.Conn.EndBody(x, nil)
		}},
	}
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			_, addr := start(t, Config{}, k.serve)
			c := dial(t, addr)
			one := roundTrip(t, c, []byte(k.raw))
			for range 500 {
				one()
			}
			defer debug.SetGCPercent(debug.SetGCPercent(-1)) // pools are emptied by a collection
			const n = 5000
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for range n {
				one()
			}
			runtime.ReadMemStats(&after)
			if got := after.Mallocs - before.Mallocs; got > n/50 { // other goroutines of the process have theirs
				t.Errorf("%d allocations in %d requests, want 0 each", got, n)
			}
		})
	}
}

// roundTrip sends raw and reads an answer of the length that the first had.
func roundTrip(t testing.TB, c net.Conn, raw []byte) func() {
	buf := make([]byte, 4096)
	if _, err := c.Write(raw); err != nil {
		t.Fatal(err)
	}
	size := 0
	for {
		n, err := c.Read(buf[size:])
		if size += n; err != nil {
			t.Fatal(err)
		}
		if bytes.HasSuffix(buf[:size], answerBody) || bytes.HasSuffix(buf[:size], crlfcrlf) {
			break
		}
	}
	return func() {
		if _, err := c.Write(raw); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, buf[:size]); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAllocsParseHead(t *testing.T) {
	x, raw := exchange.New(), []byte(browserRequest)
	lim := &Limits{URL: 10240, Headers: 20480, Lines: 200}
	if n := testing.AllocsPerRun(1000, func() {
		x.Reset()
		if _, err := parseHead(x, x.Copy(raw), lim); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("parseHead allocates %v times, want 0", n)
	}
}
