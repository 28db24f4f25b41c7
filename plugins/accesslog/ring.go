package accesslog

import "sync/atomic"

// ringBytes is what one loop may have waiting for one destination.
const ringBytes = 512 << 10

// ring carries lines from one loop to one writer. With a lock it would be a
// buffer: put copies a line to its end, take copies all of it and empties it.
// Without one, head belongs to the loop and tail to the writer; each only reads
// the other's. Bytes from tail to head belong to the writer, all others to the
// loop, and a byte changes hands only by the store that moves head or tail.
type ring struct {
	line []byte // the loop's scratch
	buf  []byte
	head atomic.Uint64 // bytes ever put
	_    [56]byte      // head and tail on lines of their own
	tail atomic.Uint64 // bytes ever taken
}

func newRing(size int) *ring {
	return &ring{line: make([]byte, 0, 512), buf: make([]byte, size)}
}

// put appends line, or nothing when there is no room for all of it. Loop only.
func (r *ring) put(line []byte) bool {
	head := r.head.Load()
	if len(line) > len(r.buf)-int(head-r.tail.Load()) {
		return false
	}
	at := int(head % uint64(len(r.buf)))
	n := copy(r.buf[at:], line)
	copy(r.buf, line[n:])
	r.head.Store(head + uint64(len(line)))
	return true
}

// take appends all that waits to dst: whole lines. Writer only.
func (r *ring) take(dst []byte) []byte {
	tail, head := r.tail.Load(), r.head.Load()
	size := uint64(len(r.buf))
	at, n := tail%size, head-tail
	if at+n <= size {
		dst = append(dst, r.buf[at:at+n]...)
	} else {
		dst = append(dst, r.buf[at:]...)
		dst = append(dst, r.buf[:at+n-size]...)
	}
	r.tail.Store(head)
	return dst
}
