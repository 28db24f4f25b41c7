package upstream

import (
	"time"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
)

// stream hands over the head; the body follows when the receiver's pipeline
// has come to its end and calls Flow, most times before Answered returns.
func (cn *conn) stream(rest []byte) {
	k := cn.call
	x, seq := k.x, cn.seq
	cn.state, cn.rest, cn.gone, cn.broke = parked, rest, false, nil
	x.Res.Stream = cn
	x.Res.Length = cn.head.length
	k.rcv.Answered(x, nil)
	if cn.seq == seq && cn.state == parked { // rest is not ours for longer
		cn.rest = nil
		cn.park(rest)
	}
}

// park keeps bytes that come before Flow.
func (cn *conn) park(b []byte) {
	if len(b) == 0 || cn.broke != nil {
		return
	}
	if int(cn.held)+len(b) > maxParked || !cn.hold(cn.held+int64(len(b))) {
		cn.broke = &Error{Busy, errMemory}
		cn.wire.Close()
		return
	}
	if cn.in == nil {
		cn.in = bufs.Get(len(b))
	}
	cn.in = bufs.Grow(cn.in, len(b))
	cn.in.B = append(cn.in.B, b...)
	cn.rest = cn.in.B
}

// Flow implements exchange.Source.
func (cn *conn) Flow(x *exchange.Exchange) {
	if cn.state != parked || cn.call == nil || cn.call.x != x {
		x.Conn.EndBody(x, &Error{Broken, errClosedEarly})
		return
	}
	seq, rest, in := cn.seq, cn.rest, cn.in
	cn.rest, cn.in = nil, nil
	cn.hold(0)
	cn.state = flowing
	cn.pour(rest)
	bufs.Put(in)
	if cn.seq != seq || cn.state != flowing || !cn.gone {
		return
	}
	if cn.broke != nil { // the connection ended while parked
		cn.cut(cn.broke.Kind, cn.broke.Cause)
	} else {
		cn.flowed(0)
	}
}

// pour sends on what b holds of the body.
func (cn *conn) pour(b []byte) {
	k, s := cn.call, cn.lane.shard
	payload, used, done, err := cn.body.take(b, &s.scratch)
	kind := Invalid
	cn.got += int64(len(payload))
	if over := cn.got - k.req.Limit; k.req.Limit > 0 && over > 0 {
		payload = payload[:max(0, int64(len(payload))-over)]
		kind, err = TooLarge, errLimit
	}
	fast := len(payload) == 0 || k.x.Conn.WriteBody(k.x, payload)
	if cap(s.scratch) > maxScratch {
		s.scratch = nil
	}
	switch {
	case err != nil:
		cn.cut(kind, err)
	case !fast:
		cn.leave(done, len(b)-used)
	case done:
		cn.flowed(len(b) - used)
	default:
		cn.wire.SetDeadline(k.bodyDeadline(cn.loop.Now()))
	}
}

// bodyDeadline is when a body that flows is given up unless more of it comes.
func (k *call) bodyDeadline(now int64) int64 {
	at := now + int64(k.idle())
	if k.req.Total > 0 {
		at = min(at, k.started+int64(k.req.Total))
	}
	return at
}

// idle is the longest silence inside a body that flows.
func (k *call) idle() time.Duration {
	if k.req.Idle > 0 {
		return k.req.Idle
	}
	return k.lane.target.client.cfg.BodyTimeout
}

// maxScratch bounds what a loop keeps for collecting chunks, in bytes.
const maxScratch = 256 << 10

// flowed ends a streamed answer; left bytes came behind it.
func (cn *conn) flowed(left int) {
	x, _ := cn.call.end()
	cn.settle(left)
	if x != nil {
		x.Conn.EndBody(x, nil)
	}
}
