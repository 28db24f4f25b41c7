package main

import (
	"cmp"
	"slices"
	"time"
)

// median is the middle value, or the mean of the two middle ones; 0 of none.
func median[T int64 | float64 | time.Duration](values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.SortedFunc(slices.Values(values), cmp.Compare[T])
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}

// medianOf is the median of one figure of the samples.
func medianOf[T int64 | float64 | time.Duration](samples []sample, figure func(sample) T) T {
	values := make([]T, len(samples))
	for i, s := range samples {
		values[i] = figure(s)
	}
	return median(values)
}

// ratio is the median over the rounds of a figure in proportion to that of
// another program in the same round: a drift of the whole machine cancels out.
// It reports false when a round lacks one of the two.
func ratio(a, b *row, figure func(sample) float64) (float64, bool) {
	if a == nil || b == nil || a.failure != "" || b.failure != "" || len(a.samples) != len(b.samples) {
		return 0, false
	}
	var ratios []float64
	for i := range a.samples {
		below := figure(b.samples[i])
		if below == 0 {
			return 0, false
		}
		ratios = append(ratios, figure(a.samples[i])/below)
	}
	return median(ratios), len(ratios) > 0
}

func rate(s sample) float64       { return s.Rate }
func cpuMicros(s sample) float64  { return s.CPUMicros }
func backMicros(s sample) float64 { return s.BackMicros }

// goal is one sentence of the design's figures: a program's figure in
// proportion to another's has a bound.
type goal struct {
	text          string
	cell          cell
	program       string
	other         string
	figure        func(sample) float64
	least, atMost float64 // 0 means no such bound
}

var goals = []goal{
	{"proxied GET, requests/s, at least 1.0 x nginx", cell{"get", 64}, "gatehouse", "nginx", rate, 1, 0},
	{"proxied GET, requests/s, at least 1.0 x haproxy", cell{"get", 64}, "gatehouse", "haproxy", rate, 1, 0},
	{"proxied GET, CPU per request, at most 1.0 x nginx", cell{"get", 64}, "gatehouse", "nginx", cpuMicros, 0, 1},
	{"proxied GET, CPU per request, at most 1.0 x haproxy", cell{"get", 64}, "gatehouse", "haproxy", cpuMicros, 0, 1},
	{"local answer, requests/s, at least 1.0 x nginx return", cell{"local", 64}, "gatehouse", "nginx", rate, 1, 0},
	{"REST MOCK with a template, requests/s, at least 0.8 x nginx return", cell{"local", 64}, "gatehouse-rest", "nginx", rate, 0.8, 0},
	{"REST HTTP_PROXY GET, requests/s, at least 0.95 x the HTTP API", cell{"get", 64}, "gatehouse-rest", "gatehouse", rate, 0.95, 0},
}

// met reports the program's ratio and whether it is within the bounds; known is
// false when it was not measured.
func (g goal) met(rows map[cell]map[string]*row) (value float64, ok, known bool) {
	value, known = ratio(rows[g.cell][g.program], rows[g.cell][g.other], g.figure)
	ok = value >= g.least && (g.atMost == 0 || value <= g.atMost)
	return value, ok && known, known
}
