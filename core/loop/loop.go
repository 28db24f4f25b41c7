// Package loop is the event loop: connections, timers, TLS and the drain, on
// gnet. It is the only package that imports gnet.
package loop

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync/atomic"

	"github.com/panjf2000/gnet/v2"

	"gatehouse/core/exchange"
)

// Loop is one event loop: a goroutine that owns its connections, their
// exchanges and timers. Only Post, Index and Attach are for other goroutines.
type Loop struct {
	srv   *Server
	ev    gnet.EventLoop
	index int
	now   int64
	wheel wheel
	conns Conn    // list head
	gone  []*Conn // closed in this turn; their handlers are told at its end
	depth int     // entries under way
	ends  []TurnEnder

	free   []*exchange.Exchange
	rng    *rand.ChaCha8
	vec    [2][]byte
	plain  []byte // decrypted bytes of this turn
	sealed []byte // encrypted bytes of one write

	tickPosted atomic.Bool
}

var _ exchange.Loop = (*Loop)(nil)

func newLoop(s *Server, ev gnet.EventLoop, index int) *Loop {
	l := &Loop{srv: s, ev: ev, index: index, now: s.cfg.Clock.Now()}
	l.wheel.init(l.now)
	l.conns.next, l.conns.prev = &l.conns, &l.conns
	l.rng = rand.NewChaCha8(randomSeed())
	return l
}

// Index implements exchange.Loop.
func (l *Loop) Index() int { return l.index }

// Now implements exchange.Loop.
func (l *Loop) Now() int64 { return l.now }

// Rand returns 64 random bits. Loop only.
func (l *Loop) Rand() uint64 { return l.rng.Uint64() }

// Post implements exchange.Loop.
func (l *Loop) Post(f func()) {
	_ = l.ev.Execute(context.Background(), gnet.RunnableFunc(func(context.Context) error {
		defer l.leave(nil)
		l.enter()
		f()
		return nil
	}))
}

// enter begins a turn.
func (l *Loop) enter() {
	l.now = l.srv.cfg.Clock.Now()
	l.depth++
}

// leave ends a turn: a panic costs the connection c at most, and handlers of
// connections that closed meanwhile are told. Deferred by every entry.
func (l *Loop) leave(c *Conn) {
	if r := recover(); r != nil {
		l.srv.panicked(r, debug.Stack())
		if c != nil {
			c.fail(fmt.Errorf("panic: %v", r))
		}
	}
	if l.depth == 1 && len(l.ends) > 0 {
		l.endTurn()
	}
	l.depth--
	if l.depth == 0 && len(l.gone) > 0 {
		l.tellGone()
	}
}

// TurnEnder is told once when the turn that it was named in ends.
type TurnEnder interface {
	TurnEnd()
}

// AtEnd has e told at the end of this turn: what several events of one turn
// made can then go out with one system call.
func (l *Loop) AtEnd(e TurnEnder) { l.ends = append(l.ends, e) }

func (l *Loop) endTurn() {
	defer func() {
		if r := recover(); r != nil {
			l.srv.panicked(r, debug.Stack())
		}
	}()
	for i := 0; i < len(l.ends); i++ {
		e := l.ends[i]
		l.ends[i] = nil
		e.TurnEnd()
	}
	l.ends = l.ends[:0]
}

func (l *Loop) tellGone() {
	for len(l.gone) > 0 {
		c := l.gone[0]
		l.gone = l.gone[1:]
		l.tell(c)
	}
	l.gone = nil
}

func (l *Loop) tell(c *Conn) {
	l.depth++
	defer func() {
		l.depth--
		if r := recover(); r != nil {
			l.srv.panicked(r, debug.Stack())
		}
	}()
	if c.sec != nil {
		c.sec.release(c.err)
	}
	if c.h != nil {
		c.h.Closed(c.err)
	}
}

func (l *Loop) add(c *Conn) {
	c.prev, c.next = l.conns.prev, &l.conns
	l.conns.prev.next, l.conns.prev = c, c
}

func (l *Loop) remove(c *Conn) {
	if c.next == nil {
		return
	}
	c.prev.next, c.next.prev = c.next, c.prev
	c.next, c.prev = nil, nil
}

// tick runs the wheel.
func (l *Loop) tick() {
	l.tickPosted.Store(false)
	l.wheel.advance(l.now)
}

// Acquire lends an exchange that starts now, with a fresh id.
func (l *Loop) Acquire() *exchange.Exchange {
	var x *exchange.Exchange
	if n := len(l.free); n > 0 {
		x = l.free[n-1]
		l.free = l.free[:n-1]
	} else {
		x = exchange.New()
	}
	x.Loop = l
	x.Start = l.now
	x.SetID(l.Rand(), l.Rand())
	return x
}

// maxFree bounds the exchanges a loop keeps for later, about 8 KB each.
const maxFree = 512

// Release takes x back.
func (l *Loop) Release(x *exchange.Exchange) {
	x.Reset()
	if len(l.free) < maxFree {
		l.free = append(l.free, x)
	}
}
