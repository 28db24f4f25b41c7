package e2e

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gatehouse/examples/demo"
	"gatehouse/internal/gwtest"
)

// TestNewcomersWalk runs the README's first API, word for word but for ports
// and the id that the second line's answer gives.
func TestNewcomersWalk(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(gwtest.Root(), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "export AWS_ENDPOINT_URL=")
	commands, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 {
		t.Fatal("the README has no first API")
	}
	g := gwtest.Start(t, "--demo")
	ports := strings.NewReplacer("127.0.0.1:4566", g.Admin, ":8080", g.Listen[strings.LastIndexByte(g.Listen, ':'):], demo.BackendAddr, demoBackend(t, g))
	lines := strings.SplitN(strings.TrimSpace(ports.Replace("export AWS_ENDPOINT_URL="+commands)), "\n", 3)
	if len(lines) != 3 {
		t.Fatalf("the README's first API has %d lines, want 3", len(lines))
	}
	for _, c := range clis(t) {
		t.Run(c.version, func(t *testing.T) { walk(t, g, c, lines) })
	}
}

var apiID = regexp.MustCompile(`"ApiId": "([a-z0-9]+)"`)

func walk(t *testing.T, g *gwtest.Gateway, c cli, lines []string) {
	need(t, "curl")
	env := append(os.Environ(), "PATH="+c.dir(t)+":"+os.Getenv("PATH"), "AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null")
	made := mustTool(t, t.TempDir(), env, "bash", "-c", lines[0]+"\n"+lines[1])
	id := apiID.FindStringSubmatch(made)
	if id == nil {
		t.Fatalf("create-api answers no ApiId: %s", made)
	}
	got := mustTool(t, t.TempDir(), env, "bash", "-c", strings.ReplaceAll(lines[2], "{ApiId}", id[1]))
	for _, want := range []string{"HTTP/1.1 200 OK\r\n", "Apigw-Requestid: ", `"path": "/base/orders/7"`, `"query": "x=1"`, `"backend": "demo"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the first curl gives no %q:\n%s", want, got)
		}
	}
}

var demoLine = regexp.MustCompile(`"msg":"demo back end","listen":"([^"]+)"`)

// demoBackend waits for the demo's back end and returns its address.
func demoBackend(t *testing.T, g *gwtest.Gateway) string {
	t.Helper()
	var addr string
	gwtest.Eventually(t, "the log names the demo's back end", func() bool {
		m := demoLine.FindStringSubmatch(g.Log())
		if m != nil {
			addr = m[1]
		}
		return m != nil
	})
	return addr
}

// TestDemo wants the demo API to answer at once, also when its port is taken
// and when an earlier run left the API with another one.
func TestDemo(t *testing.T) {
	t.Parallel()
	if ln, err := net.Listen("tcp", demo.BackendAddr); err == nil {
		defer ln.Close() // else another program has it, which is as good
	}
	g := gwtest.Start(t, "--demo")
	wantDemo(t, g)
	g.Kill()
	g.Launch()
	wantDemo(t, g)
}

func wantDemo(t *testing.T, g *gwtest.Gateway) {
	t.Helper()
	backend := demoBackend(t, g)
	for path, want := range map[string]string{"/hello": "hello world", "/dev/hello": "hello developer"} {
		gwtest.Eventually(t, path+" says "+want+" from "+backend, func() bool {
			a := g.Send(t, gwtest.Request{Host: g.Host(demo.ID), Target: path})
			return a.Status == 200 && strings.Contains(a.Body, want) && strings.Contains(a.Body, backend)
		})
	}
}
