package tohttp

import (
	"bytes"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core/upstream"
)

// secureBackend is a standard library server behind TLS, and its roots.
func secureBackend(t *testing.T, h http.HandlerFunc) (url string, roots *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.URL, roots
}

func TestSecureBackend(t *testing.T) {
	var resumed, connections atomic.Int64
	large := bytes.Repeat([]byte("0123456789abcdef"), 64<<10) // 1 MiB
	url, roots := secureBackend(t, func(w http.ResponseWriter, r *http.Request) {
		connections.Add(1)
		if r.TLS.DidResume {
			resumed.Add(1)
		}
		body, _ := io.ReadAll(r.Body)
		if r.Method == "GET" {
			body = large
		}
		w.Header().Set("X-Proto", r.TLS.NegotiatedProtocol)
		_, _ = w.Write(body)
	})
	g := start(t, 1, upstream.Config{Roots: roots})
	s := g.route(Config{URI: url})
	for range 3 {
		if status, h, body, err := g.get("POST", "hello"); err != nil || status != 200 || body != "hello" || h.Get("X-Proto") != "http/1.1" {
			t.Errorf("POST: got %d %q %v %v, want hello", status, body, h, err)
		}
		if status, _, body, err := g.get("GET", ""); err != nil || status != 200 || body != string(large) {
			t.Errorf("GET: got %d, %d bytes, %v; want %d bytes", status, len(body), err, len(large))
		}
	}
	if n := g.stats(s); n.Reuses < 2 {
		t.Errorf("%+v, want connections used again", n)
	}
	g.clock.Advance(2 * time.Minute) // the next request needs a new connection
	eventually(t, "idle connections are closed", func() bool { return g.stats(s).Conns == 0 })
	if status, _, _, err := g.get("POST", "x"); err != nil || status != 200 {
		t.Errorf("got %d, %v; want 200", status, err)
	}
	if resumed.Load() == 0 {
		t.Error("no TLS session was resumed")
	}
}

// TestSecureSlowClient has a large answer over TLS leave the loop.
func TestSecureSlowClient(t *testing.T) {
	const size = 40 << 20
	var sent atomic.Int64
	url, roots := secureBackend(t, func(w http.ResponseWriter, _ *http.Request) {
		for piece := make([]byte, 64<<10); sent.Load() < size; sent.Add(int64(len(piece))) {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	})
	g := start(t, 1, upstream.Config{Roots: roots})
	s := g.route(Config{URI: url})
	c, r := g.dial()
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	time.Sleep(300 * time.Millisecond)
	if n := sent.Load(); n > size/2 {
		t.Errorf("the back end sent %d bytes to a client that reads nothing", n)
	}
	if n, err := readCount(r); err != nil || n != size {
		t.Errorf("got %d bytes, %v; want %d", n, err, size)
	}
	eventually(t, "nothing is left", func() bool { return g.stats(s).InFlight == 0 })
}

func TestUntrustedBackend(t *testing.T) {
	url, roots := secureBackend(t, func(http.ResponseWriter, *http.Request) { t.Error("the request went out") })
	for name, tt := range map[string]struct {
		roots *x509.CertPool
		uri   string
	}{
		"unknown signer": {x509.NewCertPool(), url},
		"other name":     {roots, strings.Replace(url, "127.0.0.1", "back.test", 1)},
		"plain":          {roots, strings.Replace(url, "https", "http", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			g := start(t, 1, upstream.Config{Roots: tt.roots, Lookup: lookup("127.0.0.1")})
			g.route(Config{URI: tt.uri})
			status, _, body, err := g.get("POST", "secret")
			if name == "plain" { // Go's server answers such a request itself
				if err != nil || status != 400 {
					t.Errorf("got %d, %v; want the back end's 400", status, err)
				}
				return
			}
			if err != nil || status != 503 || body != unavailable {
				t.Errorf("got %d %q %v, want 503", status, body, err)
			}
			if i := g.last(); i.Status != 0 || !strings.Contains(i.Error, "unreachable") {
				t.Errorf("integration is %+v, want it unreachable", i)
			}
		})
	}
}
