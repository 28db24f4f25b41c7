package restapi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/plugins/restapi"
	"gatehouse/plugins/tohttp"
	"gatehouse/plugins/transform"
)

// streaming turns a proxy's settings into those of a stream.
func (g *gateway) streaming(uri string, timeout time.Duration) restapi.Method {
	s := g.proxy(uri, nil)
	call := s["tohttp.rest"].(tohttp.RESTConfig)
	call.Stream, call.Whole, call.Limit, call.Timeout = true, false, 0, timeout
	s["tohttp.rest"] = call
	s["transform.response"] = transform.Response{Kind: transform.HTTPProxy, Stream: true}
	return restapi.Method{Path: "/events", Verb: "GET", Settings: s}
}

// source is a back end that sends what it is told, when it is told.
func source(t *testing.T, head string, events <-chan string, sent *atomic.Int64) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		nc, err := ln.Accept()
		if err != nil {
			return
		}
		defer func() { _ = nc.Close() }()
		buf := make([]byte, 4096)
		_, _ = nc.Read(buf)
		_, _ = io.WriteString(nc, head)
		for e := range events {
			n, err := io.WriteString(nc, e)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	}()
	return "http://" + ln.Addr().String()
}

func (g *gateway) open(t *testing.T) (net.Conn, *bufio.Reader) {
	t.Helper()
	nc, err := net.Dial("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nc.Close() })
	_ = nc.SetDeadline(time.Now().Add(15 * time.Second))
	if _, err := io.WriteString(nc, "GET /dev/events HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return nc, bufio.NewReader(nc)
}

// readUntil reads lines until one is want.
func readUntil(t *testing.T, br *bufio.Reader, want string) string {
	t.Helper()
	var all strings.Builder
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			t.Fatalf("%v before %q; got %q", err, want, all.String())
		}
		all.WriteString(line)
		if strings.TrimSpace(line) == want {
			return all.String()
		}
	}
}

func TestStreamEventByEvent(t *testing.T) {
	g := start(t)
	for name, head := range map[string]string{
		"chunked": "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: odd\r\nTransfer-Encoding: chunked\r\n\r\n",
		"sized":   "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 24\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			events := make(chan string)
			g.methods(g.streaming(source(t, head, events, new(atomic.Int64)), 10*time.Second))
			_, br := g.open(t)
			got := readUntil(t, br, "")
			if !strings.HasPrefix(got, "HTTP/1.1 200 ") || !strings.Contains(got, "Content-Type: text/event-stream\r\n") {
				t.Errorf("head = %s", got)
			}
			for i := range 3 {
				text := fmt.Sprintf("data: %d\n", i)
				if name == "chunked" {
					events <- fmt.Sprintf("%x\r\n%s\r\n", len(text), text)
				} else {
					events <- text
				}
				readUntil(t, br, strings.TrimSpace(text))
			}
			close(events)
		})
	}
}

// TestStreamIsBounded has a back end send much to a client that reads nothing.
func TestStreamIsBounded(t *testing.T) {
	g := start(t)
	events, sent := make(chan string), new(atomic.Int64)
	g.methods(g.streaming(source(t, "HTTP/1.1 200 OK\r\n\r\n", events, sent), 10*time.Second))
	_, br := g.open(t)
	piece := strings.Repeat("x", 64<<10)
	const total = 64 << 20
	go func() {
		for range total / len(piece) {
			events <- piece
		}
		close(events)
	}()
	time.Sleep(700 * time.Millisecond)
	if n := sent.Load(); n == 0 || n > total/2 {
		t.Errorf("the back end sent %d of %d bytes to a client that does not read", n, total)
	}
	readUntil(t, br, "")
	n, last := int64(0), ""
	for !strings.HasPrefix(last, "0\r\n") { // chunks
		var err error
		if last, err = br.ReadString('\n'); err != nil {
			t.Fatalf("after %d bytes: %v", n, err)
		}
		size, err := strconv.ParseInt(strings.TrimSpace(last), 16, 64)
		if err != nil {
			t.Fatalf("chunk %q after %d bytes", last, n)
		}
		n += size
		if _, err := br.Discard(int(size) + 2); err != nil {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
	if n != total {
		t.Errorf("the client got %d bytes, want %d", n, total)
	}
}

func TestStreamTimes(t *testing.T) {
	g := start(t)
	events := make(chan string)
	defer close(events)
	g.methods(g.streaming(source(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", events, new(atomic.Int64)), 400*time.Millisecond))
	_, br := g.open(t)
	started := time.Now()
	if _, err := io.ReadAll(br); err != nil && time.Since(started) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(started), err)
	}
	if d := time.Since(started); d < 300*time.Millisecond || d > 5*time.Second {
		t.Errorf("a stream of 400 ms ended after %s", d)
	}
}

func TestStreamFailsAsUsual(t *testing.T) {
	g := start(t)
	events := make(chan string)
	defer close(events)
	g.methods(g.streaming(source(t, "", events, new(atomic.Int64)), 200*time.Millisecond))
	if r := g.do("GET /dev/events"); r.status != 504 || r.body != `{"message": "Endpoint request timed out"}` {
		t.Errorf("GET = %d %s", r.status, r.body)
	}
}
