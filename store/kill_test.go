package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The test binary runs itself as the process to be killed: the variables name the
// job and the folder of the store.
const (
	jobVariable = "GATEHOUSE_STORE_TEST_JOB"
	dirVariable = "GATEHOUSE_STORE_TEST_DIR"
)

func TestMain(m *testing.M) {
	job, dir := os.Getenv(jobVariable), os.Getenv(dirVariable)
	if job == "" {
		os.Exit(m.Run())
	}
	s, err := OpenEmbedded(dir, eagerSweep, quiet)
	if err == nil && job == "storm" {
		err = stormForEver(s)
	}
	if err == nil && job == "hold" {
		fmt.Println("open")
		select {}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// stormForEver writes with four writers, each on keys of its own, and prints a
// line before each call ("try key value", "-" for a deletion) and one after it
// ("ok key value"). Values are of all sizes, so that blocks fill.
func stormForEver(s Store) error {
	failed := make(chan error)
	for writer := range 4 {
		go func() {
			for {
				if err := writeOne(s, fmt.Sprintf("storm/%d/%d", writer, rand.IntN(12))); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

// writeOne may find that a sweep has changed the revision; then nothing was said
// and nothing done, and the next call goes on.
func writeOne(s Store, key string) error {
	ctx := context.Background()
	size := rand.IntN(1000)
	if rand.IntN(10) == 0 {
		size = rand.IntN(300_000)
	}
	value := fmt.Sprintf("%x:%d", rand.Uint64(), size)
	e, err := s.Get(ctx, key)
	exists := err == nil
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if exists && rand.IntN(4) == 0 {
		value = "-"
	}
	fmt.Printf("try %s %s\n", key, value)
	switch {
	case !exists:
		_, err = s.Create(ctx, key, padded(value, size))
	case value == "-":
		err = s.Delete(ctx, key, e.Revision)
	default:
		_, err = s.Update(ctx, key, padded(value, size), e.Revision)
	}
	if errors.Is(err, ErrConflict) {
		return nil
	}
	if err == nil {
		fmt.Printf("ok %s %s\n", key, value)
	}
	return err
}

func padded(value string, size int) []byte {
	return []byte(value + "\n" + strings.Repeat(value, size/len(value)))
}

// child runs this test binary on dir with a job.
func child(t *testing.T, job, dir string) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), jobVariable+"="+job, dirVariable+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd, out
}

// witness knows what killed writers have said.
type witness struct {
	acked map[string]string // the last value that was acknowledged, "-" for none
	tried map[string]string // the value of a call after that, which may have been carried out
	calls int
}

// hear reads until the writer is dead. Its last line may be cut.
func (w *witness) hear(t *testing.T, from io.Reader) {
	t.Helper()
	text, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if !strings.HasSuffix(line, "\n") || len(f) != 3 {
			continue
		}
		if f[0] == "try" {
			w.tried[f[1]] = f[2]
			continue
		}
		w.acked[f[1]] = f[2]
		delete(w.tried, f[1])
		w.calls++
	}
}

// check compares what was said with what is there, and takes over what the
// unanswered calls turn out to have done.
func (w *witness) check(t *testing.T, s Store) {
	t.Helper()
	entries, err := s.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]string{}
	for _, e := range entries {
		value, _, _ := strings.Cut(string(e.Value), "\n")
		var size int
		if _, err := fmt.Sscanf(value, "%x:%d", new(uint64), &size); err != nil || string(padded(value, size)) != string(e.Value) {
			t.Errorf("%s has the damaged value %.60q", e.Key, e.Value)
		}
		there[e.Key] = value
	}
	for key := range w.acked {
		if there[key] == "" {
			there[key] = "-"
		}
	}
	for key, value := range there {
		if value != w.acked[key] && value != w.tried[key] {
			t.Errorf("%s is %q, acknowledged was %q and tried %q", key, value, w.acked[key], w.tried[key])
		}
	}
	w.acked, w.tried = there, map[string]string{}
}

// TestKill kills a writing process again and again, some times while it still
// starts, and looks whether all that was acknowledged is there and nothing else.
func TestKill(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	w := &witness{acked: map[string]string{}, tried: map[string]string{}}
	for round := range 10 {
		pause := rand.N(1500 * time.Millisecond)
		if round%3 == 0 {
			pause = rand.N(150 * time.Millisecond) // while it starts, or recovers
		}
		cmd, out := child(t, "storm", dir)
		killed := time.AfterFunc(pause, func() { _ = cmd.Process.Kill() })
		w.hear(t, out)
		if killed.Stop() {
			t.Fatal("the writer ended by itself")
		}
		if round%3 == 2 {
			continue // the next writer recovers, not we
		}
		s := openEmbedded(t, dir)
		w.check(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s := openEmbedded(t, dir)
	w.check(t, s)
	if w.calls < 30 {
		t.Errorf("%d writes were acknowledged, want many", w.calls)
	}
	t.Logf("%d acknowledged writes, %d keys", w.calls, len(w.acked))
}

// TestEmbeddedTwoProcesses opens a store that another process holds, and again
// once that one was killed.
func TestEmbeddedTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	cmd, out := child(t, "hold", dir)
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	_, err := OpenEmbedded(dir, quiet)
	want := fmt.Sprintf("%s is in use by process %d", dir, cmd.Process.Pid)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Fatalf("OpenEmbedded = %v, want %q", err, want)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed, and says so
	mustCreate(t, openEmbedded(t, dir), "k", "v")
}
