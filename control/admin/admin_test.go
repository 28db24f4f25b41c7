package admin

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gatehouse/core/clock"
)

func config(c *clock.Clock, movable bool) Config {
	return Config{
		AWS:     http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "aws "+r.URL.EscapedPath()) }),
		Health:  func() error { return nil },
		Clock:   c,
		Movable: movable,
		Metrics: prometheus.NewRegistry(),
		Log:     slog.New(slog.DiscardHandler),
	}
}

func TestHandler(t *testing.T) {
	tests := []struct {
		name, method, path, body string
		movable                  bool
		status                   int
		contains                 string
	}{
		{"health", "GET", "/_gatehouse/health", "", false, 200, `"ok"`},
		{"metrics", "GET", "/metrics", "", false, 200, ""},
		{"aws path untouched", "GET", "/v2/apis/a/stages/%24default/../x//y", "", false, 200, "aws /v2/apis/a/stages/%24default/../x//y"},
		{"clock off", "POST", "/_gatehouse/clock", `{"advance":"2h"}`, false, 403, "--movable-clock"},
		{"clock on", "POST", "/_gatehouse/clock", `{"advance":"2h"}`, true, 200, `"now"`},
		{"clock backwards", "POST", "/_gatehouse/clock", `{"advance":"-2h"}`, true, 400, "duration"},
		{"clock nonsense", "POST", "/_gatehouse/clock", `{"advance":7}`, true, 400, "duration"},
		{"clock too long", "POST", "/_gatehouse/clock", `{"advance":"` + strings.Repeat("1", 2000) + `h"}`, true, 400, "duration"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			handler(config(&clock.Clock{}, tt.movable)).ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, strings.NewReader(tt.body)))
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.contains) {
				t.Errorf("%s %s = %d %s, want %d with %q", tt.method, tt.path, w.Code, w.Body, tt.status, tt.contains)
			}
		})
	}
}

// TestClockIsNotForWebPages: a form of another site could post to a loopback
// address.
func TestClockIsNotForWebPages(t *testing.T) {
	for header, value := range map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"} {
		r := httptest.NewRequest("POST", "/_gatehouse/clock", strings.NewReader(`{"advance":"2h"}`))
		r.Header.Set(header, value)
		w := httptest.NewRecorder()
		handler(config(&clock.Clock{}, true)).ServeHTTP(w, r)
		if w.Code != http.StatusForbidden {
			t.Errorf("with %s: %s, status %d, want 403", header, value, w.Code)
		}
	}
}

// TestClockEnds: times in nanoseconds would begin again in the past.
func TestClockEnds(t *testing.T) {
	c := &clock.Clock{}
	for range 400 {
		w := httptest.NewRecorder()
		handler(config(c, true)).ServeHTTP(w, httptest.NewRequest("POST", "/_gatehouse/clock", strings.NewReader(`{"advance":"8784h"}`)))
		if w.Code == http.StatusBadRequest && strings.Contains(w.Body.String(), "2200") {
			return
		}
	}
	t.Errorf("400 years on, the clock shows %v", c.Wall())
}

func TestClockMoves(t *testing.T) {
	c := &clock.Clock{}
	before := c.Now()
	w := httptest.NewRecorder()
	handler(config(c, true)).ServeHTTP(w, httptest.NewRequest("POST", "/_gatehouse/clock", strings.NewReader(`{"advance":"2h"}`)))
	if d := c.Now() - before; d < int64(2*time.Hour) {
		t.Errorf("clock moved by %v, want 2h", time.Duration(d))
	}
}

func TestUnsignedCallsMustNameThisMachine(t *testing.T) {
	tests := []struct {
		host   string
		signed bool
		ok     bool
	}{
		{"127.0.0.1:4566", false, true}, {"localhost:4566", false, true}, {"[::1]:4566", false, true},
		{"x.localhost", false, true}, {"gateway.local:4566", false, true},
		{"evil.example:4566", false, false}, {"evil.example", true, true}, {"", false, false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/v2/apis", nil)
		r.Host = tt.host
		w := httptest.NewRecorder()
		guard(tt.signed, "gateway.local", handler(config(&clock.Clock{}, false))).ServeHTTP(w, r)
		if ok := w.Code == 200; ok != tt.ok {
			t.Errorf("Host %q, signed %v: status %d, want ok %v", tt.host, tt.signed, w.Code, tt.ok)
		}
	}
}
