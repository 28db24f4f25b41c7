package nbtls

import "net"

// Blocking ends the Conn's life on the loop: the same TLS session goes on over
// raw, with blocking reads and writes, deadlines and Close (which sends
// close_notify and closes raw). Ciphertext that was pushed and not read comes
// first, then what raw delivers; output that was not taken is written before
// anything else. One reader and one writer may use the result at the same time.
//
// Call it after the handshake, once, with a socket whose bytes have all been
// pushed up to where raw goes on. After it Push, Read and AppendWrite return
// ErrLeft. Before the handshake's end, or after its failure, it returns nil.
func (c *Conn) Blocking(raw net.Conn) net.Conn {
	if c.gate.Load() != nil || c.failed != nil {
		return nil
	}
	c.failed, c.readErr = ErrLeft, ErrLeft
	c.lent = nil // tc keeps reading from it
	c.raw = raw
	return c.tc
}
