package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

func TestEmbeddedRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "store")
	s := openEmbedded(t, dir)
	kept := mustCreate(t, s, "apis/kept", "1")
	gone := mustCreate(t, s, "apis/gone", "1")
	if err := s.Delete(t.Context(), "apis/gone", gone); err != nil {
		t.Fatal(err)
	}
	kept, err := s.Update(t.Context(), "apis/kept", []byte("2"), kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openEmbedded(t, dir)
	wantEntry(t, s, "apis/kept", "2", kept)
	entries, err := s.List(t.Context(), "")
	if err != nil || len(entries) != 1 {
		t.Errorf("List after a restart = %v, %v, want one document", entries, err)
	}
	if r := mustCreate(t, s, "apis/gone", "3"); r <= kept {
		t.Errorf("Create after a restart = %d, want a revision over %d", r, kept)
	}
}

func TestEmbeddedFolderIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	openEmbedded(t, dir)
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode of the store = %v, %v, want 0700", info.Mode(), err)
	}
}

func TestEmbeddedTwice(t *testing.T) {
	dir := t.TempDir()
	first := openEmbedded(t, dir)
	_, err := OpenEmbedded(dir, quiet)
	want := fmt.Sprintf("%s is in use by process %d", dir, os.Getpid())
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("second OpenEmbedded = %v, want %q", err, want)
	}
	mustCreate(t, first, "k", "v")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	openEmbedded(t, dir)
}

func TestEmbeddedListensNowhere(t *testing.T) {
	before := listening(t)
	openEmbedded(t, t.TempDir())
	if after := listening(t); after != before {
		t.Errorf("listening sockets of this process: %d, before %d", after, before)
	}
}

// listening counts the listening TCP sockets among this process's descriptors.
func listening(t *testing.T) (n int) {
	t.Helper()
	inodes := map[string]bool{}
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			t.Skip("no /proc to look at: ", err)
		}
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); len(f) > 9 && f[3] == "0A" {
				inodes["socket:["+f[9]+"]"] = true
			}
		}
	}
	names, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if target, err := os.Readlink(name); err == nil && inodes[target] {
			n++
		}
	}
	return n
}

// TestEmbeddedIsSynchronous asks the server whether it syncs each write, and
// where its files are.
func TestEmbeddedIsSynchronous(t *testing.T) {
	dir := t.TempDir()
	opt := apply([]Option{quiet})
	srv, err := startServer(dir, opt, &serverLog{log: opt.log})
	if err != nil {
		t.Fatal(err)
	}
	defer stop(srv)
	config := srv.JetStreamConfig()
	if !config.SyncAlways || config.StoreDir != filepath.Join(dir, "jetstream") {
		t.Errorf("the server's configuration is %+v, want synchronous writes under %s", config, dir)
	}
}

// TestEmbeddedDiskFailure lets the server say what it says when the disk is full.
func TestEmbeddedDiskFailure(t *testing.T) {
	opt := apply([]Option{quiet})
	log := &serverLog{log: opt.log}
	srv, err := startServer(t.TempDir(), opt, log)
	if err != nil {
		t.Fatal(err)
	}
	defer stop(srv)
	s, err := connect(t.Context(), "", opt, site{failure: log.diskFailure}, nats.InProcessServer(srv))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	r := mustCreate(t, s, "k", "v")
	log.Errorf("Filestore [%s] Critical write error: %v", "KV", syscall.ENOSPC)
	_, err = s.Create(t.Context(), "l", nil)
	if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "no space left on device") {
		t.Errorf("Create after a failed write = %v, want ErrUnavailable and why", err)
	}
	wantEntry(t, s, "k", "v", r)
}

