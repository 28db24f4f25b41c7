package upstream

import (
	"errors"
	"io"
	"testing"
	"time"
)

const hello = "HTTP/1.1 200 OK\r\nServer: b\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"

func TestKeptConnectionsLastInFirstOut(t *testing.T) {
	r := newRig(t)
	r.renew()
	first := r.conn
	r.renew()
	second := r.conn
	if got := r.lane.pop(); got != second {
		t.Errorf("pop = %p, want the one used last, %p", got, second)
	}
	second.wire.Close()
	r.lane.put(second, r.loop.now)
	if got := r.lane.pop(); got != first {
		t.Errorf("pop with a closed one on top = %p, want %p", got, first)
	}
}

func TestBytesWithoutRequestClose(t *testing.T) {
	r := newRig(t)
	r.renew()
	r.feed([]byte("HTTP/1.1 408 Request Timeout\r\n\r\n"))
	if !r.wire.closed || len(r.lane.idle) != 0 {
		t.Errorf("closed %v, %d idle; want it closed and forgotten", r.wire.closed, len(r.lane.idle))
	}
}

func TestOldConnectionIsNotKept(t *testing.T) {
	r := newRig(t)
	r.renew()
	r.do(t, Request{})
	r.loop.now += int64(2 * time.Hour)
	r.feed([]byte(hello))
	if !r.wire.closed {
		t.Error("a connection over its age was kept")
	}
}

func TestUnsentRequestIsNotKept(t *testing.T) {
	r := newRig(t)
	r.renew()
	r.do(t, Request{Method: "POST"})
	r.wire.unsent = 1
	r.feed([]byte(hello))
	if o := r.outcome(); !o.OK || o.Reused {
		t.Errorf("%+v, want the answer and a closed connection", o)
	}
}

// TestRepeat tells which requests are sent again when a kept connection ends.
func TestRepeat(t *testing.T) {
	reset := errors.New("connection reset by peer")
	tests := []struct {
		name   string
		method string
		write  error  // what writing the request says
		got    string // of the answer
		fresh  bool   // the connection was never idle
		want   bool
	}{
		{"GET", "GET", nil, "", false, true},
		{"HEAD", "HEAD", nil, "", false, true},
		{"OPTIONS", "OPTIONS", nil, "", false, true},
		{"PUT", "PUT", nil, "", false, true},
		{"DELETE", "DELETE", nil, "", false, true},
		{"POST", "POST", nil, "", false, false},
		{"PATCH", "PATCH", nil, "", false, false},
		{"own method", "PURGE", nil, "", false, false},
		{"POST that never left", "POST", reset, "", false, true},
		{"a byte of the answer", "GET", nil, "H", false, false},
		{"an interim answer", "GET", nil, "HTTP/1.1 100 Continue\r\n\r\n", false, false},
		{"fresh connection", "GET", nil, "", true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			r.renew()
			r.conn.kept = !tt.fresh
			r.wire.writeErr = tt.write
			// A dial is under way that the repeated request can wait for.
			r.lane.dialing++
			r.target.conns.Add(1)
			r.do(t, Request{Method: tt.method})
			r.feed([]byte(tt.got))
			old := r.conn
			r.wire.closed = true
			old.Closed(reset)
			if got := r.lane.head != nil; got != tt.want {
				t.Fatalf("repeated: %v, want %v", got, tt.want)
			}
			if !tt.want {
				if KindOf(r.rcv.err) != Broken {
					t.Errorf("failure = %v, want Broken", r.rcv.err)
				}
				return
			}
			w := &fakeWire{}
			r.conn, r.wire = r.lane.connected(w, r.loop), w
			if string(w.sent) != tt.method+" / HTTP/1.1\r\n\r\n" {
				t.Errorf("sent %q, want the request again", w.sent)
			}
			r.conn.Closed(reset)
			if r.rcv.told != 1 || KindOf(r.rcv.err) != Broken {
				t.Errorf("after the second loss: told %d times, %v; want Broken", r.rcv.told, r.rcv.err)
			}
		})
	}
}

// TestCancel has the client leave at each stage: nothing of x is touched later.
func TestCancel(t *testing.T) {
	for name, got := range map[string]string{"awaiting": "", "in the head": "HTTP/1", "collecting": hello[:len(hello)-2], "flowing": "HTTP/1.1 200 OK\r\n\r\nabc"} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.renew()
			r.do(t, Request{})
			r.feed([]byte(got))
			told := r.rcv.told
			r.x.Cancel()
			r.x.Reset()
			if !r.wire.closed {
				t.Error("the connection stays open")
			}
			r.conn.Feed([]byte(hello))
			r.conn.Closed(nil)
			if r.rcv.told != told || r.x.Res.Status != 0 || r.x.Res.Headers.Len() != 0 {
				t.Errorf("touched after the end: told %d more, %+v", r.rcv.told-told, r.x.Res)
			}
			s := r.target.Stats()
			if s.InFlight != 0 || s.Conns != 0 || s.Failures[Canceled] != 1 || r.engine.budget.Used() != 0 {
				t.Errorf("left behind: %+v, %d bytes", s, r.engine.budget.Used())
			}
		})
	}
}

