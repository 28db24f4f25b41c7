package definition

import (
	"context"
	"sync"
)

// locks has one lock per key in use. Changes of one API on one node queue up
// here instead of racing for the revision, so that compare-and-set only has to
// settle races between nodes.
type locks struct {
	mu    sync.Mutex // guards queue
	queue map[string]*lock
}

type lock struct {
	held  chan struct{} // full while somebody holds the lock
	users int           // holder and waiters; guarded by locks.mu
}

// acquire waits for the lock of key, or for ctx to end.
func (l *locks) acquire(ctx context.Context, key string) (release func(), err error) {
	k := l.enter(key)
	select {
	case k.held <- struct{}{}:
		return func() { <-k.held; l.leave(key, k) }, nil
	case <-ctx.Done():
		l.leave(key, k)
		return nil, context.Cause(ctx)
	}
}

func (l *locks) enter(key string) *lock {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.queue[key]
	if k == nil {
		k = &lock{held: make(chan struct{}, 1)}
		l.queue[key] = k
	}
	k.users++
	return k
}

func (l *locks) leave(key string, k *lock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k.users--; k.users == 0 {
		delete(l.queue, key)
	}
}