// TestEmbeddedFull fills a store: writes fail, documents stay, and what there is
// can be read. Closing and opening changes nothing.
func TestEmbeddedFull(t *testing.T) {
	dir := t.TempDir()
	small := func(o *options) { o.maxStore = 1 << 20 }
	s, err := OpenEmbedded(dir, quiet, small)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; n < 40 && err == nil; n++ {
		_, err = s.Create(t.Context(), fmt.Sprintf("k/%d", n), make([]byte, 64<<10))
	}
	if n == 40 || errors.Is(err, ErrUnavailable) {
		t.Fatalf("Create in a full store of 1 MB = %v after %d of 64 KB, want an error at once", err, n)
	}
	for range 2 {
		if list, err := s.List(t.Context(), ""); err != nil || len(list) != n-1 {
			t.Errorf("a full store lists %d documents, %v, want %d", len(list), err, n-1)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err = OpenEmbedded(dir, quiet, small); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestEmbeddedDamage breaks the files of a store with documents: it must refuse
// to open rather than to begin anew, and must not be harmed by the attempt.
func TestEmbeddedDamage(t *testing.T) {
	for _, file := range []string{"meta.inf", "meta.sum"} {
		t.Run(file, func(t *testing.T) {
			dir := t.TempDir()
			s := openEmbedded(t, dir)
			mustCreate(t, s, "k", "v")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			found, err := filepath.Glob(filepath.Join(dir, "jetstream/*/streams", streamName, file))
			if err != nil || len(found) != 1 {
				t.Fatalf("files %v, %v, want one", found, err)
			}
			content, err := os.ReadFile(found[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(found[0]); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenEmbedded(dir, quiet); err == nil || !strings.Contains(err.Error(), "damaged") {
				t.Fatalf("OpenEmbedded = %v, want that it is damaged", err)
			}
			if err := os.WriteFile(found[0], content, 0o600); err != nil {
				t.Fatal(err)
			}
			wantEntry(t, openEmbedded(t, dir), "k", "v", 1)
		})
	}
}

// TestEmbeddedHalfMade starts in a folder whose first start was killed while it
// made the bucket.
func TestEmbeddedHalfMade(t *testing.T) {
	for _, left := range []string{"", "meta.inf", "meta.sum", "meta.inf.tmp", "msgs/1.blk"} {
		t.Run(left, func(t *testing.T) {
			dir := t.TempDir()
			name := filepath.Join(dir, "jetstream/$G/streams", streamName, left)
			if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
				t.Fatal(err)
			}
			if left != "" {
				if err := os.WriteFile(name, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			trial := filepath.Join(dir, "jetstream/_test_123")
			if err := os.WriteFile(trial, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			s := openEmbedded(t, dir)
			r := mustCreate(t, s, "k", "v")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			wantEntry(t, openEmbedded(t, dir), "k", "v", r)
			if _, err := os.Stat(trial); !os.IsNotExist(err) {
				t.Errorf("%s is still there", trial)
			}
		})
	}
}

func TestEmbeddedUnusable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenEmbedded(file, quiet); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("OpenEmbedded of a file = %v, want an error with its name", err)
	}
}

// TestEmbeddedSweep deletes many documents and sees their markers go, and the
// others stay, also in a new process.
func TestEmbeddedSweep(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenEmbedded(dir, quiet, eagerSweep)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := mustWatch(t, s, "")
	for i := range 200 {
		key := fmt.Sprintf("k/%d", i)
		mustCreate(t, s, key, "v")
		err := ErrConflict // a sweep may come between
		for errors.Is(err, ErrConflict) {
			err = s.Delete(t.Context(), key, mustGet(t, s, key).Revision)
		}
		if err != nil {
			t.Fatal(err)
		}
		if i%20 == 0 {
			mustCreate(t, s, fmt.Sprintf("kept/%d", i), "v")
		}
	}
	deadline := time.Now().Add(patience)
	for messages(t, s) > 60 && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	if n := messages(t, s); n > 60 {
		t.Errorf("the bucket has %d messages, want at most 60", n)
	}
	newMirror().follow(t, w, s, "")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	list, err := openEmbedded(t, dir).List(t.Context(), "")
	if err != nil || len(list) != 10 {
		t.Errorf("List = %v, %v, want 10 documents", list, err)
	}
}

// eagerSweep makes sweeps happen all the time.
func eagerSweep(o *options) { o.sweepAfter, o.sweepEvery = 20, 20*time.Millisecond }

func messages(t *testing.T, s Store) uint64 {
	t.Helper()
	info, err := s.(*bucketStore).stream.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info.State.Msgs
}

// TestEmbeddedDoesNotGrow overwrites one document many times.
func TestEmbeddedDoesNotGrow(t *testing.T) {
	dir := t.TempDir()
	s := openEmbedded(t, dir)
	value := document(1 << 20)
	r := mustCreate(t, s, "k", string(value))
	for range 60 {
		var err error
		if r, err = s.Update(t.Context(), "k", value, r); err != nil {
			t.Fatal(err)
		}
	}
	if n := folderBytes(t, dir); n > 20<<20 {
		t.Errorf("one document of 1 MB fills %d MB after 60 updates", n>>20)
	}
}

func folderBytes(t *testing.T, dir string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && !entry.IsDir() {
			n += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// BenchmarkEmbedded times the calls on documents of 20 KB; create, update and get
// are one call each, list-100 lists a hundred, open opens a store of a hundred.
func BenchmarkEmbedded(b *testing.B) {
	dir := b.TempDir()
	s, err := OpenEmbedded(dir, quiet)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	value := document(20 << 10)
	var r uint64
	for i := range 100 {
		if r, err = s.Create(b.Context(), fmt.Sprintf("apis/%d", i), value); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("update", func(b *testing.B) {
		for b.Loop() {
			if r, err = s.Update(b.Context(), "apis/99", value, r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("get", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Get(b.Context(), "apis/99"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("list-100", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.List(b.Context(), "apis/"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if s, err = OpenEmbedded(dir, quiet); err != nil {
				b.Fatal(err)
			}
		}
	})
}
