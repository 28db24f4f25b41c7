package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// page is the report as Markdown.
func (rep *report) page() string {
	var b strings.Builder
	rep.appendSettings(&b)
	rep.appendGoals(&b)
	for _, sc := range scenarios {
		rep.appendScenario(&b, sc)
	}
	return b.String()
}

func (rep *report) appendSettings(b *strings.Builder) {
	m, s := rep.machine, rep.settings
	fmt.Fprintf(b, "# Gatehouse beside its peers\n\nWritten by `make bench-peers`. How it is measured: [README.md](README.md).\n\n")
	fmt.Fprintf(b, "| | |\n|---|---|\n")
	fmt.Fprintf(b, "| Date | %s |\n| Commit | %s |\n", m.Date, m.Commit)
	fmt.Fprintf(b, "| Machine | %s, %d cores, %s, Linux %s |\n", m.CPU, m.Cores, m.Memory, m.Kernel)
	fmt.Fprintf(b, "| Settings | %d rounds of %d s after %d s of warming, %d workers each, keep-alive on both sides, access log off |\n",
		s.Rounds, s.Seconds, s.Warm, s.Workers)
	for _, v := range rep.versions {
		fmt.Fprintf(b, "| %s | %s |\n", v.program, v.text)
	}
	b.WriteString("\nMedians over the rounds; ratios are medians of each round's ratio. CPU is user plus system time of all the\n" +
		"program's processes. `backend` is the back end asked directly; `back end us` is its share behind a proxy.\n")
}

func (rep *report) appendGoals(b *strings.Builder) {
	fmt.Fprintf(b, "\n## Goals\n\n| Goal | Measured | |\n|---|---|---|\n")
	for _, g := range goals {
		value, ok, known := g.met(rep.rows)
		switch {
		case !known:
			fmt.Fprintf(b, "| %s | – | not measured |\n", g.text)
		case ok:
			fmt.Fprintf(b, "| %s | %.2f | met |\n", g.text, value)
		default:
			fmt.Fprintf(b, "| %s | %.2f | missed |\n", g.text, value)
		}
	}
}

func (rep *report) appendScenario(b *strings.Builder, sc scenario) {
	if !slices.Contains(rep.settings.Scenarios, sc.name) {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", sc.title)
	b.WriteString("| Connections | Program | requests/s | to nginx | CPU us | to nginx | back end us | p50 | p99 | PSS MB | RSS MB | errors |\n" +
		"|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, n := range rep.settings.Connections {
		rows := rep.rows[cell{sc.name, n}]
		for _, p := range programs {
			if r := rows[p.name]; r != nil {
				fmt.Fprintf(b, "| %d | %s | %s |\n", n, p.name, r.columns(rows["nginx"]))
			}
		}
	}
}

// columns is everything of a table row behind the program's name.
func (r *row) columns(nginx *row) string {
	if r.failure != "" {
		text := strings.NewReplacer("\n", " ", "|", "/").Replace(r.failure)
		return "**FAILED** | | | | | | | | | " + text
	}
	s := r.samples
	return strings.Join([]string{
		fmt.Sprintf("%.0f", medianOf(s, rate)), ratioText(r, nginx, rate),
		fmt.Sprintf("%.1f", medianOf(s, cpuMicros)), ratioText(r, nginx, cpuMicros),
		fmt.Sprintf("%.1f", medianOf(s, backMicros)),
		durationText(medianOf(s, func(s sample) time.Duration { return s.P50 })),
		durationText(medianOf(s, func(s sample) time.Duration { return s.P99 })),
		megabytes(medianOf(s, func(s sample) int64 { return s.PSS })),
		megabytes(medianOf(s, func(s sample) int64 { return s.RSS })),
		fmt.Sprint(medianOf(s, func(s sample) int64 { return s.Errors })),
	}, " | ")
}

func ratioText(a, b *row, figure func(sample) float64) string {
	value, ok := ratio(a, b, figure)
	if !ok {
		return "–"
	}
	return fmt.Sprintf("%.2f", value)
}

func durationText(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%d us", d.Microseconds())
	}
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f", float64(n)/(1<<20)) }

// failed reports whether any row failed.
func (rep *report) failed() bool {
	for _, rows := range rep.rows {
		for _, r := range rows {
			if r.failure != "" {
				return true
			}
		}
	}
	return false
}
