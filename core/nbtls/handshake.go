package nbtls

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// gate is what a Conn has only while its handshake lasts: the meeting place of
// the worker that runs it and the loop that brings the bytes.
type gate struct {
	mu  sync.Mutex // guards Conn.in, Conn.eof and err
	err error      // why the handshake must stop

	wake    chan struct{} // one slot: bytes or the end have come
	stopped chan struct{} // closed with err set

	send func([]byte)  // worker only
	turn chan struct{} // slots of the crypto semaphore; nil: no limit
}

func newGate() *gate {
	return &gate{wake: make(chan struct{}, 1), stopped: make(chan struct{})}
}

// Handshake runs the handshake on the caller's goroutine (a worker, never the
// loop) and blocks until it has ended, ctx has, Abort was called or the socket
// ended. send is called on that goroutine with ciphertext that must go out, in
// order and before anything written later; the slice is handed over to send.
// After an error send may have got an alert for the peer.
//
// Once it has returned, the Conn is the loop's. Call it once.
func (c *Conn) Handshake(ctx context.Context, send func([]byte)) error {
	return c.handshake(ctx, send, nil)
}

func (c *Conn) handshake(ctx context.Context, send func([]byte), turn chan struct{}) error {
	g := c.gate.Load()
	if g == nil {
		return c.failed
	}
	g.send, g.turn = send, turn
	err := g.acquire()
	if err == nil {
		err = c.shake(ctx)
		g.release()
	}
	return c.finish(g, err)
}

// shake calls crypto/tls and turns a panic of a callback (certificates) into
// an error: it must cost one connection only.
func (c *Conn) shake(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("nbtls: handshake panicked: %v", r)
		}
	}()
	return c.tc.HandshakeContext(ctx)
}

// finish hands the Conn over to the loop.
func (c *Conn) finish(g *gate, err error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil && g.err != nil && ctxErr(err) == nil {
		err = g.err
	}
	if err != nil {
		c.failed, c.readErr = err, err
		c.drop()
	} else {
		c.note()
		c.reclaim()
	}
	c.gate.Store(nil)
	return err
}

// ctxErr returns err when it is a context's.
func ctxErr(err error) error {
	if err == context.Canceled || err == context.DeadlineExceeded {
		return err
	}
	return nil
}

// drop forgets the bytes of a connection that failed.
func (c *Conn) drop() {
	if c.in != nil {
		c.in.free()
		c.in = nil
	}
}

// note keeps what is asked for per request.
func (c *Conn) note() {
	s := c.tc.ConnectionState()
	c.sni, c.alpn = s.ServerName, s.NegotiatedProtocol
	c.version, c.cipher, c.resumed = s.Version, s.CipherSuite, s.DidResume
}

// Abort ends a handshake that is under way or not begun: Handshake returns
// ErrAborted. After the handshake it does nothing. Any goroutine.
func (c *Conn) Abort() { c.abort(ErrAborted) }

func (c *Conn) abort(err error) {
	if g := c.gate.Load(); g != nil {
		g.stop(err)
	}
}

// stop makes the worker return; the first reason stays.
func (g *gate) stop(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.err == nil {
		g.err = err
		close(g.stopped)
	}
}

// push keeps b for the worker. It reports false when the handshake has ended
// in the meantime and the bytes are for the loop's Conn.
func (g *gate) push(c *Conn, b []byte) (during bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c.gate.Load() == nil {
		return false, nil
	}
	if err := c.keep(b); err != nil {
		return true, err
	}
	g.ring()
	return true, nil
}

func (g *gate) pushEOF(c *Conn) (during bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c.gate.Load() == nil {
		return false
	}
	c.eof = true
	g.ring()
	return true
}

func (g *gate) ring() {
	select {
	case g.wake <- struct{}{}:
	default: // the worker has not looked since the last ring
	}
}

// read is the worker's read: it gives its turn at crypto away while it waits.
func (g *gate) read(c *Conn, p []byte) (int, error) {
	for {
		if n, err := g.poll(c, p); n > 0 || err != nil {
			return n, err
		}
		g.release()
		select {
		case <-g.wake:
		case <-g.stopped:
		}
		if err := g.acquire(); err != nil {
			return 0, err
		}
	}
}

// poll returns 0 and nil when nothing is there.
func (g *gate) poll(c *Conn, p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.err != nil {
		return 0, g.err
	}
	n := (*transport)(c).take(p)
	if n == 0 && c.eof {
		return 0, io.EOF
	}
	return n, nil
}

// write hands a copy to send: p belongs to crypto/tls's own pool.
func (g *gate) write(p []byte) (int, error) {
	select {
	case <-g.stopped:
		return 0, g.err
	default:
	}
	g.send(append([]byte(nil), p...))
	return len(p), nil
}

// acquire waits for a turn at crypto. After an error no turn is held, and
// release does nothing.
func (g *gate) acquire() error {
	if g.turn == nil {
		return nil
	}
	select {
	case g.turn <- struct{}{}:
		return nil
	case <-g.stopped:
		g.turn = nil
		return g.err
	}
}

func (g *gate) release() {
	if g.turn != nil {
		<-g.turn
	}
}
