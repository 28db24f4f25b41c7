package proc

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is what one unit of the times in /proc/PID/stat means: USER_HZ, which
// Linux fixes at 100 towards programs on every architecture Go runs on.
const tick = 10 * time.Millisecond

// errNoStat marks text that is not a line of /proc/PID/stat.
var errNoStat = errors.New("not a /proc/PID/stat line")

// stat is the part of /proc/PID/stat that is needed to charge a group.
type stat struct {
	group int           // process group id
	ended bool          // a zombie: its times still count, it has no memory
	cpu   time.Duration // user and system time, with that of children already waited for
}

// parseStat reads one line of /proc/PID/stat, proc(5). The command name in
// parentheses may itself hold spaces and parentheses, so the last one ends it.
func parseStat(line string) (stat, error) {
	_, rest, ok := cutLast(line, ") ")
	if !ok {
		return stat{}, errNoStat
	}
	fields := strings.Fields(rest)
	if len(fields) < 15 {
		return stat{}, errNoStat
	}
	group, err := strconv.Atoi(fields[2])
	if err != nil {
		return stat{}, fmt.Errorf("process group: %w", err)
	}
	// utime, stime, cutime and cstime.
	ticks, err := sumInts(fields[11:15])
	if err != nil {
		return stat{}, fmt.Errorf("times: %w", err)
	}
	return stat{group: group, ended: fields[0] == "Z", cpu: time.Duration(ticks) * tick}, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func sumInts(fields []string) (int64, error) {
	var sum int64
	for _, f := range fields {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// parseRollup reads /proc/PID/smaps_rollup and gives resident and proportional
// set size in bytes. A text without these lines gives zeros: that is what the
// kernel shows of a process that has just ended.
func parseRollup(text string) (rss, pss int64) {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
		if err != nil {
			continue
		}
		switch name {
		case "Rss":
			rss = kib << 10
		case "Pss":
			pss = kib << 10
		}
	}
	return rss, pss
}

// members lists the processes of a group by id. Those that are gone by the time
// they are read are left out.
func members(group int) (map[int]stat, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	found := map[int]stat{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		line, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		if s, err := parseStat(string(line)); err == nil && s.group == group {
			found[pid] = s
		}
	}
	return found, nil
}
