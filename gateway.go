package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"gatehouse/config"
	"gatehouse/control/admin"
	"gatehouse/control/apigateway"
	"gatehouse/control/apigatewayv2"
	"gatehouse/control/compile"
	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/core/bufs"
	"gatehouse/core/clock"
	"gatehouse/core/loop"
	"gatehouse/core/nbtls"
	"gatehouse/core/snapshot"
	"gatehouse/core/upstream"
	"gatehouse/plugins/accesslog"
	"gatehouse/protocols/http1"
	"gatehouse/protocols/sigv4"
	"gatehouse/store"
)

// gateway is the running process: its parts in the order in which they start.
type gateway struct {
	cfg      *config.Config
	log      *slog.Logger
	store    store.Store
	budget   *bufs.Budget
	loops    *loop.Server
	http     *http1.Server
	certs    *nbtls.Certificates
	shakes   *nbtls.Handshakes
	upstream *upstream.Client
	logs     *accesslog.Files
	holder   snapshot.Holder
	compiler *compile.Compiler
	admin    *admin.Server
	fatal    chan error
	ctx      context.Context
	cancel   context.CancelFunc
}

// serve runs the gateway until a signal, or until a part fails.
func serve(cfg *config.Config) error {
	started := time.Now()
	tuneMemory(cfg)
	g := &gateway{cfg: cfg, log: newLog(cfg), fatal: make(chan error, 4)}
	g.ctx, g.cancel = context.WithCancel(context.Background())
	defer g.cancel()
	slog.SetDefault(g.log)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	if err := g.start(); err != nil {
		return errors.Join(err, g.stop())
	}
	g.announce(time.Since(started))
	go g.housekeep()
	if cfg.Demo {
		if err := g.demo(); err != nil {
			g.log.Warn("demo APIs could not be made", "error", err)
		}
	}
	select {
	case sig := <-signals:
		g.log.Info("draining", "signal", sig.String(), "timeout", cfg.DrainTimeout)
		go func() { <-signals; g.log.Warn("second signal: leaving at once"); os.Exit(1) }()
		return g.stop()
	case err := <-g.fatal:
		return errors.Join(err, g.stop())
	}
}

// housekeep gives back what starting took, and sweeps what crashes left behind.
func (g *gateway) housekeep() {
	debug.FreeOSMemory()
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	for repo := definition.New(g.store); ; {
		if n, err := repo.Sweep(g.ctx, time.Now()); err != nil && g.ctx.Err() == nil {
			g.log.Warn("orphaned deployments could not be swept", "error", err)
		} else if n > 0 {
			g.log.Info("orphaned deployments swept", "count", n)
		}
		select {
		case <-g.ctx.Done():
			return
		case <-t.C:
		}
	}
}

// tuneMemory keeps the process small when idle and the collector rare under
// load: a request allocates nothing, so the heap is what is configured.
func tuneMemory(cfg *config.Config) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(cfg.MemoryBudget) + 1<<30)
	}
}

func newLog(cfg *config.Config) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.LogLevel)) // checked by config
	opts := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, opts))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, opts))
}

