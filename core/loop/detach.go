package loop

import (
	"context"
	"crypto/tls"
	"net"
	"os"
	"sync"

	"github.com/panjf2000/gnet/v2"

	"gatehouse/core/nbtls"
)

// Stream sends b as far as the socket takes it at once. slow means that it did
// not take all: the rest is kept. The caller must soon Detach, or Settle when
// nothing follows, or Close.
func (c *Conn) Stream(b []byte) (slow bool, err error) {
	if c.state != open {
		return false, ErrClosed
	}
	if c.rest != nil {
		return true, c.keep(b)
	}
	if c.g.OutboundBuffered() > 0 { // an earlier answer is still going out
		return false, c.Write(b)
	}
	if c.sec != nil {
		if b, err = c.sec.seal(c, b); err != nil {
			c.fail(err)
			return false, err
		}
	}
	n, err := send(c.g.Fd(), b)
	if err != nil {
		c.fail(err)
		return false, err
	}
	if n < len(b) {
		c.rest = append([]byte(nil), b[n:]...)
	}
	return n < len(b), nil
}

// keep appends b to what the socket did not take.
func (c *Conn) keep(b []byte) (err error) {
	if c.sec != nil {
		if b, err = c.sec.seal(c, b); err != nil {
			c.fail(err)
			return err
		}
	}
	if len(c.rest)+len(b) > c.l.srv.cfg.MaxOutput {
		c.fail(ErrSlow)
		return ErrSlow
	}
	c.rest = append(c.rest, b...)
	return nil
}

// Settle hands what Stream left to the loop, which sends it by and by.
func (c *Conn) Settle() {
	if b := c.rest; b != nil && c.state == open {
		c.rest = nil
		_ = c.writeRaw(b)
	}
}

// Detach takes the connection off the loop and returns it for blocking use by
// goroutines; what Stream left goes out before anything else. The handler
// hears no more of it; a plain one can come back by Loop.Attach. ErrBusy when
// output of Write is waiting.
func (c *Conn) Detach() (net.Conn, error) {
	if c.state != open {
		return nil, ErrClosed
	}
	if c.g.OutboundBuffered() > 0 {
		return nil, ErrBusy
	}
	fd, err := c.g.Dup()
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "detached")
	nc, err := net.FileConn(f)
	_ = f.Close()
	if err != nil {
		return nil, err
	}
	d := &detachedConn{Conn: nc, srv: c.l.srv, client: c.client, rest: c.rest}
	c.forget()
	c.state = detached
	d.count(1)                     // a descriptor is still in use
	_ = c.g.EventLoop().Close(c.g) // another descriptor is open: no FIN is sent
	if c.sec != nil {
		return &detachedTLS{c.sec.blocking(d), d}, nil
	}
	return d, nil
}

// detachedConn is a connection off the loop; it still counts.
type detachedConn struct {
	net.Conn
	srv    *Server
	client bool
	rest   []byte // goes out first
	once   sync.Once
}

func (d *detachedConn) count(n int64) {
	d.srv.conns.Add(n)
	if d.client {
		d.srv.clients.Add(n)
	}
}

// Write sends what was left on the loop and then p; an empty p sends only that.
func (d *detachedConn) Write(p []byte) (int, error) {
	if d.rest != nil {
		if _, err := d.Conn.Write(d.rest); err != nil {
			return 0, err
		}
		d.rest = nil
	}
	if len(p) == 0 {
		return 0, nil
	}
	return d.Conn.Write(p)
}

// Flush sends what was left on the loop.
func (d *detachedConn) Flush() error {
	_, err := d.Write(nil)
	return err
}

// CloseWrite sends the FIN and leaves reading open.
func (d *detachedConn) CloseWrite() error {
	if t, ok := d.Conn.(*net.TCPConn); ok {
		return t.CloseWrite()
	}
	return nil
}

// Abort closes the connection by a reset.
func (d *detachedConn) Abort() {
	if t, ok := d.Conn.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = d.Close()
}

// detachedTLS is a TLS session off the loop, over raw.
type detachedTLS struct {
	net.Conn
	raw *detachedConn
}

func (d *detachedTLS) Flush() error { return d.raw.Flush() }

// CloseWrite sends the close_notify and the FIN.
func (d *detachedTLS) CloseWrite() error {
	if t, ok := d.Conn.(*tls.Conn); ok {
		_ = t.CloseWrite()
	}
	return d.raw.CloseWrite()
}

func (d *detachedTLS) Abort() { d.raw.Abort() }

// Detached is what the connections that Detach returns can do besides.
type Detached interface {
	net.Conn
	// Flush sends what Stream left; the first Write does so, too.
	Flush() error
	// CloseWrite tells the peer that nothing follows, and leaves reading open.
	CloseWrite() error
	// Abort closes so that the peer can't take what it got for a whole message.
	Abort()
}

var (
	_ Detached = (*detachedConn)(nil)
	_ Detached = (*detachedTLS)(nil)
)

// Close closes the connection.
func (d *detachedConn) Close() error {
	d.once.Do(func() { d.count(-1) })
	return d.Conn.Close()
}

// Attach puts the established connection nc on the loop, with cfg as a TLS
// client's; accept makes its handler, on the loop. It blocks until that is done
// and reports why it failed. nc is the loop's, or closed, in any case. Any
// goroutine but the loop's may call it.
func (l *Loop) Attach(nc net.Conn, cfg *tls.Config, accept func(*Conn) Handler) error {
	c := &Conn{l: l}
	c.timer.owner = c
	e := &enrolled{c: c, accept: accept, done: make(chan error, 1)}
	if cfg != nil {
		c.sec = &security{tls: nbtls.NewClient(cfg), accept: accept}
	}
	if d, ok := nc.(*detachedConn); ok {
		nc, c.client = d.Conn, d.client
		defer d.once.Do(func() { d.count(-1) })
	}
	res, err := l.ev.Enroll(gnet.NewContext(context.Background(), e), nc)
	if err != nil {
		_ = nc.Close()
		return err
	}
	select {
	case r := <-res:
		if r.Err != nil {
			return r.Err
		}
	case <-l.srv.done: // the loop has ended and will not take it
		_ = nc.Close()
		return ErrClosed
	}
	select {
	case err := <-e.done:
		return err
	case <-l.srv.done:
		return ErrClosed
	}
}

// enrolled travels through gnet to OnOpen.
type enrolled struct {
	c      *Conn
	accept func(*Conn) Handler
	done   chan error
}

// adopt enters a connection that Attach brought.
func (l *Loop) adopt(g gnet.Conn, e *enrolled) {
	c := e.c
	defer l.leave(c)
	l.enter()
	g.SetContext(c)
	l.start(c, g)
	if c.sec != nil {
		c.sec.start = func(err error) { e.done <- err }
		c.SetDeadline(l.now + int64(l.srv.cfg.HandshakeTimeout))
		c.sec.begin(c)
		return
	}
	c.state = open
	e.done <- nil
	c.h = e.accept(c)
}
