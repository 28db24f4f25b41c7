package accesslog

import (
	"bytes"
	"io"
	"log/slog"
	"sync/atomic"
	"time"
)

// maxLoops bounds the loops that can log.
const maxLoops = 256

// pause is how long a writer lets lines gather.
const pause = 20 * time.Millisecond

// Destination takes the lines of all stages that log to one place. Any loop may
// put lines; one goroutine of its own writes them.
type Destination struct {
	name    string
	out     io.WriteCloser
	log     *slog.Logger
	rings   [maxLoops]atomic.Pointer[ring] // each made by its loop, at its first line
	asleep  atomic.Bool                    // the writer waits for wake
	wake    chan struct{}
	quit    chan struct{}
	done    chan struct{}
	dropped atomic.Int64
	lost    atomic.Int64
	failing bool // the last write failed; writer only
	buf     []byte
}

func newDestination(name string, out io.WriteCloser, log *slog.Logger) *Destination {
	d := &Destination{
		name: name, out: out, log: log,
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go d.run()
	return d
}

// Dropped returns the number of lines that found no room, ever.
func (d *Destination) Dropped() int64 { return d.dropped.Load() }

// Lost returns the number of lines that could not be written, ever.
func (d *Destination) Lost() int64 { return d.lost.Load() }

// ring returns the ring of a loop, nil when its number is too high.
func (d *Destination) ring(loop int) *ring {
	if loop >= maxLoops {
		return nil
	}
	r := d.rings[loop].Load()
	if r == nil {
		r = newRing(ringBytes)
		d.rings[loop].Store(r)
	}
	return r
}

// put hands r's scratch line over. It wakes the writer only when that sleeps:
// once for all lines that come while it works.
func (d *Destination) put(r *ring) {
	if !r.put(r.line) {
		d.dropped.Add(1)
	}
	if d.asleep.Load() && d.asleep.CompareAndSwap(true, false) {
		select {
		case d.wake <- struct{}{}:
		default:
		}
	}
}

// run writes until close, and what is there then.
func (d *Destination) run() {
	defer close(d.done)
	for {
		if d.drain() {
			if !d.wait(pause) {
				break
			}
			continue
		}
		// A line put after the last look finds asleep set and wakes us; one put
		// before it is found by looking again.
		d.asleep.Store(true)
		if d.drain() {
			continue
		}
		if !d.wait(0) {
			break
		}
	}
	d.drain()
	if err := d.out.Close(); err != nil {
		d.log.Error("access log not closed", "name", d.name, "err", err)
	}
}

// wait waits for the time d, or to be woken when it is 0. False: quit.
func (d *Destination) wait(t time.Duration) bool {
	if t > 0 {
		select {
		case <-d.quit:
			return false
		case <-time.After(t):
			return true
		}
	}
	select {
	case <-d.quit:
		return false
	case <-d.wake:
		return true
	}
}

// drain writes what waits in all rings and reports whether there was anything.
func (d *Destination) drain() bool {
	some := false
	for i := range d.rings {
		r := d.rings[i].Load()
		if r == nil {
			continue
		}
		d.buf = r.take(d.buf[:0])
		if len(d.buf) > 0 {
			some = true
			d.write()
		}
	}
	return some
}

// write tells of a failure once, until a write succeeds again.
func (d *Destination) write() {
	_, err := d.out.Write(d.buf)
	if err != nil {
		d.lost.Add(int64(bytes.Count(d.buf, []byte{'\n'})))
		if !d.failing {
			d.log.Error("access log not written", "name", d.name, "err", err)
		}
	}
	d.failing = err != nil
}

// close writes what waits and closes the file. No loop may put lines any more.
func (d *Destination) close() {
	close(d.quit)
	<-d.done
}