// start brings the parts up; on an error stop ends those that run.
func (g *gateway) start() error {
	for _, step := range []func() error{g.openStore, g.openLoops, g.compile, g.runLoops, g.openAdmin} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (g *gateway) openStore() (err error) {
	if err := os.MkdirAll(g.cfg.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if g.cfg.Store == "" {
		g.store, err = store.OpenEmbedded(filepath.Join(g.cfg.Data, "store"), store.Logger(g.log))
		return err
	}
	opts := []store.Option{store.Logger(g.log)}
	if g.cfg.StoreCreds != "" {
		opts = append(opts, store.Credentials(g.cfg.StoreCreds))
	}
	if g.cfg.StoreCA != "" {
		opts = append(opts, store.RootCA(g.cfg.StoreCA))
	}
	g.store, err = store.OpenNATS(g.ctx, g.cfg.Store, opts...)
	return err
}

func (g *gateway) openLoops() error {
	loops := g.cfg.Loops
	if loops == 0 {
		loops = runtime.GOMAXPROCS(0)
	}
	stopped := make(chan struct{})
	g.budget = bufs.NewBudget(int64(g.cfg.MemoryBudget))
	g.shakes = nbtls.NewHandshakes(nbtls.HandshakeOptions{})
	g.http = http1.New(http1.Config{
		Serve: g.holder.Serve, Refuse: g.refuse, Budget: g.budget, Stopped: stopped,
		Draining:    func() bool { return g.loops.Draining() },
		HeadTimeout: g.cfg.HeadTimeout, BodyTimeout: g.cfg.BodyTimeout,
		IdleTimeout: g.cfg.IdleTimeout, StallTimeout: g.cfg.StallTimeout,
		Now: clock.Real.Wall,
	}, loops)
	listeners, err := g.listeners()
	if err != nil {
		return err
	}
	g.loops, err = loop.New(loop.Config{
		Listeners: listeners, Loops: loops, MaxConns: g.cfg.MaxConns, StallTimeout: g.cfg.StallTimeout,
		Budget: g.budget, Log: g.log, Handshakes: g.shakes,
	})
	if err != nil {
		return err
	}
	roots, err := g.upstreamRoots()
	if err != nil {
		return err
	}
	g.upstream = upstream.New(g.loops, upstream.Config{Loops: loops, Roots: roots})
	go func() { <-g.loops.Done(); close(stopped) }()
	return nil
}

// full is what a connection over the cap gets.
var full = []byte("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 33\r\nConnection: close\r\nRetry-After: 1\r\n\r\n{\"message\":\"Service Unavailable\"}")

func (g *gateway) listeners() ([]loop.Listener, error) {
	out := []loop.Listener{{Addr: g.cfg.Listen, Accept: g.http.Accept, Full: full}}
	if g.cfg.ListenTLS == "" {
		return out, nil
	}
	tlsConfig, err := g.tlsConfig()
	if err != nil {
		return nil, err
	}
	return append(out, loop.Listener{Addr: g.cfg.ListenTLS, Accept: g.http.Accept, TLS: tlsConfig}), nil
}

func (g *gateway) tlsConfig() (*tls.Config, error) {
	var pairs []nbtls.Pair
	for i, cert := range g.cfg.TLSCert {
		pairs = append(pairs, nbtls.Pair{CertFile: cert, KeyFile: g.cfg.TLSKey[i]})
	}
	if g.cfg.TLSDev {
		pair, err := nbtls.SelfSigned(filepath.Join(g.cfg.Data, "tls"), time.Now(), "*.execute-api."+g.cfg.Domain)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair)
	}
	var err error
	if g.certs, err = nbtls.LoadCertificates(pairs...); err != nil {
		return nil, err
	}
	go g.reloadCertificates()
	return nbtls.ServerConfig(nbtls.ServerOptions{Certificates: g.certs, ALPN: []string{"http/1.1"}})
}

// reloadCertificates takes up replaced files within seconds.
func (g *gateway) reloadCertificates() {
	t := time.NewTicker(5 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-g.ctx.Done():
			return
		case <-t.C:
			if changed, err := g.certs.Reload(); err != nil {
				g.log.Warn("certificates could not be loaded again; the old ones serve", "error", err)
			} else if changed {
				g.log.Info("certificates loaded again")
			}
		}
	}
}

func (g *gateway) upstreamRoots() (*x509.CertPool, error) {
	if g.cfg.UpstreamCA == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(g.cfg.UpstreamCA)
	if err != nil {
		return nil, fmt.Errorf("upstream-ca: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("upstream-ca %s: holds no PEM certificate", g.cfg.UpstreamCA)
	}
	return roots, nil
}

func (g *gateway) accessLogs() accesslog.Config {
	c := accesslog.Config{Dir: filepath.Join(g.cfg.Data, "logs"), Log: g.log}
	if g.cfg.AccessLog == "both" {
		c.Mirror = os.Stdout
	}
	return c
}

// compile puts what is stored into force before the first connection comes.
func (g *gateway) compile() error {
	g.logs = accesslog.Open(g.accessLogs())
	g.compiler = compile.New(compile.Config{Store: g.store, Holder: &g.holder, Upstream: g.upstream,
		Logs: g.logs, Account: g.cfg.Account, Extended: g.cfg.Profile == "extended", Log: g.log})
	ready := make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		if err := g.compiler.Run(g.ctx, func() { close(ready) }); err != nil {
			failed <- err
		}
	}()
	select {
	case <-ready:
		go func() { g.fatal <- <-failed }()
		return nil
	case err := <-failed:
		return err
	case <-time.After(time.Minute):
		return errors.New("the store did not deliver its definitions within a minute")
	}
}

