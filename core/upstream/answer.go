package upstream

import (
	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
)

// arenaBody is the body size up to which the exchange's own memory holds it.
const arenaBody = 4096

// feedHead looks for the answer's head and passes over 1xx ones before it.
func (cn *conn) feedHead(b []byte) {
	if cn.in != nil {
		if !cn.keep(b) {
			return
		}
		b = cn.in.B
	}
	for {
		n, err := cn.scan.scan(b)
		if err != nil {
			cn.fail(Invalid, err)
			return
		}
		if n == 0 {
			cn.await(b)
			return
		}
		fields, err := cn.head.parseStatusLine(b[:n])
		if err == nil && cn.head.status >= 200 {
			cn.answer(b[fields:n], b[n:])
			return
		}
		if err == nil {
			err = cn.skipInterim(b[fields:n])
		}
		if err != nil {
			cn.fail(Invalid, err)
			return
		}
		b, cn.scan = b[n:], scanner{}
	}
}

// skipInterim passes over a 1xx head (RFC 9110, 15.2).
func (cn *conn) skipInterim(fields []byte) error {
	if cn.head.status == 101 {
		return errSwitch
	}
	if cn.interim++; cn.interim > maxInterim {
		return errInterim
	}
	return cn.head.parseFields(fields, nil)
}

// await keeps the beginning of a head, b, until more of it comes.
func (cn *conn) await(b []byte) {
	switch {
	case cn.in != nil: // b is its end
		cn.in.B = append(cn.in.B[:0], b...)
		cn.hold(int64(len(b)))
	case len(b) > 0:
		cn.keep(b)
	}
}

// answer takes over a whole head; rest are the bytes that came behind it.
func (cn *conn) answer(fields, rest []byte) {
	k, in := cn.call, cn.in
	x := k.x
	if x.Gen() != k.gen {
		cn.shut()
		k.end()
		return
	}
	cn.in = nil // rest may lie in it: back only at the end
	cn.hold(0)
	fields = x.Copy(fields)
	cn.head.framing = k.req.Framing
	if err := cn.head.parseFields(fields, &x.Res.Headers); err != nil {
		cn.fail(Invalid, err)
	} else {
		cn.fill(x, fields)
		cn.begin(rest)
	}
	bufs.Put(in)
}

// fill tells x what the head says.
func (cn *conn) fill(x *exchange.Exchange, fields []byte) {
	h, k := &cn.head, cn.call
	if h.listed {
		dropListed(fields, &x.Res.Headers)
	}
	x.Res.Status = h.status
	x.Integration.Status = h.status
	x.Integration.Latency = cn.loop.Now() - k.started
	if k.req.Method == "HEAD" && x.Req.Method == "HEAD" {
		x.Res.Length = h.length
	}
	cn.body = h.frame(k.req.Method)
}

// begin decides how the body goes on: at once when it is all there, collected
// when it is small or wanted whole, else streamed.
func (cn *conn) begin(rest []byte) {
	k := cn.call
	if l := cn.limit(); l > 0 && cn.body.kind == sized && cn.head.length > l {
		cn.fail(TooLarge, errLimit)
		return
	}
	n, done, err := cn.body.measure(rest)
	switch {
	case err != nil:
		cn.fail(Invalid, err)
	case done:
		cn.whole(rest, n)
	case k.req.Whole || (cn.body.kind == sized && !k.req.Stream && cn.head.length <= int64(k.lane.target.client.cfg.Collect)):
		cn.startCollecting(rest)
	default:
		cn.stream(rest)
	}
}

// limit is the most bytes the body may have, 0 without a limit.
func (cn *conn) limit() int64 {
	l := cn.call.req.Limit
	if most := cn.lane.target.client.cfg.MaxBody; cn.call.req.Whole && (l == 0 || most < l) {
		l = most
	}
	return l
}

// whole is an answer that came in one go: its n payload bytes are copied once.
func (cn *conn) whole(rest []byte, n int64) {
	if l := cn.limit(); l > 0 && n > l {
		cn.fail(TooLarge, errLimit)
		return
	}
	x := cn.call.x
	used := 0
	switch {
	case n == 0:
		_, used, _, _ = cn.body.take(rest, &cn.lane.shard.scratch)
	case n <= arenaBody:
		var b []byte
		b, used = cn.gather(x.Arena(), rest)
		x.Res.Body = x.Keep(b)
	default:
		buf := bufs.Get(int(n))
		buf.B, used = cn.gather(buf.B, rest)
		x.Own(buf)
		x.Res.Body = buf.B
	}
	cn.finish(len(rest) - used)
}

// gather appends the payload of b, which holds the body's end, to dst and
// returns how much of b belonged to the body.
func (cn *conn) gather(dst, b []byte) (_ []byte, used int) {
	for done := false; !done; {
		var piece []byte
		var n int
		piece, n, done, _ = cn.body.next(b[used:]) // measure saw no error
		dst = append(dst, piece...)
		used += n
	}
	return dst, used
}

func (cn *conn) startCollecting(rest []byte) {
	cn.state = collecting
	size := cn.head.length
	if size < 0 {
		size = int64(2*len(rest) + 4096)
	}
	if !cn.hold(size) {
		cn.fail(Busy, errMemory)
		return
	}
	cn.in = bufs.Get(int(size))
	cn.collect(rest)
}

// collect keeps body bytes until the body is whole.
func (cn *conn) collect(b []byte) {
	payload, used, done, err := cn.body.take(b, &cn.lane.shard.scratch)
	if err != nil {
		cn.fail(Invalid, err)
		return
	}
	cn.got += int64(len(payload))
	if l := cn.limit(); l > 0 && cn.got > l {
		cn.fail(TooLarge, errLimit)
		return
	}
	if cn.got > cn.held && !cn.hold(2*cn.got) {
		cn.fail(Busy, errMemory)
		return
	}
	cn.in = bufs.Grow(cn.in, len(payload))
	cn.in.B = append(cn.in.B, payload...)
	if done {
		cn.collected(len(b) - used)
	}
}

// collected hands the whole body over; left bytes came behind it.
func (cn *conn) collected(left int) {
	x := cn.call.x
	x.Own(cn.in)
	x.Res.Body = cn.in.B
	cn.in = nil
	cn.finish(left)
}

// finish frees the connection first: what the receiver does next may use it.
func (cn *conn) finish(left int) {
	x, rcv := cn.call.end()
	cn.settle(left)
	if x != nil {
		rcv.Answered(x, nil)
	}
}
