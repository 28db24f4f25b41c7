package main

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// forwarded is what every program adds to a proxied request, with the parts
// that differ taken out.
var forwarded = map[string]*regexp.Regexp{
	"Forwarded":         regexp.MustCompile(`^by=127\.0\.0\.1;for=127\.0\.0\.1;host=` + anyHost + `;proto=(http|https)$`),
	"Via":               regexp.MustCompile(`HTTP/1\.1 AmazonAPIGateway`),
	"X-Amzn-Trace-Id":   regexp.MustCompile(`^Root=1-[0-9a-f-]{32,36}$`),
	"X-Forwarded-For":   regexp.MustCompile(`^$`),
	"X-Forwarded-Proto": regexp.MustCompile(`^$`),
}

// TestPeersDoTheSameWork starts each peer that is installed and looks at what
// the back end gets and what the client gets, plain and over TLS.
func TestPeersDoTheSameWork(t *testing.T) {
	requests := make(chan *http.Request, 1)
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests <- r.Clone(context.Background())
		io.WriteString(w, answer(""))
	}))
	defer back.Close()
	cert, err := newPair(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := settings{Workers: runtime.NumCPU(), Caddy: "../../bin/caddy"}
	for _, p := range programs {
		if p.name == "backend" || strings.HasPrefix(p.name, "gatehouse") {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			if _, err := p.version(context.Background(), s); err != nil {
				t.Skipf("not installed: %v", err)
			}
			in, err := p.start(context.Background(), site{settings: s, Dir: t.TempDir(), Backend: strings.TrimPrefix(back.URL, "http://"), Cert: cert})
			if err != nil {
				t.Fatal(err)
			}
			defer in.group.Stop()
			for _, url := range []string{plainURL(in), tlsURL(in)} {
				resp := ask(t, url+"/orders/7?x=1")
				seen := <-requests
				for name, want := range forwarded {
					if got := seen.Header.Get(name); !want.MatchString(got) {
						t.Errorf("%s: back end got %s: %q, want %s", url, name, got, want)
					}
				}
				if seen.Host != strings.TrimPrefix(back.URL, "http://") {
					t.Errorf("%s: back end got Host %q, want its own", url, seen.Host)
				}
				if resp.Header.Get("Apigw-Requestid") == "" {
					t.Errorf("%s: client got no Apigw-Requestid", url)
				}
				if resp.TLS != nil && resp.TLS.CipherSuite != tls.TLS_AES_128_GCM_SHA256 {
					t.Errorf("cipher %s, want TLS_AES_128_GCM_SHA256", tls.CipherSuiteName(resp.TLS.CipherSuite))
				}
			}
			if err := in.local.check(plainURL(in), in.host); err != nil {
				t.Errorf("local answer: %v", err)
			}
		})
	}
}

func ask(t *testing.T, url string) *http.Response {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = anyHost
	resp, err := checker.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// TestBackend asks the common back end each question of the scenarios.
func TestBackend(t *testing.T) {
	if _, err := exec.LookPath("nginx"); err != nil {
		t.Skip("nginx is not installed")
	}
	in, err := startBackend(context.Background(), site{settings: settings{Workers: 1}, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer in.group.Stop()
	for _, x := range []exchange{getExchange(), postExchange(), localExchange()} {
		if err := x.check(plainURL(in), in.host); err != nil {
			t.Errorf("%s %s: %v", x.Method, x.Path, err)
		}
		if len(x.body) != answerBytes {
			t.Errorf("%s %s answers %d bytes, want %d", x.Method, x.Path, len(x.body), answerBytes)
		}
	}
	if n := len(postExchange().Body); n != postBytes {
		t.Errorf("POST sends %d bytes, want %d", n, postBytes)
	}
}

func TestCompareRefusesWrongAnswers(t *testing.T) {
	x := getExchange()
	tests := []struct {
		name, body string
		status     int
		bad        bool
	}{
		{"right", answer(""), 200, false},
		{"other status", answer(""), 404, true},
		{"other body", answer("1"), 200, true},
		{"cut body", answer("")[:100], 200, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := x.compare(tt.status, tt.body); (err != nil) != tt.bad {
				t.Errorf("compare(%d, %q) = %v, want error %t", tt.status, tt.body, err, tt.bad)
			}
		})
	}
}

func TestParseFlags(t *testing.T) {
	tests := []struct {
		name string
		args []string
		bad  bool
	}{
		{"defaults", nil, false},
		{"quick", []string{"-quick"}, false},
		{"no rounds", []string{"-rounds", "0"}, true},
		{"no connections", []string{"-connections", "64,0"}, true},
		{"words", []string{"-connections", "many"}, true},
		{"unknown", []string{"-no-such"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parseFlags(tt.args); (err != nil) != tt.bad {
				t.Errorf("parseFlags(%q) = %v, want error %t", tt.args, err, tt.bad)
			}
		})
	}
}
