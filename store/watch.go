package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// bucketWatcher follows the bucket with one ordered consumer after another: a new
// one, from the current documents on, whenever the connection was lost or a sweep
// may have taken markers it had still to read. What it has delivered it knows by
// revision, so that a new start repeats nothing and finds even deletions whose
// markers are gone.
type bucketWatcher struct {
	s       *bucketStore
	prefix  string
	changes chan *Change
	cancel  context.CancelFunc
	done    chan struct{}

	// run's own:
	floor  uint64            // the horizon before the consumer was made: what is below is dead
	known  map[string]uint64 // revision of each document delivered and not deleted
	marked bool              // the marker was sent
}

var _ Watcher = (*bucketWatcher)(nil)

// Watch subscribes before it returns, so that its errors are the caller's.
func (s *bucketStore) Watch(ctx context.Context, prefix string) (Watcher, error) {
	ctx, cancel := context.WithCancel(ctx)
	w := &bucketWatcher{s: s, prefix: prefix, changes: make(chan *Change, 16), cancel: cancel,
		done: make(chan struct{}), known: make(map[string]uint64)}
	again := s.restarts()
	f, err := w.subscribe(ctx)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("watch %q: %w", prefix, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		cancel()
		f.close()
		return nil, ErrClosed
	}
	s.watchers[w] = struct{}{}
	go w.run(ctx, f, again)
	return w, nil
}

func (w *bucketWatcher) Changes() <-chan *Change { return w.changes }

func (w *bucketWatcher) Stop() {
	w.cancel()
	<-w.done
}

func (w *bucketWatcher) subscribe(ctx context.Context) (f *feed, err error) {
	w.floor = w.s.horizon.Load()
	err = w.s.attempt(ctx, func(context.Context) error {
		f, err = newFeed(w.s.push, filter(w.prefix))
		return err
	})
	return f, err
}

func (w *bucketWatcher) run(ctx context.Context, f *feed, again <-chan struct{}) {
	defer w.end()
	for {
		w.follow(ctx, f, again)
		f.close()
		for f = nil; f == nil; {
			select {
			case <-ctx.Done():
				return
			case <-time.After(retryWait):
			}
			var err error
			again = w.s.restarts()
			if f, err = w.subscribe(ctx); err != nil && ctx.Err() == nil {
				w.s.log.Warn("store: watch", "prefix", w.prefix, "err", err)
			}
		}
	}
}

func (w *bucketWatcher) end() {
	w.cancel()
	w.s.mu.Lock()
	delete(w.s.watchers, w)
	w.s.mu.Unlock()
	close(w.changes)
	close(w.done)
}

// follow delivers what f brings until the watcher ends, has to start again, or f
// fails. Each time a new consumer mends it.
func (w *bucketWatcher) follow(ctx context.Context, f *feed, again <-chan struct{}) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-again:
			cancel()
		case <-ctx.Done():
		}
	}()
	seen, err := w.snapshot(ctx, f)
	if err == nil {
		err = w.complete(ctx, seen)
	}
	for err == nil {
		var m *nats.Msg
		if m, err = f.next(ctx, nil); err == nil {
			_, err = w.deliver(ctx, m)
		}
	}
	if ctx.Err() == nil {
		w.s.log.Info("store: watch starts again", "prefix", w.prefix, "err", err)
	}
}

// stall is how long a snapshot waits for a message before it asks the server
// whether one is to come: the last one may have been overwritten meanwhile.
const stall = 500 * time.Millisecond

// snapshot delivers the documents there are and returns their keys.
func (w *bucketWatcher) snapshot(ctx context.Context, f *feed) (map[string]bool, error) {
	seen := make(map[string]bool)
	pending, err := f.sub.InitialConsumerPending()
	if err != nil {
		return nil, err
	}
	drained := false
	for received := uint64(0); received < pending; {
		m, err := f.next(ctx, time.After(stall))
		if err != nil {
			return nil, err
		}
		if m == nil {
			if drained { // and nothing since
				break
			}
			drained = f.drained()
			continue
		}
		drained = false
		key, err := w.deliver(ctx, m)
		if err != nil {
			return nil, err
		}
		seen[key] = true
		received++
		if meta, err := m.Metadata(); err == nil && meta.NumPending == 0 {
			break
		}
	}
	return seen, nil
}

// complete ends a snapshot: what is known and was not there has been deleted.
func (w *bucketWatcher) complete(ctx context.Context, seen map[string]bool) error {
	for key, revision := range w.known {
		if seen[key] {
			continue
		}
		if err := w.send(ctx, &Change{Entry: Entry{Key: key, Revision: revision + 1}, Deleted: true}); err != nil {
			return err
		}
		delete(w.known, key)
	}
	if w.marked {
		return nil
	}
	if err := w.send(ctx, nil); err != nil {
		return err
	}
	w.marked = true
	return nil
}

// deliver sends what m says unless it is known, and returns m's key.
func (w *bucketWatcher) deliver(ctx context.Context, m *nats.Msg) (string, error) {
	key, err := keyOf(m.Subject)
	if err != nil || !strings.HasPrefix(key, w.prefix) {
		return "", nil // not ours, or only under the filter
	}
	meta, err := m.Metadata()
	if err != nil {
		return "", fmt.Errorf("message of %q: %w", key, err)
	}
	if meta.Sequence.Stream < w.floor {
		return "", nil
	}
	c := &Change{Entry: Entry{Key: key, Revision: meta.Sequence.Stream}, Deleted: deleted(m.Header)}
	last, known := w.known[key]
	if c.Deleted && !known || known && last == c.Revision {
		return key, nil
	}
	if !c.Deleted {
		if c.Value, err = unpack(m.Header, m.Data); err != nil {
			w.s.log.Error("store: watch: document skipped", "key", key, "err", err)
			return key, nil
		}
	}
	if err := w.send(ctx, c); err != nil {
		return "", err
	}
	w.learn(c)
	return key, nil
}

func (w *bucketWatcher) learn(c *Change) {
	if c.Deleted {
		delete(w.known, c.Key)
		return
	}
	w.known[c.Key] = c.Revision
}

// send blocks as long as the reader does; a reconnect ends it as the end of the
// watcher does, and what was not sent comes again.
func (w *bucketWatcher) send(ctx context.Context, c *Change) error {
	select {
	case w.changes <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
