package nbtls

import (
	"bytes"
	"crypto/tls"
	"reflect"
	"unsafe"
)

// tls.Conn keeps three buffers for as long as it lives: rawInput (ciphertext),
// input (a view of the record in rawInput that is being read) and hand
// (handshake messages). After a handshake or a large record they pin up to
// 40 KB of an idle connection, and each read through its net.Conn allocates.
//
// So between calls we look at them: an empty rawInput gets its storage from our
// pool when bytes are there and gives it back when they are read; an empty hand
// is dropped. Nothing else of tls.Conn is touched, and only buffers that are
// empty are replaced. Where a Go release has other fields or types, known is
// false and everything works through net.Conn alone, with more memory.
var layout = findLayout(reflect.TypeFor[tls.Conn]())

type connLayout struct {
	known                 bool
	rawInput, input, hand uintptr // offsets in tls.Conn
}

func findLayout(t reflect.Type) connLayout {
	raw, a := t.FieldByName("rawInput")
	in, b := t.FieldByName("input")
	hand, d := t.FieldByName("hand")
	if !a || !b || !d {
		return connLayout{}
	}
	buf, rd := reflect.TypeFor[bytes.Buffer](), reflect.TypeFor[bytes.Reader]()
	return connLayout{
		known:    raw.Type == buf && in.Type == rd && hand.Type == buf,
		rawInput: raw.Offset,
		input:    in.Offset,
		hand:     hand.Offset,
	}
}

func rawInput(tc *tls.Conn) *bytes.Buffer {
	return (*bytes.Buffer)(unsafe.Add(unsafe.Pointer(tc), layout.rawInput))
}

func input(tc *tls.Conn) *bytes.Reader {
	return (*bytes.Reader)(unsafe.Add(unsafe.Pointer(tc), layout.input))
}

func hand(tc *tls.Conn) *bytes.Buffer {
	return (*bytes.Buffer)(unsafe.Add(unsafe.Pointer(tc), layout.hand))
}

const (
	headerLen = 5             // of a record: type, version, length
	maxRecord = 16384 + 2<<10 // RFC 5246, 6.2.3: most bytes behind a header
)

// missing tells how many bytes a record that begins with b lacks: 0 when it is
// whole, or when tls.Conn will refuse it by its header.
func missing(b []byte) int {
	if len(b) < headerLen {
		return headerLen - len(b)
	}
	n := int(b[3])<<8 | int(b[4])
	if n > maxRecord {
		return 0
	}
	return max(0, headerLen+n-len(b))
}

// feed readies tc for a read and reports whether one can bring anything: a
// whole record, rest of a record, or the end of the socket.
func (c *Conn) feed() bool {
	if !layout.known || c.eof || input(c.tc).Len() > 0 {
		return true
	}
	raw := rawInput(c.tc)
	if raw.Len() == 0 {
		return c.lend()
	}
	for {
		need := missing(raw.Bytes())
		if need == 0 {
			return true
		}
		n := min(need, c.in.waiting())
		if n == 0 {
			return false
		}
		raw.Write(c.in.next(n))
		c.in = c.in.freeIfEmpty()
	}
}

// lend makes the waiting ciphertext tc's rawInput, if it holds a whole record.
func (c *Conn) lend() bool {
	if c.in.waiting() == 0 || missing(c.in.bytes()) > 0 {
		return false
	}
	c.lent, c.in = c.in, nil
	*rawInput(c.tc) = *bytes.NewBuffer(c.lent.bytes())
	return true
}

// reclaim takes the storage back once tc has read all of it. tc may have put
// another buffer in place of ours to have more room; that one is garbage then.
func (c *Conn) reclaim() {
	if !layout.known {
		return
	}
	if h := hand(c.tc); h.Len() == 0 && h.Cap() > 0 {
		*h = bytes.Buffer{}
	}
	raw, in := rawInput(c.tc), input(c.tc)
	if raw.Len() > 0 || in.Len() > 0 {
		return
	}
	in.Reset(nil)
	*raw = bytes.Buffer{}
	if c.lent != nil {
		c.lent.free()
		c.lent = nil
	}
}
