// Package admin is the management listener: the AWS APIs, and what operators
// and tests need beside them under /_gatehouse/ and /metrics.
package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gatehouse/core/clock"
)

// Config is what the listener serves.
type Config struct {
	AWS     http.Handler        // every path that is not one of ours
	Health  func() error        // nil: both listeners serve
	Clock   *clock.Clock        // moved by POST /_gatehouse/clock
	Movable bool                // allow that
	Metrics prometheus.Gatherer // /metrics
	Signed  bool                // calls are signed: any Host may be named
	Log     *slog.Logger
}

// Server is the management listener.
type Server struct {
	http  http.Server
	limit *limited
}

// Listen takes the address; Serve answers on it.
func Listen(addr string, cfg Config) (*Server, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("admin: listen on %s: %w", addr, err)
	}
	s := &Server{limit: &limited{Listener: ln, most: maxConns}}
	name, _, _ := net.SplitHostPort(addr)
	s.http = http.Server{
		Handler:           guard(cfg.Signed, name, handler(cfg)),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ConnState:         s.limit.state,
		ErrorLog:          slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
	}
	return s, nil
}

// Addr is the address listened on.
func (s *Server) Addr() string { return s.limit.Addr().String() }

// Serve answers until Shutdown; then it returns nil.
func (s *Server) Serve() error {
	if err := s.http.Serve(s.limit); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Shutdown finishes the calls under way, until ctx ends.
func (s *Server) Shutdown(ctx context.Context) error { return s.http.Shutdown(ctx) }

func handler(cfg Config) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_gatehouse/health", func(w http.ResponseWriter, _ *http.Request) { health(w, cfg) })
	clock := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { moveClock(w, r, cfg) })
	mux.Handle("POST /_gatehouse/clock", http.NewCrossOriginProtection().Handler(clock)) // no web page moves it
	mux.Handle("GET /metrics", promhttp.HandlerFor(cfg.Metrics, promhttp.HandlerOpts{}))
	mux.Handle("/", cfg.AWS)
	// The mux would clean paths and redirect; AWS paths are taken as they are.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if own(r.URL.Path) {
			mux.ServeHTTP(w, r)
			return
		}
		cfg.AWS.ServeHTTP(w, r)
	})
}

// guard refuses unsigned calls that name a host other than this machine: a web
// page whose name was made to resolve to a loopback address (DNS rebinding)
// would send its own name.
func guard(signed bool, name string, next http.Handler) http.Handler {
	if signed {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !local(r.Host, name) {
			reply(w, http.StatusForbidden, map[string]string{"message": "unsigned management calls must name localhost or an IP address as host"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func local(host, name string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	return host == "localhost" || host == name || strings.HasSuffix(host, ".localhost") || net.ParseIP(host) != nil
}

func own(path string) bool {
	const prefix = "/_gatehouse/"
	return path == "/metrics" || (len(path) >= len(prefix) && path[:len(prefix)] == prefix)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func health(w http.ResponseWriter, cfg Config) {
	if err := cfg.Health(); err != nil {
		reply(w, http.StatusServiceUnavailable, map[string]string{"status": "starting", "reason": err.Error()})
		return
	}
	reply(w, http.StatusOK, map[string]string{"status": "ok"})
}

// maxAdvance is as far as one call may move the clock.
const maxAdvance = 366 * 24 * time.Hour

// clockEnd is as far as all of them may: times in ns end in 2262.
var clockEnd = time.Date(2200, time.January, 1, 0, 0, 0, 0, time.UTC)

func moveClock(w http.ResponseWriter, r *http.Request, cfg Config) {
	if !cfg.Movable {
		reply(w, http.StatusForbidden, map[string]string{"message": "the clock can't be moved: start with --movable-clock"})
		return
	}
	var in struct {
		Advance string `json:"advance"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&in)
	d, perr := time.ParseDuration(in.Advance)
	if err != nil || perr != nil || d < 0 || d > maxAdvance {
		reply(w, http.StatusBadRequest, map[string]string{"message": `body must be {"advance":"2h"} with a duration of 0 to 8784h`})
		return
	}
	if cfg.Clock.Wall().Add(d).After(clockEnd) {
		reply(w, http.StatusBadRequest, map[string]string{"message": "the clock can't go beyond the year 2200"})
		return
	}
	cfg.Clock.Advance(d)
	reply(w, http.StatusOK, map[string]string{"now": cfg.Clock.Wall().UTC().Format(time.RFC3339Nano)})
}
