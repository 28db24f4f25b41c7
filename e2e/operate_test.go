package e2e

import (
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"gatehouse/internal/gwtest"
)

// metrics reads /metrics as Prometheus would.
func metrics(t *testing.T, g *gwtest.Gateway) map[string]*dto.MetricFamily {
	t.Helper()
	res, err := http.Get(g.AdminURL() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(res.Body)
	if err != nil {
		t.Fatalf("/metrics does not parse: %v", err)
	}
	return families
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	g, b := gwtest.Start(t), gwtest.Backend(t)
	mustCall(t, g, "POST", "/v2/apis", object{"name": "m", "protocolType": "HTTP", "target": b.URL, "tags": object{"_custom_id_": "met"}})
	for range 3 {
		g.Send(t, gwtest.Request{Host: g.Host("met"), Target: "/"})
	}
	m := metrics(t, g)
	if got := m["gatehouse_backend_requests_total"].GetMetric()[0].GetCounter().GetValue(); got != 3 {
		t.Errorf("gatehouse_backend_requests_total = %v, want 3", got)
	}
	for _, name := range []string{"gatehouse_client_connections", "gatehouse_configuration_revision", "gatehouse_panics_total", "process_resident_memory_bytes", "go_goroutines"} {
		if m[name] == nil {
			t.Errorf("/metrics has no %s", name)
		}
	}
	if got := m["gatehouse_panics_total"].GetMetric()[0].GetCounter().GetValue(); got != 0 {
		t.Errorf("gatehouse_panics_total = %v", got)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	g := gwtest.Start(t)
	var out map[string]string
	if status := g.Call("GET", "/_gatehouse/health", nil, &out); status != 200 || out["status"] != "ok" {
		t.Errorf("health = %d %v, want 200 ok", status, out)
	}
	if stdout, _, status := gwtest.Run(t, nil, "health", "--admin", g.Admin); status != 0 || stdout != "ok\n" {
		t.Errorf("gatehouse health = %d %q, want 0 ok", status, stdout)
	}
	g.Kill()
	if _, stderr, status := gwtest.Run(t, nil, "health", "--admin", g.Admin); status != 1 || !strings.Contains(stderr, "refused") {
		t.Errorf("gatehouse health of an ended process = %d %q, want 1", status, stderr)
	}
}

// TestClock moves the clock past the idle time-out: an idle connection closes.
func TestClock(t *testing.T) {
	t.Parallel()
	g := gwtest.Start(t, "--movable-clock", "--idle-timeout", "2h")
	mustCall(t, g, "POST", "/v2/apis", object{"name": "c", "protocolType": "HTTP", "target": gwtest.Backend(t).URL, "tags": object{"_custom_id_": "clock"}})
	c, err := net.Dial("tcp", g.Listen)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("HEAD /x HTTP/1.1\r\nHost: " + g.Host("clock") + "\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	if n, err := c.Read(buf); err != nil || !strings.HasPrefix(string(buf[:n]), "HTTP/1.1 200 OK\r\n") {
		t.Fatalf("HEAD = %q, %v", buf[:n], err)
	}
	for _, bad := range []object{{"advance": "-1h"}, {"advance": "soon"}, {"advance": "9000h"}, {}} {
		if status := g.Call("POST", "/_gatehouse/clock", bad, nil); status != 400 {
			t.Errorf("POST /_gatehouse/clock %v = %d, want 400", bad, status)
		}
	}
	mustCall(t, g, "POST", "/_gatehouse/clock", object{"advance": "2h1s"})
	if n, err := c.Read(buf); err == nil {
		t.Errorf("an idle connection read %q after two hours, want it closed", buf[:n])
	}
	if made := mustCall(t, g, "POST", "/v2/apis", object{"name": "later", "protocolType": "HTTP"}); made["createdDate"] == nil {
		t.Error("no createdDate")
	}
	still := gwtest.Start(t)
	if status := still.Call("POST", "/_gatehouse/clock", object{"advance": "1h"}, nil); status != 403 {
		t.Errorf("POST /_gatehouse/clock without --movable-clock = %d, want 403", status)
	}
}

// TestRefusesToStart wants exit status 1 and words that say what to do.
func TestRefusesToStart(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	other := gwtest.Start(t) // whose sockets may be shared by SO_REUSEPORT
	busy := ln.Addr().String()
	file := filepath.Join(t.TempDir(), "bad.yaml")
	writeFile(t, file, []byte("listen: 127.0.0.1:0\nlisten-tsl: 127.0.0.1:0\n"))
	free := []string{"serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"}
	for _, c := range []struct {
		name string
		env  []string
		args []string
		want []string
	}{
		{"busy data port", nil, []string{"--listen", busy}, []string{busy, "address already in use"}},
		{"busy admin port", nil, []string{"--admin", busy}, []string{busy, "address already in use"}},
		{"data port of another gatehouse", nil, []string{"--listen", other.Listen}, []string{other.Listen, "address already in use"}},
		{"unknown flag", nil, []string{"--colour", "red"}, []string{"unknown flag: --colour"}},
		{"unknown variable", []string{"GATEHOUSE_LISTN=x"}, nil, []string{"unknown variable GATEHOUSE_LISTN", "did you mean listen"}},
		{"unknown key", nil, []string{"--config", file}, []string{"line 2", `unknown key "listen-tsl"`, "did you mean"}},
		{"open admin", nil, []string{"--admin", "0.0.0.0:0"}, []string{"admin 0.0.0.0:0 can be reached from outside", "access-keys"}},
		{"TLS without certificate", nil, []string{"--listen-tls", "127.0.0.1:0"}, []string{"has no certificate"}},
		{"no certificate file", nil, []string{"--listen-tls", "127.0.0.1:0", "--tls-cert", "/no/such", "--tls-key", "/no/such"}, []string{"/no/such"}},
		{"no store", nil, []string{"--store", "nats://127.0.0.1:1"}, []string{"nats://127.0.0.1:1"}},
		{"argument", nil, []string{"now"}, []string{`unknown command "now"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, stderr, status := gwtest.Run(t, c.env, append(free, c.args...)...)
			if status != 1 {
				t.Errorf("exit status %d, want 1", status)
			}
			for _, want := range c.want {
				if !strings.Contains(stderr, want) {
					t.Errorf("says %q, want %q in it", stderr, want)
				}
			}
		})
	}
}

// TestSecondProcess wants a data folder to have one owner.
func TestSecondProcess(t *testing.T) {
	t.Parallel()
	g := gwtest.Start(t)
	_, stderr, status := gwtest.Run(t, nil, "serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data", g.Dir)
	if status != 1 || !strings.Contains(stderr, g.Dir) {
		t.Errorf("a second process on one data folder: status %d, says %q; want 1 and the folder", status, stderr)
	}
}

// TestOperationsTable keeps docs/operations.md equal to the code.
func TestOperationsTable(t *testing.T) {
	t.Parallel()
	got, _, _ := gwtest.Run(t, nil, "operations")
	golden(t, filepath.Join(gwtest.Root(), "docs", "operations.md"), got)
}

// TestHelp wants every setting explained.
func TestHelp(t *testing.T) {
	t.Parallel()
	help, _, status := gwtest.Run(t, nil, "serve", "--help")
	for _, want := range []string{"--listen ", "--admin ", "--data ", "GATEHOUSE_SETTING", "SIGTERM"} {
		if status != 0 || !strings.Contains(help, want) {
			t.Errorf("serve --help (status %d) has no %q", status, want)
		}
	}
}
