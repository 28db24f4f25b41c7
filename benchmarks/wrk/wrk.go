// Package wrk runs the load generator wrk and reads what it prints.
package wrk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Request is what every connection sends again and again.
type Request struct {
	Method string
	Path   string
	Header map[string]string
	Body   string
}

// Load is one run against one address.
type Load struct {
	URL         string // scheme and address, no path
	Request     Request
	Connections int // at least 1
	Threads     int // at most Connections
	Seconds     int // wrk counts in whole seconds
}

// Result is what one run gave. Errors counts connections that failed and
// answers outside 2xx and 3xx.
type Result struct {
	Requests int64
	Rate     float64 // requests per second
	P50, P99 time.Duration
	Errors   int64
}

// Run runs wrk once; dir takes the script file. It ends early when ctx ends.
func Run(ctx context.Context, dir string, l Load) (Result, error) {
	script := filepath.Join(dir, "request.lua")
	if err := os.WriteFile(script, []byte(l.Request.script()), 0o600); err != nil {
		return Result{}, err
	}
	cmd := exec.CommandContext(ctx, "wrk", "--latency", "--timeout", "5s",
		"-c", strconv.Itoa(l.Connections), "-t", strconv.Itoa(min(l.Threads, l.Connections)),
		"-d", fmt.Sprintf("%ds", l.Seconds), "-s", script, l.URL)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return Result{}, fmt.Errorf("wrk: %w: %s", err, out)
	}
	return parse(string(out))
}

// script is the request in wrk's Lua. wrk formats it once, before the run, so
// it costs nothing per request.
func (r Request) script() string {
	var b strings.Builder
	fmt.Fprintf(&b, "wrk.method = %s\nwrk.path = %s\n", quote(r.Method), quote(r.Path))
	for name, value := range r.Header {
		fmt.Fprintf(&b, "wrk.headers[%s] = %s\n", quote(name), quote(value))
	}
	if r.Body != "" {
		fmt.Fprintf(&b, "wrk.body = %s\n", quote(r.Body))
	}
	return b.String()
}

// quote writes a Lua string: every byte that is not plain ASCII text becomes a
// decimal escape.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			fmt.Fprintf(&b, `\%03d`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

var (
	errNoCount  = errors.New("wrk printed no count of requests")
	requestsRE  = regexp.MustCompile(`(?m)^\s*(\d+) requests in `)
	rateRE      = regexp.MustCompile(`(?m)^Requests/sec:\s+([\d.]+)`)
	latencyRE   = regexp.MustCompile(`(?m)^\s+(50|99)%\s+([\d.]+)(us|ms|s|m|h)\s*$`)
	socketRE    = regexp.MustCompile(`Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)`)
	badStatusRE = regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)`)
)

// parse reads the report that wrk --latency prints at its end.
func parse(out string) (Result, error) {
	var r Result
	count, rate := requestsRE.FindStringSubmatch(out), rateRE.FindStringSubmatch(out)
	if count == nil || rate == nil {
		return r, fmt.Errorf("%w: %s", errNoCount, out)
	}
	r.Requests, _ = strconv.ParseInt(count[1], 10, 64) // the patterns let only numbers through
	r.Rate, _ = strconv.ParseFloat(rate[1], 64)
	for _, m := range latencyRE.FindAllStringSubmatch(out, -1) {
		d, err := time.ParseDuration(m[2] + m[3])
		if err != nil {
			return r, fmt.Errorf("wrk latency: %w", err)
		}
		if m[1] == "50" {
			r.P50 = d
		} else {
			r.P99 = d
		}
	}
	r.Errors = sum(socketRE.FindStringSubmatch(out)) + sum(badStatusRE.FindStringSubmatch(out))
	return r, nil
}

// sum adds the groups of a match; a nil match is 0.
func sum(match []string) int64 {
	var total int64
	for _, s := range match[min(1, len(match)):] {
		n, _ := strconv.ParseInt(s, 10, 64)
		total += n
	}
	return total
}
