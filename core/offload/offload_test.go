package offload

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
)

// bench is a loop that runs what is posted when the test says so.
type bench struct{ posted chan func() }

func (b *bench) Post(f func()) { b.posted <- f }
func (b *bench) Now() int64    { return 0 }
func (b *bench) Index() int    { return 0 }

// client keeps the last answer.
type client struct {
	exchange.Responder
	answers []int
}

func (c *client) Respond(x *exchange.Exchange) { c.answers = append(c.answers, x.Res.Status) }

type words struct{}

func (words) WriteError(x *exchange.Exchange, e *gwerr.Error) { x.Res.Status = e.Status }

type step func(x *exchange.Exchange) pipeline.Verdict

func (f step) Handle(x *exchange.Exchange) pipeline.Verdict { return f(x) }

// serve runs one step over a fresh exchange.
func serve(s step) (*exchange.Exchange, *bench, *client) {
	x, b, c := exchange.New(), &bench{posted: make(chan func(), 10)}, &client{}
	x.Loop, x.Conn = b, c
	(&pipeline.Pipeline{Target: &exchange.Target{Errors: words{}}, Steps: []pipeline.Step{s}}).Run(x)
	return x, b, c
}

func TestRun(t *testing.T) {
	p := NewPool(2, 4)
	defer p.Close()
	bad := errors.New("bad")
	reply := func(x *exchange.Exchange, v int, err error) pipeline.Verdict {
		if err != nil {
			return pipeline.Fail(x, gwerr.Unavailable.Wrap(err))
		}
		x.Res.Status = v
		return pipeline.Reply
	}
	tests := []struct {
		name string
		work func(context.Context) (int, error)
		done func(*exchange.Exchange, int, error) pipeline.Verdict
		want int
	}{
		{"result", func(context.Context) (int, error) { return 201, nil }, reply, 201},
		{"error", func(context.Context) (int, error) { return 0, bad }, reply, 503},
		{"panic in work", func(context.Context) (int, error) { panic("boom") }, reply, 503},
		{"panic in done", func(context.Context) (int, error) { return 1, nil },
			func(*exchange.Exchange, int, error) pipeline.Verdict { panic("boom") }, 500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, b, c := serve(func(x *exchange.Exchange) pipeline.Verdict { return Run(x, p, tt.work, tt.done) })
			if len(c.answers) > 0 {
				t.Fatal("answered before the work was done")
			}
			(<-b.posted)()
			if len(c.answers) != 1 || c.answers[0] != tt.want {
				t.Errorf("answers = %v, want [%d]", c.answers, tt.want)
			}
		})
	}
}

// TestResultForAnEarlierLife: the exchange ended meanwhile and serves another
// request; the result must not reach it.
func TestResultForAnEarlierLife(t *testing.T) {
	p := NewPool(1, 1)
	defer p.Close()
	called := false
	x, b, c := serve(func(x *exchange.Exchange) pipeline.Verdict {
		return Run(x, p, func(context.Context) (int, error) { return 1, nil },
			func(*exchange.Exchange, int, error) pipeline.Verdict { called = true; return pipeline.Reply })
	})
	f := <-b.posted
	x.Reset()
	f()
	if called || len(c.answers) > 0 {
		t.Errorf("a late result was used: called %v, answers %v", called, c.answers)
	}
}

func TestFullAndClosed(t *testing.T) {
	p := NewPool(1, 1)
	hold, begun := make(chan bool), make(chan bool)
	job := func(context.Context) { begun <- true; <-hold }
	if err := p.Submit(job); err != nil {
		t.Fatal(err)
	}
	<-begun
	if err := p.Submit(func(context.Context) {}); err != nil {
		t.Errorf("Submit with room in the queue = %v", err)
	}
	if err := p.Submit(job); err != ErrFull {
		t.Errorf("Submit to a full pool = %v, want ErrFull", err)
	}
	work := func(context.Context) (int, error) { return 0, nil }
	run := func(x *exchange.Exchange) pipeline.Verdict { return Run(x, p, work, nil) }
	if _, _, c := serve(run); len(c.answers) != 1 || c.answers[0] != 503 {
		t.Errorf("Run on a full pool: answers = %v, want 503 at once", c.answers)
	}
	close(hold)
	p.Close()
	if err := p.Submit(job); err != ErrClosed {
		t.Errorf("Submit after Close = %v, want ErrClosed", err)
	}
}

// TestCloseEndsJobs: their context ends, and Close waits for them.
func TestCloseEndsJobs(t *testing.T) {
	p := NewPool(2, 8)
	var ended atomic.Int32
	begun := make(chan bool, 8)
	for range 4 {
		_ = p.Submit(func(ctx context.Context) { begun <- true; <-ctx.Done(); ended.Add(1) })
	}
	<-begun
	p.Close()
	if n := ended.Load(); n != 4 {
		t.Errorf("%d of 4 jobs had ended after Close", n)
	}
}

// TestBound: never more than the limit at once, and every job runs, also with
// one worker, where a job left behind would wait for ever.
func TestBound(t *testing.T) {
	for _, workers := range []int{1, 3} {
		p := NewPool(workers, 4)
		var live, most, ran atomic.Int64
		var sent int64
		for range 20_000 {
			err := p.Submit(func(context.Context) {
				if n := live.Add(1); n > most.Load() {
					most.Store(n)
				}
				ran.Add(1)
				live.Add(-1)
			})
			if err == nil {
				sent++
			} else {
				runtime.Gosched()
			}
		}
		for end := time.Now().Add(5 * time.Second); ran.Load() < sent && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		if ran.Load() != sent || most.Load() > int64(workers) {
			t.Errorf("%d workers: ran %d of %d jobs, %d at once", workers, ran.Load(), sent, most.Load())
		}
		p.Close()
	}
}

func TestPanicInBareJob(t *testing.T) {
	p := NewPool(1, 4)
	defer p.Close()
	ran := make(chan bool, 1)
	_ = p.Submit(func(context.Context) { panic("boom") })
	_ = p.Submit(func(context.Context) { ran <- true })
	<-ran
}

// TestSubmitDuringClose is for the race detector.
func TestSubmitDuringClose(t *testing.T) {
	for range 200 {
		p := NewPool(2, 2)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 5 {
					_ = p.Submit(func(context.Context) {})
				}
			})
		}
		p.Close()
		wg.Wait()
	}
}
