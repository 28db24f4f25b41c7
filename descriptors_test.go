package main

import (
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gatehouse/internal/gwtest"
)

// TestEndsWithItsLoops takes all descriptors from a running process: gnet's
// loops end for good when accept finds none, and then the process must end, so
// that whoever watches it starts it again.
func TestEndsWithItsLoops(t *testing.T) {
	g := gwtest.Start(t)
	open, err := os.ReadDir("/proc/" + strconv.Itoa(g.PID()) + "/fd")
	if err != nil {
		t.Skip("no /proc: ", err)
	}
	limit := unix.Rlimit{Cur: uint64(len(open)), Max: uint64(len(open))}
	if err := unix.Prlimit(g.PID(), unix.RLIMIT_NOFILE, &limit, nil); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if c, err := net.DialTimeout("tcp", g.Listen, time.Second); err == nil {
			defer c.Close()
		}
		select {
		case <-g.Exited():
			if err := g.Terminate(); err == nil {
				t.Error("exit status 0, want a failure")
			}
			return
		default:
		}
	}
	t.Error("the process goes on without its event loops")
}

// TestRefusesToStartWithoutDescriptors: with less than the reserve there would be
// room for no connection at all.
func TestRefusesToStartWithoutDescriptors(t *testing.T) {
	out, err := exec.Command("sh", "-c", `ulimit -n 200 && exec "$0" serve --listen 127.0.0.1:0 --admin 127.0.0.1:0 --data "$1"`,
		gwtest.Binary(t), t.TempDir()).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "raise it with ulimit -n or LimitNOFILE") {
		t.Errorf("serve with 200 descriptors = %v, %s", err, out)
	}
}
