// Command loadtest starts a gateway with a back end, runs the k6 scenarios of
// http.js against it, and ends all of it. `make load SCENARIO=ramp` builds what
// it needs. Its exit code is that of k6: 99 means a crossed threshold.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"gatehouse/benchmarks/gateway"
)

// settings are the command's flags.
type settings struct {
	Scenario  string
	K6        string // binary
	Script    string
	Gatehouse string // binary
	Direct    bool   // load the back end itself: a trial of the scenario without a gateway
	Limit     time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, parseFlags())
	stop()
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		fmt.Fprintln(os.Stderr, "loadtest:", err)
		os.Exit(exit.ExitCode())
	default:
		fmt.Fprintln(os.Stderr, "loadtest:", err)
		os.Exit(1)
	}
}

func parseFlags() settings {
	var s settings
	flag.StringVar(&s.Scenario, "scenario", "smoke", "smoke, ramp, soak or spike")
	flag.StringVar(&s.K6, "k6", "./bin/k6", "k6 binary")
	flag.StringVar(&s.Script, "script", "loadtest/http.js", "k6 script")
	flag.StringVar(&s.Gatehouse, "gatehouse", "./gatehouse", "gatehouse binary")
	flag.BoolVar(&s.Direct, "direct", false, "load the back end itself, without a gateway")
	flag.DurationVar(&s.Limit, "limit", 30*time.Minute, "the longest that all may take")
	flag.Parse()
	return s
}

func run(ctx context.Context, s settings) error {
	ctx, cancel := context.WithTimeout(ctx, s.Limit)
	defer cancel()
	back, err := startBackend()
	if err != nil {
		return err
	}
	defer back.Close()
	if s.Direct {
		return runK6(ctx, s, back.addr, back.addr)
	}
	dir, err := os.MkdirTemp("", "gatehouse-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	g, err := gateway.Start(ctx, gateway.Options{Binary: s.Gatehouse, Dir: dir})
	if err != nil {
		return err
	}
	defer g.Stop()
	host, err := g.CreateAPI(ctx, gateway.API{Name: "load", ProtocolType: "HTTP", Target: "http://" + back.addr})
	if err != nil {
		return err
	}
	if err := runK6(ctx, s, g.Addr, host); err != nil {
		return err
	}
	u, err := g.Usage() // fails when the gateway did not live through the load
	if err != nil {
		return err
	}
	fmt.Printf("gatehouse: %s of CPU time, %.1f MB resident at the end\n", u.CPU, float64(u.RSS)/(1<<20))
	return nil
}

// runK6 passes the whole environment on, so RATE, DURATION and P99_MS reach
// the script. When ctx ends, k6 is asked to end its scenario.
func runK6(ctx context.Context, s settings, addr, host string) error {
	cmd := exec.CommandContext(ctx, s.K6, "run", "--quiet", "--no-usage-report", s.Script)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "BASE_URL=http://"+addr, "HOST="+host, "SCENARIO="+s.Scenario, "K6_AUTO_EXTENSION_RESOLUTION=false")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("k6: %w", err)
	}
	return nil
}
