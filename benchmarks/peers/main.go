// Command peers measures gatehouse beside nginx, haproxy and caddy: the same
// requests, the same back end, one machine, programs taking turns. It prints a
// table and, with -out, writes it as a page. With -idle it measures what an
// idle connection costs instead, with -start how gatehouse starts. `make bench-peers` installs what it needs and
// runs it; README.md beside it says how to read the figures.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// settings are the command's flags.
type settings struct {
	Rounds      int   // times each program is started and measured
	Seconds     int   // length of one measurement
	Warm        int   // seconds of load before each measurement, not counted
	Connections []int // numbers of client connections
	Scenarios   []string
	Programs    []string
	Gatehouse   string // the binary
	Caddy       string // the binary
	Out         string // page to write; empty writes none
	Workers     int    // threads or processes of each program
	Idle        bool
	Start       bool
	StartAPIs   int // APIs stored when -start measures
	IdlePlain   int // connections held by -idle
	IdleTLS     int
	IdleWait    int // seconds they are held before memory is read
}

// errFailed means that at least one row failed its checks.
var errFailed = errors.New("at least one row failed, see the table")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	s, err := parseFlags(args)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "gatehouse-peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	switch {
	case s.Idle:
		return measureIdle(ctx, s, dir)
	case s.Start:
		return measureStart(ctx, s, dir)
	}
	rep, err := measureAll(ctx, s, dir)
	if err != nil {
		return err
	}
	page := rep.page()
	fmt.Print(page)
	if s.Out != "" {
		if err := os.WriteFile(s.Out, []byte(page), 0o644); err != nil {
			return err
		}
	}
	if rep.failed() {
		return errFailed
	}
	return nil
}

func parseFlags(args []string) (settings, error) {
	var s settings
	var connections, scenarios, programs string
	f := flag.NewFlagSet("peers", flag.ContinueOnError)
	f.IntVar(&s.Rounds, "rounds", 4, "rounds; every program is started anew in each")
	f.IntVar(&s.Seconds, "seconds", 5, "seconds of one measurement")
	f.IntVar(&s.Warm, "warm", 1, "seconds of load before each measurement")
	f.StringVar(&connections, "connections", "1,64,512", "numbers of client connections")
	f.StringVar(&scenarios, "scenarios", "get,post,local,tls", "scenarios")
	f.StringVar(&programs, "programs", "backend,gatehouse,gatehouse-rest,nginx,haproxy,caddy", "programs; one whose binary is absent is left out")
	f.StringVar(&s.Gatehouse, "gatehouse", "./gatehouse", "gatehouse binary")
	f.StringVar(&s.Caddy, "caddy", "./bin/caddy", "caddy binary")
	f.StringVar(&s.Out, "out", "", "page to write, such as benchmarks/RESULTS.md")
	f.IntVar(&s.Workers, "workers", runtime.NumCPU(), "workers of each program that can be told")
	quick := f.Bool("quick", false, "one round of 2 seconds with 64 connections: a smoke test, not a measurement")
	f.BoolVar(&s.Idle, "idle", false, "measure memory per idle connection instead")
	f.BoolVar(&s.Start, "start", false, "measure gatehouse's start, idle memory and size instead")
	f.IntVar(&s.StartAPIs, "start-apis", 100, "APIs stored when -start measures")
	f.IntVar(&s.IdlePlain, "idle-plain", 15000, "plain connections held by -idle")
	f.IntVar(&s.IdleTLS, "idle-tls", 5000, "TLS connections held by -idle")
	f.IntVar(&s.IdleWait, "idle-wait", 5, "seconds they are held before memory is read")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	if *quick {
		s.Rounds, s.Seconds, s.Warm, connections = 1, 2, 0, "64"
	}
	s.Scenarios, s.Programs = strings.Split(scenarios, ","), strings.Split(programs, ",")
	var err error
	s.Connections, err = positives(connections)
	if err == nil && (s.Rounds < 1 || s.Seconds < 1 || s.Warm < 0 || s.Workers < 1) {
		err = errors.New("rounds, seconds and workers start at 1")
	}
	return s, err
}

// positives reads whole numbers from 1 on, separated by commas.
func positives(list string) ([]int, error) {
	var numbers []int
	for field := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("connections: %q is not a number from 1 on", field)
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}
