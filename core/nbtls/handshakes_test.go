package nbtls

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/core/clock"
)

// settle waits until no more goroutines run than before.
func settle(t *testing.T, before int) {
	t.Helper()
	deadline := time.Now().Add(testWait)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, were %d:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
		time.Sleep(time.Millisecond)
	}
}

func ignore([]byte) {}

func TestHandshakeEnds(t *testing.T) {
	server, _ := devConfigs(t, 0)
	cases := map[string]struct {
		first string // pushed at once
		end   func(c *Conn, cancel func())
		want  error // nil: any
	}{
		"abort":     {"\x16", func(c *Conn, cancel func()) { c.Abort() }, ErrAborted},
		"cancel":    {"\x16", func(c *Conn, cancel func()) { cancel() }, context.Canceled},
		"no bytes":  {"", func(c *Conn, cancel func()) { c.PushEOF() }, io.EOF},
		"in record": {"\x16\x03", func(c *Conn, cancel func()) { c.PushEOF() }, io.ErrUnexpectedEOF},
		"junk":      {"GET / HTTP/1.1\r\n\r\n", func(*Conn, func()) {}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			c := NewServer(server)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			got := make(chan error, 1)
			go func() { got <- c.Handshake(ctx, ignore) }()
			c.Push([]byte(tc.first))
			tc.end(c, cancel)
			err := <-got
			if err == nil || tc.want != nil && !errors.Is(err, tc.want) {
				t.Fatalf("Handshake = %v, want %v", err, tc.want)
			}
			checkFailed(t, c, err)
			settle(t, before)
		})
	}
}

// checkFailed wants every method to tell how the handshake failed.
func checkFailed(t *testing.T, c *Conn, err error) {
	t.Helper()
	if _, rerr := c.Read(make([]byte, 1)); rerr != err {
		t.Errorf("Read = %v, want %v", rerr, err)
	}
	if _, werr := c.AppendWrite(nil, []byte("x")); werr != err {
		t.Errorf("AppendWrite = %v, want %v", werr, err)
	}
	if perr := c.Push([]byte("x")); perr != err {
		t.Errorf("Push = %v, want %v", perr, err)
	}
	if c.Ready() || c.Blocking(nil) != nil {
		t.Error("a failed Conn is Ready or Blocking")
	}
}

func TestHandshakeAlertIsSent(t *testing.T) {
	server, _ := devConfigs(t, tls.VersionTLS13)
	_, client := devConfigs(t, tls.VersionTLS12)
	s, c := NewServer(server), NewClient(client)
	server.MinVersion = tls.VersionTLS13
	serr, cerr := linkThrough(s, c, func(b []byte) []byte { return b })
	if serr == nil || cerr == nil || !strings.Contains(cerr.Error(), "remote error") {
		t.Errorf("handshakes = %v, %v, want the client to see the server's alert", serr, cerr)
	}
}

func TestHandshakesBound(t *testing.T) {
	before := runtime.NumGoroutine()
	server, _ := devConfigs(t, 0)
	h := NewHandshakes(HandshakeOptions{Max: 50, Crypto: 1})
	ends := make(chan error, 50)
	for range 50 {
		if err := h.Start(NewServer(server), ignore, func(err error) { ends <- err }); err != nil {
			t.Fatalf("Start = %v", err)
		}
	}
	for range 5 {
		if err := h.Start(NewServer(server), ignore, nil); err != ErrBusy {
			t.Fatalf("Start beyond the bound = %v, want ErrBusy", err)
		}
	}
	if n := runtime.NumGoroutine(); n > before+50 {
		t.Errorf("%d goroutines more, want 50 at most", n-before)
	}
	h.Close()
	for range 50 {
		if err := <-ends; err != ErrStopped {
			t.Errorf("done(%v), want ErrStopped", err)
		}
	}
	if err := h.Start(NewServer(server), ignore, nil); err != ErrStopped {
		t.Errorf("Start after Close = %v, want ErrStopped", err)
	}
	if h.Started.Load() != 50 || h.Failed.Load() != 50 || h.Refused.Load() != 6 || h.Done.Load() != 0 || h.Running() != 0 {
		t.Errorf("started, failed, refused, done, running = %d, %d, %d, %d, %d", h.Started.Load(), h.Failed.Load(), h.Refused.Load(), h.Done.Load(), h.Running())
	}
	settle(t, before)
}

