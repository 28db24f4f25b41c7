package bufs

import (
	"bytes"
	"testing"
)

// FuzzGrow: bytes survive any growth, a lent buffer is nobody else's, and
// capacities are as asked for.
func FuzzGrow(f *testing.F) {
	f.Add([]byte{1, 200, 3, 255, 0, 9})
	f.Fuzz(func(t *testing.T, sizes []byte) {
		var lent []*Buf
		var want [][]byte
		for i, s := range sizes {
			n := int(s) * int(s)
			switch {
			case len(lent) > 0 && i%3 == 1:
				k := i % len(lent)
				lent[k] = Grow(lent[k], n)
				if cap(lent[k].B)-len(lent[k].B) < n {
					t.Fatalf("Grow(%d) left room for %d", n, cap(lent[k].B)-len(lent[k].B))
				}
				more := bytes.Repeat([]byte{byte(i)}, n)
				lent[k].B = append(lent[k].B, more...)
				want[k] = append(want[k], more...)
			case len(lent) > 0 && i%3 == 2:
				k := len(lent) - 1
				Put(lent[k])
				lent, want = lent[:k], want[:k]
			default:
				b := Get(n)
				b.B = append(b.B, bytes.Repeat([]byte{byte(i)}, n)...)
				lent = append(lent, b)
				want = append(want, bytes.Repeat([]byte{byte(i)}, n))
			}
			for k := range lent {
				if !bytes.Equal(lent[k].B, want[k]) {
					t.Fatalf("buffer %d changed while lent", k)
				}
			}
		}
	})
}
