package admin

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"gatehouse/core/clock"
)

// TestConnectionsAreBounded floods the listener with connections that say
// nothing, or nothing more; a call gets through all the same.
func TestConnectionsAreBounded(t *testing.T) {
	for _, tt := range []struct{ name, first string }{
		{"silent", ""},
		{"kept alive", "GET /_gatehouse/health HTTP/1.1\r\nHost: localhost\r\n\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serveAdmin(t)
			var held []net.Conn
			defer func() {
				for _, c := range held {
					_ = c.Close()
				}
			}()
			for range 3 * maxConns {
				c, err := net.Dial("tcp", s.Addr())
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.WriteString(c, tt.first); err != nil {
					t.Fatal(err)
				}
				if tt.first != "" {
					_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
					if _, err := c.Read(make([]byte, 512)); err != nil {
						t.Fatal(err)
					}
				}
				held = append(held, c)
			}
			if open := s.limit.count(); open > maxConns {
				t.Errorf("%d connections are open, want at most %d", open, maxConns)
			}
			res, err := http.Get("http://" + s.Addr() + "/_gatehouse/health")
			if err != nil {
				t.Fatalf("a call beside the flood: %v", err)
			}
			_ = res.Body.Close()
		})
	}
}

// TestConnectionsWithARequestStay fills the listener with calls under way: they
// are not cut for a newcomer, and afterwards their places are free.
func TestConnectionsWithARequestStay(t *testing.T) {
	l := &limited{most: 2}
	conns := func() net.Conn { a, b := net.Pipe(); t.Cleanup(func() { _ = a.Close(); _ = b.Close() }); return a }
	busy, idle := l.admit(conns()), l.admit(conns())
	l.state(busy, http.StateActive)
	if l.admit(conns()) == nil || !idle.gone || busy.gone {
		t.Fatalf("busy gone %v, idle gone %v, want the idle one to make room", busy.gone, idle.gone)
	}
	third := l.waiting.Front().Value.(*counted)
	l.state(third, http.StateActive)
	if l.admit(conns()) != nil {
		t.Error("a connection was admitted over the bound while all others had a request")
	}
	l.state(busy, http.StateIdle)
	if l.admit(conns()) == nil || !busy.gone {
		t.Error("a connection that waits again did not make room")
	}
	for e := l.waiting.Front(); e != nil; e = l.waiting.Front() {
		_ = e.Value.(*counted).Close()
	}
	_ = third.Close()
	_ = third.Close()
	if l.open != 0 {
		t.Errorf("%d connections are counted after all have closed", l.open)
	}
}

func (l *limited) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open
}

func serveAdmin(t *testing.T) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0", config(&clock.Clock{}, false))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve() }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = s.Shutdown(ctx)
		if err := <-done; err != nil {
			t.Errorf("Serve = %v", err)
		}
	})
	return s
}
