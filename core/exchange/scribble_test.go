//go:build invariants

package exchange

import "testing"

func TestReleasedArenaIsScribbledOver(t *testing.T) {
	x := New()
	late := x.CopyString("secret")
	x.Reset()
	if string(late) == "secret" {
		t.Error("an ended exchange still holds its bytes")
	}
}
