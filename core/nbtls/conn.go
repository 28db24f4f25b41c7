// Package nbtls runs the standard crypto/tls for connections whose sockets
// belong to an event loop: bytes in, bytes out, no goroutine per connection.
//
// A Conn has two lives. While its handshake lasts, one worker is inside
// Handshake and may block; the loop only calls Push, PushEOF and Abort. Once
// Handshake has returned, the Conn belongs to the loop alone and nothing
// blocks: tls.Conn reads from memory, and where the bytes end it meets an
// error with Temporary() true, which it does not remember, so that the next
// Read goes on in mid-record.
//
// The turn from worker to loop is one atomic store (Conn.gate becomes nil)
// made with gate.mu held. All that the worker did happens before a loop that
// sees the nil; a loop that still saw the gate takes gate.mu and looks again.
// So bytes pushed at any moment of the turn are kept, in order.
package nbtls

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"sync/atomic"
)

// DefaultLimit is how many bytes of ciphertext may wait unread in a Conn. The
// peer may send its first request together with the end of its handshake while
// the worker still waits for a turn, so this is more than a record.
const DefaultLimit = 1 << 20

var (
	// ErrWouldBlock says that no plaintext is there yet: Push more, then Read
	// again. It is a net.Error with Temporary() true and Timeout() false.
	ErrWouldBlock error = wouldBlock{}

	// ErrHandshake refuses reads and writes before Handshake has returned nil.
	ErrHandshake = errors.New("nbtls: handshake not done")

	// ErrOverflow refuses bytes beyond the limit; the connection must be closed.
	ErrOverflow = errors.New("nbtls: too much unread ciphertext")

	// ErrAborted is what Handshake returns after Abort.
	ErrAborted = errors.New("nbtls: handshake aborted")

	// ErrLeft refuses to use a Conn on the loop after Blocking.
	ErrLeft = errors.New("nbtls: connection left the loop")
)

type wouldBlock struct{}

func (wouldBlock) Error() string   { return "nbtls: no bytes yet" }
func (wouldBlock) Temporary() bool { return true }
func (wouldBlock) Timeout() bool   { return false }

// Conn is one TLS connection whose socket belongs to somebody else. Unless a
// method says otherwise it is for the loop only; Handshake is for one worker.
type Conn struct {
	tc   *tls.Conn
	gate atomic.Pointer[gate] // set until the handshake has ended

	in   *buffer  // ciphertext not yet given to tc; guarded by gate.mu while there is a gate
	eof  bool     // the socket has ended after what is in `in`; guarded alike
	lent *buffer  // storage of tc.rawInput when it came from our pool
	out  []byte   // ciphertext that tc wrote and nobody took yet
	raw  net.Conn // the socket after Blocking

	failed  error // the handshake's error, or ErrLeft
	readErr error // what every further Read returns

	limit   int
	sni     string // this and the following: kept for the accessors
	alpn    string
	version uint16
	cipher  uint16
	resumed bool
	sawEOF  bool // tc has been told of the socket's end
}

// NewServer makes the server's side of a connection. All connections of a
// listener should share one cfg: session tickets belong to it.
func NewServer(cfg *tls.Config) *Conn {
	c := newConn()
	c.tc = tls.Server((*transport)(c), cfg)
	return c
}

// NewClient makes the client's side of a connection. cfg.ServerName is the key
// of the session cache; without it sessions are not kept.
func NewClient(cfg *tls.Config) *Conn {
	if cfg.ServerName == "" && cfg.ClientSessionCache != nil {
		cfg = cfg.Clone()
		cfg.ClientSessionCache = nil
	}
	c := newConn()
	c.tc = tls.Client((*transport)(c), cfg)
	return c
}

func newConn() *Conn {
	c := &Conn{limit: DefaultLimit}
	c.gate.Store(newGate())
	return c
}

// SetLimit changes how many bytes of ciphertext may wait unread. A record can
// have 18,437 bytes: less than that plus one socket read makes no sense. Call
// it before the first Push.
func (c *Conn) SetLimit(bytes int) { c.limit = bytes }

// Push hands over ciphertext that the socket received, and copies it. It
// returns ErrOverflow when more than the limit would wait unread, ErrLeft after
// Blocking, and the handshake's error after a failed handshake.
func (c *Conn) Push(b []byte) error {
	if g := c.gate.Load(); g != nil {
		if during, err := g.push(c, b); during {
			return err
		}
	}
	if c.failed != nil {
		return c.failed
	}
	return c.keep(b)
}

// keep appends b to the waiting ciphertext.
func (c *Conn) keep(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if c.in.waiting()+len(b) > c.limit {
		return ErrOverflow
	}
	c.in = c.in.append(b)
	return nil
}

