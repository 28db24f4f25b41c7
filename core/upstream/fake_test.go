package upstream

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"

	"gatehouse/core/bufs"
	"gatehouse/core/clock"
	"gatehouse/core/exchange"
	"gatehouse/core/offload"
)

// fakeLoop runs nothing: tests call what it would run.
type fakeLoop struct{ now int64 }

func (l *fakeLoop) Post(f func()) { f() }
func (l *fakeLoop) Now() int64    { return l.now }
func (l *fakeLoop) Index() int    { return 0 }

// fakeWire records what a connection does with its socket.
type fakeWire struct {
	sent     []byte
	writeErr error
	closed   bool
	unsent   int
	deadline int64
}

func (w *fakeWire) Write2(a, b []byte) error {
	w.sent = append(append(w.sent, a...), b...)
	return w.writeErr
}
func (w *fakeWire) SetDeadline(at int64)      { w.deadline = at }
func (w *fakeWire) IsOpen() bool              { return !w.closed }
func (w *fakeWire) Unsent() int               { return w.unsent }
func (w *fakeWire) Detach() (net.Conn, error) { return nil, errors.New("not here") }
func (w *fakeWire) Close()                    { w.closed = true }

// fakeClient is the client's side of an exchange: it collects the answer.
type fakeClient struct {
	body  bytes.Buffer
	begun bool
	ended bool
	err   error
}

func (c *fakeClient) Respond(*exchange.Exchange)      { panic("the receiver answers") }
func (c *fakeClient) Begin(*exchange.Exchange, int64) { c.begun = true }
func (c *fakeClient) WriteBody(_ *exchange.Exchange, p []byte) bool {
	c.body.Write(p)
	return true
}
func (c *fakeClient) EndBody(_ *exchange.Exchange, err error) { c.ended, c.err = true, err }
func (c *fakeClient) Leave(*exchange.Exchange) (exchange.BodyWriter, error) {
	return nil, errors.New("not here")
}

// receiver is a pipeline of one step: it has a body flow at once, unless later.
type receiver struct {
	told  int
	err   error
	later bool
}

func (r *receiver) Answered(x *exchange.Exchange, err error) {
	r.told++
	r.err = err
	if err == nil && x.Res.Stream != nil && !r.later {
		x.Res.Stream.Flow(x)
	}
}

type fakeEngine struct {
	clock  clock.Clock
	budget *bufs.Budget
	full   bool // no descriptor is left
}

func (e *fakeEngine) RoomToDial() bool     { return !e.full }
func (e *fakeEngine) Clock() *clock.Clock  { return &e.clock }
func (e *fakeEngine) Budget() *bufs.Budget { return e.budget }

// rig is one connection with an exchange on it.
type rig struct {
	client *Client
	engine *fakeEngine
	loop   *fakeLoop
	lane   *lane
	target *Target
	conn   *conn
	wire   *fakeWire
	x      *exchange.Exchange
	side   *fakeClient
	rcv    *receiver
}

func newRig(t testing.TB) *rig {
	r := &rig{engine: &fakeEngine{budget: bufs.NewBudget(64 << 20)}, loop: &fakeLoop{now: 1}}
	r.client = New(r.engine, Config{Loops: 1, Dialers: offload.NewPool(1, 1),
		Lookup: func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("no names here") }})
	t.Cleanup(r.client.Close)
	r.target = r.client.Target(Spec{Host: "127.0.0.1", Port: 1})
	r.lane = &r.target.lanes[0]
	return r
}

// renew gives the lane an idle connection and the rig a new exchange.
func (r *rig) renew() {
	r.wire = &fakeWire{}
	r.lane.dialing++
	r.target.conns.Add(1)
	r.conn = r.lane.connected(r.wire, r.loop)
	r.x = exchange.New()
	r.side, r.rcv = &fakeClient{}, &receiver{}
	r.x.Loop, r.x.Conn = r.loop, r.side
}

func (r *rig) do(t testing.TB, req Request) {
	t.Helper()
	req.Target = r.target
	if req.Method == "" {
		req.Method = "GET"
	}
	if req.Head == nil {
		req.Head = []byte(req.Method + " / HTTP/1.1\r\n\r\n")
	}
	if req.Timeout == 0 {
		req.Timeout = 1e9
	}
	r.x.Req.Method = req.Method
	if err := r.client.Do(r.x, req, r.rcv); err != nil {
		t.Fatalf("Do = %v", err)
	}
}

// feed gives b to the connection as a loop does: bytes are gone afterwards.
func (r *rig) feed(b []byte) {
	if r.wire.closed || len(b) == 0 {
		return
	}
	shared := append([]byte(nil), b...)
	r.conn.Feed(shared)
	for i := range shared {
		shared[i] = 0xDB
	}
}

// outcome is what an exchange has in the end.
type outcome struct {
	Status  int
	Headers string
	Body    string
	OK      bool
	Reused  bool
}

func (r *rig) outcome() outcome {
	o := outcome{Reused: !r.wire.closed}
	if r.rcv.told == 0 || r.rcv.err != nil {
		return o
	}
	o.OK = !r.side.ended || r.side.err == nil
	if !o.OK {
		return o
	}
	o.Status = r.x.Res.Status
	for _, f := range r.x.Res.Headers.All() {
		o.Headers += string(f.Name) + ":" + string(f.Value) + "\n"
	}
	o.Body = string(r.x.Res.Body) + r.side.body.String()
	return o
}

// end has the back end close the connection.
func (r *rig) end() {
	if !r.wire.closed {
		r.wire.closed = true
		r.conn.Closed(io.EOF)
		return
	}
	r.conn.Closed(nil)
}
