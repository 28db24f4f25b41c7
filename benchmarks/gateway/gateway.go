// Package gateway runs a built gatehouse for measuring, and makes APIs on it
// through its management address with plain JSON calls, as any client would.
package gateway

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"gatehouse/benchmarks/proc"
)

// Options says how to start it. Dir takes the log and, below it, the state.
type Options struct {
	Binary            string
	Dir               string
	CertFile, KeyFile string // PEM; without them there is no TLS listener
}

// Gateway is a running gatehouse on free ports of 127.0.0.1.
type Gateway struct {
	*proc.Group
	Addr  string // data listener
	TLS   string // TLS data listener, empty without a certificate
	Admin string // management listener
}

// API is the part of CreateApi's input that is used here. AWS: CreateApi,
// quick create by target.
type API struct {
	Name         string `json:"name"`
	ProtocolType string `json:"protocolType"`
	Target       string `json:"target,omitempty"`
	CORS         *CORS  `json:"corsConfiguration,omitempty"`
}

// CORS is AWS's corsConfiguration of an HTTP API.
type CORS struct {
	AllowOrigins []string `json:"allowOrigins"`
	AllowMethods []string `json:"allowMethods"`
}

// hostSuffix follows an API's id in its host name.
const hostSuffix = ".execute-api.localhost"

// client gives up on a management call after five seconds.
var client = &http.Client{Timeout: 5 * time.Second}

// Start starts the program and returns once it says that it is healthy. The
// caller must Stop it.
func Start(ctx context.Context, o Options) (*Gateway, error) {
	binary, err := filepath.Abs(o.Binary)
	if err != nil {
		return nil, err
	}
	addrs, err := proc.FreeAddrs(3)
	if err != nil {
		return nil, err
	}
	g := &Gateway{Addr: addrs[0], Admin: addrs[1]}
	args := []string{"serve", "--listen", g.Addr, "--admin", g.Admin, "--data", filepath.Join(o.Dir, "state")}
	if o.CertFile != "" {
		g.TLS = addrs[2]
		args = append(args, "--listen-tls", g.TLS, "--tls-cert", o.CertFile, "--tls-key", o.KeyFile)
	}
	if g.Group, err = proc.Start(proc.Command{Name: "gatehouse", Dir: o.Dir, Path: binary, Args: args}); err != nil {
		return nil, err
	}
	if err := g.Poll(ctx, g.health); err != nil {
		g.Stop()
		return nil, fmt.Errorf("gatehouse: %w", err)
	}
	return g, nil
}

func (g *Gateway) health() error {
	resp, err := client.Get("http://" + g.Admin + "/_gatehouse/health")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("health: %s", resp.Status)
	}
	return nil
}

// CreateAPI makes an HTTP API and gives the host name that reaches it.
func (g *Gateway) CreateAPI(ctx context.Context, a API) (host string, err error) {
	var made struct {
		APIID string `json:"apiId"`
	}
	if err := g.call(ctx, http.MethodPost, "/v2/apis", a, &made); err != nil {
		return "", fmt.Errorf("create api: %w", err)
	}
	return made.APIID + hostSuffix, nil
}

// Version is what the program says of itself, in one line.
func Version(ctx context.Context, binary string) (string, error) {
	if _, err := os.Stat(binary); err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, binary, "--version").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w: %s", binary, err, out)
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line, nil
}
