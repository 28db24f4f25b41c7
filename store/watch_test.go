package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

const patience = 10 * time.Second

func mustWatch(t *testing.T, s Store, prefix string) Watcher {
	t.Helper()
	w, err := s.Watch(context.Background(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	return w
}

// next returns what comes next, a nil marker too.
func next(t *testing.T, w Watcher) *Change {
	t.Helper()
	select {
	case c, open := <-w.Changes():
		if !open {
			t.Fatal("the watcher ended")
		}
		return c
	case <-time.After(patience):
		t.Fatal("nothing to watch within 10 s")
	}
	return nil
}

func nextChange(t *testing.T, w Watcher) *Change {
	t.Helper()
	c := next(t, w)
	if c == nil {
		t.Fatal("got the marker, want a change")
	}
	return c
}

func nextMarker(t *testing.T, w Watcher) {
	t.Helper()
	if c := next(t, w); c != nil {
		t.Fatalf("got %s at %d, want the marker", c.Key, c.Revision)
	}
}

func wantEnd(t *testing.T, w Watcher) {
	t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case _, open := <-w.Changes():
			if !open {
				return
			}
		case <-deadline:
			t.Fatal("the watcher does not end")
		}
	}
}

func wantNothing(t *testing.T, w Watcher) {
	t.Helper()
	select {
	case c := <-w.Changes():
		t.Fatalf("got %+v, want nothing", c)
	case <-time.After(50 * time.Millisecond):
	}
}

func watch(t *testing.T, s Store) {
	a := mustCreate(t, s, "apis/a", "a")
	b := mustCreate(t, s, "apis/b", "b")
	mustCreate(t, s, "other/c", "c")
	gone := mustCreate(t, s, "apis/gone", "x")
	if err := s.Delete(t.Context(), "apis/gone", gone); err != nil {
		t.Fatal(err)
	}
	w := mustWatch(t, s, "apis/")
	got := map[string]uint64{}
	for range 2 {
		c := nextChange(t, w)
		got[c.Key] = c.Revision
	}
	if got["apis/a"] != a || got["apis/b"] != b {
		t.Fatalf("the documents there were: %v, want apis/a and apis/b", got)
	}
	nextMarker(t, w)
	empty := mustWatch(t, s, "none/")
	nextMarker(t, empty)

	a2, err := s.Update(t.Context(), "apis/a", []byte("a2"), a)
	if err != nil {
		t.Fatal(err)
	}
	if c := nextChange(t, w); c.Key != "apis/a" || string(c.Value) != "a2" || c.Revision != a2 || c.Deleted {
		t.Fatalf("after Update: %+v", c)
	}
	mustCreate(t, s, "other/d", "d")
	if err := s.Delete(t.Context(), "apis/a", a2); err != nil {
		t.Fatal(err)
	}
	if c := nextChange(t, w); c.Key != "apis/a" || !c.Deleted || c.Value != nil || c.Revision <= a2 {
		t.Fatalf("after Delete: %+v", c)
	}
	a3 := mustCreate(t, s, "apis/a", "a3")
	if c := nextChange(t, w); c.Key != "apis/a" || c.Revision != a3 || c.Deleted {
		t.Fatalf("after Create: %+v", c)
	}
	wantNothing(t, w)
	wantNothing(t, empty)
}

// mirror follows a watcher and fails when a state comes twice or out of order.
type mirror struct {
	docs    map[string]Entry
	last    map[string]uint64
	markers int
}

func (m *mirror) see(t *testing.T, c *Change) {
	t.Helper()
	if c == nil {
		m.markers++
		return
	}
	if c.Revision <= m.last[c.Key] {
		t.Errorf("%s at %d came after %d", c.Key, c.Revision, m.last[c.Key])
	}
	m.last[c.Key] = c.Revision
	if !c.Deleted {
		m.docs[c.Key] = c.Entry
		return
	}
	if _, ok := m.docs[c.Key]; !ok {
		t.Errorf("%s deleted twice", c.Key)
	}
	delete(m.docs, c.Key)
}

func newMirror() *mirror {
	return &mirror{docs: map[string]Entry{}, last: map[string]uint64{}}
}

// follow reads w until nothing comes for a while and it has the state of s, which
// may give documents new revisions by a sweep meanwhile.
func (m *mirror) follow(t *testing.T, w Watcher, s Store, prefix string) {
	t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case c, open := <-w.Changes():
			if !open {
				t.Fatal("the watcher ended")
			}
			m.see(t, c)
			continue
		case <-time.After(50 * time.Millisecond):
		case <-deadline:
			t.Fatalf("the watcher shows %d documents and %d markers, other than the store", len(m.docs), m.markers)
		}
		want, err := s.List(context.Background(), prefix)
		if err != nil {
			t.Fatal(err)
		}
		if m.equals(want) && m.markers > 0 {
			break
		}
	}
	if m.markers != 1 {
		t.Errorf("%d markers, want 1", m.markers)
	}
}

func (m *mirror) equals(want []Entry) bool {
	if len(want) != len(m.docs) {
		return false
	}
	for _, e := range want {
		if got := m.docs[e.Key]; got.Revision != e.Revision || string(got.Value) != string(e.Value) {
			return false
		}
	}
	return true
}

func watchUnderAStorm(t *testing.T, s Store) {
	var group sync.WaitGroup
	for writer := range 4 {
		group.Go(func() { storm(t, s, fmt.Sprintf("storm/%d/", writer), 60) })
	}
	watchers := make([]Watcher, 4)
	for i := range watchers {
		watchers[i] = mustWatch(t, s, "storm/")
		time.Sleep(10 * time.Millisecond)
	}
	group.Wait()
	for _, w := range watchers {
		newMirror().follow(t, w, s, "storm/")
	}
}

// storm writes n times to a few keys of its own.
func storm(t *testing.T, s Store, prefix string, n int) {
	current := map[string]uint64{}
	for i := range n {
		key, value := fmt.Sprintf("%s%d", prefix, rand.IntN(5)), fmt.Appendf(nil, "%d", i)
		revision, exists := current[key]
		var err error
		switch {
		case !exists:
			current[key], err = s.Create(context.Background(), key, value)
		case rand.IntN(3) == 0:
			err = s.Delete(context.Background(), key, revision)
			delete(current, key)
		default:
			current[key], err = s.Update(context.Background(), key, value, revision)
		}
		if err != nil {
			t.Error(err)
			return
		}
	}
}

func watcherEnds(t *testing.T, s Store) {
	for i := range 100 {
		mustCreate(t, s, fmt.Sprintf("k/%d", i), "v")
	}
	stopped := mustWatch(t, s, "k/") // nobody reads it
	stopped.Stop()
	stopped.Stop()
	wantEnd(t, stopped)

	ctx, cancel := context.WithCancel(context.Background())
	w, err := s.Watch(ctx, "k/")
	if err != nil {
		t.Fatal(err)
	}
	nextChange(t, w)
	cancel()
	wantEnd(t, w)
}
