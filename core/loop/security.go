package loop

import (
	"errors"
	"io"
	"net"

	"gatehouse/core/nbtls"
)

// security is the TLS side of a connection.
type security struct {
	tls     *nbtls.Conn
	start   func(error) // client: tells Attach how the handshake ended
	accept  func(*Conn) Handler
	started bool
}

// plainBytes is what one TLS record can hold.
const plainBytes = 16 << 10

// secure makes an accepted connection a TLS one. The handshake starts with the
// client's first bytes.
func (c *Conn) secure(ln *Listener) {
	c.sec = &security{tls: nbtls.NewServer(ln.TLS), accept: ln.Accept}
	c.SetDeadline(c.l.now + int64(c.l.srv.cfg.HandshakeTimeout))
}

// received takes ciphertext from the socket.
func (s *security) received(c *Conn, b []byte) {
	if err := s.tls.Push(b); err != nil {
		c.fail(err)
		return
	}
	if c.state == opening {
		s.begin(c)
		return
	}
	s.deliver(c)
}

// begin starts the handshake on a worker, once.
func (s *security) begin(c *Conn) {
	if s.started {
		return
	}
	s.started = true
	l := c.l
	err := l.srv.cfg.Handshakes.Start(s.tls,
		func(b []byte) { l.Post(func() { _ = c.writeRaw(b) }) },
		func(err error) { l.Post(func() { l.guard(c, func() { s.finish(c, err) }) }) })
	if err != nil {
		c.fail(err)
	}
}

// finish hands the connection to its protocol, with what came meanwhile.
func (s *security) finish(c *Conn, err error) {
	if c.state != opening {
		return
	}
	if err != nil {
		c.fail(err)
		return
	}
	c.SetDeadline(0)
	c.state = open
	c.h = s.accept(c)
	s.ended(nil)
	s.deliver(c)
}

func (s *security) ended(err error) {
	if f := s.start; f != nil {
		s.start = nil
		f(err)
	}
}

// deliver decrypts what is there and feeds the handler.
func (s *security) deliver(c *Conn) {
	l := c.l
	if l.plain == nil {
		l.plain = make([]byte, plainBytes)
	}
	for c.state == open {
		n, err := s.tls.Read(l.plain)
		if n > 0 {
			c.h.Feed(l.plain[:n])
			continue
		}
		s.answer(c)
		if !errors.Is(err, nbtls.ErrWouldBlock) {
			c.fail(err)
		}
		return
	}
}

// cut is called when the socket has ended without the peer's close_notify, which
// deliver would have met. It tells an end in good order from a truncated stream
// (RFC 8446, 6.1): nothing readable is left, deliver reads all there is.
func (s *security) cut(c *Conn) error {
	s.tls.PushEOF()
	if _, err := s.tls.Read(c.l.plain); err != nil && !errors.Is(err, nbtls.ErrWouldBlock) {
		return err
	}
	return io.ErrUnexpectedEOF
}

// answer sends what reading made: key updates, alerts.
func (s *security) answer(c *Conn) {
	if out := s.tls.TakeOutput(c.l.sealed[:0]); len(out) > 0 {
		c.l.sealed = out
		_ = c.writeRaw(out)
	}
}

// seal encrypts b into the loop's scratch buffer.
func (s *security) seal(c *Conn, b []byte) ([]byte, error) {
	out, err := s.tls.AppendWrite(c.l.sealed[:0], b)
	if cap(out) <= maxScratch {
		c.l.sealed = out
	}
	return out, err
}

// maxScratch bounds the buffer a loop keeps for encrypted output.
const maxScratch = 256 << 10

func (s *security) write(c *Conn, b []byte) error {
	out, err := s.seal(c, b)
	if err != nil {
		c.fail(err)
		return err
	}
	return c.writeRaw(out)
}

// bye tells the peer that nothing follows (RFC 8446, 6.1).
func (s *security) bye(c *Conn) {
	if c.state == open {
		if out := s.tls.AppendClose(c.l.sealed[:0]); len(out) > 0 {
			_, _ = c.g.Write(out)
		}
	}
}

// release ends a handshake that nobody waits for.
func (s *security) release(err error) {
	s.tls.Abort()
	if err == nil {
		err = ErrClosed
	}
	s.ended(err)
}

func (s *security) blocking(nc net.Conn) net.Conn { return s.tls.Blocking(nc) }

// Secured reports whether the connection is a TLS one.
func (c *Conn) Secured() bool { return c.sec != nil }
