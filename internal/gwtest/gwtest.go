// Package gwtest starts the real binary for tests, with free ports and a data
// folder of its own, and ends it with them.
package gwtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Gateway is one running process.
type Gateway struct {
	Listen    string // data listener, host:port
	ListenTLS string // "" without one
	Admin     string // management listener, host:port
	Dir       string // data folder
	cmd       *exec.Cmd
	args      []string
	env       []string // variables of its own
	t         testing.TB
	exited    chan struct{}
	err       error

	mu  sync.Mutex // guards log
	log bytes.Buffer
}

// startTimeout is generous: a race-detecting binary on a busy machine is slow.
const startTimeout = 60 * time.Second

// Start builds the binary once per test process and runs `serve` with free
// ports, an empty data folder and args. The test's end ends it.
func Start(t testing.TB, args ...string) *Gateway {
	t.Helper()
	return StartWith(t, nil, args...)
}

// StartWith is Start with variables (KEY=value) for the process alone.
func StartWith(t testing.TB, env []string, args ...string) *Gateway {
	t.Helper()
	g := &Gateway{t: t, Dir: t.TempDir(), args: args, env: env}
	g.Launch()
	t.Cleanup(func() { g.Kill() })
	return g
}

// Launch runs the process again on the same data folder, with new ports.
func (g *Gateway) Launch() {
	g.t.Helper()
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data", g.Dir, "--log-format", "json"}, g.args...)
	g.cmd = exec.Command(Binary(g.t), args...)
	g.cmd.Env = append(cleanEnviron(), g.env...)
	stderr, err := g.cmd.StderrPipe()
	if err != nil {
		g.t.Fatal(err)
	}
	if err := g.cmd.Start(); err != nil {
		g.t.Fatal(err)
	}
	g.mu.Lock()
	g.log.Reset()
	g.mu.Unlock()
	ready := make(chan bool, 1)
	g.exited = make(chan struct{})
	go g.read(stderr, ready)
	select {
	case ok := <-ready:
		if !ok {
			g.t.Fatalf("gatehouse did not start:\n%s", g.Log())
		}
	case <-time.After(startTimeout):
		g.Kill()
		g.t.Fatalf("gatehouse did not serve within %v:\n%s", startTimeout, g.Log())
	}
}

// read collects the log and finds the line that says where it serves.
func (g *Gateway) read(r io.Reader, ready chan<- bool) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		g.mu.Lock()
		g.log.Write(s.Bytes())
		g.log.WriteByte('\n')
		g.mu.Unlock()
		var line map[string]any
		if json.Unmarshal(s.Bytes(), &line) == nil && line["msg"] == "serving" {
			g.Listen, _ = line["listen"].(string)
			g.Admin, _ = line["admin"].(string)
			g.ListenTLS, _ = line["listen-tls"].(string)
			ready <- true
		}
	}
	g.err = g.cmd.Wait()
	close(g.exited)
	select {
	case ready <- false:
	default:
	}
}

// Log returns what the process has logged since its last Launch.
func (g *Gateway) Log() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.String()
}

// PID is the process's id.
func (g *Gateway) PID() int { return g.cmd.Process.Pid }

// Kill ends the process at once (SIGKILL) and waits for it.
func (g *Gateway) Kill() {
	_ = g.cmd.Process.Kill()
	<-g.exited
}

// Signal sends sig to the process, which may have ended already.
func (g *Gateway) Signal(sig syscall.Signal) { _ = g.cmd.Process.Signal(sig) }

// Exited is closed when the process has ended.
func (g *Gateway) Exited() <-chan struct{} { return g.exited }

// Terminate sends SIGTERM and returns how the process ended.
func (g *Gateway) Terminate() error {
	g.Signal(syscall.SIGTERM)
	select {
	case <-g.exited:
		return g.err
	case <-time.After(startTimeout):
		g.Kill()
		return fmt.Errorf("did not end within %v of SIGTERM", startTimeout)
	}
}

// AdminURL is the management listener's URL.
func (g *Gateway) AdminURL() string { return "http://" + g.Admin }

// Host is the Host header that addresses an API.
func (g *Gateway) Host(apiID string) string { return apiID + ".execute-api.localhost" }

// Environ is the environment in which AWS's tools call this gateway.
func (g *Gateway) Environ() []string {
	return append(cleanEnviron(), "AWS_ENDPOINT_URL="+g.AdminURL(), "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x",
		"AWS_DEFAULT_REGION=us-east-1", "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null",
		"AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_CLI_AUTO_PROMPT=off")
}

// cleanEnviron is ours without settings that would act on the process.
func cleanEnviron() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "GATEHOUSE_") && !strings.HasPrefix(kv, "AWS_") {
			env = append(env, kv)
		}
	}
	return env
}

// Call makes a management call with a JSON body and decodes its JSON answer.
// It returns the status.
func (g *Gateway) Call(method, path string, in, out any) int {
	g.t.Helper()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			g.t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, g.AdminURL()+path, body)
	if err != nil {
		g.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	if out != nil && len(b) > 0 {
		if err := json.Unmarshal(b, out); err != nil {
			g.t.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
	return res.StatusCode
}

var binary struct {
	once sync.Once
	path string
	err  error
}

// Binary builds gatehouse, with the race detector as the tests have it, and
// returns its path.
func Binary(t testing.TB) string {
	t.Helper()
	binary.once.Do(func() {
		dir := filepath.Join(os.TempDir(), fmt.Sprintf("gatehouse-test-%d", os.Getuid()))
		if binary.err = os.MkdirAll(dir, 0o700); binary.err != nil {
			return
		}
		path := filepath.Join(dir, fmt.Sprintf("gatehouse-%d", os.Getpid()))
		args := []string{"build", "-buildvcs=false", "-o", path}
		if raceEnabled {
			args = append(args, "-race")
		}
		cmd := exec.Command("go", append(args, ".")...)
		cmd.Dir = root()
		if out, err := cmd.CombinedOutput(); err != nil {
			binary.err = fmt.Errorf("build gatehouse: %w\n%s", err, out)
			return
		}
		binary.path = path
	})
	if binary.err != nil {
		t.Fatal(binary.err)
	}
	return binary.path
}

// Main runs a package's tests and removes the binary afterwards. For TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if binary.path != "" {
		_ = os.Remove(binary.path)
	}
	os.Exit(code)
}

// root is the module's folder.
func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}