func TestHandshakesTimeout(t *testing.T) {
	before := runtime.NumGoroutine()
	server, _ := devConfigs(t, 0)
	cases := map[string]struct {
		timeout time.Duration
		advance time.Duration
	}{
		"real time": {30 * time.Millisecond, 0},
		"moved":     {time.Hour, 2 * time.Hour},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			clk := &clock.Clock{}
			h := NewHandshakes(HandshakeOptions{Timeout: tc.timeout, Clock: clk})
			end := make(chan error, 1)
			c := NewServer(server)
			h.Start(c, ignore, func(err error) { end <- err })
			c.Push([]byte{22, 3, 1})
			clk.Advance(tc.advance / 4)
			select {
			case err := <-end:
				if tc.advance > 0 {
					t.Fatalf("ended too early: %v", err)
				}
				end <- err
			case <-time.After(10 * time.Millisecond):
			}
			clk.Advance(tc.advance)
			if err := <-end; err != ErrHandshakeTimeout {
				t.Errorf("done(%v), want ErrHandshakeTimeout", err)
			}
			h.Close()
		})
	}
	settle(t, before)
}

// TestHandshakesSlowPeers shows that peers that say nothing do not hold the one
// turn at crypto.
func TestHandshakesSlowPeers(t *testing.T) {
	server, client := devConfigs(t, 0)
	h := NewHandshakes(HandshakeOptions{Crypto: 1})
	defer h.Close()
	for range 20 {
		c := NewServer(server)
		h.Start(c, ignore, func(error) {})
		c.Push([]byte{22, 3, 1, 2})
	}
	var done sync.WaitGroup
	for range 40 {
		s, c := NewServer(server), NewClient(client)
		for _, side := range [][2]*Conn{{s, c}, {c, s}} {
			done.Add(1)
			err := h.Start(side[0], func(b []byte) { side[1].Push(b) }, func(err error) {
				if err != nil {
					t.Errorf("handshake: %v", err)
				}
				done.Done()
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	done.Wait()
	if h.Done.Load() != 80 || h.Failed.Load() != 0 {
		t.Errorf("done, failed = %d, %d, want 80, 0", h.Done.Load(), h.Failed.Load())
	}
}

func TestHandshakesCountResumed(t *testing.T) {
	server, client := devConfigs(t, tls.VersionTLS12)
	h := NewHandshakes(HandshakeOptions{})
	for range 2 {
		s, c := NewServer(server), NewClient(client)
		end := make(chan error, 1)
		h.Start(s, func(b []byte) { c.Push(b) }, func(err error) { end <- err })
		if err := c.Handshake(context.Background(), func(b []byte) { s.Push(b) }); err != nil {
			t.Fatal(err)
		}
		if err := <-end; err != nil {
			t.Fatal(err)
		}
	}
	h.Close()
	if h.Resumed.Load() != 1 || h.Done.Load() != 2 {
		t.Errorf("resumed, done = %d, %d, want 1, 2", h.Resumed.Load(), h.Done.Load())
	}
}

func TestHandshakePanic(t *testing.T) {
	server, client := devConfigs(t, 0)
	server.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { panic("boom") }
	h := NewHandshakes(HandshakeOptions{Crypto: 1})
	for range 3 {
		s, c := NewServer(server), NewClient(client)
		end := make(chan error, 1)
		h.Start(s, func(b []byte) { c.Push(b) }, func(err error) { c.PushEOF(); end <- err })
		if err := c.Handshake(context.Background(), func(b []byte) { s.Push(b) }); err == nil {
			t.Error("client's handshake succeeded")
		}
		if err := <-end; err == nil || !strings.Contains(err.Error(), "boom") {
			t.Errorf("done(%v), want the panic", err)
		}
	}
	h.Close()
}

// shakeByHand completes c's handshake over sock on the test's goroutine.
func shakeByHand(t *testing.T, c *Conn, sock net.Conn) {
	t.Helper()
	end := make(chan error, 1)
	go func() { end <- c.Handshake(context.Background(), func(b []byte) { sock.Write(b) }) }()
	buf := make([]byte, 4096)
	for {
		select {
		case err := <-end:
			if err != nil {
				t.Fatal(err)
			}
			sock.SetReadDeadline(time.Time{})
			return
		default:
		}
		sock.SetReadDeadline(time.Now().Add(2 * time.Millisecond))
		n, _ := sock.Read(buf)
		c.Push(buf[:n])
	}
}
