package http1

import (
	"sync"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

// bodyReader collects a request's body. It exists only while one is read.
type bodyReader struct {
	buf     *bufs.Buf
	left    int64 // bytes to come; -1: chunked
	chunks  chunked
	started int64 // core/clock ns
}

var readers = sync.Pool{New: func() any { return new(bodyReader) }}

var (
	errSlowBody = gwerr.Timeout.Wrap(errText("request body came too slowly"))
	errBudget   = gwerr.Unavailable.Wrap(errText("memory budget for bodies is spent"))
	interim     = []byte("HTTP/1.1 100 Continue\r\n\r\n")
)

// smallBody is copied into the exchange's own memory, bytes.
const smallBody = 8 << 10

// startBody looks at the framing and takes what is there of the body from b.
// It returns how much of b it took.
func (s *Session) startBody(h head, b []byte) int {
	lim := s.srv.cfg.Limits.Body
	if h.length > lim {
		s.refuse(gwerr.TooLarge)
		return len(b)
	}
	if h.length <= 0 && !h.chunked {
		s.serve()
		return 0
	}
	if h.length >= 0 && int64(len(b)) >= h.length && h.length <= smallBody {
		s.x.Req.Body = s.x.Copy(b[:h.length])
		s.serve()
		return int(h.length)
	}
	s.phase = reading
	s.body = readers.Get().(*bodyReader)
	*s.body = bodyReader{left: h.length, started: s.loop.Now()}
	if h.chunked {
		s.body.left = -1
	}
	s.body.buf = bufs.Get(int(min(max(h.length, 4<<10), 64<<10)))
	if !s.charge(int64(cap(s.body.buf.B))) {
		s.refuse(errBudget)
		return len(b)
	}
	if h.expects && len(b) == 0 && s.x.Req.Proto == exchange.HTTP11 {
		s.appendOut(interim) // RFC 9110, 10.1.1
	}
	s.bodyDeadline()
	return s.readBody(b)
}

// readBody takes body bytes from b and serves the request once it is whole.
func (s *Session) readBody(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	r := s.body
	if r.left >= 0 {
		n := int(min(r.left, int64(len(b))))
		if err := s.appendBody(b[:n]); err != nil {
			s.refuse(err)
			return len(b)
		}
		if r.left -= int64(n); r.left == 0 {
			s.bodyDone()
			return n
		}
		s.bodyDeadline()
		return n
	}
	n, done, err := r.chunks.feed(b, s.appendBody)
	switch {
	case err != nil:
		s.refuse(err)
		return len(b)
	case done:
		s.bodyDone()
	default:
		s.bodyDeadline()
	}
	return n
}

func (s *Session) appendBody(p []byte) *gwerr.Error {
	r := s.body
	if int64(len(r.buf.B)+len(p)) > s.srv.cfg.Limits.Body {
		return gwerr.TooLarge
	}
	before := cap(r.buf.B)
	r.buf = bufs.Grow(r.buf, len(p))
	if d := cap(r.buf.B) - before; d > 0 && !s.charge(int64(d)) {
		return errBudget
	}
	r.buf.B = append(r.buf.B, p...)
	return nil
}

// bodyDone hands the body to the exchange. Its bytes count against the budget
// until the exchange is done.
func (s *Session) bodyDone() {
	s.x.Req.Body = s.body.buf.B
	s.x.Own(s.body.buf)
	s.body.buf = nil
	s.serve()
}

// endBody gives back what reading a body took.
func (s *Session) endBody() {
	if s.body != nil {
		bufs.Put(s.body.buf)
		s.body.buf = nil
		readers.Put(s.body)
		s.body = nil
	}
	held := s.held
	if s.in != nil {
		held -= int64(cap(s.in.B))
	}
	s.refund(max(held, 0))
}

// bodyDeadline gives the sender BodyTimeout, and a second more for every
// MinRate bytes that came: slow lines get through, stalled ones do not.
func (s *Session) bodyDeadline() {
	r, cfg := s.body, &s.srv.cfg
	earned := int64(len(r.buf.B)) * 1e9 / int64(cfg.MinRate)
	s.conn.SetDeadline(r.started + int64(cfg.BodyTimeout) + earned)
}

func (s *Session) bodyExpired(int64) { s.refuse(errSlowBody) }
