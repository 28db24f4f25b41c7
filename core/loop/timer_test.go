package loop

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// alarm is an owner of a timer: it notes when it was told.
type alarm struct {
	timer Timer
	due   int64 // the model's deadline; 0: none
	from  int64 // when it was set: a deadline in the past is due at once
	rung  int
	ring  func(a *alarm, now int64)
}

func (a *alarm) expire(now int64) { a.ring(a, now) }

// TestWheelAgainstModel moves, stops and starts timers at random over small
// steps and big jumps. After each advance those that were due have been told,
// none early and none late.
func TestWheelAgainstModel(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 1))
		now := rng.Int64N(1e12)
		var w wheel
		w.init(now)
		alarms := make([]*alarm, 50)
		for i := range alarms {
			alarms[i] = &alarm{ring: func(a *alarm, at int64) {
				if a.due == 0 || a.due > at {
					t.Fatalf("seed %d: told at %d, deadline %d", seed, at, a.due)
				}
				a.due = 0
				if rng.IntN(3) == 0 { // an owner that sets a new deadline when told
					a.due, a.from = at+1+rng.Int64N(30e9), at
					w.set(&a.timer, a.due)
				}
			}}
			alarms[i].timer.owner = alarms[i]
		}
		for range 300 {
			a := alarms[rng.IntN(len(alarms))]
			switch rng.IntN(6) {
			case 0:
				a.due = 0
				w.set(&a.timer, 0)
			case 1:
				a.due = 0
				a.timer.unlink()
			default:
				a.due = max(1, now+rng.Int64N(int64([]float64{1e6, 1e9, 9e9, 12e9, 400e9}[rng.IntN(5)]))-1e8)
				a.from = now
				w.set(&a.timer, a.due)
			}
			if rng.IntN(3) > 0 {
				continue
			}
			now += rng.Int64N(int64([]float64{1e6, 50e6, 1e9, 11e9, 3600e9}[rng.IntN(5)]))
			check(t, &w, alarms, now)
			w.advance(now)
			for _, a := range alarms {
				if a.due != 0 && max(a.due, a.from) <= now-tickNs {
					t.Fatalf("seed %d: not told at %d, deadline %d", seed, now, a.due)
				}
			}
		}
	}
}

// check looks whether due tells of the earliest deadline in time.
func check(t *testing.T, w *wheel, alarms []*alarm, now int64) {
	t.Helper()
	var left []int64
	for _, a := range alarms {
		if a.due != 0 {
			left = append(left, max(a.due, a.from))
		}
	}
	slices.Sort(left)
	if len(left) > 0 && left[0] <= now-tickNs && w.due.Load() > now {
		t.Fatalf("deadline %d at %d, but the wheel says %d", left[0], now, w.due.Load())
	}
}

func TestWheelMovesLaterWithoutLinking(t *testing.T) {
	var w wheel
	w.init(0)
	a := &alarm{ring: func(a *alarm, now int64) { a.rung++ }}
	a.timer.owner = a
	w.set(&a.timer, 1e9)
	slot := a.timer.slot
	for at := int64(1e9); at < 5e9; at += 1e6 {
		w.set(&a.timer, at)
	}
	if a.timer.slot != slot {
		t.Error("moving later linked anew, want a store only")
	}
	w.advance(4e9)
	if a.rung != 0 {
		t.Error("told before its deadline")
	}
	w.set(&a.timer, 4.1e9) // earlier
	w.advance(4.2e9)
	if a.rung != 1 {
		t.Errorf("told %d times, want 1", a.rung)
	}
	w.advance(1e15)
	if a.rung != 1 || w.due.Load() != never {
		t.Errorf("told %d times, next due %d, want 1 and never", a.rung, w.due.Load())
	}
}

func BenchmarkTimerMove(b *testing.B) {
	var w wheel
	w.init(0)
	a := &alarm{}
	a.timer.owner = a
	at := int64(1e9)
	for b.Loop() {
		at += 1000
		w.set(&a.timer, at)
	}
}