func (g *gateway) runLoops() error {
	failed := make(chan error, 1)
	go func() { failed <- g.loops.Run() }()
	select {
	case <-g.loops.Ready():
		go func() {
			if err := <-failed; err != nil || !g.loops.Draining() { // gnet may end itself without an error
				g.fatal <- errors.Join(errLoops, err)
			}
		}()
		return nil
	case err := <-failed:
		return err
	}
}

var errLoops = errors.New("the event loops ended")

// health says whether both listeners serve.
func (g *gateway) health() error {
	select {
	case <-g.loops.Done():
		return errLoops
	default:
	}
	if g.loops.Draining() {
		return errors.New("draining")
	}
	return nil
}

func (g *gateway) openAdmin() error {
	var err error
	g.admin, err = admin.Listen(g.cfg.Admin, admin.Config{AWS: g.awsServer(), Health: g.health, Clock: clock.Real,
		Movable: g.cfg.MovableClock, Metrics: g.metrics(), Signed: g.cfg.Signed(), Log: g.log})
	if err != nil {
		return err
	}
	go func() {
		if err := g.admin.Serve(); err != nil {
			g.fatal <- fmt.Errorf("management listener: %w", err)
		}
	}()
	return nil
}

func (g *gateway) awsServer() *wire.Server {
	var keys []wire.Key
	for _, k := range g.cfg.AccessKeys {
		keys = append(keys, wire.Key{ID: k.ID, Secret: sigv4.Secret(k.Secret.Reveal())})
	}
	limits, restLimits := apigatewayv2.Limits{}, apigateway.Limits{}
	if g.cfg.Profile == "extended" {
		restLimits = apigateway.Limits{APIs: -1, Resources: -1, Stages: -1, Authorizers: -1, TimeoutMS: -1}
		limits = apigatewayv2.Limits{APIs: -1, VPCLinks: -1, Routes: -1, Integrations: -1, Authorizers: -1, Stages: -1, Audiences: -1, Scopes: -1}
	}
	repo := definition.New(g.compiler.Applied(g.store))
	return wire.New(wire.Config{Region: g.cfg.Region, Account: g.cfg.Account, Keys: keys, Log: g.log, Now: clock.Real.Wall},
		restService(g, repo, restLimits, g.log),
		apigatewayv2.Service(apigatewayv2.Config{Repository: repo, Endpoint: g.endpoint, Limits: limits, Log: g.log}))
}

// endpoint is the URL of an API as we hand it out.
func (g *gateway) endpoint(apiID string) string {
	_, port, err := net.SplitHostPort(g.loops.Addrs()[0])
	if err != nil {
		return ""
	}
	return "http://" + apiID + ".execute-api." + g.cfg.Domain + ":" + port
}

// announce says where it listens and what to try next.
func (g *gateway) announce(took time.Duration) {
	args := []any{"version", version, "listen", g.loops.Addrs()[0], "admin", g.admin.Addr(), "took", took.Round(time.Millisecond)}
	if len(g.loops.Addrs()) > 1 {
		args = append(args, "listen-tls", g.loops.Addrs()[1])
	}
	g.log.Info("serving", args...)
	if g.cfg.MovableClock && g.cfg.Signed() { // else only this machine reaches it
		g.log.Warn("movable-clock lets everyone who reaches the management listener move the time: for tests only", "admin", g.admin.Addr())
	}
	if g.cfg.LogFormat == "json" {
		return
	}
	fmt.Fprintf(os.Stdout, `
Gatehouse serves APIs on http://%s and takes AWS calls on http://%s. To make one, in another terminal:

  export AWS_ENDPOINT_URL=http://%s AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=%s
  aws apigatewayv2 create-api --name shop --protocol-type HTTP --target http://127.0.0.1:9001/base
  curl -i {ApiEndpoint of the answer}/orders/7

`, g.loops.Addrs()[0], g.admin.Addr(), g.admin.Addr(), g.cfg.Region)
}

// stop ends the parts in the reverse order.
func (g *gateway) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), g.cfg.DrainTimeout)
	defer cancel()
	var errs []error
	if g.admin != nil {
		defer func() { _ = g.admin.Shutdown(ctx) }()
	}
	if g.loops != nil && g.started() {
		errs = append(errs, g.loops.Drain(ctx))
		<-g.loops.Done()
	}
	g.cancel()
	if g.upstream != nil {
		g.upstream.Close()
	}
	if g.logs != nil {
		g.logs.Close()
	}
	if g.store != nil {
		errs = append(errs, g.store.Close())
	}
	return errors.Join(errs...)
}

func (g *gateway) started() bool {
	select {
	case <-g.loops.Ready():
		return true
	default:
		return false
	}
}
