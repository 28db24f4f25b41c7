package loop

import (
	"errors"
	"net"
	"net/netip"
	"os"

	"github.com/panjf2000/gnet/v2"
	"golang.org/x/sys/unix"
)

// Errors of a connection.
var (
	ErrClosed = errors.New("connection is closed")
	ErrSlow   = errors.New("peer reads too slowly: its output budget is spent")
	ErrBusy   = errors.New("connection has unsent output")
	// ErrAborted is what Closed gets after Abort.
	ErrAborted = errors.New("connection was aborted")
)

// Handler is a protocol's side of one connection. All methods run on the
// connection's loop, never inside one another.
type Handler interface {
	// Feed gets bytes as they arrive. They are valid until it returns.
	Feed(b []byte)
	// Expired tells that the deadline set by Conn.SetDeadline has passed.
	Expired(now int64)
	// Closed tells, once, that the connection is gone. err is nil when
	// Conn.Close was called.
	Closed(err error)
	// Drain asks to end the connection as soon as what is under way is done.
	Drain()
}

// Conn is one connection of a loop. Its methods are for that loop only.
type Conn struct {
	g        gnet.Conn
	l        *Loop
	h        Handler
	timer    Timer
	deadline int64 // the handler's, core/clock ns; 0: none
	stallAt  int64 // when the output must have moved; 0: nothing is waiting
	held     int   // output bytes that count against the process's budget
	next     *Conn // the loop's list of connections
	prev     *Conn
	sec      *security // nil on a plain connection
	rest     []byte    // what Stream could not send; for Detach
	state    state
	client   bool // accepted by a listener
	err      error
}

type state uint8

const (
	opening  state = iota // not yet known to gnet, or in the TLS handshake
	open                  // the handler is fed
	closed                // gone, the handler will be told
	detached              // left the loop: gnet's close means nothing
)

// Loop returns the loop that owns the connection.
func (c *Conn) Loop() *Loop { return c.l }

// SetHandler makes h the handler from now on (an upgrade).
func (c *Conn) SetHandler(h Handler) { c.h = h }

// IsOpen reports whether writing makes sense.
func (c *Conn) IsOpen() bool { return c.state == open }

// Remote returns the peer's address.
func (c *Conn) Remote() netip.AddrPort { return addrPort(c.g.RemoteAddr()) }

// Local returns our address.
func (c *Conn) Local() netip.AddrPort { return addrPort(c.g.LocalAddr()) }

func addrPort(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		ap := t.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	return netip.AddrPort{}
}

// SetDeadline has Handler.Expired called once at or soon after at (core/clock
// ns) unless it is moved; 0 means never. Moving it later costs a store.
func (c *Conn) SetDeadline(at int64) {
	c.deadline = at
	c.arm()
}

// lookNs is how often waiting output is looked at: gnet does not tell when it
// has gone out, and until then it counts against the process's budget.
const lookNs = 1e9

func (c *Conn) arm() {
	at := c.deadline
	if c.stallAt != 0 {
		if look := min(c.stallAt, c.l.now+lookNs); at == 0 || look < at {
			at = look
		}
	}
	c.l.wheel.set(&c.timer, at)
}

// expire implements expirer. A panic of the handler costs this connection.
func (c *Conn) expire(now int64) {
	defer func() {
		if r := recover(); r != nil {
			c.l.caught(c, r)
		}
	}()
	if c.stallAt != 0 {
		c.checkStall(now)
	}
	if c.state == opening && c.deadline != 0 && c.deadline <= now {
		c.fail(os.ErrDeadlineExceeded)
		return
	}
	if c.state == open && c.deadline != 0 && c.deadline <= now {
		c.deadline = 0
		c.h.Expired(now)
	}
	if c.state <= open {
		c.arm()
	}
}

// Write sends b; what the socket does not take now is copied and follows by
// itself. On an error the connection is going away and Closed follows.
func (c *Conn) Write(b []byte) error {
	if c.state != open {
		return ErrClosed
	}
	if c.sec != nil {
		return c.sec.write(c, b)
	}
	return c.writeRaw(b)
}

