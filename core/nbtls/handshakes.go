package nbtls

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"gatehouse/core/clock"
)

var (
	// ErrBusy refuses a handshake beyond the bound: close the connection.
	ErrBusy = errors.New("nbtls: too many handshakes")

	// ErrHandshakeTimeout ends a handshake that took too long.
	ErrHandshakeTimeout = errors.New("nbtls: handshake timed out")

	// ErrStopped refuses and ends handshakes after Close.
	ErrStopped = errors.New("nbtls: handshakes stopped")
)

// HandshakeOptions bound a Handshakes.
type HandshakeOptions struct {
	Max     int           // handshakes (goroutines) at one time; 0: 2,048
	Crypto  int           // of these, computing at one time; 0: twice GOMAXPROCS
	Timeout time.Duration // for one handshake on Clock; 0: 10 s
	Clock   *clock.Clock  // nil: clock.Real
}

func (o HandshakeOptions) withDefaults() HandshakeOptions {
	if o.Max <= 0 {
		o.Max = 2048
	}
	if o.Crypto <= 0 {
		o.Crypto = 2 * runtime.GOMAXPROCS(0)
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Clock == nil {
		o.Clock = clock.Real
	}
	return o
}

// Handshakes runs handshakes on a bounded number of goroutines. One that waits
// for its peer holds a goroutine but no turn at crypto, so slow peers do not
// keep the others from the processors. Safe for any goroutine.
type Handshakes struct {
	Started, Done, Failed, Refused, Resumed atomic.Int64 // totals; Done and Failed exclude each other, Resumed is part of Done

	o    HandshakeOptions
	turn chan struct{}
	wait sync.WaitGroup

	mu      sync.Mutex      // guards running and stopped
	running map[*Conn]int64 // deadline on o.Clock, ns
	stopped bool
}

// NewHandshakes makes a runner that lives as long as the process: its clock
// keeps it.
func NewHandshakes(o HandshakeOptions) *Handshakes {
	h := &Handshakes{o: o.withDefaults(), running: map[*Conn]int64{}}
	h.turn = make(chan struct{}, h.o.Crypto)
	h.o.Clock.OnAdvance(h.expire)
	return h
}

// Start runs c's handshake on a goroutine of its own and returns at once. send
// and done are called on that goroutine: send as Conn.Handshake says, done last
// and once with nil or why the handshake failed (ErrHandshakeTimeout, ErrStopped,
// ErrAborted, or crypto/tls's reason). Both must only post to the loop, through
// one queue that keeps their order. When Start itself returns ErrBusy or
// ErrStopped, nothing is called.
//
// Start it when the first bytes have come: until then a connection needs no
// place here.
func (h *Handshakes) Start(c *Conn, send func([]byte), done func(error)) error {
	if err := h.enter(c); err != nil {
		h.Refused.Add(1)
		return err
	}
	h.Started.Add(1)
	go h.run(c, send, done)
	return nil
}

func (h *Handshakes) enter(c *Conn) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return ErrStopped
	}
	if len(h.running) >= h.o.Max {
		return ErrBusy
	}
	h.running[c] = h.o.Clock.Now() + int64(h.o.Timeout)
	h.wait.Add(1)
	return nil
}

func (h *Handshakes) run(c *Conn, send func([]byte), done func(error)) {
	defer h.leave(c)
	timer := time.AfterFunc(h.o.Timeout, func() { c.abort(ErrHandshakeTimeout) })
	err := c.handshake(context.Background(), send, h.turn)
	timer.Stop()
	h.count(c, err)
	done(err)
}

func (h *Handshakes) count(c *Conn, err error) {
	switch {
	case err != nil:
		h.Failed.Add(1)
		return
	case c.resumed:
		h.Resumed.Add(1)
	}
	h.Done.Add(1)
}

func (h *Handshakes) leave(c *Conn) {
	h.mu.Lock()
	delete(h.running, c)
	h.mu.Unlock()
	h.wait.Done()
}

// expire ends what is overdue after the clock was moved.
func (h *Handshakes) expire() {
	now := h.o.Clock.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	for c, deadline := range h.running {
		if deadline <= now {
			c.abort(ErrHandshakeTimeout)
		}
	}
}

// Running tells how many handshakes are under way.
func (h *Handshakes) Running() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.running)
}

// Close refuses further handshakes, ends those under way with ErrStopped and
// waits until the last has called its done.
func (h *Handshakes) Close() {
	h.mu.Lock()
	h.stopped = true
	for c := range h.running {
		c.abort(ErrStopped)
	}
	h.mu.Unlock()
	h.wait.Wait()
}
