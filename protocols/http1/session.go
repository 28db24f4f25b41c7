// Package http1 is HTTP/1.1 and 1.0 towards clients: bytes of a connection to
// exchanges and back (RFC 9112).
package http1

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/loop"
	"gatehouse/core/pipeline"
)

// Session is one client connection. It serves one request at a time: bytes of
// pipelined ones wait in order (RFC 9112, 9.3.2). While it is idle it owns no
// buffer and no exchange.
type Session struct {
	conn wire
	loop turn
	srv  *Server
	x    *exchange.Exchange // being read or served
	in   *bufs.Buf          // bytes that wait
	out  *bufs.Buf          // responses of this turn that were not written yet
	body *bodyReader        // the body being read
	seen int32              // bytes of in already searched for the end of a head
	held int64              // bytes that in and body take from the process's budget

	phase     phase
	last      bool // close after this response
	feeding   bool // inside consume: responses wait for its end
	chunking  bool // the response being streamed is chunked
	bodyless  bool // ... and must not have a body
	draining  bool
	unsure    bool  // no FIN yet: output of the last answer still waits
	lingering int32 // bytes that may still come
}

// wire is what a session needs of its *loop.Conn.
type wire interface {
	IsOpen() bool
	Secured() bool
	Remote() netip.AddrPort
	Local() netip.AddrPort
	SetDeadline(at int64)
	Unsent() int
	Write(b []byte) error
	Write2(a, b []byte) error
	Stream(b []byte) (slow bool, err error)
	Settle()
	CloseWrite() bool
	Close()
	Abort()
	Detach() (net.Conn, error)
}

// turn is what a session needs of its *loop.Loop.
type turn interface {
	exchange.Loop
	Acquire() *exchange.Exchange
	Release(x *exchange.Exchange)
	AtEnd(e loop.TurnEnder)
	Attach(nc net.Conn, cfg *tls.Config, accept func(*loop.Conn) loop.Handler) error
}

var (
	_ wire = (*loop.Conn)(nil)
	_ turn = (*loop.Loop)(nil)
)

type phase uint8

const (
	awaiting  phase = iota // the next request
	reading                // its body
	serving                // it is with the pipeline
	streaming              // its response's body flows
	leaving                // ... off the loop
	lingering              // an answer went out, the rest of the request is dropped
	ended                  // nothing more
)

var _ loop.Handler = (*Session)(nil)
var _ exchange.Responder = (*Session)(nil)

// Accept makes the session of a new connection. It is a loop.Listener's Accept.
func (srv *Server) Accept(c *loop.Conn) loop.Handler {
	return srv.session(c, c.Loop())
}

func (srv *Server) session(c wire, l turn) *Session {
	c.SetDeadline(l.Now() + int64(srv.cfg.FirstTimeout))
	return &Session{conn: c, loop: l, srv: srv}
}

// Feed implements loop.Handler.
func (s *Session) Feed(b []byte) {
	switch s.phase {
	case lingering:
		s.linger(len(b))
		return
	case ended:
		return
	}
	if s.in != nil {
		if !s.keep(b) {
			return
		}
		b = s.in.B
	}
	s.pump(b)
}

// pump serves as much of b as can be, keeps the rest and writes what is ready.
func (s *Session) pump(b []byte) {
	s.feeding = true
	n := s.consume(b)
	s.feeding = false
	s.retain(b[n:])
	s.flush()
}

// consume takes requests from b until bytes are missing or one is being
// served, and returns how much it took.
func (s *Session) consume(b []byte) (n int) {
	for n < len(b) && s.conn.IsOpen() {
		var took int
		switch s.phase {
		case awaiting:
			if s.out != nil && len(s.out.B) > batchBytes {
				s.write()
			}
			if s.conn.Unsent() > 0 { // a slow reader does not get more answers made
				s.conn.SetDeadline(s.loop.Now() + retryNs)
				return n
			}
			took = s.readHead(b[n:])
		case reading:
			took = s.readBody(b[n:])
		default:
			return n
		}
		if took == 0 {
			return n
		}
		n += took
	}
	return n
}

