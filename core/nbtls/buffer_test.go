package nbtls

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// safeBuffer collects what a process prints.
type safeBuffer struct {
	mu    sync.Mutex
	b     bytes.Buffer
	grown chan struct{}
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.grown <- struct{}{}:
	default:
	}
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func (s *safeBuffer) waitFor(t *testing.T, text string) {
	t.Helper()
	deadline := time.After(testWait)
	for !strings.Contains(s.String(), text) {
		select {
		case <-s.grown:
		case <-deadline:
			t.Fatalf("no %q in:\n%s", text, s.String())
		}
	}
}

func TestBuffer(t *testing.T) {
	var b *buffer
	if b.waiting() != 0 || b.freeIfEmpty() != nil {
		t.Error("a nil buffer is not empty")
	}
	var want []byte
	for i, n := range []int{1, 2000, 100, 30000, 64000, 100000, 5} {
		p := bytes.Repeat([]byte{byte(i + 1)}, n)
		b = b.append(p)
		want = append(want, p...)
		if got := b.next(1); got[0] != want[0] {
			t.Fatalf("next = %d, want %d", got[0], want[0])
		}
		want = want[1:]
		if !bytes.Equal(b.bytes(), want) || b.waiting() != len(want) {
			t.Fatalf("after %d: %d bytes wait, want %d, or others", n, b.waiting(), len(want))
		}
	}
	b.next(len(want))
	if b.freeIfEmpty() != nil {
		t.Error("freeIfEmpty kept an empty buffer")
	}
	for _, n := range []int{1, 2048, 2049, 20480, 65536, 65537} {
		if b := acquire(n); len(b.b) != 0 || b.off != 0 || cap(b.b) < n {
			t.Errorf("acquire(%d) has length %d, offset %d, room %d", n, len(b.b), b.off, cap(b.b))
		}
	}
}
