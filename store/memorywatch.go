package store

import (
	"context"
	"sync"
)

// memoryWatcher queues changes without bound, so that writers never wait.
type memoryWatcher struct {
	m       *memory
	prefix  string
	changes chan *Change
	cancel  context.CancelFunc
	done    chan struct{}

	mu    sync.Mutex // taken after memory.mu
	queue []*Change
	ready chan struct{} // of capacity 1: the queue is not empty
}

var _ Watcher = (*memoryWatcher)(nil)

// Watch queues the current documents and the marker before it returns.
func (m *memory) Watch(ctx context.Context, prefix string) (Watcher, error) {
	if err := m.begin(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	w := &memoryWatcher{m: m, prefix: prefix, changes: make(chan *Change), cancel: cancel,
		done: make(chan struct{}), ready: make(chan struct{}, 1)}
	for _, e := range m.listLocked(prefix) {
		w.push(&Change{Entry: e})
	}
	w.push(nil)
	m.watchers[w] = struct{}{}
	go w.run(ctx)
	return w, nil
}

func (w *memoryWatcher) Changes() <-chan *Change { return w.changes }

func (w *memoryWatcher) Stop() {
	w.cancel()
	<-w.done
}

func (w *memoryWatcher) push(c *Change) {
	w.mu.Lock()
	w.queue = append(w.queue, c)
	w.mu.Unlock()
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

func (w *memoryWatcher) take() []*Change {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := w.queue
	w.queue = nil
	return q
}

func (w *memoryWatcher) run(ctx context.Context) {
	defer w.end()
	for {
		for _, c := range w.take() {
			select {
			case w.changes <- c:
			case <-ctx.Done():
				return
			}
		}
		select {
		case <-w.ready:
		case <-ctx.Done():
			return
		}
	}
}

func (w *memoryWatcher) end() {
	w.cancel()
	w.m.mu.Lock()
	delete(w.m.watchers, w)
	w.m.mu.Unlock()
	close(w.changes)
	close(w.done)
}
