package http1

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/loop"
)

// tape is a connection and its loop without sockets: it records what a session
// makes of bytes.
type tape struct {
	t      testing.TB
	s      *Session
	later  bool // exchanges are answered after Feed has returned
	seen   []string
	out    []byte
	posted []func()
	ends   []loop.TurnEnder
	free   *exchange.Exchange
	budget *bufs.Budget
	shut   bool // no more may be written
	gone   bool
	dead   int64
}

var (
	_ wire = (*tape)(nil)
	_ turn = (*tape)(nil)
)

func newTape(t testing.TB, later bool) *tape {
	p := &tape{t: t, later: later, budget: bufs.NewBudget(64 << 20), free: exchange.New()}
	srv := New(Config{Serve: p.serve, Refuse: p.refuse, Budget: p.budget, Limits: Limits{URL: 300, Headers: 600, Lines: 10, Body: 2000},
		Draining: func() bool { return false }, Now: func() time.Time { return time.Unix(0, 0) }}, 1)
	p.s = srv.session(p, p)
	return p
}

func (p *tape) serve(x *exchange.Exchange) {
	line := fmt.Sprintf("%s %q host %q path %q query %v %q %v body %q", x.Req.Method, x.Req.Target, x.Req.Host, x.Req.Path,
		x.Req.HasQuery, x.Req.Query, x.Req.Proto, x.Req.Body)
	for _, f := range x.Req.Headers.All() {
		line += fmt.Sprintf(" %q=%q", f.Name, f.Value)
	}
	p.seen = append(p.seen, line)
	answer := func() {
		x.Res.Body = append([]byte(nil), x.Req.Method...)
		x.Conn.Respond(x)
	}
	if p.later {
		p.Post(answer)
		return
	}
	answer()
}

func (p *tape) refuse(x *exchange.Exchange, err *gwerr.Error) {
	p.seen = append(p.seen, fmt.Sprint("refused ", err.Status))
	x.Res.Status = err.Status
}

// feed gives b to the session and then does what was posted.
func (p *tape) feed(b []byte) {
	if p.gone {
		return
	}
	mine := append([]byte(nil), b...)
	p.s.Feed(mine)
	for i := range mine { // the bytes were lent until Feed returned
		mine[i] = 0xDB
	}
	p.turnEnd()
	for len(p.posted) > 0 {
		f := p.posted[0]
		p.posted = p.posted[1:]
		f()
		p.turnEnd()
	}
}

func (p *tape) turnEnd() {
	for _, e := range p.ends {
		e.TurnEnd()
	}
	p.ends = p.ends[:0]
}

// end closes the connection and looks for what was not given back.
func (p *tape) end() {
	p.s.Closed(nil)
	if n := p.budget.Used(); n != 0 {
		p.t.Errorf("budget used after the end = %d", n)
	}
}

func (p *tape) IsOpen() bool           { return !p.gone }
func (p *tape) Secured() bool          { return false }
func (p *tape) Remote() netip.AddrPort { return netip.AddrPort{} }
func (p *tape) Local() netip.AddrPort  { return netip.AddrPort{} }
func (p *tape) SetDeadline(at int64)   { p.dead = at }
func (p *tape) Unsent() int            { return 0 }
func (p *tape) Settle()                {}
func (p *tape) Close()                 { p.gone = true }
func (p *tape) Abort()                 { p.gone = true }
func (p *tape) CloseWrite() bool       { p.shut = true; return true }

func (p *tape) Write(b []byte) error {
	if p.shut || p.gone {
		p.t.Errorf("written after the end: %.80q", b)
	}
	p.out = append(p.out, b...)
	return nil
}

func (p *tape) Write2(a, b []byte) error { return errors.Join(p.Write(a), p.Write(b)) }

func (p *tape) Stream(b []byte) (bool, error) { return false, p.Write(b) }

func (p *tape) Detach() (net.Conn, error) { return nil, loop.ErrBusy }

func (p *tape) Attach(net.Conn, *tls.Config, func(*loop.Conn) loop.Handler) error {
	return loop.ErrClosed
}

func (p *tape) Post(f func())                { p.posted = append(p.posted, f) }
func (p *tape) Now() int64                   { return 1 }
func (p *tape) Index() int                   { return 0 }
func (p *tape) AtEnd(e loop.TurnEnder)       { p.ends = append(p.ends, e) }
func (p *tape) Release(x *exchange.Exchange) { x.Reset(); p.free = x }

func (p *tape) Acquire() *exchange.Exchange {
	x := p.free
	if x == nil {
		p.t.Fatal("a second exchange while one is under way")
	}
	p.free = nil
	x.Loop = p
	return x
}
