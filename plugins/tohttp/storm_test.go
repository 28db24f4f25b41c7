package tohttp

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core/upstream"
)

// TestStorm has many clients, some of which leave early, ask a back end that
// misbehaves at random. Every whole answer must be the right one, and nothing
// may be left when all is over: start looks at budget, goroutines and files.
func TestStorm(t *testing.T) {
	g := start(t, 2, upstream.Config{MaxConns: 20, BodyTimeout: 300 * time.Millisecond})
	s := g.route(Config{AppendPath: true, Timeout: 400 * time.Millisecond, URI: backend(t, moody)})
	var whole, failed atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(3 * time.Second)
	for id := range 24 {
		wg.Go(func() {
			for time.Now().Before(end) {
				stormClient(t, g, id, end, &whole, &failed)
			}
		})
	}
	wg.Wait()
	n := g.stats(s)
	t.Logf("%d whole answers, %d failures seen; %+v", whole.Load(), failed.Load(), n)
	if whole.Load() < 50 || failed.Load() < 5 {
		t.Errorf("%d whole and %d failed: the storm was none", whole.Load(), failed.Load())
	}
	eventually(t, "nothing is in flight", func() bool { return g.stats(s).InFlight == 0 })
}

// stormClient sends requests over one connection until that ends.
func stormClient(t *testing.T, g *gateway, id int, end time.Time, whole, failed *atomic.Int64) {
	c, err := net.Dial("tcp", g.addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	r := bufio.NewReader(c)
	for i := 0; time.Now().Before(end); i++ {
		path := fmt.Sprintf("/%d-%d", id, i)
		_, _ = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path)
		if rand.IntN(20) == 0 {
			time.Sleep(time.Duration(rand.IntN(3)) * time.Millisecond)
			return // gone
		}
		status, h, body, err := readAnswer(r, "GET")
		switch {
		case err != nil:
			failed.Add(1)
			return
		case status != 200:
			failed.Add(1)
		case h.Get("X-Path") != path || len(body) < len(path) || body[:len(path)] != path:
			t.Errorf("answer of %q for %q", h.Get("X-Path"), path)
			return
		default:
			whole.Add(1)
		}
	}
}

// moody answers with the request's path, or not.
func moody(c net.Conn, r *bufio.Reader) {
	for {
		req := readRequest(r)
		if req == nil {
			return
		}
		path := req.URL.Path
		head := "HTTP/1.1 200 OK\r\nX-Path: " + path + "\r\n"
		large := path + string(make([]byte, 200_000))
		switch rand.IntN(24) {
		case 0:
			return
		case 1:
			_, _ = io.WriteString(c, head)
			return
		case 2:
			_, _ = io.WriteString(c, head+"Content-Length: 300000\r\n\r\n"+large)
			return
		case 3:
			_, _ = io.WriteString(c, head+"\r\n"+large)
			return
		case 4:
			_, _ = io.WriteString(c, head+"Content-Length: 5\r\nContent-Length: 5\r\n\r\n")
		case 5:
			time.Sleep(450 * time.Millisecond)
		case 6:
			_ = c.(*net.TCPConn).SetLinger(0)
			return
		case 7:
			_, _ = fmt.Fprintf(c, "%sContent-Length: %d\r\n\r\n%sHTTP/1.1 200 OK\r\n", head, len(path), path)
		case 8, 9:
			_, _ = fmt.Fprintf(c, "%sContent-Length: %d\r\n\r\n%s", head, len(large), large)
		case 10, 11:
			_, _ = fmt.Fprintf(c, "%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", head, len(large), large)
		default:
			_, _ = fmt.Fprintf(c, "%sContent-Length: %d\r\n\r\n%s", head, len(path), path)
		}
	}
}
