package http1

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
)

// leaver serves a body of n bytes that leaves the loop at once when the client
// is slow, and then ends by fail.
func leaver(t testing.TB, length int64, fail error) func(x *exchange.Exchange) {
	return func(x *exchange.Exchange) {
		if string(x.Req.Path) != "/leave" {
			echo(x)
			return
		}
		x.Conn.Begin(x, length)
		piece := bytes.Repeat([]byte("l"), 64<<10)
		sent := int64(0)
		for x.Conn.WriteBody(x, piece) {
			sent += int64(len(piece))
		}
		sent += int64(len(piece))
		w, err := x.Conn.Leave(x)
		if err != nil {
			t.Errorf("Leave = %v", err)
			return
		}
		go func() {
			for ; sent < 16<<20; sent += int64(len(piece)) {
				if _, err := w.Write(piece); err != nil {
					w.Close(err)
					return
				}
			}
			w.Close(fail)
		}()
	}
}

// TestBodyFailsOffTheLoop: a short body is never taken for a whole one, not
// even where only the end of the connection ends it.
func TestBodyFailsOffTheLoop(t *testing.T) {
	t.Parallel()
	r := (&rig{tls: true, serve: leaver(t, -1, errors.New("back end died"))}).start(t)
	for name, c := range map[string]net.Conn{
		"plain": dial(t, r.addr), "TLS": dialTLS(t, r.secure, clientTLS(tls.VersionTLS13)),
	} {
		fmt.Fprintf(c, "GET /leave HTTP/1.0\r\n\r\n")
		time.Sleep(50 * time.Millisecond)
		if n, err := io.Copy(io.Discard, c); err == nil {
			t.Errorf("%s: %d bytes and a proper end, want a reset", name, n)
		}
	}
	eventually(t, "connections end", func() bool { return r.ls.Conns() == 0 })
}

// TestPipelinedBehindALeaver: requests that came behind a streamed one are
// served when the connection is back, or the answer is at least whole.
func TestPipelinedBehindALeaver(t *testing.T) {
	t.Parallel()
	const total = 16 << 20
	var ended endings
	serve := leaver(t, total, nil)
	r := (&rig{tls: true, serve: func(x *exchange.Exchange) {
		x.Run = &pipeline.Pipeline{Log: []pipeline.Logger{&ended}}
		serve(x)
	}}).start(t)
	for name, c := range map[string]net.Conn{
		"plain": dial(t, r.addr), "TLS": dialTLS(t, r.secure, clientTLS(tls.VersionTLS12)),
	} {
		fmt.Fprintf(c, "GET /leave HTTP/1.1\r\nHost: h\r\n\r\nGET /with HTTP/1.1\r\nHost: h\r\n\r\n")
		time.Sleep(50 * time.Millisecond)
		fmt.Fprintf(c, "GET /behind HTTP/1.1\r\nHost: h\r\n\r\n")
		br := bufio.NewReader(c)
		if a := readAnswer(t, br, "GET"); len(a.body) != total || strings.Trim(a.body, "l") != "" {
			t.Errorf("%s: body has %d bytes, want %d", name, len(a.body), total)
		}
		if name == "TLS" { // its session can't come back
			continue
		}
		for _, want := range []string{"GET /with ", "GET /behind "} {
			if got := readBody(t, br, "GET"); got != want {
				t.Errorf("%s: next body = %q, want %q", name, got, want)
			}
		}
	}
	eventually(t, "four exchanges end", func() bool { return ended.all.Load() == 4 })
	if n := ended.failed.Load(); n > 0 {
		t.Errorf("%d of them are logged as failed", n)
	}
}

// endings counts exchanges that ended, and those that failed.
type endings struct{ all, failed atomic.Int64 }

func (e *endings) Log(x *exchange.Exchange) {
	e.all.Add(1)
	if x.Err != nil {
		e.failed.Add(1)
	}
}

// TestVerySlowReader takes longer for the last bytes than crypto/tls gives its
// closing alert: they must not be cut with it.
func TestVerySlowReader(t *testing.T) {
	if testing.Short() {
		t.Skip("takes six seconds")
	}
	t.Parallel()
	r := (&rig{tls: true, serve: func(x *exchange.Exchange) {
		body := make([]byte, 8<<20)
		x.Conn.Begin(x, int64(len(body)))
		if x.Conn.WriteBody(x, body) {
			t.Error("8 MB went out at once")
		}
		w, err := x.Conn.Leave(x)
		if err != nil {
			t.Error(err)
			return
		}
		go w.Close(nil) // all of it was left on the loop
	}}).start(t)
	c := dialTLS(t, r.secure, clientTLS(tls.VersionTLS13))
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	time.Sleep(5500 * time.Millisecond)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, res.Body); n != 8<<20 || err != nil {
		t.Errorf("read %d bytes, %v, want %d", n, err, 8<<20)
	}
}
