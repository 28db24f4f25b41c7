package store

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
)

func stop(srv *server.Server) {
	srv.Shutdown()
	srv.WaitForShutdown()
}

func port(srv *server.Server) int { return srv.Addr().(*net.TCPAddr).Port }

// TestNATSRestart takes the server away while a watcher looks. What happens before
// the watcher is back, deletions without a trace among it, has to reach it.
func TestNATSRestart(t *testing.T) {
	dir := t.TempDir()
	srv := startExternal(t, dir, -1, 9<<20)
	s := openNATS(t, srv)
	changed := mustCreate(t, s, "k/changed", "1")
	gone := mustCreate(t, s, "k/gone", "1")
	swept := mustCreate(t, s, "k/swept", "1")
	mustCreate(t, s, "k/same", "1")
	w, m := mustWatch(t, s, "k/"), newMirror()
	m.follow(t, w, s, "k/")

	at := port(srv)
	stop(srv)
	// Another node is faster to be back: this one works where s does not look.
	aside := startExternal(t, dir, -1, 9<<20)
	other := openNATS(t, aside)
	if _, err := other.Update(t.Context(), "k/changed", []byte("2"), changed); err != nil {
		t.Fatal(err)
	}
	for key, revision := range map[string]uint64{"k/gone": gone, "k/swept": swept} {
		if err := other.Delete(t.Context(), key, revision); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.(*bucketStore).stream.Purge(t.Context(), jetstream.WithPurgeSubject(subject("k/swept"))); err != nil {
		t.Fatal(err)
	}
	mustCreate(t, other, "k/new", "1")
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	stop(aside)

	startExternal(t, dir, at, 9<<20)
	m.follow(t, w, s, "k/")
	if r := mustCreate(t, s, "k/later", "1"); nextChange(t, w).Revision != r {
		t.Error("the watcher does not see what comes later")
	}
	wantNothing(t, w)
}

// TestNATSAway wants every call to wait for the server, and to fail in time.
func TestNATSAway(t *testing.T) {
	dir := t.TempDir()
	srv := startExternal(t, dir, -1, 9<<20)
	const limit = 400 * time.Millisecond
	s := openNATS(t, srv, Timeout(limit))
	r := mustCreate(t, s, "k", "1")
	at := port(srv)
	stop(srv)
	calls := []struct {
		name string
		call func(ctx context.Context) error
	}{
		{"Get", func(ctx context.Context) error { _, err := s.Get(ctx, "k"); return err }},
		{"List", func(ctx context.Context) error { _, err := s.List(ctx, ""); return err }},
		{"Create", func(ctx context.Context) error { _, err := s.Create(ctx, "l", nil); return err }},
		{"Update", func(ctx context.Context) error { _, err := s.Update(ctx, "k", nil, r); return err }},
		{"Delete", func(ctx context.Context) error { return s.Delete(ctx, "k", r) }},
		{"Watch", func(ctx context.Context) error { _, err := s.Watch(ctx, ""); return err }},
	}
	for _, c := range calls {
		start := time.Now()
		err := c.call(t.Context())
		if took := time.Since(start); !errors.Is(err, ErrUnavailable) || took > limit+2*time.Second {
			t.Errorf("%s without a server: %v after %v, want ErrUnavailable within %v", c.name, err, took, limit)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := s.Get(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("Get whose context ends: %v, want context.Canceled", err)
	}
	waiting := make(chan error, 1)
	go func() {
		var err error
		for range 20 { // the server may take longer to start than one call waits
			if _, err = s.Update(t.Context(), "k", []byte("2"), r); !errors.Is(err, ErrUnavailable) {
				break
			}
		}
		waiting <- err
	}()
	startExternal(t, dir, at, 9<<20)
	if err := <-waiting; err != nil {
		t.Errorf("Update that waits for the server: %v", err)
	}
	if list, err := s.List(t.Context(), ""); err != nil || len(list) != 1 || string(list[0].Value) != "2" {
		t.Errorf("List = %v, %v, want the one document with its update: nothing that failed may come later", list, err)
	}
}

func TestNATSTooLarge(t *testing.T) {
	s := openNATS(t, startExternal(t, t.TempDir(), -1, 1<<20))
	value := make([]byte, 2<<20)
	if _, err := crand.Read(value); err != nil {
		t.Fatal(err)
	}
	_, err := s.Create(t.Context(), "k", value)
	if !errors.Is(err, ErrTooLarge) || !strings.Contains(fmt.Sprint(err), "set its max_payload to 9MB") {
		t.Errorf("Create of 2 MB that do not compress = %v, want ErrTooLarge and what to set", err)
	}
}

func TestNATSRefused(t *testing.T) {
	srv := startExternal(t, t.TempDir(), -1, 1<<20)
	plain, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	plain.Start()
	defer stop(plain)
	if !plain.ReadyForConnections(patience) {
		t.Fatal("the NATS server is not ready")
	}
	for _, c := range []struct {
		name, url, want string
		opts            []Option
	}{
		{"nobody there", "nats://user:secret@127.0.0.1:1", "nats://user:xxxxx@127.0.0.1:1: nats: no servers available", nil},
		{"no JetStream", plain.ClientURL(), "no JetStream answers, is it enabled?", []Option{Timeout(time.Second)}},
		{"another scheme", "http://127.0.0.1:4222", `"http" is no scheme of a NATS URL`, nil},
		{"no scheme", "127.0.0.1:4222", "the NATS URL cannot be parsed", nil},
		{"no host", "nats://", "has no host", nil},
		{"no credentials file", srv.ClientURL(), "no such file", []Option{Credentials(filepath.Join(t.TempDir(), "no.creds"))}},
		{"no authorities file", srv.ClientURL(), "no such file", []Option{RootCA(filepath.Join(t.TempDir(), "no.pem"))}},
		{"too many replicas", srv.ClientURL(), "replicas", []Option{Replicas(3)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := OpenNATS(t.Context(), c.url, append(c.opts, quiet)...)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("OpenNATS = %v, want %q", err, c.want)
			}
		})
	}
}

// TestNATSUnfitBucket finds a bucket that somebody made for other ends.
func TestNATSUnfitBucket(t *testing.T) {
	for _, c := range []struct {
		want  string
		spoil func(*jetstream.StreamConfig)
	}{
		{"its storage is not file", func(c *jetstream.StreamConfig) { c.Storage = jetstream.MemoryStorage }},
		{"its history is not 1", func(c *jetstream.StreamConfig) { c.MaxMsgsPerSubject = 5 }},
		{"its documents expire", func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour }},
		{"it discards old documents", func(c *jetstream.StreamConfig) { c.Discard = jetstream.DiscardOld }},
		{"it cannot be purged", func(c *jetstream.StreamConfig) { c.DenyPurge = true }},
		{"its subjects are others", func(c *jetstream.StreamConfig) { c.Subjects = []string{"$KV.other.>"} }},
	} {
		t.Run(c.want, func(t *testing.T) {
			srv := startExternal(t, t.TempDir(), -1, 1<<20)
			s := openNATS(t, srv).(*bucketStore)
			if err := s.js.DeleteStream(t.Context(), streamName); err != nil {
				t.Fatal(err)
			}
			config := bucketConfig(s.opt)
			c.spoil(&config)
			if _, err := s.js.CreateStream(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenNATS(t.Context(), srv.ClientURL(), quiet); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("OpenNATS = %v, want %q", err, c.want)
			}
		})
	}
}

// TestNATSTwoNodes has two stores on one server: each sees the other's writes.
func TestNATSTwoNodes(t *testing.T) {
	srv := startExternal(t, t.TempDir(), -1, 1<<20)
	a, b := openNATS(t, srv, eagerSweep), openNATS(t, srv, eagerSweep)
	w := mustWatch(t, b, "")
	for i := range 100 {
		key := fmt.Sprintf("k/%d", i)
		mustCreate(t, a, key, "v")
		for err := ErrConflict; err != nil; { // b sweeps too
			if err = b.Delete(t.Context(), key, mustGet(t, b, key).Revision); err != nil && !errors.Is(err, ErrConflict) {
				t.Fatal(err)
			}
		}
	}
	mustCreate(t, a, "last", "v")
	newMirror().follow(t, w, a, "")
}
