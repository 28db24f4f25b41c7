package main

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// machine is what the figures were taken on.
type machine struct {
	CPU, Kernel, Commit, Date string
	Cores                     int
	Memory                    string
}

// version is what a program says of itself.
type version struct{ program, text string }

func thisMachine(ctx context.Context) machine {
	return machine{
		CPU:    field("/proc/cpuinfo", "model name"),
		Kernel: strings.TrimSpace(read("/proc/sys/kernel/osrelease")),
		Commit: commit(ctx),
		Date:   time.Now().UTC().Format("2006-01-02 15:04 MST"),
		Cores:  runtime.NumCPU(),
		Memory: field("/proc/meminfo", "MemTotal"),
	}
}

// field finds the first "name : value" line of a file under /proc; without one
// the answer is "unknown".
func field(path, name string) string {
	for line := range strings.Lines(read(path)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// read gives a file's text, and nothing of one that cannot be read.
func read(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(text)
}

// commit names the checked-out commit; "+" marks changes on top of it.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty=+", "--abbrev=12").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
