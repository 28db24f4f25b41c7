package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGatehouseAnswersBothWays builds gatehouse, and asks the HTTP API and the
// REST API each question of the table. Both must hand on the same requests, or
// the ratio between them would mean nothing.
func TestGatehouseAnswersBothWays(t *testing.T) {
	if testing.Short() {
		t.Skip("builds gatehouse")
	}
	binary := filepath.Join(t.TempDir(), "gatehouse")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", binary, "gatehouse").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	seen := make(chan string, 2)
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen <- r.Method + " " + r.URL.String() + " " + string(body)
		got := ""
		if len(body) > 0 {
			got = r.Header.Get("Content-Length")
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, answer(got))
	}))
	defer back.Close()
	for _, name := range []string{"gatehouse", "gatehouse-rest"} {
		t.Run(name, func(t *testing.T) {
			s := site{settings: settings{Gatehouse: binary}, Dir: t.TempDir(), Backend: strings.TrimPrefix(back.URL, "http://")}
			if name == "gatehouse" {
				cert, err := newPair(s.Dir)
				if err != nil {
					t.Fatal(err)
				}
				s.Cert = cert
			}
			in, err := programNamed(name).start(context.Background(), s)
			if err != nil {
				t.Fatal(err)
			}
			defer in.group.Stop()
			askEach(t, in, seen)
		})
	}
}

func programNamed(name string) program {
	for _, p := range programs {
		if p.name == name {
			return p
		}
	}
	return program{}
}

// askEach asks a program every question that it takes, and compares what
// reached the back end.
func askEach(t *testing.T, in *instance, seen chan string) {
	t.Helper()
	for _, sc := range scenarios {
		if sc.url(in) == "" {
			continue
		}
		if err := sc.exchange(in).check(sc.url(in), in.host); err != nil {
			t.Errorf("%s: %v", sc.name, err)
			continue
		}
		want := map[string]exchange{"get": getExchange(), "post": postExchange(), "tls": getExchange()}[sc.name]
		if want.Method == "" {
			continue
		}
		if got := <-seen; got != want.Method+" "+want.Path+" "+want.Body {
			t.Errorf("%s: back end got %.60q, want %s %s", sc.name, got, want.Method, want.Path)
		}
	}
	if len(seen) > 0 {
		t.Errorf("back end got %q, want nothing for a local answer", <-seen)
	}
}
