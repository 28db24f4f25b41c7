package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// quiet drops what servers say in tests.
var quiet = Logger(slog.New(slog.DiscardHandler))

// stores are the implementations that keep the contract, with the size of the
// largest document of the kind that document makes that each takes.
var stores = []struct {
	name    string
	largest int
	open    func(t *testing.T) Store
}{
	{"memory", MaxValue, func(*testing.T) Store { return OpenMemory() }},
	{"embedded", MaxValue, func(t *testing.T) Store { return openEmbedded(t, t.TempDir()) }},
	{"external", MaxValue, func(t *testing.T) Store { return openNATS(t, startExternal(t, t.TempDir(), -1, 9<<20)) }},
	{"external-1MB-payload", 2 << 20, func(t *testing.T) Store { return openNATS(t, startExternal(t, t.TempDir(), -1, 1<<20)) }},
}

func openEmbedded(t *testing.T, dir string) Store {
	t.Helper()
	s, err := OpenEmbedded(dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func openNATS(t *testing.T, srv *server.Server, opts ...Option) Store {
	t.Helper()
	s, err := OpenNATS(t.Context(), srv.ClientURL(), append([]Option{quiet}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// startExternal runs a server of its own on the loopback; port -1 is any.
func startExternal(t *testing.T, dir string, port int, payload int32) *server.Server {
	t.Helper()
	srv, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: dir, MaxPayload: payload})
	if err != nil {
		t.Fatal(err)
	}
	srv.Start()
	if !srv.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server is not ready within 10 s")
	}
	t.Cleanup(func() {
		srv.Shutdown()
		srv.WaitForShutdown()
	})
	return srv
}

func TestContract(t *testing.T) {
	rules := []struct {
		name string
		rule func(t *testing.T, s Store)
	}{
		{"life of a document", lifeOfADocument},
		{"refusals", refusals},
		{"list", list},
		{"keys of any bytes", keysOfAnyBytes},
		{"racing updates", racingUpdates},
		{"racing creates", racingCreates},
		{"watch", watch},
		{"watch under a storm", watchUnderAStorm},
		{"watcher ends", watcherEnds},
		{"closed", closed},
	}
	for _, impl := range stores {
		t.Run(impl.name, func(t *testing.T) {
			for _, r := range rules {
				t.Run(r.name, func(t *testing.T) { r.rule(t, impl.open(t)) })
			}
		})
	}
}

func lifeOfADocument(t *testing.T, s Store) {
	ctx := t.Context()
	r1, err := s.Create(ctx, "apis/a", []byte("one"))
	if err != nil || r1 == 0 {
		t.Fatalf("Create = %d, %v, want a revision", r1, err)
	}
	wantEntry(t, s, "apis/a", "one", r1)
	r2, err := s.Update(ctx, "apis/a", []byte("two"), r1)
	if err != nil || r2 <= r1 {
		t.Fatalf("Update = %d, %v, want a revision over %d", r2, err, r1)
	}
	wantEntry(t, s, "apis/a", "two", r2)
	if err := s.Delete(ctx, "apis/a", r2); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, "apis/a"); !errors.Is(err, ErrNotFound) {
		t.Fatalf("Get of a deleted document = %v, want ErrNotFound", err)
	}
	r3, err := s.Create(ctx, "apis/a", nil)
	if err != nil || r3 <= r2 {
		t.Fatalf("Create after Delete = %d, %v, want a revision over %d", r3, err, r2)
	}
	wantEntry(t, s, "apis/a", "", r3)
}

func wantEntry(t *testing.T, s Store, key, value string, revision uint64) {
	t.Helper()
	e, err := s.Get(t.Context(), key)
	if err != nil || e.Key != key || string(e.Value) != value || e.Revision != revision {
		t.Fatalf("Get(%q) = %q at %d, %v, want %q at %d", key, e.Value, e.Revision, err, value, revision)
	}
}

func refusals(t *testing.T, s Store) {
	ctx := t.Context()
	r1 := mustCreate(t, s, "k", "1")
	r2, err := s.Update(ctx, "k", []byte("2"), r1)
	if err != nil {
		t.Fatal(err)
	}
	gone := mustCreate(t, s, "gone", "1")
	if err := s.Delete(ctx, "gone", gone); err != nil {
		t.Fatal(err)
	}
	update := func(key string, size int, revision uint64) error {
		_, err := s.Update(ctx, key, make([]byte, size), revision)
		return err
	}
	create := func(key string, size int) error {
		_, err := s.Create(ctx, key, make([]byte, size))
		return err
	}
	get := func(key string) error {
		_, err := s.Get(ctx, key)
		return err
	}
	long := strings.Repeat("k", MaxKey+1)
	for _, c := range []struct {
		name string
		got  error
		want error
	}{
		{"create what exists", create("k", 1), ErrConflict},
		{"update at an old revision", update("k", 1, r1), ErrConflict},
		{"update at revision 0", update("k", 1, 0), ErrConflict},
		{"update at a revision to come", update("k", 1, r2+100), ErrConflict},
		{"update what never was", update("never", 1, r1), ErrNotFound},
		{"update what never was at revision 0", update("never", 1, 0), ErrNotFound},
		{"update what was deleted", update("gone", 1, gone), ErrNotFound},
		{"delete at an old revision", s.Delete(ctx, "k", r1), ErrConflict},
		{"delete at revision 0", s.Delete(ctx, "k", 0), ErrConflict},
		{"delete what never was", s.Delete(ctx, "never", r1), ErrNotFound},
		{"delete twice", s.Delete(ctx, "gone", gone), ErrNotFound},
		{"get what never was", get("never"), ErrNotFound},
		{"get the empty key", get(""), ErrInvalidKey},
		{"create the empty key", create("", 1), ErrInvalidKey},
		{"update the empty key", update("", 1, 0), ErrInvalidKey},
		{"delete the empty key", s.Delete(ctx, "", r1), ErrInvalidKey},
		{"get a long key", get(long), ErrInvalidKey},
		{"create a long key", create(long, 1), ErrInvalidKey},
		{"create a large value", create("large", MaxValue+1), ErrTooLarge},
		{"update with a large value", update("k", MaxValue+1, r2), ErrTooLarge},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	wantEntry(t, s, "k", "2", r2)
}

func mustCreate(t *testing.T, s Store, key, value string) uint64 {
	t.Helper()
	r, err := s.Create(t.Context(), key, []byte(value))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func list(t *testing.T, s Store) {
	for _, key := range []string{"apis/b", "apis/a", "apis/a/x", "apix", "stages/a", "apis/", "apis/a.b"} {
		mustCreate(t, s, key, "value of "+key)
	}
	if err := s.Delete(t.Context(), "apis/b", mustGet(t, s, "apis/b").Revision); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ prefix, want string }{
		{"apis/", "apis/ apis/a apis/a.b apis/a/x"},
		{"apis/a", "apis/a apis/a.b apis/a/x"},
		{"apis/a/", "apis/a/x"},
		{"api", "apis/ apis/a apis/a.b apis/a/x apix"},
		{"", "apis/ apis/a apis/a.b apis/a/x apix stages/a"},
		{"none/", ""},
		{"/", ""},
	} {
		entries, err := s.List(t.Context(), c.prefix)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, e := range entries {
			keys = append(keys, e.Key)
			if string(e.Value) != "value of "+e.Key || e.Revision != mustGet(t, s, e.Key).Revision {
				t.Errorf("List(%q) has %q at %d for %q", c.prefix, e.Value, e.Revision, e.Key)
			}
		}
		if got := strings.Join(keys, " "); got != c.want {
			t.Errorf("List(%q) = %q, want %q", c.prefix, got, c.want)
		}
	}
}

func mustGet(t *testing.T, s Store, key string) Entry {
	t.Helper()
	e, err := s.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func keysOfAnyBytes(t *testing.T, s Store) {
	keys := append([]string{strings.Repeat("$", MaxKey), strings.Repeat("/", MaxKey)}, oddKeys...)
	for _, key := range keys {
		mustCreate(t, s, key, key)
	}
	for _, key := range keys {
		if e := mustGet(t, s, key); string(e.Value) != key {
			t.Errorf("Get(%q) = %q, want the key", key, e.Value)
		}
	}
	entries, err := s.List(t.Context(), "")
	if err != nil || len(entries) != len(keys) {
		t.Errorf("List has %d documents, %v, want %d", len(entries), err, len(keys))
	}
}

func TestValuesOfAnySize(t *testing.T) {
	for _, impl := range stores {
		t.Run(impl.name, func(t *testing.T) { valuesOfAnySize(t, impl.open(t), impl.largest) })
	}
}

func valuesOfAnySize(t *testing.T, s Store, largest int) {
	sizes := []int{0, 1<<20 - headroom, 1<<20 - headroom + 1, largest}
	for _, n := range sizes {
		key := fmt.Sprintf("sizes/%d", n)
		value := document(n)
		r, err := s.Create(t.Context(), key, value)
		if err != nil {
			t.Fatalf("Create of %d bytes: %v", n, err)
		}
		if e := mustGet(t, s, key); !bytes.Equal(e.Value, value) || e.Revision != r {
			t.Fatalf("Get of %d bytes returned %d bytes at %d, want those stored at %d", n, len(e.Value), e.Revision, r)
		}
	}
	w := mustWatch(t, s, "sizes/")
	for range sizes {
		if c := nextChange(t, w); fmt.Sprintf("sizes/%d", len(c.Value)) != c.Key {
			t.Errorf("watched %s has %d bytes", c.Key, len(c.Value))
		}
	}
	nextMarker(t, w)
}

// document makes n bytes that compress as documents do.
func document(n int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, `{"RouteId":"%08x","RouteKey":"GET /orders/{id}/%d","Target":"integrations/%x"},`, rand.Uint32(), i, rand.Uint32())
	}
	return b.Bytes()[:n]
}

func racingUpdates(t *testing.T, s Store) {
	const writers, each = 16, 5
	mustCreate(t, s, "counter", "0")
	var conflicts atomic.Int64
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for done := 0; done < each; {
				e, err := s.Get(t.Context(), "counter")
				if err != nil {
					t.Error(err)
					return
				}
				_, err = s.Update(t.Context(), "counter", append(e.Value, 'x'), e.Revision)
				switch {
				case err == nil:
					done++
				case errors.Is(err, ErrConflict):
					conflicts.Add(1)
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if got := len(mustGet(t, s, "counter").Value); got != 1+writers*each {
		t.Errorf("%d updates left their mark, want %d", got-1, writers*each)
	}
	t.Logf("%d conflicts", conflicts.Load())
}

// racingCreates lets 16 writers create and delete one key: each time exactly one
// may succeed.
func racingCreates(t *testing.T, s Store) {
	for round := range 5 {
		var winners atomic.Int64
		var revision atomic.Uint64
		var group sync.WaitGroup
		for i := range 16 {
			group.Go(func() {
				r, err := s.Create(t.Context(), "key", []byte{byte(i)})
				if err == nil {
					winners.Add(1)
					revision.Store(r)
				} else if !errors.Is(err, ErrConflict) {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if winners.Load() != 1 {
			t.Fatalf("round %d: %d creates succeeded, want 1", round, winners.Load())
		}
		var deleters atomic.Int64
		for range 16 {
			group.Go(func() {
				err := s.Delete(t.Context(), "key", revision.Load())
				if err == nil {
					deleters.Add(1)
				} else if !errors.Is(err, ErrNotFound) {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if deleters.Load() != 1 {
			t.Fatalf("round %d: %d deletes succeeded, want 1", round, deleters.Load())
		}
	}
}

func closed(t *testing.T, s Store) {
	w := mustWatch(t, s, "")
	nextMarker(t, w)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wantEnd(t, w)
	ctx := context.Background()
	_, getErr := s.Get(ctx, "k")
	_, listErr := s.List(ctx, "")
	_, createErr := s.Create(ctx, "k", nil)
	_, updateErr := s.Update(ctx, "k", nil, 1)
	_, watchErr := s.Watch(ctx, "")
	for name, err := range map[string]error{"Get": getErr, "List": listErr, "Create": createErr,
		"Update": updateErr, "Delete": s.Delete(ctx, "k", 1), "Watch": watchErr} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: %v, want ErrClosed", name, err)
		}
	}
}
