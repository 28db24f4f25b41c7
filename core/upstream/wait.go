package upstream

import (
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"gatehouse/core/exchange"
)

// sweepEvery is how often waiting calls are looked at, for those whose time is
// over and for dials that had no room before.
const sweepEvery = 20 * time.Millisecond

// loopRef is a shard's loop, set when it sends its first request; workers and
// timers read it.
type loopRef struct {
	l atomic.Pointer[exchange.Loop]
}

func (s *shard) bind(l exchange.Loop) {
	if s.post.l.Load() == nil {
		kept := l // escapes here only
		s.post.l.Store(&kept)
	}
}

// watch looks at la's waiting calls from time to time, until there are none.
func (s *shard) watch(la *lane) {
	if !slices.Contains(s.queued, la) {
		s.queued = append(s.queued, la)
	}
	if s.armed {
		return
	}
	s.armed = true
	if s.timer == nil {
		s.timer = time.AfterFunc(sweepEvery, s.postSweep)
	} else {
		s.timer.Reset(sweepEvery)
	}
}

// postSweep has the shard's loop sweep. Any goroutine may call it.
func (s *shard) postSweep() {
	if l := s.post.l.Load(); l != nil {
		(*l).Post(func() { s.sweep(*l) })
	}
}

// sweepAll follows a jump of the clock.
func (c *Client) sweepAll() {
	for i := range c.shards {
		c.shards[i].postSweep()
	}
}

// sweep looks at all waiting calls of the loop.
func (s *shard) sweep(l exchange.Loop) {
	s.armed = false
	lanes := s.queued
	s.queued = nil
	for _, la := range lanes {
		la.expire(l.Now())
		if err := la.pump(l); errors.Is(err, errConns) && la.open == 0 {
			la.target.shed(la)
		}
		if la.queued > 0 {
			s.watch(la)
		}
	}
}
