package clock

import (
	"testing"
	"time"
)

func TestAdvance(t *testing.T) {
	var c Clock
	now, wall, told := c.Now(), c.Wall(), 0
	c.OnAdvance(func() {
		if c.Now()-now < int64(2*time.Hour) {
			t.Error("told before the clock has moved")
		}
		told++
	})
	c.Advance(2 * time.Hour)
	c.Advance(0)
	c.Advance(-time.Hour)
	if d := time.Duration(c.Now() - now); d < 2*time.Hour || d > 2*time.Hour+time.Minute {
		t.Errorf("Now moved by %v, want 2 h", d)
	}
	if d := c.Wall().Sub(wall); d < 2*time.Hour || d > 2*time.Hour+time.Minute {
		t.Errorf("Wall moved by %v, want 2 h", d)
	}
	if told != 1 {
		t.Errorf("told %d times, want 1", told)
	}
	if d := Real.Now() - now; d > int64(time.Hour) {
		t.Error("another clock moved too")
	}
}
