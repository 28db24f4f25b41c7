package upstream

import (
	"errors"
	"io"
	"net"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
	"gatehouse/core/loop"
)

// wire is what a connection needs of its *loop.Conn.
type wire interface {
	Write2(a, b []byte) error
	SetDeadline(at int64)
	IsOpen() bool
	Unsent() int
	Detach() (net.Conn, error)
	Close()
}

var _ wire = (*loop.Conn)(nil)

type state uint8

const (
	idle       state = iota // in the lane's list; bytes now are a fault
	awaiting                // the answer's head is to come
	collecting              // the body comes and is kept until it is whole
	parked                  // the receiver has the head; Flow is to be called
	flowing                 // the body goes on to the client as it comes
	dead                    // closed, or about to be
)

// maxParked bounds the bytes that may come between the head and Flow.
const maxParked = 1 << 20

// conn is one connection to a back end, on one loop.
type conn struct {
	wire    wire
	lane    *lane
	loop    exchange.Loop
	call    *call // nil unless a request is under way
	born    int64 // core/clock ns
	seq     uint32
	state   state
	kept    bool // served or was idle before: the back end may have closed it meanwhile
	gone    bool // Closed was told while parked
	interim int  // 1xx heads before this answer
	scan    scanner
	head    head
	body    framing
	got     int64     // payload bytes so far
	in      *bufs.Buf // an unfinished head, a collected body, or what came while parked
	rest    []byte    // while parked: bytes after the head, borrowed or in in
	held    int64     // bytes of in that the process's budget knows
	broke   *Error    // what happened while parked
}

var (
	_ loop.Handler    = (*conn)(nil)
	_ exchange.Source = (*conn)(nil)
)

// send writes the request of k, which waits for its answer from now on.
func (cn *conn) send(k *call) {
	cn.seq++
	cn.state, cn.call = awaiting, k
	cn.scan, cn.interim, cn.got = scanner{}, 0, 0
	k.conn = cn
	cn.wire.SetDeadline(k.deadline)
	if err := cn.wire.Write2(k.req.Head, k.req.Body); err == nil {
		k.sent = true // else Closed follows
	}
}

// Feed implements loop.Handler.
func (cn *conn) Feed(b []byte) {
	switch cn.state {
	case idle: // nothing was asked
		cn.lane.drop(cn)
		cn.shut()
	case awaiting:
		cn.feedHead(b)
	case collecting:
		cn.collect(b)
	case parked:
		cn.park(b)
	case flowing:
		cn.pour(b)
	}
}

// Expired implements loop.Handler.
func (cn *conn) Expired(int64) {
	switch cn.state {
	case idle:
		cn.lane.drop(cn)
		cn.shut()
	case awaiting, collecting:
		cn.fail(Timeout, errNoHead)
	case flowing:
		cn.cut(Timeout, errSilent)
	}
}

// Drain implements loop.Handler: back ends are drained by their clients.
func (cn *conn) Drain() {
	if cn.state == idle {
		cn.lane.drop(cn)
		cn.shut()
	}
}

// Closed implements loop.Handler.
func (cn *conn) Closed(err error) {
	la := cn.lane
	la.open--
	la.target.conns.Add(-1)
	switch st := cn.state; {
	case st == idle:
		la.drop(cn)
	case st == awaiting:
		cn.lost(err)
	case st == parked:
		cn.gone = true
		if !cn.endsByClose(err) && cn.broke == nil {
			cn.broke = &Error{Broken, closedEarly(err)}
		}
	case st == collecting && cn.endsByClose(err):
		cn.collected(0)
	case st == collecting:
		cn.fail(Broken, closedEarly(err))
	case st == flowing && cn.endsByClose(err):
		cn.flowed(0)
	case st == flowing:
		cn.cut(Broken, closedEarly(err))
	}
	if cn.state != parked {
		cn.state = dead
		cn.dropInput()
	}
	_ = la.pump(cn.loop) // calls may have waited for this one
}

// endsByClose reports whether the connection's end is the body's proper end.
func (cn *conn) endsByClose(err error) bool {
	return cn.body.kind == untilClose && errors.Is(err, io.EOF)
}

func closedEarly(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return errClosedEarly
	}
	return err
}

// lost is the end of a connection that owes an answer: a kept-alive one may
// have been closed by the back end just before the request came, so that this
// is sent once more over another connection.
func (cn *conn) lost(err error) {
	k := cn.call
	cn.call = nil
	fault := &Error{Broken, closedEarly(err)}
	if cn.kept && cn.in == nil && cn.interim == 0 && k.mayRepeat() {
		k.retried = true
		cn.lane.count.retries.Add(1)
		refused := cn.lane.wait(k, true)
		if refused == nil {
			return
		}
		fault = &Error{Busy, refused}
	}
	k.fail(fault)
}

// shut closes the connection; whoever waited for it was or will be told.
func (cn *conn) shut() {
	cn.state, cn.call = dead, nil
	cn.dropInput()
	cn.wire.Close()
}

// abandon closes the connection as its call is not wanted any more.
func (cn *conn) abandon() { cn.shut() }

// fail ends the call without an answer, and the connection with it.
func (cn *conn) fail(kind Kind, err error) {
	k := cn.call
	cn.shut()
	k.fail(&Error{kind, err})
}

// cut ends an answer whose head has gone out, and both connections with it.
func (cn *conn) cut(kind Kind, err error) {
	k := cn.call
	cn.shut()
	e := &Error{kind, err}
	k.lane.count.failures[kind].Add(1)
	if x, _ := k.end(); x != nil {
		x.Integration.Error = e.Error()
		x.Conn.EndBody(x, e)
	}
}

// settle keeps the connection for the next request, or closes it: left is the
// number of bytes that came after the answer, which nobody asked for.
func (cn *conn) settle(left int) {
	cn.call = nil
	cn.dropInput()
	if left == 0 && cn.head.persistent() && cn.body.kind != untilClose && cn.wire.IsOpen() && cn.wire.Unsent() == 0 {
		cn.kept = true
		cn.lane.put(cn, cn.loop.Now())
		return
	}
	cn.shut()
}

// keep appends b to what was kept of the input. False: the call has failed, as
// there is no room.
func (cn *conn) keep(b []byte) bool {
	if !cn.hold(cn.held + int64(len(b))) {
		cn.fail(Busy, errMemory)
		return false
	}
	if cn.in == nil {
		cn.in = bufs.Get(len(b))
	}
	cn.in = bufs.Grow(cn.in, len(b))
	cn.in.B = append(cn.in.B, b...)
	return true
}

// hold sets how many bytes the process's budget counts for this connection.
func (cn *conn) hold(n int64) bool {
	budget := cn.lane.shard.client.engine.Budget()
	if n > cn.held && !budget.Take(n-cn.held) {
		return false
	}
	if n < cn.held {
		budget.Give(cn.held - n)
	}
	cn.held = n
	return true
}

func (cn *conn) dropInput() {
	if cn.in != nil {
		bufs.Put(cn.in)
		cn.in = nil
	}
	cn.rest = nil
	if cn.held > 0 {
		cn.hold(0)
	}
}
