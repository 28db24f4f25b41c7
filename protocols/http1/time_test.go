package http1

import (
	"bufio"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core/exchange"
)

// TestTimeouts moves the clock just short of each limit and then over it.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	cfg := Config{FirstTimeout: time.Minute, HeadTimeout: 10 * time.Second, BodyTimeout: 30 * time.Second,
		MinRate: 1000, IdleTimeout: 310 * time.Second}
	const request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
	tests := []struct {
		name, send string
		steps      []string // each sent after four fifths of the limit have passed
		limit      time.Duration
		want       string // beginning of what comes at the limit
	}{
		{"no first byte", "", nil, time.Minute, ""},
		{"slow head", "GET / HT", nil, 10 * time.Second, "HTTP/1.1 408 "},
		{"head byte by byte", "GET / HT", []string{"T"}, 10 * time.Second, "HTTP/1.1 408 "},
		{"idle", request, nil, 310 * time.Second, ""},
		{"slow second head", request + "GET", nil, 10 * time.Second, "HTTP/1.1 408 "},
		{"no body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\n", nil, 30 * time.Second, "HTTP/1.1 408 "},
		{"slow body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nabc", nil, 30 * time.Second, "HTTP/1.1 408 "},
		{"slow chunks", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc", nil, 30 * time.Second, "HTTP/1.1 408 "},
		{"body earns time", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\n" + strings.Repeat("b", 20_000), nil, 50 * time.Second, "HTTP/1.1 408 "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := (&rig{cfg: cfg, serve: echo}).start(t)
			c := dial(t, r.addr)
			br := bufio.NewReader(c)
			_, _ = io.WriteString(c, tt.send)
			if strings.HasPrefix(tt.send, request) {
				readAnswer(t, br, "GET")
			}
			eventually(t, "connection", func() bool { return r.ls.Clients() == 1 })
			time.Sleep(50 * time.Millisecond)
			r.clock.Advance(tt.limit * 4 / 5)
			for _, s := range tt.steps {
				_, _ = io.WriteString(c, s)
			}
			time.Sleep(60 * time.Millisecond)
			if r.ls.Clients() != 1 {
				t.Fatal("connection ended before its time")
			}
			r.clock.Advance(tt.limit/5 + 50*time.Millisecond)
			b, err := io.ReadAll(br)
			if err != nil || !strings.HasPrefix(string(b), tt.want) || (tt.want == "" && len(b) > 0) {
				t.Errorf("at the limit: %.60q, %v, want %q and the end", b, err, tt.want)
			}
		})
	}
}

// TestLingeringEnds: after a refusal a client that neither reads nor leaves is
// cut after a while.
func TestLingeringEnds(t *testing.T) {
	t.Parallel()
	r := (&rig{serve: echo}).start(t)
	c := dial(t, r.addr)
	_, _ = io.WriteString(c, "bad\r\n\r\n")
	_, _ = io.ReadAll(c) // answer and FIN; ours does not follow
	time.Sleep(30 * time.Millisecond)
	if r.ls.Clients() != 1 {
		t.Error("connection ended at once, want it to linger")
	}
	r.clock.Advance(2100 * time.Millisecond)
	eventually(t, "lingering ends", func() bool { return r.ls.Clients() == 0 })
}

func TestStalledReaderIsCut(t *testing.T) {
	t.Parallel()
	r := &rig{serve: func(x *exchange.Exchange) {
		x.Res.Body = make([]byte, 10<<20)
		x.Conn.Respond(x)
	}}
	r.loop.StallTimeout = time.Minute
	r.start(t)
	c := dial(t, r.addr)
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	eventually(t, "output waits", func() bool { return r.budget.Used() > 0 })
	r.clock.Advance(50 * time.Second)
	time.Sleep(50 * time.Millisecond)
	if r.ls.Clients() != 1 {
		t.Fatal("cut before its time")
	}
	r.clock.Advance(11 * time.Second)
	eventually(t, "stalled reader is cut", func() bool { return r.ls.Clients() == 0 && r.budget.Used() == 0 })
}

// TestBudgetComesBackSoon: output that has gone out does not count until the
// next request or the stall time-out.
func TestBudgetComesBackSoon(t *testing.T) {
	t.Parallel()
	r := (&rig{serve: func(x *exchange.Exchange) {
		x.Res.Body = make([]byte, 10<<20)
		x.Conn.Respond(x)
	}}).start(t)
	c := dial(t, r.addr)
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	eventually(t, "output waits", func() bool { return r.budget.Used() > 0 })
	readAnswer(t, bufio.NewReader(c), "GET")
	eventually(t, "budget is given back", func() bool { return r.budget.Used() == 0 })
}

// canceled counts the exchanges whose client went away.
type canceled struct{ n atomic.Int64 }

func (c *canceled) Cancel(*exchange.Exchange) { c.n.Add(1) }

// TestClientVanishes: whoever works for the exchange is told, once. A client
// that half-closes while its answer is under way counts as gone.
func TestClientVanishes(t *testing.T) {
	t.Parallel()
	var told canceled
	served := make(chan *exchange.Exchange, 10)
	r := (&rig{serve: func(x *exchange.Exchange) {
		x.OnCancel(&told)
		served <- x
	}}).start(t)
	for i, leave := range []func(c interface{ CloseWrite() error }){
		func(c interface{ CloseWrite() error }) { _ = c.(io.Closer).Close() },
		func(c interface{ CloseWrite() error }) { _ = c.CloseWrite() },
	} {
		c := dial(t, r.addr)
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET /next")
		<-served
		leave(c.(interface{ CloseWrite() error }))
		eventually(t, "cancel", func() bool { return told.n.Load() == int64(i+1) && r.ls.Clients() == 0 })
	}
}

// TestHalfClosedClient: request and FIN at once; the answer that needs nobody
// else still arrives.
func TestHalfClosedClient(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{}, echo)
	for range 20 {
		c := dial(t, addr)
		_, _ = io.WriteString(c, "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
		_ = c.(interface{ CloseWrite() error }).CloseWrite()
		b, err := io.ReadAll(c)
		if err != nil || strings.Count(string(b), "HTTP/1.1 200 OK") != 2 {
			t.Fatalf("half-closed client got %q, %v, want two answers", b, err)
		}
	}
}
