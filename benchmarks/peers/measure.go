package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gatehouse/benchmarks/proc"
	"gatehouse/benchmarks/wrk"
)

// cell is one place of the table: a scenario under a number of connections.
type cell struct {
	scenario    string
	connections int
}

// sample is one measurement of one program in one cell.
type sample struct {
	Rate       float64 // requests per second
	CPUMicros  float64 // CPU microseconds of the program's group per request
	BackMicros float64 // the same of the back end
	P50, P99   time.Duration
	RSS, PSS   int64 // bytes of the group right after the run
	Errors     int64
}

// row is all that is known of one program in one cell. Failure is empty or
// says why its figures mean nothing.
type row struct {
	samples []sample // one per round
	failure string
}

// report holds every row, by cell and program name.
type report struct {
	settings settings
	machine  machine
	versions []version
	rows     map[cell]map[string]*row
}

func measureAll(ctx context.Context, s settings, dir string) (*report, error) {
	cert, err := newPair(dir)
	if err != nil {
		return nil, err
	}
	present, versions := installed(ctx, s)
	if len(present) == 0 {
		return nil, errors.New("no program to measure is installed")
	}
	fmt.Fprintf(os.Stderr, "%v of load and some time to start programs\n", loadTime(s, present))
	rep := &report{settings: s, machine: thisMachine(ctx), versions: versions, rows: map[cell]map[string]*row{}}
	for round := range s.Rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, s.Rounds)
		base := site{settings: s, Dir: filepath.Join(dir, fmt.Sprint("round", round)), Cert: cert}
		if err := rep.round(ctx, base, rotate(present, round)); err != nil {
			return nil, err
		}
	}
	return rep, nil
}

// loadTime is how long the loads of all rounds last. A program counts in every
// scenario, so that it is a little too long where one is left out of some.
func loadTime(s settings, present []program) time.Duration {
	runs := s.Rounds * len(s.Scenarios) * len(s.Connections) * len(present)
	return time.Duration(runs*(s.Seconds+s.Warm)) * time.Second
}

// installed gives the programs asked for that can be run, with their versions.
func installed(ctx context.Context, s settings) (present []program, versions []version) {
	for _, p := range programs {
		if !slices.Contains(s.Programs, p.name) {
			continue
		}
		v, err := p.version(ctx, s)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s is left out: %v\n", p.name, err)
			continue
		}
		present, versions = append(present, p), append(versions, version{p.name, v})
	}
	return present, versions
}

// rotate moves the first n programs to the end, so that none is always first.
func rotate(ps []program, n int) []program {
	n %= len(ps)
	return slices.Concat(ps[n:], ps[:n])
}

// round starts the back end and every program anew, then goes through the
// cells; in each, one program after the other is loaded while the rest is idle.
func (rep *report) round(ctx context.Context, base site, ps []program) error {
	back, err := startIn(ctx, base, program{name: "common-backend", start: startBackend})
	if err != nil {
		return err
	}
	defer back.group.Stop()
	base.Backend = back.plain
	running := map[string]*instance{}
	defer func() {
		for _, in := range running {
			in.group.Stop()
		}
	}()
	for _, p := range ps {
		in, err := startIn(ctx, base, p)
		if err != nil {
			return fmt.Errorf("start %s: %w", p.name, err)
		}
		running[p.name] = in
	}
	return rep.cells(ctx, base, ps, running, back.group)
}

func (rep *report) cells(ctx context.Context, base site, ps []program, running map[string]*instance, back *proc.Group) error {
	for _, sc := range scenarios {
		if !slices.Contains(base.Scenarios, sc.name) {
			continue
		}
		for _, n := range base.Connections {
			for _, p := range ps {
				rep.cellOf(ctx, base, sc, n, p.name, running[p.name], back)
				if err := ctx.Err(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func startIn(ctx context.Context, base site, p program) (*instance, error) {
	base.Dir = filepath.Join(base.Dir, p.name)
	if err := os.MkdirAll(base.Dir, 0o755); err != nil {
		return nil, err
	}
	return p.start(ctx, base)
}

// cellOf measures one program in one cell and files the sample or the failure;
// a measurement cut short by ctx is neither.
func (rep *report) cellOf(ctx context.Context, base site, sc scenario, n int, name string, in *instance, back *proc.Group) {
	if sc.url(in) == "" {
		return
	}
	r := rep.row(cell{sc.name, n}, name)
	got, err := measure(ctx, base, sc, n, in, back)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		r.failure = err.Error()
		fmt.Fprintf(os.Stderr, "FAILED: %s, %s, %d connections: %v\n", name, sc.name, n, err)
		return
	}
	fmt.Fprintf(os.Stderr, "%-14s %-6s %4d  %8.0f/s  %6.1f us\n", name, sc.name, n, got.Rate, got.CPUMicros)
	r.samples = append(r.samples, got)
}

func (rep *report) row(c cell, name string) *row {
	if rep.rows[c] == nil {
		rep.rows[c] = map[string]*row{}
	}
	if rep.rows[c][name] == nil {
		rep.rows[c][name] = &row{}
	}
	return rep.rows[c][name]
}

// measure checks the answer, warms up, and loads one program once.
func measure(ctx context.Context, s site, sc scenario, n int, in *instance, back *proc.Group) (sample, error) {
	x, url := sc.exchange(in), sc.url(in)
	if err := x.check(url, in.host); err != nil {
		return sample{}, err
	}
	load := wrk.Load{URL: url, Request: x.Request, Connections: n, Threads: s.Workers, Seconds: s.Warm}
	load.Request.Header = maps.Clone(x.Header)
	if load.Request.Header == nil {
		load.Request.Header = map[string]string{}
	}
	load.Request.Header["Host"] = in.host
	if s.Warm > 0 {
		if _, err := wrk.Run(ctx, s.Dir, load); err != nil {
			return sample{}, err
		}
	}
	load.Seconds = s.Seconds
	return charge(in.group, back, func() (wrk.Result, error) { return wrk.Run(ctx, s.Dir, load) })
}

// charge runs a load and divides the CPU time that it took by its requests.
func charge(group, back *proc.Group, load func() (wrk.Result, error)) (sample, error) {
	before, err1 := group.Usage()
	backBefore, err2 := back.Usage()
	r, err3 := load()
	after, err4 := group.Usage()
	backAfter, err5 := back.Usage()
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return sample{}, err
	}
	if r.Requests == 0 || r.Errors > 0 {
		return sample{}, fmt.Errorf("%d requests, %d errors", r.Requests, r.Errors)
	}
	return sample{
		Rate: r.Rate, P50: r.P50, P99: r.P99, Errors: r.Errors, RSS: after.RSS, PSS: after.PSS,
		CPUMicros:  perRequest(after.CPU-before.CPU, r.Requests),
		BackMicros: perRequest(backAfter.CPU-backBefore.CPU, r.Requests),
	}, nil
}

// perRequest is in microseconds.
func perRequest(cpu time.Duration, requests int64) float64 {
	return float64(cpu.Nanoseconds()) / 1000 / float64(requests)
}
