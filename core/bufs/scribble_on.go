//go:build invariants

package bufs

// scribble overwrites a released buffer, so that whoever still reads it fails
// a test instead of working by luck.
func scribble(b []byte) {
	b = b[:cap(b)]
	for i := range b {
		b[i] = 0xDB
	}
}
