// Package loop is the event loop: connections, timers, TLS and the drain, on
// gnet. It is the only package that imports gnet.
package loop

import (
	"math/rand/v2"
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

	posts      posts
	postsFunc  gnet.RunnableFunc // runPosts, made once
	tickFunc   func()            // tick, made once
	tickPosted atomic.Bool
}

var _ exchange.Loop = (*Loop)(nil)

func newLoop(s *Server, ev gnet.EventLoop, index int) *Loop {
	l := &Loop{srv: s, ev: ev, index: index, now: s.cfg.Clock.Now()}
	l.wheel.init(l.now)
	l.conns.next, l.conns.prev = &l.conns, &l.conns
	l.rng = rand.NewChaCha8(randomSeed())
	l.postsFunc, l.tickFunc = l.runPosts, l.tick
	return l
}

// Index implements exchange.Loop.
func (l *Loop) Index() int { return l.index }

// Now implements exchange.Loop.
func (l *Loop) Now() int64 { return l.now }

// Rand returns 64 random bits. Loop only.
func (l *Loop) Rand() uint64 { return l.rng.Uint64() }

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
