package upstream

import (
	"errors"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/loop"
)

// Request is one request to a back end. Its bytes belong to the exchange and
// stay valid until that is done.
type Request struct {
	Target  *Target
	Method  string // decides whether the request may be repeated and whether its answer has a body
	Head    []byte // request line and headers with the empty line, framing headers included
	Body    []byte
	Timeout time.Duration // from Do to the answer's head, or to its end with Whole
	Limit   int64         // bytes of an answer's body; 0: no limit
	Whole   bool          // collect the body before Answered, up to Config.MaxBody
	Framing bool          // give Connection and Content-Length lines of the answer, too
	Stream  bool          // never collect the body: give each piece of it on as it comes
	Idle    time.Duration // silence inside a body that flows; default Config.BodyTimeout
	Total   time.Duration // from Do to the end of a body that flows; 0: no limit
}

// Receiver is told, once and on x's loop, never inside Do.
type Receiver interface {
	// Answered tells that the answer is in x: status, headers without those
	// that end here (RFC 9110, 7.6.1), and either x.Res.Body or, while the
	// body is still on its way, x.Res.Stream. x.Integration is filled. err is
	// an *Error when there is no answer.
	Answered(x *exchange.Exchange, err error)
}

// call is one request under way. It belongs to its loop and is used again.
type call struct {
	x        *exchange.Exchange
	gen      uint32
	rcv      Receiver
	req      Request
	lane     *lane
	conn     *conn // nil while it waits for one
	started  int64 // core/clock ns
	deadline int64
	retried  bool
	sent     bool // bytes may have reached the back end
	waiting  bool
	next     *call // lane's queue, or the shard's free list
	prev     *call
}

var _ exchange.Canceler = (*call)(nil)

// Do sends r for x and tells rcv of the answer. An error means that nothing
// was begun and rcv will not be told; its kind is Busy. Only for x's loop.
func (c *Client) Do(x *exchange.Exchange, r Request, rcv Receiver) error {
	i := x.Loop.Index()
	if i >= len(c.shards) {
		return &Error{Busy, errLoops}
	}
	if r.Method == "CONNECT" {
		return &Error{Invalid, errMethod}
	}
	s, la := &c.shards[i], &r.Target.lanes[i]
	s.bind(x.Loop)
	now := x.Loop.Now()
	k := s.acquire()
	*k = call{x: x, gen: x.Gen(), rcv: rcv, req: r, lane: la, started: now, deadline: now + int64(r.Timeout)}
	la.count.requests.Add(1)
	if cn := la.pop(); cn != nil {
		la.begin(k)
		la.count.reuses.Add(1)
		cn.send(k)
		return nil
	}
	if err := la.wait(k, false); err != nil {
		la.count.failures[Busy].Add(1)
		s.release(k)
		return err
	}
	la.begin(k)
	return nil
}

// begin counts k as under way and asks to hear when its client goes.
func (la *lane) begin(k *call) {
	la.count.inFlight.Add(1)
	k.x.OnCancel(k)
}

// Cancel implements exchange.Canceler: nobody waits for the answer any more.
func (k *call) Cancel(*exchange.Exchange) {
	if cn := k.conn; cn != nil {
		cn.abandon()
	} else if k.waiting {
		k.lane.unlink(k)
	}
	k.lane.count.failures[Canceled].Add(1)
	k.end()
}

// end takes k off the books; the caller tells the receiver with what end
// returns, or not at all when x lives another life by now.
func (k *call) end() (x *exchange.Exchange, rcv Receiver) {
	x, rcv = k.x, k.rcv
	k.lane.count.inFlight.Add(-1)
	if x.Gen() != k.gen {
		x = nil
	} else {
		x.OnCancel(nil)
	}
	k.lane.shard.release(k)
	return x, rcv
}

// fail ends k without an answer.
func (k *call) fail(err *Error) {
	k.lane.count.failures[err.Kind].Add(1)
	started := k.started
	x, rcv := k.end()
	if x == nil {
		return
	}
	x.Integration.Latency = x.Loop.Now() - started
	x.Integration.Error = err.Error()
	rcv.Answered(x, err)
}

// mayRepeat reports whether k may be sent once more: by its method's meaning
// (RFC 9110, 9.2.2), or because the back end saw nothing of it.
func (k *call) mayRepeat() bool {
	if k.retried {
		return false
	}
	switch k.req.Method {
	case "GET", "HEAD", "OPTIONS", "PUT", "DELETE":
		return true
	}
	return !k.sent
}

// shard is what one loop keeps for all targets.
type shard struct {
	client  *Client
	post    loopRef
	free    *call
	queued  []*lane               // lanes with waiting calls
	timer   *time.Timer           // looks at the waiting calls; nil before the first
	armed   bool                  // the timer will fire
	dynamic [2]map[string]*Target // by authority, http and https, of routes whose host is a parameter
	scratch []byte                // payload of one turn, collected from chunks
	_       [64]byte              // keeps loops off each other's cache lines
}

func (s *shard) acquire() *call {
	k := s.free
	if k == nil {
		return new(call)
	}
	s.free = k.next
	return k
}

func (s *shard) release(k *call) {
	*k = call{next: s.free}
	s.free = k
}

// errNotLoop means that an exchange of something else than core/loop asked for
// a connection.
var errNotLoop = errors.New("not an event loop's exchange")

// loopOf returns the event loop of x.
func loopOf(l exchange.Loop) (*loop.Loop, error) {
	if ev, ok := l.(*loop.Loop); ok {
		return ev, nil
	}
	return nil, &Error{Busy, errNotLoop}
}
