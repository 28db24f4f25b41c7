package nbtls

import "sync"

// classes are the sizes of pooled buffers in bytes: some small records, one
// whole record of 16 KB, one read of a loop.
var classes = [...]int{2 << 10, 20 << 10, 64 << 10}

var pools [len(classes)]sync.Pool

// buffer holds ciphertext between socket and tls.Conn. A nil *buffer is empty.
type buffer struct {
	b   []byte
	off int // b[:off] has been read
}

// acquire returns an empty buffer with room for n bytes.
func acquire(n int) *buffer {
	for i, size := range classes {
		if n > size {
			continue
		}
		if b, ok := pools[i].Get().(*buffer); ok {
			return b
		}
		return &buffer{b: make([]byte, 0, size)}
	}
	return &buffer{b: make([]byte, 0, n+n/4)}
}

// free gives the buffer back; its bytes are gone then.
func (b *buffer) free() {
	for i, size := range classes {
		if cap(b.b) == size {
			scribble(b.b[:size])
			b.b, b.off = b.b[:0], 0
			pools[i].Put(b)
			return // b may be another's by now
		}
	}
}

func (b *buffer) waiting() int {
	if b == nil {
		return 0
	}
	return len(b.b) - b.off
}

func (b *buffer) bytes() []byte { return b.b[b.off:] }

// next reads n bytes; they are valid until free or append.
func (b *buffer) next(n int) []byte {
	p := b.b[b.off : b.off+n]
	b.off += n
	return p
}

// append adds p and returns the buffer to use from now on.
func (b *buffer) append(p []byte) *buffer {
	switch {
	case b == nil:
		b = acquire(len(p))
	case len(b.b)+len(p) > cap(b.b):
		bigger := acquire(b.waiting() + len(p))
		bigger.b = append(bigger.b, b.bytes()...)
		b.free()
		b = bigger
	}
	b.b = append(b.b, p...)
	return b
}

// freeIfEmpty returns nil once everything has been read.
func (b *buffer) freeIfEmpty() *buffer {
	if b != nil && b.waiting() == 0 {
		b.free()
		return nil
	}
	return b
}
