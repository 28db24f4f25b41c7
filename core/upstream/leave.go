package upstream

import (
	"errors"
	"io"
	"net"
	"time"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
)

// carrier brings the rest of one answer to a slow client, off the loop, where
// a full socket blocks the copy and with it the back end.
type carrier struct {
	client *Client
	lane   *lane
	from   net.Conn // nil when the body is already whole at the client's side
	to     exchange.BodyWriter
	body   framing
	got    int64
	limit  int64
	idle   time.Duration // silence that ends it
	until  time.Time     // when it ends; zero: never
}

// leave takes the answer off the loop, as its client reads slowly. With done
// all of it was handed over; left bytes came behind it.
func (cn *conn) leave(done bool, left int) {
	k, la, c := cn.call, cn.lane, cn.lane.target.client
	x := k.x
	if !c.takeCarrier() {
		cn.cut(Busy, errCarriers)
		return
	}
	r := &carrier{client: c, lane: la, body: cn.body, got: cn.got, limit: k.req.Limit, idle: k.idle()}
	if k.req.Total > 0 {
		r.until = time.Now().Add(time.Duration(k.started + int64(k.req.Total) - cn.loop.Now()))
	}
	if !done {
		from, err := cn.wire.Detach()
		if err != nil {
			c.carriers.Add(-1)
			cn.cut(Busy, err)
			return
		}
		r.from = from
		la.open--
		cn.state, cn.call = dead, nil
	}
	k.end()
	if done {
		cn.settle(left)
	}
	la.count.inFlight.Add(1)
	to, err := x.Conn.Leave(x)
	if err != nil {
		r.end()
		x.Conn.EndBody(x, err)
		return
	}
	r.to = to
	c.carry(r)
}

func (c *Client) takeCarrier() bool {
	if c.carriers.Add(1) <= int64(c.cfg.Carriers) {
		return true
	}
	c.carriers.Add(-1)
	return false
}

// carry starts r, unless the client is being closed.
func (c *Client) carry(r *carrier) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.from != nil {
		c.away[r.from] = struct{}{}
		if c.closed {
			_ = r.from.Close() // run finds out
		}
	}
	c.wg.Go(r.run)
}

func (r *carrier) run() {
	err := r.copy()
	if err != nil {
		r.lane.count.failures[KindOf(err)].Add(1)
	}
	r.end()
	r.to.Close(err)
}

// end gives back what the carrier held.
func (r *carrier) end() {
	if r.from != nil {
		_ = r.from.Close()
		r.lane.target.conns.Add(-1)
		r.client.mu.Lock()
		delete(r.client.away, r.from)
		r.client.mu.Unlock()
	}
	r.lane.count.inFlight.Add(-1)
	r.client.carriers.Add(-1)
}

// copy sends on the rest of the body.
func (r *carrier) copy() error {
	if r.from == nil {
		return nil
	}
	// What the loop could not send goes out now: more may be long in coming.
	if _, err := r.to.Write(nil); err != nil {
		return &Error{Canceled, err}
	}
	buf := bufs.Get(32 << 10)
	defer bufs.Put(buf)
	p := buf.B[:cap(buf.B)]
	for {
		// A socket's time-out; the movable clock is for loops.
		_ = r.from.SetReadDeadline(r.deadline(time.Now()))
		n, err := r.from.Read(p)
		done, fault := r.pass(p[:n])
		switch {
		case fault != nil:
			return fault
		case done:
			return nil
		case errors.Is(err, io.EOF) && r.body.kind == untilClose:
			return nil
		case err != nil:
			return readFault(err)
		}
	}
}

func (r *carrier) deadline(now time.Time) time.Time {
	at := now.Add(r.idle)
	if !r.until.IsZero() && r.until.Before(at) {
		return r.until
	}
	return at
}

// pass sends the payload of b and reports whether the body ends in it.
func (r *carrier) pass(b []byte) (done bool, err error) {
	for len(b) > 0 && !done {
		var piece []byte
		var n int
		piece, n, done, err = r.body.next(b)
		if err != nil {
			return false, &Error{Invalid, err}
		}
		b = b[n:]
		if r.got += int64(len(piece)); r.limit > 0 && r.got > r.limit {
			return false, &Error{TooLarge, errLimit}
		}
		if len(piece) == 0 {
			continue
		}
		if _, err := r.to.Write(piece); err != nil {
			return false, &Error{Canceled, err}
		}
	}
	return done, nil
}

func readFault(err error) *Error {
	var t net.Error
	if errors.As(err, &t) && t.Timeout() {
		return &Error{Timeout, errSilent}
	}
	return &Error{Broken, closedEarly(err)}
}
