//go:build !race

package tohttp

import (
	"bufio"
	"io"
	"net"
	"runtime"
	"slices"
	"testing"

	"gatehouse/core/upstream"
)

// TestAllocsProxied counts what the whole process allocates per proxied
// request; client and back end of the test allocate nothing.
func TestAllocsProxied(t *testing.T) {
	for _, tt := range []struct{ name, answer string }{
		{"sized", "HTTP/1.1 200 OK\r\nServer: b\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := start(t, 1, upstream.Config{})
			answer := []byte(tt.answer)
			s := g.route(Config{AppendPath: true, URI: backend(t, func(c net.Conn, _ *bufio.Reader) {
				b := make([]byte, 4096)
				for {
					n, err := c.Read(b) // a request of the gateway comes as one piece here
					if err != nil || n == 0 {
						return
					}
					if _, err := c.Write(answer); err != nil {
						return
					}
				}
			})})
			g.serving.Load().Log = nil // the harness's own log allocates
			c, _ := g.dial()
			ask := []byte("GET /orders/7?x=1 HTTP/1.1\r\nHost: api.test\r\nUser-Agent: test/1\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n")
			in := make([]byte, 4096)
			once := func() {
				_, _ = c.Write(ask)
				if n, err := c.Read(in); err != nil || n == 0 {
					t.Fatal(err)
				}
			}
			for range 2000 {
				once()
			}
			const rounds = 5000
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for range rounds {
				once()
			}
			runtime.ReadMemStats(&after)
			per := float64(after.Mallocs-before.Mallocs) / rounds
			t.Logf("%.4f allocations per request, %d reuses", per, g.stats(s).Reuses)
			if per >= 0.1 { // ticks of the timers are not a request's
				t.Errorf("%.3f allocations per request, want 0", per)
			}
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	s, err := New(Config{Client: client(b), URI: "http://b:9001/base", AppendPath: true})
	if err != nil {
		b.Fatal(err)
	}
	x := request("GET", "/orders/7?x=1", "Host: api.test", "User-Agent: test/1", "Accept: */*", "Accept-Encoding: gzip", "Connection: keep-alive", "Cookie: a=b")
	fields := slices.Clone(x.Req.Headers.All())
	req, path := x.Req, x.Path
	b.ReportAllocs()
	for b.Loop() {
		head, err := s.build(x, "GET", nil)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Discard.Write(head)
		x.Reset()
		headers := x.Req.Headers
		x.Req, x.Path = req, path
		x.Req.Headers = headers
		for _, f := range fields {
			x.Req.Headers.Add(f.Name, f.Value)
		}
	}
}
