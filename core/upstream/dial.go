package upstream

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/loop"
)

// minDial is the least time for one address when several share the time-out.
const minDial = 2 * time.Second

// dial has a worker make a connection for the lane.
func (la *lane) dial(l exchange.Loop) error {
	t := la.target
	c := t.client
	ev, err := loopOf(l)
	if err != nil {
		return err
	}
	if !c.engine.RoomToDial() {
		return errDescriptors
	}
	if t.conns.Add(1) > int64(c.cfg.MaxConns) {
		t.conns.Add(-1)
		return errConns
	}
	if err := c.cfg.Dialers.Submit(func(ctx context.Context) { la.connect(ctx, ev) }); err != nil {
		t.conns.Add(-1)
		return err
	}
	la.dialing++
	return nil
}

// connect runs on a worker.
func (la *lane) connect(ctx context.Context, l *loop.Loop) {
	t := la.target
	ctx, cancel := context.WithTimeout(ctx, t.client.cfg.ConnectTimeout)
	defer cancel()
	nc, err := la.reach(ctx)
	if err == nil {
		err = l.Attach(nc, t.tls, func(c *loop.Conn) loop.Handler { return la.connected(c, l) })
	}
	if err != nil {
		l.Post(func() { la.dialFailed(err, l) })
	}
}

// reach dials. It asks for room again: when many dials were queued, those before
// this one may have taken what there was.
func (la *lane) reach(ctx context.Context) (net.Conn, error) {
	t := la.target
	if !t.client.engine.RoomToDial() {
		return nil, errDescriptors
	}
	return t.client.resolver.dial(ctx, t.spec.Host, t.spec.Port)
}

// connected puts a fresh connection to work; on the loop.
func (la *lane) connected(w wire, l exchange.Loop) *conn {
	cn := &conn{wire: w, lane: la, loop: l, born: l.Now()}
	la.dialing--
	la.open++
	la.count.connects.Add(1)
	la.put(cn, l.Now())
	return cn
}

// dialFailed tells the call that waits longest; on the loop.
func (la *lane) dialFailed(err error, l exchange.Loop) {
	la.dialing--
	la.target.conns.Add(-1)
	if k := la.head; k != nil {
		la.unlink(k)
		k.fail(&Error{Unreachable, err})
	}
	_ = la.pump(l) // the sweep tries again
}

// dial connects to host, trying all its addresses, those that answered last
// time first.
func (r *resolver) dial(ctx context.Context, host string, port uint16) (net.Conn, error) {
	addrs, err := r.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	for i, a := range addrs {
		var nc net.Conn
		nc, err = dialOne(ctx, &d, netip.AddrPortFrom(a, port), len(addrs)-i)
		if err == nil {
			r.prefer(host, a)
			return nc, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	r.forget(host)
	return nil, err
}

// dialOne gives one of the left addresses its share of the time.
func dialOne(ctx context.Context, d *net.Dialer, a netip.AddrPort, left int) (net.Conn, error) {
	if end, ok := ctx.Deadline(); ok && left > 1 {
		share := max(time.Until(end)/time.Duration(left), minDial)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, share)
		defer cancel()
	}
	return d.DialContext(ctx, "tcp", net.JoinHostPort(a.Addr().String(), strconv.Itoa(int(a.Port()))))
}
