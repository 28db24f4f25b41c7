//go:build invariants

package bufs

import "testing"

func TestReleasedBufferIsScribbledOver(t *testing.T) {
	b := Get(10)
	b.B = append(b.B, "secret"...)
	late := b.B
	Put(b)
	if string(late) == "secret" {
		t.Error("a released buffer still holds its bytes")
	}
}
