package loop

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"gatehouse/core/nbtls"
)

// secureServer serves accept by TLS.
func secureServer(t testing.TB, accept func(c *Conn) Handler) *Server {
	t.Helper()
	pair, err := nbtls.SelfSigned(t.TempDir(), time.Now(), "h.test")
	if err != nil {
		t.Fatal(err)
	}
	certs, err := nbtls.LoadCertificates(pair)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := nbtls.ServerConfig(nbtls.ServerOptions{Certificates: certs})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{Loops: 1, Listeners: []Listener{{Addr: "127.0.0.1:0", TLS: cfg, Accept: accept}}})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if err := s.Run(); err != nil {
			t.Error(err)
		}
	}()
	<-s.Ready()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		_ = s.Drain(ctx)
		<-s.Done()
	})
	return s
}

// TestTruncation: the handler learns whether the peer had ended TLS properly.
func TestTruncation(t *testing.T) {
	closed := make(chan error, 1)
	fed := make(chan string, 10)
	s := secureServer(t, func(*Conn) Handler {
		return &talk{feed: func(b []byte) { fed <- string(b) }, closed: func(err error) { closed <- err }}
	})
	tests := []struct {
		name  string
		leave func(raw net.Conn, c *tls.Conn)
		want  error
	}{
		{"close_notify", func(_ net.Conn, c *tls.Conn) { _ = c.Close() }, io.EOF},
		{"FIN alone", func(raw net.Conn, _ *tls.Conn) { _ = raw.Close() }, io.ErrUnexpectedEOF},
		{"FIN in a record", func(raw net.Conn, _ *tls.Conn) {
			_, _ = raw.Write([]byte{0x17, 3, 3, 0, 50, 1, 2, 3})
			_ = raw.Close()
		}, io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raw := dial(t, s)
			c := tls.Client(raw, &tls.Config{InsecureSkipVerify: true})
			_, _ = c.Write([]byte("abc"))
			if got := wait(t, "bytes", fed); got != "abc" {
				t.Errorf("fed %q, want abc", got)
			}
			tt.leave(raw, c)
			if err := wait(t, "Closed", closed); !errors.Is(err, tt.want) {
				t.Errorf("Closed(%v), want %v", err, tt.want)
			}
		})
	}
}

// TestSecurePanic: a panic of a handler fed after the handshake, off
// OnTraffic, costs its connection, too.
func TestSecurePanic(t *testing.T) {
	closed := make(chan error, 1)
	s := secureServer(t, func(*Conn) Handler {
		return &talk{feed: func([]byte) { panic("boom") }, closed: func(err error) { closed <- err }}
	})
	c := tls.Client(dial(t, s), &tls.Config{InsecureSkipVerify: true})
	_, _ = c.Write([]byte("abc"))
	if err := wait(t, "Closed", closed); err == nil {
		t.Error("Closed(nil) after a panic")
	}
	eventually(t, "gone", func() bool { return s.Conns() == 0 })
}
