package main

import (
	"flag"
	"os"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestMedian(t *testing.T) {
	tests := []struct {
		name   string
		values []float64
		want   float64
	}{
		{"none", nil, 0},
		{"one", []float64{3}, 3},
		{"odd", []float64{9, 1, 5}, 5},
		{"even", []float64{4, 1, 3, 100}, 3.5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := median(tt.values); got != tt.want {
				t.Errorf("median(%v) = %v, want %v", tt.values, got, tt.want)
			}
		})
	}
}

// TestRatioIsTakenPerRound has a machine that halves its speed in the second
// round: medians of the rates would differ, the ratio must not.
func TestRatioIsTakenPerRound(t *testing.T) {
	a := rowOf(sample{Rate: 110}, sample{Rate: 55}, sample{Rate: 110})
	b := rowOf(sample{Rate: 100}, sample{Rate: 50}, sample{Rate: 100})
	if got, ok := ratio(a, b, rate); !ok || got != 1.1 {
		t.Errorf("ratio = %v, %t, want 1.1", got, ok)
	}
	for name, other := range map[string]*row{
		"absent": nil, "failed": {failure: "x", samples: b.samples}, "fewer rounds": rowOf(sample{Rate: 1}), "idle": rowOf(make([]sample, 3)...),
	} {
		if _, ok := ratio(a, other, rate); ok {
			t.Errorf("ratio to a row that is %s = known, want unknown", name)
		}
	}
}

func TestPerRequest(t *testing.T) {
	if got := perRequest(2*time.Second, 100_000); got != 20 {
		t.Errorf("perRequest(2s, 100000) = %v us, want 20", got)
	}
}

func TestLoadTime(t *testing.T) {
	s := settings{Rounds: 3, Seconds: 2, Warm: 1, Connections: []int{1, 64, 512}, Scenarios: []string{"get", "post"}}
	if got, want := loadTime(s, make([]program, 5)), 270*time.Second; got != want {
		t.Errorf("loadTime = %v, want %v", got, want)
	}
}

func TestRotate(t *testing.T) {
	ps := []program{{name: "a"}, {name: "b"}, {name: "c"}}
	for n, want := range []string{"abc", "bca", "cab", "abc"} {
		got := ""
		for _, p := range rotate(ps, n) {
			got += p.name
		}
		if got != want {
			t.Errorf("rotate(abc, %d) = %s, want %s", n, got, want)
		}
	}
}

func TestPage(t *testing.T) {
	const path = "testdata/page.golden.md"
	rep := sampleReport()
	got := rep.page()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("page differs from %s, got:\n%s", path, got)
	}
	if !rep.failed() {
		t.Error("failed = false, want true: one row failed")
	}
}

// sampleReport has goals met and missed, one unknown, and a failed row.
func sampleReport() *report {
	nginx := rowOf(
		sample{Rate: 30000, CPUMicros: 22, BackMicros: 11, P50: 1500 * time.Microsecond, P99: 4 * time.Millisecond, RSS: 30 << 20, PSS: 20 << 20},
		sample{Rate: 32000, CPUMicros: 24, BackMicros: 11, P50: 1400 * time.Microsecond, P99: 5 * time.Millisecond, RSS: 32 << 20, PSS: 21 << 20})
	ours := rowOf(
		sample{Rate: 33000, CPUMicros: 23.1, BackMicros: 10, P50: 900 * time.Microsecond, P99: 3 * time.Millisecond, RSS: 40 << 20, PSS: 40 << 20},
		sample{Rate: 35200, CPUMicros: 25.2, BackMicros: 10, P50: 800 * time.Microsecond, P99: 3 * time.Millisecond, RSS: 42 << 20, PSS: 42 << 20})
	rest := rowOf(
		sample{Rate: 27000, CPUMicros: 26, P50: time.Millisecond, P99: 3 * time.Millisecond, RSS: 41 << 20, PSS: 41 << 20},
		sample{Rate: 28800, CPUMicros: 27, P50: time.Millisecond, P99: 3 * time.Millisecond, RSS: 43 << 20, PSS: 43 << 20})
	return &report{
		settings: settings{Rounds: 2, Seconds: 5, Warm: 1, Workers: 2, Connections: []int{64}, Scenarios: []string{"get", "post"}},
		machine:  machine{CPU: "Some CPU", Kernel: "6.1.0", Commit: "abc123+", Date: "2026-01-02 03:04 UTC", Cores: 2, Memory: "8000000 kB"},
		versions: []version{{"gatehouse", "v1"}, {"nginx", "nginx version: nginx/1.22.1"}},
		rows: map[cell]map[string]*row{
			{"get", 64}:   {"gatehouse": ours, "gatehouse-rest": rest, "nginx": nginx},
			{"local", 64}: {"gatehouse-rest": rest, "nginx": nginx},
			{"post", 64}:  {"gatehouse": {failure: "wrong answer: status 500,\nwant 200: a|b"}, "nginx": nginx},
		},
	}
}

func rowOf(samples ...sample) *row { return &row{samples: samples} }