func (c *Conn) writeRaw(b []byte) error {
	if c.state > open {
		return ErrClosed
	}
	if c.g.OutboundBuffered() > 0 {
		_, err := c.g.Write(b)
		return c.wrote(err)
	}
	n, err := send(c.g.Fd(), b)
	if err == nil && n < len(b) {
		_, err = c.g.Write(b[n:]) // gnet waits for the socket and sends the rest
	}
	if err == nil && n == len(b) && c.held == 0 {
		return nil
	}
	return c.wrote(err)
}

// Write2 sends a and then b with one system call where that can be.
func (c *Conn) Write2(a, b []byte) error {
	if c.sec != nil || len(a) == 0 || len(b) == 0 {
		if err := c.Write(a); err != nil || len(b) == 0 {
			return err
		}
		return c.Write(b)
	}
	if c.state != open {
		return ErrClosed
	}
	v := &c.l.vec
	v[0], v[1] = a, b
	_, err := c.g.Writev(v[:])
	v[0], v[1] = nil, nil
	return c.wrote(err)
}

// wrote looks at what is left after a write: gnet's output has no bound.
func (c *Conn) wrote(err error) error {
	if c.state > open {
		return ErrClosed
	}
	if err != nil {
		c.fail(err)
		return err
	}
	if n := c.g.OutboundBuffered(); n > 0 || c.held > 0 {
		return c.hold(n)
	}
	return nil
}

// hold accounts for n bytes of waiting output.
func (c *Conn) hold(n int) error {
	lim := &c.l.srv.cfg
	if d := n - c.held; d > 0 && (n > lim.MaxOutput || !lim.Budget.Take(int64(d))) {
		c.fail(ErrSlow)
		return ErrSlow
	} else if d < 0 {
		lim.Budget.Give(int64(-d))
	}
	if n < c.held || c.held == 0 {
		c.stallAt = c.l.now + int64(lim.StallTimeout)
	}
	c.held = n
	if n == 0 {
		c.stallAt = 0
	}
	c.arm()
	return nil
}

// checkStall looks at the waiting output, and cuts a peer that took nothing of
// it for too long.
func (c *Conn) checkStall(now int64) {
	n := c.g.OutboundBuffered()
	if n > 0 && n >= c.held && c.stallAt <= now {
		c.fail(ErrSlow)
		return
	}
	_ = c.hold(n)
}

// Unsent returns the bytes that wait for the peer to read.
func (c *Conn) Unsent() int { return c.g.OutboundBuffered() + len(c.rest) }

// Close ends the connection after what was written so far, as far as the
// socket takes it at once. The handler's Closed follows with nil.
func (c *Conn) Close() { c.shut(nil) }

// Abort ends the connection so that the peer can't take what it got for a
// whole message: plain ones are reset, and unsent output is dropped.
func (c *Conn) Abort() {
	if c.state > open {
		return
	}
	if c.sec == nil {
		_ = c.g.SetLinger(0)
	}
	c.shut(ErrAborted)
}

// CloseWrite tells the peer that nothing follows and goes on reading. False
// when output is still waiting.
func (c *Conn) CloseWrite() bool {
	if c.state != open || c.g.OutboundBuffered() > 0 {
		return false
	}
	if c.sec != nil {
		c.sec.bye(c)
	}
	if c.state != open || c.g.OutboundBuffered() > 0 { // the alert did not go out
		return false
	}
	return unix.Shutdown(c.g.Fd(), unix.SHUT_WR) == nil
}

// fail ends the connection because of err, which Closed gets.
func (c *Conn) fail(err error) { c.shut(err) }

func (c *Conn) shut(err error) {
	if c.state > open {
		return
	}
	if c.sec != nil && err == nil {
		c.sec.bye(c)
	}
	c.gone(err) // if that did not find out already
	if c.g != nil {
		_ = c.g.EventLoop().Close(c.g) // calls OnClose, which finds state closed
	}
}

// gone takes the connection off the loop's books and queues the handler's Closed.
func (c *Conn) gone(err error) {
	if c.state > open {
		return
	}
	c.forget()
	c.state, c.err = closed, err
	c.l.gone = append(c.l.gone, c)
}

func (c *Conn) forget() {
	c.timer.unlink()
	if c.held > 0 {
		c.l.srv.cfg.Budget.Give(int64(c.held))
		c.held = 0
	}
	c.l.remove(c)
	c.l.srv.conns.Add(-1)
	if c.client {
		c.l.srv.clients.Add(-1)
	}
}