// TestLateAnswer has an answer for an earlier life of x.
func TestLateAnswer(t *testing.T) {
	r := newRig(t)
	r.renew()
	r.do(t, Request{})
	r.x.Reset() // by a protocol that forgot to cancel
	r.feed([]byte(hello))
	if r.rcv.told != 0 || r.x.Res.Status != 0 || !r.wire.closed {
		t.Errorf("told %d times, status %d, closed %v; want nothing but a closed connection", r.rcv.told, r.x.Res.Status, r.wire.closed)
	}
}

// TestParked has the body come, and the connection end, before Flow is called.
func TestParked(t *testing.T) {
	for _, tt := range []struct {
		name, head string
		err        error
		ok         bool
	}{
		{"until close", "HTTP/1.1 200 OK\r\n\r\n", io.EOF, true},
		{"until close, reset", "HTTP/1.1 200 OK\r\n\r\n", errors.New("reset"), false},
		{"sized, whole", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", io.EOF, true},
		{"sized, short", "HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n", io.EOF, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			r.renew()
			r.do(t, Request{})
			r.rcv.later = true
			r.feed([]byte(tt.head))
			for range 100 {
				r.feed(make([]byte, 1000))
			}
			r.wire.closed = true
			r.conn.Closed(tt.err)
			if r.side.ended {
				t.Fatal("the body ended before it flowed")
			}
			r.x.Res.Stream.Flow(r.x)
			if !r.side.ended || (r.side.err == nil) != tt.ok || (tt.ok && r.side.body.Len() != 100_000) {
				t.Errorf("ended %v with %v after %d bytes", r.side.ended, r.side.err, r.side.body.Len())
			}
			if n := r.engine.budget.Used(); n != 0 {
				t.Errorf("budget holds %d bytes", n)
			}
		})
	}
}

func TestWholeOverTheLimit(t *testing.T) {
	r := newRig(t)
	r.client.cfg.MaxBody = 1000
	r.renew()
	r.do(t, Request{Whole: true})
	r.feed([]byte("HTTP/1.1 200 OK\r\n\r\n"))
	r.feed(make([]byte, 600))
	r.feed(make([]byte, 600))
	if KindOf(r.rcv.err) != TooLarge {
		t.Errorf("failure = %v, want TooLarge", r.rcv.err)
	}
}

func TestMemoryBudget(t *testing.T) {
	r := newRig(t)
	r.engine.budget.Take(64<<20 - 100)
	r.renew()
	r.do(t, Request{Whole: true})
	r.feed([]byte("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nabc"))
	if KindOf(r.rcv.err) != Busy {
		t.Errorf("failure = %v, want Busy", r.rcv.err)
	}
	if n := r.engine.budget.Used(); n != 64<<20-100 {
		t.Errorf("budget holds %d, want what it held before", n)
	}
}

func TestAllocsRequest(t *testing.T) {
	r := newRig(t)
	r.renew()
	answer := []byte(hello)
	if n := testing.AllocsPerRun(1000, func() { r.once(t, answer) }); n != 0 {
		t.Errorf("%v allocations per request, want 0", n)
	}
}

func (r *rig) once(t testing.TB, answer []byte) {
	r.wire.sent = r.wire.sent[:0]
	r.x.Loop, r.x.Conn, r.x.Req.Method = r.loop, r.side, "GET"
	if err := r.client.Do(r.x, Request{Target: r.target, Method: "GET", Head: getRequest, Timeout: time.Second}, r.rcv); err != nil {
		t.Fatal(err)
	}
	r.conn.Feed(answer)
	r.x.Reset()
}

var getRequest = []byte("GET / HTTP/1.1\r\nhost: b\r\n\r\n")

func BenchmarkRequest(b *testing.B) {
	for name, answer := range map[string]string{
		"sized":   "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sun, 22 Nov 2026 14:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: keep-alive\r\nETag: \"abc\"\r\n\r\nhello",
		"chunked": "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sun, 22 Nov 2026 14:00:00 GMT\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
	} {
		b.Run(name, func(b *testing.B) {
			r := newRig(b)
			r.renew()
			in := []byte(answer)
			b.ReportAllocs()
			for b.Loop() {
				r.once(b, in)
			}
		})
	}
}
