package loop

import (
	"context"
	"errors"
	"net"
	"time"
)

// Any returns one of the loops, for work that no connection brings. A loop is
// known once it has seen a connection: when there was none yet, Any makes one to
// the first listener. It may block until ctx ends; not for loops.
func (s *Server) Any(ctx context.Context) (*Loop, error) {
	if l := s.Loops(); len(l) > 0 {
		return l[0], nil
	}
	select {
	case <-s.Ready():
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", s.dialable())
	if err != nil {
		return nil, err
	}
	defer func() { _ = nc.Close() }()
	t := time.NewTicker(time.Millisecond)
	defer t.Stop()
	for {
		if l := s.Loops(); len(l) > 0 {
			return l[0], nil
		}
		select {
		case <-t.C:
		case <-s.Done():
			return nil, errEnded
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

var errEnded = errors.New("the loops have ended")

// dialable is the first listener's address; for one of all addresses that of
// this machine.
func (s *Server) dialable() string {
	addr := s.Addrs()[0]
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("localhost", port)
	}
	return addr
}