// batchBytes of answers to pipelined requests leave before more are made.
const batchBytes = 64 << 10

// retryNs is how often a connection with unsent output looks again, ns.
const retryNs = 20e6

// retain keeps rest, the end of what was fed, for later.
func (s *Session) retain(rest []byte) {
	switch {
	case s.phase == lingering || s.phase == ended || len(rest) == 0:
		s.dropInput()
	case s.in != nil: // rest is the end of s.in.B
		s.in.B = s.in.B[:copy(s.in.B, rest)]
	default:
		in := bufs.Get(max(len(rest), 1024))
		if !s.charge(int64(cap(in.B))) {
			bufs.Put(in)
			s.refuseBudget()
			return
		}
		in.B = append(in.B, rest...)
		s.in = in
	}
}

// keep appends b to the waiting bytes; false when there are too many.
func (s *Session) keep(b []byte) bool {
	if len(s.in.B)+len(b) > s.srv.cfg.MaxPending {
		s.conn.Close()
		return false
	}
	before := cap(s.in.B)
	s.in = bufs.Grow(s.in, len(b))
	s.in.B = append(s.in.B, b...)
	return s.charge(int64(cap(s.in.B)-before)) || s.refuseBudget()
}

// refuseBudget ends a connection whose bytes have no room: with an answer when
// none is under way. It returns false.
func (s *Session) refuseBudget() bool {
	if s.phase == awaiting {
		s.begin()
		s.refuse(errBudget)
	} else {
		s.conn.Close()
	}
	return false
}

func (s *Session) dropInput() {
	if s.in != nil {
		s.refund(int64(cap(s.in.B)))
		bufs.Put(s.in)
		s.in = nil
	}
	s.seen = 0
}

// charge takes n bytes from the process's budget.
func (s *Session) charge(n int64) bool {
	if !s.srv.cfg.Budget.Take(n) {
		return false
	}
	s.held += n
	return true
}

func (s *Session) refund(n int64) {
	n = min(n, s.held)
	s.held -= n
	s.srv.cfg.Budget.Give(n)
}

// readHead reads a request head and starts its exchange.
func (s *Session) readHead(b []byte) int {
	if skip := leadingCRLF(b); skip > 0 { // RFC 9112, 2.2
		return skip
	}
	lim := &s.srv.cfg.Limits
	end := headEnd(b, int(s.seen), lim)
	if end == 0 {
		if s.seen == 0 {
			s.conn.SetDeadline(s.loop.Now() + int64(s.srv.cfg.HeadTimeout))
		}
		s.seen = int32(len(b))
		return 0
	}
	s.seen = 0
	s.begin()
	h, err := parseHead(s.x, s.x.Copy(b[:end]), lim)
	s.last = s.last || h.close || (s.x.Req.Proto == exchange.HTTP10 && !h.keep10)
	if err != nil {
		s.refuse(err)
		return len(b)
	}
	return end + s.startBody(h, b[end:])
}

func leadingCRLF(b []byte) int {
	if len(b) >= 2 && b[0] == '\r' && b[1] == '\n' {
		return 2
	}
	return 0
}

// begin takes an exchange for the request that starts.
func (s *Session) begin() {
	x := s.loop.Acquire()
	x.Conn = s
	x.Req.Remote, x.Req.Local = s.conn.Remote(), s.conn.Local()
	if s.conn.Secured() {
		x.Req.Secure = true
	}
	s.x = x
}

// serve hands the whole request to the snapshot in force.
func (s *Session) serve() {
	s.phase = serving
	s.conn.SetDeadline(0)
	s.srv.cfg.Serve(s.x)
}

// refuse answers a request that could not be read, and ends the connection:
// where the next one begins is not known.
func (s *Session) refuse(err *gwerr.Error) {
	s.phase = serving
	s.last = true
	s.x.Err = err
	s.endBody()
	s.srv.cfg.Refuse(s.x, err)
	s.Respond(s.x)
}

// done ends the exchange in flight and goes on with the connection.
func (s *Session) done() {
	x := s.x
	x.End = s.loop.Now()
	pipeline.Done(x)
	s.x = nil
	s.loop.Release(x)
	s.endBody()
	s.phase = awaiting
	s.conn.Settle()
	if s.last || s.draining {
		s.close()
		return
	}
	if s.feeding {
		return
	}
	s.write()
	s.goOn()
}

