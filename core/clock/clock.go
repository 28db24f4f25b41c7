// Package clock is the gateway's time. It can be moved forward, so that tests
// of two-hour limits take milliseconds; nothing else may call time.Now for a
// decision a client can see.
package clock

import (
	"sync"
	"sync/atomic"
	"time"
)

// Clock tells monotonic-enough nanoseconds and wall time, both shifted by what
// Advance added up. The zero Clock is real time. Safe for any goroutine.
type Clock struct {
	offset atomic.Int64 // ns added by Advance

	mu      sync.Mutex // guards waiters
	waiters []func()   // called after each Advance
}

var base = time.Now()

// Real is the process's clock.
var Real = &Clock{}

// Now returns nanoseconds since the process started, plus what Advance added.
// It never goes back.
func (c *Clock) Now() int64 { return int64(time.Since(base)) + c.offset.Load() }

// Wall returns the time of day, shifted like Now.
func (c *Clock) Wall() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

// Advance moves the clock forward by d (negative is ignored) and then calls
// every function given to OnAdvance.
func (c *Clock) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	c.offset.Add(int64(d))
	c.mu.Lock()
	waiters := append([]func(){}, c.waiters...)
	c.mu.Unlock()
	for _, f := range waiters {
		f()
	}
}

// OnAdvance has f called after each Advance, on the caller's goroutine. Timer
// wheels use it to look at once at what is due.
func (c *Clock) OnAdvance(f func()) {
	c.mu.Lock()
	c.waiters = append(c.waiters, f)
	c.mu.Unlock()
}
