package http1

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/core/bufs"
	"gatehouse/core/clock"
	"gatehouse/core/exchange"
	"gatehouse/core/loop"
	"gatehouse/core/nbtls"
)

// full is what a connection over the cap gets.
const full = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

// rig is a server on two loops with a clock of its own. serve is set before
// start; the other fields may be, too.
type rig struct {
	cfg    Config
	loop   loop.Config
	tls    bool
	serve  func(x *exchange.Exchange)
	clock  clock.Clock
	budget *bufs.Budget
	ls     *loop.Server
	addr   string
	secure string // address of the TLS listener
	left   int64  // bytes of the budget that the test keeps
}

func (r *rig) start(t testing.TB) *rig {
	t.Helper()
	if r.budget == nil {
		r.budget = bufs.NewBudget(1 << 30)
	}
	stopped := make(chan struct{})
	r.cfg.Serve, r.cfg.Budget, r.cfg.Stopped = r.serve, r.budget, stopped
	r.cfg.Draining = func() bool { return r.ls.Draining() }
	srv := New(r.cfg, 2)
	r.loop.Loops, r.loop.Budget, r.loop.Clock = 2, r.budget, &r.clock
	r.loop.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	r.loop.Listeners = []loop.Listener{{Addr: "127.0.0.1:0", Accept: srv.Accept, Full: []byte(full)}}
	if r.tls {
		r.loop.Listeners = append(r.loop.Listeners, loop.Listener{Addr: "127.0.0.1:0", Accept: srv.Accept, TLS: serverTLS(t)})
	}
	var err error
	if r.ls, err = loop.New(r.loop); err != nil {
		t.Fatal(err)
	}
	go func() {
		if err := r.ls.Run(); err != nil {
			t.Error(err)
		}
		close(stopped)
	}()
	<-r.ls.Ready()
	r.addr = r.ls.Addrs()[0]
	if r.tls {
		r.secure = r.ls.Addrs()[1]
	}
	t.Cleanup(func() { r.stop(t) })
	return r
}

func (r *rig) stop(t testing.TB) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = r.ls.Drain(ctx)
	<-r.ls.Done()
	if n := r.budget.Used(); n != r.left {
		t.Errorf("budget used after the end = %d, want %d", n, r.left)
	}
}

func serverTLS(t testing.TB) *tls.Config {
	t.Helper()
	pair, err := nbtls.SelfSigned(t.TempDir(), time.Now(), "h.test")
	if err != nil {
		t.Fatal(err)
	}
	certs, err := nbtls.LoadCertificates(pair)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := nbtls.ServerConfig(nbtls.ServerOptions{Certificates: certs, ALPN: []string{"http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// ask sends raw over a new connection and reads until the server closes it.
func ask(t testing.TB, addr, raw string) string {
	t.Helper()
	c := dial(t, addr)
	defer c.Close()
	if _, err := io.WriteString(c, raw); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if err != nil && !strings.Contains(err.Error(), "reset") {
		t.Fatalf("read until close: %v after %q", err, b)
	}
	return string(b)
}

// answer is one response as a client sees it.
type answer struct {
	status int
	body   string
	header http.Header
	close  bool
	coding []string
	length int64
}

func readAnswer(t testing.TB, r *bufio.Reader, method string) answer {
	t.Helper()
	res, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, string(b), res.Header, res.Close, res.TransferEncoding, res.ContentLength}
}

// closed reports whether the peer closes c without sending more.
func closed(c net.Conn) bool {
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, err := c.Read(make([]byte, 1))
	ne, timeout := err.(net.Error)
	return n == 0 && err != nil && !(timeout && ne.Timeout())
}

// eventually polls until ok or five seconds have passed.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Errorf("not within 5 s: %s", what)
}