// goOn serves what came while the last exchange was under way.
func (s *Session) goOn() {
	if !s.conn.IsOpen() {
		return
	}
	s.conn.SetDeadline(s.loop.Now() + int64(s.srv.cfg.IdleTimeout))
	if s.in != nil {
		s.pump(s.in.B)
	}
}

// close ends the connection after the last response. When the client may still
// be sending, closing at once would make the kernel reset the connection and
// the response be lost (RFC 9112, 9.6): what comes is read and dropped first.
func (s *Session) close() {
	s.write()
	if !s.conn.IsOpen() {
		return
	}
	s.phase = lingering
	s.lingering = lingerBytes
	s.dropInput()
	s.hangUp()
}

// hangUp sends the FIN, as soon as the client has taken the last answer; the
// loop cuts one that takes nothing for too long.
func (s *Session) hangUp() {
	s.unsure = !s.conn.CloseWrite()
	switch {
	case !s.unsure:
		s.conn.SetDeadline(s.loop.Now() + lingerNs)
	case s.conn.Unsent() > 0:
		s.conn.SetDeadline(s.loop.Now() + retryNs)
	default:
		s.conn.Close()
	}
}

const (
	lingerBytes = 16 << 20 // bytes dropped before a client that goes on sending is cut
	lingerNs    = 2e9      // and how long it may take
)

func (s *Session) linger(n int) {
	if s.lingering -= int32(n); s.lingering < 0 {
		s.conn.Close()
	}
}

// flush writes the responses that wait.
func (s *Session) flush() {
	if s.out == nil || s.feeding {
		return
	}
	s.write()
	if s.phase == awaiting && s.seen == 0 && s.x == nil {
		s.idle()
	}
}

// write sends the responses that wait.
func (s *Session) write() {
	out := s.out
	if out == nil {
		return
	}
	s.out = nil
	if len(out.B) > 0 && s.conn.IsOpen() {
		_ = s.conn.Write(out.B)
	}
	bufs.Put(out)
}

func (s *Session) idle() {
	if s.in == nil && s.conn.IsOpen() {
		s.conn.SetDeadline(s.loop.Now() + int64(s.srv.cfg.IdleTimeout))
	}
}

// Expired implements loop.Handler.
func (s *Session) Expired(now int64) {
	switch s.phase {
	case awaiting:
		if s.in == nil {
			s.conn.Close()
			return
		}
		if s.seen == 0 { // pipelined requests waited for the client to read
			s.pump(s.in.B)
			return
		}
		s.begin()
		s.refuse(gwerr.Timeout.Wrap(errText("request head took too long")))
	case reading:
		s.bodyExpired(now)
	case lingering:
		if s.unsure {
			s.hangUp()
			return
		}
		s.conn.Close()
	}
}

// Drain implements loop.Handler.
func (s *Session) Drain() {
	s.draining = true
	if s.phase == awaiting && s.x == nil && s.in == nil {
		s.conn.SetDeadline(s.loop.Now() + drainGraceNs)
	}
}

// drainGraceNs is how long a drained connection without a request may still
// begin one: a client that is just sending gets its answer, with
// Connection: close, instead of a reset (RFC 9112, 9.6).
const drainGraceNs = 500e6

var errClientGone = errors.New("client closed the connection")

// Closed implements loop.Handler.
func (s *Session) Closed(err error) {
	s.phase = ended
	if x := s.x; x != nil {
		s.x = nil
		x.Cancel()
		x.End = s.loop.Now()
		x.Err = clientClosed.Wrap(err)
		pipeline.Done(x)
		s.loop.Release(x)
	}
	s.endBody()
	s.dropInput()
	bufs.Put(s.out)
	s.out = nil
}

// clientClosed is what logs show when nobody waited for the answer.
var clientClosed = &gwerr.Error{Type: "CLIENT_CLOSED_REQUEST", Status: 499, Message: "Client Closed Request", Cause: errClientGone}