// PushEOF says that the socket delivers no more bytes. What was pushed can
// still be read; then Read returns io.EOF if the peer had closed TLS properly
// and io.ErrUnexpectedEOF if it had not (RFC 8446, 6.1: truncation).
func (c *Conn) PushEOF() {
	if g := c.gate.Load(); g != nil && g.pushEOF(c) {
		return
	}
	c.eof = true
}

// Buffered tells how many bytes the Conn holds for the reader: ciphertext and
// plaintext not yet read. Call it after the handshake.
func (c *Conn) Buffered() int {
	n := c.in.waiting()
	if layout.known {
		n += rawInput(c.tc).Len() + input(c.tc).Len()
	}
	return n
}

// Read copies plaintext into p and never blocks. It returns either n > 0 and
// no error, or 0 and: ErrWouldBlock when more ciphertext is needed, io.EOF
// after the peer's close_notify, io.ErrUnexpectedEOF when the socket ended
// without it, ErrHandshake, or an error of the TLS session, which is final
// (the alert for the peer is then in TakeOutput).
//
// One call returns bytes of one record at most: call until ErrWouldBlock, then
// TakeOutput, because reading can make answers (key updates, alerts).
func (c *Conn) Read(p []byte) (int, error) {
	switch {
	case c.gate.Load() != nil:
		return 0, ErrHandshake
	case c.readErr != nil:
		return 0, c.readErr
	case len(p) == 0:
		return 0, nil
	case !c.feed():
		return 0, ErrWouldBlock
	}
	n, err := c.tc.Read(p)
	c.reclaim()
	if err != nil && err != ErrWouldBlock {
		c.readErr = c.ended(err)
		err = c.readErr
	}
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// ended tells a proper end from a cut: tls.Conn calls both io.EOF.
func (c *Conn) ended(err error) error {
	if err == io.EOF && c.sawEOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// AppendWrite encrypts p and appends the records to dst, preceded by what
// TakeOutput would have returned. It returns ErrHandshake before the
// handshake's end, and an error of the TLS session, which is final; dst is
// valid in every case and may hold an alert to send.
func (c *Conn) AppendWrite(dst, p []byte) ([]byte, error) {
	if c.gate.Load() != nil {
		return dst, ErrHandshake
	}
	if c.failed != nil {
		return dst, c.failed
	}
	var err error
	dst = c.collect(slices.Grow(dst, sealedSize(len(p))), func() { _, err = c.tc.Write(p) })
	return dst, err
}

// sealedSize is about what n bytes become as records: crypto/tls begins with
// records of a TCP segment each.
func sealedSize(n int) int { return n + (n/1024+1)*32 }

// AppendClose appends a close_notify alert to dst, once. Writing is over then;
// reading goes on. Without a finished handshake it appends nothing.
func (c *Conn) AppendClose(dst []byte) []byte {
	if c.gate.Load() != nil || c.failed != nil {
		return dst
	}
	return c.collect(dst, func() { _ = c.tc.CloseWrite() })
}

// collect runs write with dst as the place where tc's ciphertext goes, behind
// the output that waits already.
func (c *Conn) collect(dst []byte, write func()) []byte {
	c.out = append(dst, c.out...)
	write()
	dst, c.out = c.out, nil
	return dst
}

// TakeOutput appends to dst the ciphertext that Read produced by itself, and
// forgets it. Most reads produce none.
func (c *Conn) TakeOutput(dst []byte) []byte {
	if len(c.out) == 0 || c.gate.Load() != nil {
		return dst
	}
	dst = append(dst, c.out...)
	c.out = nil
	return dst
}

// Ready reports whether the handshake has ended well and Blocking was not
// called. What send was given may still be on its way to the socket then: the
// loop writes only after it has got the word that Handshake returned, through
// the same queue. Any goroutine before Blocking.
func (c *Conn) Ready() bool { return c.gate.Load() == nil && c.failed == nil }

// ServerName is the name that the client asked for (SNI), "" if none. Like all
// accessors below it is for after the handshake and costs nothing.
func (c *Conn) ServerName() string { return c.sni }

// ALPN is the protocol agreed on, "" if none.
func (c *Conn) ALPN() string { return c.alpn }

// Version is tls.VersionTLS12 or tls.VersionTLS13.
func (c *Conn) Version() uint16 { return c.version }

// CipherSuite is the suite's number (tls.CipherSuiteName).
func (c *Conn) CipherSuite() uint16 { return c.cipher }

// Resumed reports whether an earlier session was taken up again.
func (c *Conn) Resumed() bool { return c.resumed }

// State tells all about the session, certificates included. It copies much:
// use the accessors above per request.
func (c *Conn) State() tls.ConnectionState { return c.tc.ConnectionState() }
