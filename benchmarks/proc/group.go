// Package proc starts programs for measuring and reads what they cost: CPU
// time and resident memory of the whole process group, from /proc. Linux only.
package proc

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// grace is how long a program may take to end after SIGTERM.
const grace = 5 * time.Second

// Command says what to start. Env is added to the environment of this process.
type Command struct {
	Name string   // names the log file
	Dir  string   // working directory; the log {Name}.log is written there
	Path string   // program, as for exec.Command
	Args []string // without the program's name
	Env  []string // KEY=value
}

// Group is a running program with all processes it has started, which share
// one process group. Its methods may be called by one goroutine at a time.
type Group struct {
	id      int // process group id, which is the first process's id
	logPath string
	done    chan struct{} // closed when the first process has ended
}

// Usage is what a group costs at one instant.
type Usage struct {
	CPU       time.Duration // user plus system, since the group began
	RSS, PSS  int64         // bytes; PSS counts shared pages once over all that share them
	Processes int
}

// Start starts c in a process group of its own, output going to its log.
// The caller must Stop the group.
func Start(c Command) (*Group, error) {
	logPath := filepath.Join(c.Dir, c.Name+".log")
	log, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, log, log
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	g := &Group{id: cmd.Process.Pid, logPath: logPath, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is told by the log; Stop ends it by signal anyway
		close(g.done)
	}()
	return g, nil
}

// Done is closed when the group's first process has ended.
func (g *Group) Done() <-chan struct{} { return g.done }

// Stop asks the group to end, waits up to five seconds, and kills what is left
// of it. It may be called more than once.
func (g *Group) Stop() {
	_ = syscall.Kill(-g.id, syscall.SIGTERM) // ESRCH: it has ended already
	select {
	case <-g.done:
	case <-time.After(grace):
	}
	_ = syscall.Kill(-g.id, syscall.SIGKILL)
	<-g.done
	// The others die a moment later, and are not ours to wait for.
	for deadline := time.Now().Add(grace); g.runs() && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
}

// runs reports whether any process of the group still runs.
func (g *Group) runs() bool {
	u, err := g.Usage()
	return err == nil && u.Processes > 0
}

// Usage sums CPU time and memory over the processes in the group. It fails
// when none of them runs any more.
func (g *Group) Usage() (Usage, error) {
	pids, err := members(g.id)
	if err != nil {
		return Usage{}, err
	}
	var u Usage
	for pid, s := range pids {
		u.CPU += s.cpu
		if s.ended {
			continue
		}
		u.Processes++
		rollup, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid)) // fails when it has just ended: no memory
		rss, pss := parseRollup(string(rollup))
		u.RSS, u.PSS = u.RSS+rss, u.PSS+pss
	}
	if u.Processes == 0 {
		return u, fmt.Errorf("process group %d has ended; its log ends:\n%s", g.id, g.LogTail())
	}
	return u, nil
}

// LogTail is the end of what the program printed, at most 2 KB.
func (g *Group) LogTail() string {
	text, err := os.ReadFile(g.logPath)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text[max(0, len(text)-2048):]))
}
