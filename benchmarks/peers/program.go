package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gatehouse/benchmarks/proc"
	"gatehouse/benchmarks/wrk"
)

// program is one thing to measure.
type program struct {
	name    string
	version func(context.Context, settings) (string, error) // an error means that it is not installed
	start   func(context.Context, site) (*instance, error)
}

// programs is every program in the order of the table. The back end alone is
// among them: what it does unproxied is the ceiling of the others.
var programs = []program{
	{"backend", nginxVersion, startBackendAlone},
	{"gatehouse", gatehouseVersion, startGatehouse},
	{"gatehouse-rest", gatehouseVersion, startRest},
	{"nginx", nginxVersion, startNginx},
	{"haproxy", haproxyVersion, startHaproxy},
	{"caddy", caddyVersion, startCaddy},
}

// site is what a program is started with.
type site struct {
	settings
	Dir     string // its own folder, for configuration, log and state
	Backend string // address of the back end
	Cert    pair
}

// instance is a started program.
type instance struct {
	group *proc.Group
	plain string // address of the plain listener
	tls   string // address of the TLS listener, empty when it has none
	host  string // Host of the requests
	stage string // what comes before the path of proxied requests, such as "/s"
	local exchange
}

// exchange is a request with the answer that it must get.
type exchange struct {
	wrk.Request
	status int
	body   string
}

// anyHost is sent to programs that do not choose by it, so that all get
// requests of one size. It is as long as a gatehouse API's host name.
const anyHost = "abcdef1234.execute-api.localhost"

// launch runs a program in its folder and waits for its addresses. The caller
// must stop the instance's group.
func launch(ctx context.Context, s site, in *instance, c proc.Command) (*instance, error) {
	group, err := proc.Start(c)
	if err != nil {
		return nil, err
	}
	in.group = group
	addrs := []string{in.plain}
	if in.tls != "" {
		addrs = append(addrs, in.tls)
	}
	if err := group.WaitTCP(ctx, addrs...); err != nil {
		group.Stop()
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	return in, nil
}

// newInstance chooses free addresses for a program that takes any host name
// and answers localExchange by itself.
func newInstance() (*instance, error) {
	addrs, err := proc.FreeAddrs(2)
	if err != nil {
		return nil, err
	}
	return &instance{plain: addrs[0], tls: addrs[1], host: anyHost, local: localExchange()}, nil
}

// writeConfig fills a template's {names} and writes it into the program's folder.
func (s site) writeConfig(name, template string, pairs ...string) (path string, err error) {
	path = filepath.Join(s.Dir, name)
	return path, os.WriteFile(path, []byte(strings.NewReplacer(pairs...).Replace(template)), 0o600)
}
