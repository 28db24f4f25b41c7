// Package bufs lends byte buffers by size class and counts what is lent
// against a budget, so that slow peers and big bodies have a bound.
package bufs

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

const (
	minShift = 9  // smallest class: 512 bytes
	maxShift = 24 // largest class: 16 MB; above it buffers are not pooled
)

// Buf is one borrowed buffer. B may be appended to; Put takes it back whatever
// its capacity has become. Nobody may use B or a slice of it after Put.
type Buf struct {
	B []byte
}

var classes [maxShift + 1]sync.Pool

// Get lends a buffer of length 0 and at least n bytes of capacity.
func Get(n int) *Buf {
	c := classOf(n)
	if c > maxShift {
		return &Buf{B: make([]byte, 0, n)}
	}
	if b, ok := classes[c].Get().(*Buf); ok {
		return b
	}
	return &Buf{B: make([]byte, 0, 1<<c)}
}

// Put takes b back. Put(nil) does nothing.
func Put(b *Buf) {
	if b == nil {
		return
	}
	scribble(b.B)
	c := bits.Len(uint(cap(b.B))) - 1 // the class that cap fills wholly
	if c < minShift || c > maxShift {
		return
	}
	b.B = b.B[:0]
	classes[c].Put(b)
}

func classOf(n int) int {
	if n <= 1<<minShift {
		return minShift
	}
	return bits.Len(uint(n - 1))
}

// Grow returns b with room for n more bytes; when b has too little a larger
// buffer takes over its bytes and b goes back.
func Grow(b *Buf, n int) *Buf {
	if cap(b.B)-len(b.B) >= n {
		return b
	}
	g := Get(max(2*cap(b.B), len(b.B)+n))
	g.B = append(g.B, b.B...)
	Put(b)
	return g
}

// Budget bounds the bytes that many owners hold together. The zero Budget has
// no bound. Safe for any goroutine.
type Budget struct {
	limit int64
	used  atomic.Int64
}

// NewBudget makes a budget of limit bytes; 0 means no bound.
func NewBudget(limit int64) *Budget { return &Budget{limit: limit} }

// Take reserves n bytes and reports whether there was room. A refused Take
// reserves nothing.
func (b *Budget) Take(n int64) bool {
	if used := b.used.Add(n); b.limit > 0 && used > b.limit {
		b.used.Add(-n)
		return false
	}
	return true
}

// Give returns n bytes taken before.
func (b *Budget) Give(n int64) { b.used.Add(-n) }

// Used returns the bytes reserved now.
func (b *Budget) Used() int64 { return b.used.Load() }
