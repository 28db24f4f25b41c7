// Package offload runs what blocks on bounded workers and brings the result
// back to the loop that owns the exchange.
package offload

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
)

// ErrFull means that the pool's queue has no room. It never makes a loop wait.
var ErrFull = errors.New("worker queue is full")

// ErrClosed means that the pool was closed.
var ErrClosed = errors.New("worker pool is closed")

// Pool runs jobs on at most workers goroutines, with at most queue jobs
// waiting. Goroutines start on demand and end when there is nothing to do.
type Pool struct {
	ctx    context.Context
	cancel context.CancelFunc
	queue  chan func(context.Context)
	limit  int64
	live   atomic.Int64
	wg     sync.WaitGroup
	mu     sync.RWMutex // Close excludes Submit, nothing else: no lock is taken below it
}

// NewPool makes a pool. workers and queue must be positive.
func NewPool(workers, queue int) *Pool {
	ctx, cancel := context.WithCancel(context.Background())
	return &Pool{ctx: ctx, cancel: cancel, queue: make(chan func(context.Context), queue), limit: int64(workers)}
}

// Submit queues job, or answers ErrFull or ErrClosed at once. The context that
// job gets ends when the pool is closed. Any goroutine may call it.
func (p *Pool) Submit(job func(context.Context)) error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.ctx.Err() != nil {
		return ErrClosed
	}
	select {
	case p.queue <- job:
	default:
		return ErrFull
	}
	if p.enter() {
		p.wg.Go(p.work)
	}
	return nil
}

// enter counts one more worker unless there are enough. It never counts one
// too many, even for a moment: a worker that is about to end would take that
// for another one, and leave it the job that nobody takes.
func (p *Pool) enter() bool {
	for {
		n := p.live.Load()
		if n >= p.limit {
			return false
		}
		if p.live.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// work takes jobs until there are none.
func (p *Pool) work() {
	for {
		select {
		case job := <-p.queue:
			p.call(job)
			continue
		default:
		}
		p.live.Add(-1)
		// A job queued since the last look may have found the pool at its
		// limit: whoever queued it relies on this worker.
		if len(p.queue) == 0 || !p.enter() {
			return
		}
	}
}

func (p *Pool) call(job func(context.Context)) {
	defer func() { // Run reports panics; a bare job's must not end the process
		if r := recover(); r != nil {
			slog.Error("panic in a worker", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		}
	}()
	job(p.ctx)
}

// Close ends the context of all jobs and waits for those that were submitted.
func (p *Pool) Close() {
	p.mu.Lock()
	p.cancel()
	p.mu.Unlock()
	p.wg.Wait()
}

// Run has work done by a worker and then done called on x's loop with its
// result; done's verdict goes on with x. It returns Suspend, or what Fail
// returns when the pool is full. work must not touch x; when x has ended
// meanwhile the result is dropped.
func Run[T any](x *exchange.Exchange, p *Pool, work func(context.Context) (T, error), done func(*exchange.Exchange, T, error) pipeline.Verdict) pipeline.Verdict {
	gen, loop := x.Gen(), x.Loop
	err := p.Submit(func(ctx context.Context) {
		v, err := guarded(ctx, work)
		loop.Post(func() {
			if x.Gen() == gen {
				pipeline.Continue(x, func() pipeline.Verdict { return done(x, v, err) })
			}
		})
	})
	if err != nil {
		return pipeline.Fail(x, gwerr.Unavailable.Wrap(err))
	}
	return pipeline.Suspend
}

func guarded[T any](ctx context.Context, work func(context.Context) (T, error)) (v T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in a worker: %v\n%s", r, debug.Stack())
		}
	}()
	return work(ctx)
}
