package wire

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// slowBody is a body of unknown length that ends when its gate opens.
type slowBody struct {
	gate   chan struct{}
	active *atomic.Int64
}

func (b *slowBody) Read([]byte) (int, error) {
	b.active.Add(1)
	<-b.gate
	return 0, io.EOF
}

// TestBigBodiesWait sends more bodies at once than may be at work: the others
// wait, calls with small bodies do not, and a caller that goes away is let go.
func TestBigBodiesWait(t *testing.T) {
	s := New(Config{}, testService())
	gate, active := make(chan struct{}), new(atomic.Int64)
	var calls sync.WaitGroup
	for range 3 * maxBig {
		r := httptest.NewRequest("POST", "/v2/apis", &slowBody{gate, active})
		r.ContentLength = -1
		calls.Go(func() { s.ServeHTTP(httptest.NewRecorder(), r) })
	}
	for deadline := time.Now().Add(10 * time.Second); active.Load() < maxBig && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	if n := active.Load(); n != maxBig {
		t.Errorf("%d big bodies are read at once, want %d", n, maxBig)
	}
	small := httptest.NewRecorder()
	s.ServeHTTP(small, httptest.NewRequest("POST", "/v2/apis", bytes.NewReader([]byte("{"))))
	if small.Code != 400 {
		t.Errorf("a small call meanwhile: status %d, want its own answer, 400", small.Code)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(gone, "POST", "/v2/apis", bytes.NewReader(make([]byte, smallBody+1)))
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != 429 {
		t.Errorf("a caller that went away: status %d, want 429", w.Code)
	}
	close(gate)
	calls.Wait()
	if len(s.big) != 0 {
		t.Errorf("%d places are held after all calls", len(s.big))
	}
}
