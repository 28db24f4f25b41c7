package accesslog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFewFilesAreOpen logs to more destinations than may be open: every line
// arrives, and descriptors stay few.
func TestFewFilesAreOpen(t *testing.T) {
	dir := t.TempDir()
	files := Open(Config{Dir: dir, Log: quiet()})
	const groups, rounds = 5 * maxOpen, 3
	for range rounds {
		for i := range groups {
			to, err := files.Destination(fmt.Sprintf("%s-%d", group, i))
			if err != nil {
				t.Fatal(err)
			}
			log, err := New("$context.path", to)
			if err != nil {
				t.Fatal(err)
			}
			log.Log(request(0, "/x"))
		}
		time.Sleep(2 * pause)
		if n := openUnder(t, dir); n > maxOpen+maxWriting {
			t.Errorf("%d files are open, want at most %d", n, maxOpen+maxWriting)
		}
	}
	files.Close()
	written, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(written) != groups {
		t.Fatalf("%d files, %v, want %d", len(written), err, groups)
	}
	for _, name := range written {
		if text, err := os.ReadFile(name); err != nil || string(text) != strings.Repeat("/x\n", rounds) {
			t.Errorf("%s = %q, %v", name, text, err)
		}
	}
	if n := openUnder(t, dir); n > 0 {
		t.Errorf("%d files are open after Close", n)
	}
}

// openUnder counts this process's open files in dir.
func openUnder(t *testing.T, dir string) (n int) {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc: ", err)
	}
	for _, fd := range fds {
		if name, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(name, dir+"/") {
			n++
		}
	}
	return n
}
