//go:build invariants

package nbtls

// scribble makes a late read of a released buffer fail a test.
func scribble(b []byte) {
	for i := range b {
		b[i] = 0xdb
	}
}
