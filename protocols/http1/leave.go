package http1

import (
	"io"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/loop"
)

// rest is the end of a response's body, written off the loop by one goroutine.
type rest struct {
	s        *Session
	x        *exchange.Exchange
	loop     turn
	conn     loop.Detached
	buf      []byte
	sent     int64
	chunking bool
	secured  bool
	stall    time.Duration
}

var _ exchange.BodyWriter = (*rest)(nil)

// Leave implements exchange.Responder.
func (s *Session) Leave(x *exchange.Exchange) (exchange.BodyWriter, error) {
	s.stream() // the head, if it is still here, goes first
	nc, err := s.conn.Detach()
	if err != nil {
		return nil, err
	}
	s.phase = leaving
	return &rest{s: s, x: x, loop: s.loop, conn: nc.(loop.Detached), chunking: s.chunking,
		secured: s.conn.Secured(), stall: s.srv.cfg.StallTimeout}, nil
}

// Write implements exchange.BodyWriter.
func (r *rest) Write(p []byte) (int, error) {
	if len(p) == 0 { // sends what the loop left
		return 0, r.write(nil)
	}
	r.sent += int64(len(p))
	r.buf = appendChunk(r.buf[:0], p, r.chunking)
	if err := r.write(r.buf); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (r *rest) write(b []byte) error {
	_ = r.conn.SetWriteDeadline(time.Now().Add(r.stall))
	err := r.conn.Flush()
	if err == nil && len(b) > 0 {
		_, err = r.conn.Write(b)
	}
	return err
}

// Close implements exchange.BodyWriter.
func (r *rest) Close(err error) {
	if err == nil {
		var end []byte
		if r.chunking {
			end = lastChunk
		}
		err = r.write(end)
	}
	back := make(chan bool, 1)
	r.loop.Post(func() { back <- r.s.returned(r, err) })
	select {
	case keep := <-back:
		if err != nil {
			r.conn.Abort()
			return
		}
		r.bring(keep)
	case <-r.s.srv.stopped():
		_ = r.conn.Close()
	}
}

// bring puts the connection back on its loop, or ends it. A TLS one ends: its
// session can't return to non-blocking records.
func (r *rest) bring(keep bool) {
	if !keep {
		r.hangUp()
		return
	}
	_ = r.conn.SetDeadline(time.Time{})
	err := r.loop.Attach(r.conn, nil, func(c *loop.Conn) loop.Handler {
		r.s.conn = c
		r.s.returning()
		return r.s
	})
	if err != nil {
		r.loop.Post(func() { r.s.Closed(err) })
	}
}

// hangUp closes behind a whole answer. What the client still sends is dropped
// first: unread, it would make the kernel reset the connection.
func (r *rest) hangUp() {
	_ = r.conn.SetDeadline(time.Now().Add(lingerNs))
	if r.conn.CloseWrite() == nil {
		_, _ = io.CopyN(io.Discard, r.conn, lingerBytes)
	}
	_ = r.conn.Close()
}

// returned ends the exchange whose body was written off the loop, and reports
// whether the connection may go on.
func (s *Session) returned(r *rest, err error) bool {
	r.x.Res.Streamed += r.sent
	if err == nil {
		s.feeding = true // the connection is not back yet
		s.done()
		s.feeding = false
	}
	if err != nil || s.last || s.draining || r.secured {
		s.Closed(err)
		return false
	}
	return true
}

// returning goes on with a connection that is back on its loop.
func (s *Session) returning() {
	s.phase = awaiting
	if s.srv.cfg.Draining() {
		s.Drain()
		return
	}
	s.goOn()
}
