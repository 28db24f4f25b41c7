package proc

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	tail := " S 1 4242 4242 0 -1 4194560 100 0 0 0 150 50 7 3 20 0 1 0 100 1000 50"
	tests := []struct {
		name, line string
		want       stat
		bad        bool
	}{
		{"plain name", "77 (nginx)" + tail, stat{4242, false, 2100 * time.Millisecond}, false},
		{"name with spaces", "77 (nginx: worker process)" + tail, stat{4242, false, 2100 * time.Millisecond}, false},
		{"name with parentheses", "77 (a) R 1 1 (b) )" + tail, stat{4242, false, 2100 * time.Millisecond}, false},
		{"zombie", "77 (nginx)" + strings.Replace(tail, "S", "Z", 1), stat{4242, true, 2100 * time.Millisecond}, false},
		{"cut short", "77 (nginx) S 1 4242 4242", stat{}, true},
		{"no name", "77 nginx S 1", stat{}, true},
		{"empty", "", stat{}, true},
		{"group is not a number", strings.Replace("77 (x)"+tail, "4242", "x", 1), stat{}, true},
		{"time is not a number", strings.Replace("77 (x)"+tail, "150", "x", 1), stat{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseStat(tt.line)
			if got != tt.want || (err != nil) != tt.bad {
				t.Errorf("parseStat(%q) = %+v, %v, want %+v, error %t", tt.line, got, err, tt.want, tt.bad)
			}
		})
	}
}

func TestParseRollup(t *testing.T) {
	text := "55d0-7ffe ---p 00000000 00:00 0 [rollup]\nRss:                1712 kB\nPss:                 300 kB\nPss_Dirty:  12 kB\n"
	if rss, pss := parseRollup(text); rss != 1712<<10 || pss != 300<<10 {
		t.Errorf("parseRollup = %d, %d, want %d, %d", rss, pss, 1712<<10, 300<<10)
	}
	if rss, pss := parseRollup(""); rss != 0 || pss != 0 {
		t.Errorf("parseRollup of nothing = %d, %d, want 0, 0", rss, pss)
	}
}

// TestGroupChargesChildren starts a shell whose child does the work, so a
// reading of the first process alone would find no CPU time.
func TestGroupChargesChildren(t *testing.T) {
	g := start(t, `sh -c 'i=0; while [ $i -lt 100000000 ]; do i=$((i+1)); done' & wait`)
	deadline := time.Now().Add(10 * time.Second)
	for {
		u, err := g.Usage()
		if err != nil {
			t.Fatal(err)
		}
		if u.CPU >= 100*time.Millisecond && u.Processes == 2 && u.RSS > 0 && u.PSS > 0 && u.PSS <= u.RSS {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("Usage = %+v, want 2 processes, at least 100ms of CPU, memory", u)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestStopEndsTheWholeGroup has a child that ignores SIGTERM and outlives the
// first process.
func TestStopEndsTheWholeGroup(t *testing.T) {
	g := start(t, `(trap '' TERM; echo up; exec sleep 60) & wait`)
	if err := g.Poll(context.Background(), func() error {
		if !strings.Contains(g.LogTail(), "up") {
			return os.ErrNotExist
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	g.Stop()
	g.Stop()
	if _, err := g.Usage(); err == nil {
		t.Error("Usage after Stop = no error, want the group to be gone")
	}
}

func TestPollTellsWhyAProgramEnded(t *testing.T) {
	g := start(t, `echo bad setting >&2; exit 1`)
	err := g.WaitTCP(context.Background(), "127.0.0.1:1")
	if err == nil || !strings.Contains(err.Error(), "bad setting") {
		t.Errorf("WaitTCP = %v, want the program's own words", err)
	}
}

func TestFreeAddrsDiffer(t *testing.T) {
	addrs, err := FreeAddrs(3)
	if err != nil {
		t.Fatal(err)
	}
	if len(addrs) != 3 || addrs[0] == addrs[1] || addrs[1] == addrs[2] || addrs[0] == addrs[2] {
		t.Errorf("FreeAddrs(3) = %v, want three different ones", addrs)
	}
}

// start runs a shell script as a group that ends with the test.
func start(t *testing.T, script string) *Group {
	t.Helper()
	g, err := Start(Command{Name: "sh", Dir: t.TempDir(), Path: "/bin/sh", Args: []string{"-c", script}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Stop)
	return g
}
