package loop

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// posts is what other goroutines want done on the loop. gnet has two queues of
// its own and mixes their order under load, so the order is kept here.
type posts struct {
	mu   sync.Mutex // guards list; held for an append or a swap only, above no other lock
	list []func()
	turn []func() // being run; the loop's own
}

// Post implements exchange.Loop. What one goroutine posts runs in that order.
func (l *Loop) Post(f func()) {
	l.posts.mu.Lock()
	l.posts.list = append(l.posts.list, f)
	first := len(l.posts.list) == 1
	l.posts.mu.Unlock()
	if first {
		_ = l.ev.Execute(context.Background(), l.postsFunc)
	}
}

// maxKeptPosts bounds the list that is kept for later, in entries.
const maxKeptPosts = 1024

// runPosts runs in one turn what was posted up to now.
func (l *Loop) runPosts(context.Context) error {
	defer l.leave(nil)
	l.enter()
	p := &l.posts
	p.mu.Lock()
	p.turn, p.list = p.list, p.turn[:0]
	p.mu.Unlock()
	for i, f := range p.turn {
		p.turn[i] = nil
		l.guard(nil, f)
	}
	if p.turn = p.turn[:0]; cap(p.turn) > maxKeptPosts {
		p.turn = nil
	}
	return nil
}

// enter begins a turn.
func (l *Loop) enter() {
	l.now = l.srv.cfg.Clock.Now()
	l.depth++
}

// leave ends a turn: a panic costs the connection c at most, what was named by
// AtEnd is told, and then the handlers of connections that closed meanwhile.
// Deferred by every entry.
func (l *Loop) leave(c *Conn) {
	if r := recover(); r != nil {
		l.caught(c, r)
	}
	for l.depth == 1 && len(l.ends)+len(l.gone) > 0 {
		l.endTurn()
		l.tellGone()
	}
	l.depth--
}

// guard runs f; a panic costs c at most.
func (l *Loop) guard(c *Conn, f func()) {
	defer func() {
		if r := recover(); r != nil {
			l.caught(c, r)
		}
	}()
	f()
}

func (l *Loop) caught(c *Conn, r any) {
	l.srv.panicked(r, debug.Stack())
	if c != nil {
		c.fail(fmt.Errorf("panic: %v", r))
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
	for i := 0; i < len(l.ends); i++ {
		e := l.ends[i]
		l.ends[i] = nil
		l.tellEnd(e)
	}
	l.ends = l.ends[:0]
}

func (l *Loop) tellEnd(e TurnEnder) {
	defer func() {
		if r := recover(); r != nil {
			l.caught(nil, r)
		}
	}()
	e.TurnEnd()
}

// tellGone tells handlers that their connections are gone. What they do may
// close others, which then follow.
func (l *Loop) tellGone() {
	for i := 0; i < len(l.gone); i++ {
		c := l.gone[i]
		l.gone[i] = nil
		l.guard(nil, c.tell)
	}
	l.gone = l.gone[:0]
}

// tell is the handler's last word of c.
func (c *Conn) tell() {
	if c.sec != nil {
		c.sec.release(c.err)
	}
	if c.h != nil {
		c.h.Closed(c.err)
	}
}
