package loop

import "sync/atomic"

// tickNs is the wheel's resolution: a deadline is noticed at most this late,
// plus one turn of the loop.
const tickNs = 20e6

const slots = 512 // about ten seconds; later deadlines are looked at once per turn

// expirer is told when its timer is due.
type expirer interface {
	expire(now int64)
}

// Timer is one deadline of one owner. Moving it later, which every request
// does, only stores a number: the wheel finds out when the old slot comes.
type Timer struct {
	next, prev *Timer
	at         int64 // deadline, core/clock ns; 0: none
	slot       int64 // tick it is linked under; valid while next != nil
	owner      expirer
}

// wheel is a loop's hashed timing wheel. Only its loop touches it, except due.
type wheel struct {
	heads [slots]Timer // list heads, circular
	tick  int64        // last tick looked at
	due   atomic.Int64 // ns at which the next linked slot comes; maxInt64: nothing linked
}

const never = 1<<63 - 1

func (w *wheel) init(now int64) {
	for i := range w.heads {
		h := &w.heads[i]
		h.next, h.prev = h, h
	}
	w.tick = now / tickNs
	w.due.Store(never)
}

// set moves t's deadline to at; 0 means none.
func (w *wheel) set(t *Timer, at int64) {
	t.at = at
	if at == 0 || (t.next != nil && t.slot*tickNs <= at) {
		return
	}
	t.unlink()
	w.link(t)
}

func (w *wheel) link(t *Timer) {
	tick := min(max((t.at+tickNs-1)/tickNs, w.tick+1), w.tick+slots-1)
	t.slot = tick
	h := &w.heads[tick%slots]
	t.prev, t.next = h.prev, h
	h.prev.next, h.prev = t, t
	if at := tick * tickNs; at < w.due.Load() {
		w.due.Store(at)
	}
}

func (t *Timer) unlink() {
	if t.next == nil {
		return
	}
	t.prev.next, t.next.prev = t.next, t.prev
	t.next, t.prev = nil, nil
}

// advance tells the owners of all timers due at now.
func (w *wheel) advance(now int64) {
	last := now / tickNs
	for tick := max(w.tick+1, last-slots+1); tick <= last; tick++ {
		w.tick = tick
		w.fire(&w.heads[tick%slots], now)
	}
	w.tick = max(w.tick, last)
	w.due.Store(w.nextDue())
}

// fire takes the slot's list as it is now: what owners link again goes to a
// later slot, and what they unlink is gone from the list.
func (w *wheel) fire(h *Timer, now int64) {
	if h.next == h {
		return
	}
	var list Timer
	list.next, list.prev = h.next, h.prev
	list.next.prev, list.prev.next = &list, &list
	h.next, h.prev = h, h
	for list.next != &list {
		t := list.next
		t.unlink()
		switch {
		case t.at == 0:
		case t.at <= now:
			t.at = 0
			t.owner.expire(now)
		default:
			w.link(t)
		}
	}
}

func (w *wheel) nextDue() int64 {
	for tick := w.tick + 1; tick < w.tick+slots; tick++ {
		if h := &w.heads[tick%slots]; h.next != h {
			return tick * tickNs
		}
	}
	return never
}
