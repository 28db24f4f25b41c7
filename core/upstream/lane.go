package upstream

import (
	"errors"
	"slices"

	"gatehouse/core/exchange"
)

// lane is one loop's part of a target: its idle connections and the calls that
// wait for one. Only that loop touches it, except count.
type lane struct {
	target  *Target
	shard   *shard
	idle    []*conn // the last one was used last
	head    *call   // waiting, first come first served
	tail    *call
	queued  int
	dialing int
	open    int // connections on the loop
	count   counters
	_       [64]byte // keeps loops off each other's cache lines
}

// pop takes the connection that was used last, nil without an idle one.
func (la *lane) pop() *conn {
	for n := len(la.idle); n > 0; n = len(la.idle) {
		cn := la.idle[n-1]
		la.idle[n-1] = nil
		la.idle = la.idle[:n-1]
		if cn.wire.IsOpen() {
			return cn
		}
		cn.state = dead // its Closed is on the way
	}
	return nil
}

// put gives cn, which has nothing to do, to the first waiting call or keeps it.
func (la *lane) put(cn *conn, now int64) {
	if k := la.head; k != nil {
		la.unlink(k)
		cn.send(k)
		return
	}
	cfg := &la.target.client.cfg
	if len(la.idle) >= cfg.MaxIdle || now-cn.born > int64(cfg.MaxAge) {
		cn.shut()
		return
	}
	cn.state, cn.kept = idle, true
	cn.wire.SetDeadline(now + int64(cfg.IdleTimeout))
	la.idle = append(la.idle, cn)
}

// drop forgets the idle connection cn.
func (la *lane) drop(cn *conn) {
	if i := slices.Index(la.idle, cn); i >= 0 {
		la.idle = slices.Delete(la.idle, i, i+1)
	}
}

// wait queues k, in front with first, until a connection is dialled or comes
// free. An error means that k is not queued and won't be served.
func (la *lane) wait(k *call, first bool) error {
	if la.queued >= la.target.client.cfg.MaxQueue {
		return &Error{Busy, errQueue}
	}
	la.link(k, first)
	err := la.pump(k.x.Loop)
	if err != nil && la.dialing == 0 && la.open == 0 && !errors.Is(err, errConns) {
		la.unlink(k) // nothing is under way that could serve it
		return &Error{Busy, err}
	}
	la.shard.watch(la)
	return nil
}

// pump dials as many connections as there are calls waiting for one, within
// the limits.
func (la *lane) pump(l exchange.Loop) error {
	for la.dialing < la.queued {
		if err := la.dial(l); err != nil {
			return err
		}
	}
	return nil
}

// shed has the other loops give up an idle connection each, as la has none and
// the target's limit is reached.
func (t *Target) shed(la *lane) {
	for i := range t.lanes {
		o := &t.lanes[i]
		if l := o.shard.post.l.Load(); l != nil && o != la {
			(*l).Post(o.giveUp)
		}
	}
}

// giveUp closes the connection that has been idle for longest.
func (la *lane) giveUp() {
	if len(la.idle) > 0 {
		cn := la.idle[0]
		la.drop(cn)
		cn.shut()
	}
}

func (la *lane) link(k *call, first bool) {
	k.waiting, k.conn = true, nil
	la.queued++
	switch {
	case la.head == nil:
		la.head, la.tail = k, k
	case first:
		k.next, la.head.prev, la.head = la.head, k, k
	default:
		k.prev, la.tail.next, la.tail = la.tail, k, k
	}
}

func (la *lane) unlink(k *call) {
	if k.prev == nil {
		la.head = k.next
	} else {
		k.prev.next = k.next
	}
	if k.next == nil {
		la.tail = k.prev
	} else {
		k.next.prev = k.prev
	}
	k.next, k.prev, k.waiting = nil, nil, false
	la.queued--
}

// expire fails the waiting calls whose time is over.
func (la *lane) expire(now int64) {
	for k := la.head; k != nil; {
		next := k.next
		if k.deadline <= now {
			la.unlink(k)
			k.fail(&Error{Timeout, errNoHead})
			if next != nil && !next.waiting {
				next = la.head // the receiver changed the queue
			}
		}
		k = next
	}
}
