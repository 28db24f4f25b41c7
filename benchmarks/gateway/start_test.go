package gateway

import (
	"context"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary play gatehouse's part for TestStart: it takes
// the flags of `serve` and is healthy 200 ms after it listens.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		os.Exit(serve(os.Args[2:]))
	}
	os.Exit(m.Run())
}

func serve(args []string) int {
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	listen, admin, data := f.String("listen", "", ""), f.String("admin", "", ""), f.String("data", "", "")
	listenTLS, cert, key := f.String("listen-tls", "", ""), f.String("tls-cert", "", ""), f.String("tls-key", "", "")
	if f.Parse(args) != nil || *data == "" {
		return 2
	}
	begin := time.Now()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_gatehouse/health", func(w http.ResponseWriter, _ *http.Request) {
		if time.Since(begin) < 200*time.Millisecond {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("POST /v2/apis", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"apiId":"`+strings.Join([]string{*listen, *listenTLS, *cert, *key}, ",")+`"}`)
	})
	http.ListenAndServe(*admin, mux)
	return 1
}

func TestStart(t *testing.T) {
	g, err := Start(context.Background(), Options{Binary: os.Args[0], Dir: t.TempDir(), CertFile: "c.pem", KeyFile: "k.pem"})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Stop()
	host, err := g.CreateAPI(context.Background(), API{Name: "x", ProtocolType: "HTTP"})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{g.Addr, g.TLS, "c.pem", "k.pem"}, ",") + ".execute-api.localhost"
	if host != want || g.TLS == "" {
		t.Errorf("started with %s, want %s", host, want)
	}
}

func TestStartWithoutTLS(t *testing.T) {
	g, err := Start(context.Background(), Options{Binary: os.Args[0], Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Stop()
	if g.TLS != "" {
		t.Errorf("TLS address = %s, want none without a certificate", g.TLS)
	}
}

func TestStartTellsWhatWentWrong(t *testing.T) {
	script := filepath.Join(t.TempDir(), "gatehouse")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho \"unknown flag: $2\" >&2\nexit 2\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := Start(context.Background(), Options{Binary: script, Dir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "unknown flag: --listen") {
		t.Errorf("Start = %v, want the program's own words", err)
	}
	if _, err := Start(context.Background(), Options{Binary: script + "-absent", Dir: t.TempDir()}); err == nil {
		t.Error("Start of an absent program = no error")
	}
}
