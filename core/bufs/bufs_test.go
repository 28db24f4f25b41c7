package bufs

import (
	"sync"
	"testing"
)

func TestGetCapacity(t *testing.T) {
	for _, n := range []int{0, 1, 511, 512, 513, 4096, 1 << 20, 1<<24 + 1} {
		b := Get(n)
		if len(b.B) != 0 || cap(b.B) < n {
			t.Errorf("Get(%d): len %d cap %d, want 0 and >= %d", n, len(b.B), cap(b.B), n)
		}
		Put(b)
	}
	Put(nil)
}

func TestGrowKeepsBytes(t *testing.T) {
	b := Get(4)
	b.B = append(b.B, "head"...)
	b = Grow(b, 100_000)
	if string(b.B) != "head" || cap(b.B) < 100_004 {
		t.Errorf("Grow = %q cap %d, want head and >= 100004", b.B, cap(b.B))
	}
}

func TestBudget(t *testing.T) {
	b := NewBudget(100)
	if !b.Take(60) || b.Take(41) || !b.Take(40) {
		t.Errorf("Take of 60, 41, 40 against 100: used %d, want true, false, true", b.Used())
	}
	b.Give(100)
	if b.Used() != 0 {
		t.Errorf("Used = %d after all was given back, want 0", b.Used())
	}
}

func TestBudgetConcurrent(t *testing.T) {
	b := NewBudget(10)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for range 1000 {
				if b.Take(3) {
					b.Give(3)
				}
			}
		})
	}
	wg.Wait()
	if b.Used() != 0 {
		t.Errorf("Used = %d, want 0", b.Used())
	}
}
