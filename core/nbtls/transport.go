package nbtls

import (
	"io"
	"net"
	"time"
)

// transport is the Conn as tls.Conn sees it: a net.Conn for ciphertext. What
// it does depends on where the Conn is: with its handshake's worker, on the
// loop, or left to blocking I/O.
type transport Conn

var _ net.Conn = (*transport)(nil)

// Read gives waiting ciphertext. When there is none it waits (handshake),
// answers ErrWouldBlock (loop) or reads the socket (blocking).
func (t *transport) Read(p []byte) (int, error) {
	if g := t.gate.Load(); g != nil {
		return g.read((*Conn)(t), p)
	}
	if n := t.take(p); n > 0 {
		return n, nil
	}
	if t.raw != nil {
		return t.raw.Read(p)
	}
	if t.eof {
		t.sawEOF = true
		return 0, io.EOF
	}
	return 0, ErrWouldBlock
}

// take moves waiting ciphertext into p.
func (t *transport) take(p []byte) int {
	n := min(len(p), t.in.waiting())
	if n > 0 {
		copy(p, t.in.next(n))
		t.in = t.in.freeIfEmpty()
	}
	return n
}

// Write sends (handshake, blocking) or collects ciphertext (loop).
func (t *transport) Write(p []byte) (int, error) {
	if g := t.gate.Load(); g != nil {
		return g.write(p)
	}
	if t.raw == nil {
		t.out = append(t.out, p...)
		return len(p), nil
	}
	if err := t.flush(); err != nil {
		return 0, err
	}
	return t.raw.Write(p)
}

// flush writes what waited from the loop's days. tls.Conn holds its own lock
// over each Write, so no two goroutines get here at once.
func (t *transport) flush() error {
	if len(t.out) == 0 {
		return nil
	}
	out := t.out
	t.out = nil
	_, err := t.raw.Write(out)
	return err
}

// Close ends a handshake when its context ends, or closes the blocking socket.
func (t *transport) Close() error {
	if g := t.gate.Load(); g != nil {
		g.stop(net.ErrClosed)
		return nil
	}
	if t.raw != nil {
		return t.raw.Close()
	}
	return nil
}

func (t *transport) LocalAddr() net.Addr {
	if t.gate.Load() == nil && t.raw != nil {
		return t.raw.LocalAddr()
	}
	return memoryAddr{}
}

func (t *transport) RemoteAddr() net.Addr {
	if t.gate.Load() == nil && t.raw != nil {
		return t.raw.RemoteAddr()
	}
	return memoryAddr{}
}

// Deadlines mean something only once the socket is ours: tls.Conn sets one
// around close_notify.
func (t *transport) SetDeadline(d time.Time) error {
	if t.raw == nil {
		return nil
	}
	return t.raw.SetDeadline(d)
}

func (t *transport) SetReadDeadline(d time.Time) error {
	if t.raw == nil {
		return nil
	}
	return t.raw.SetReadDeadline(d)
}

func (t *transport) SetWriteDeadline(d time.Time) error {
	if t.raw == nil {
		return nil
	}
	return t.raw.SetWriteDeadline(d)
}

// memoryAddr is the address of a connection without a socket.
type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "memory" }
