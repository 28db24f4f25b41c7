package admin

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// maxConns bounds the connections of the management listener. They come out of
// the descriptors that core/loop keeps free below the open-file limit: without a
// bound, whoever reaches this port could take those of the data listeners.
const maxConns = 96

// limited is a listener with at most most connections. One more takes the place
// of the connection that has waited longest for a request; where all have one
// under way, it is closed itself.
type limited struct {
	net.Listener
	most int

	mu      sync.Mutex // guards what follows
	waiting list.List  // of *counted without a request, the longest one first
	open    int
}

// counted is one connection of a limited listener.
type counted struct {
	net.Conn
	of    *limited
	place *list.Element // in of.waiting; nil with a request under way, or closed
	gone  bool
}

// Accept implements net.Listener.
func (l *limited) Accept() (net.Conn, error) {
	for {
		nc, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if c := l.admit(nc); c != nil {
			return c, nil
		}
		_ = nc.Close()
	}
}

// admit makes room for nc; nil when there is none.
func (l *limited) admit(nc net.Conn) *counted {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= l.most {
		oldest := l.waiting.Front()
		if oldest == nil {
			return nil
		}
		c := oldest.Value.(*counted)
		l.leaveLocked(c)
		_ = c.Conn.Close()
	}
	l.open++
	c := &counted{Conn: nc, of: l}
	c.place = l.waiting.PushBack(c)
	return c
}

func (l *limited) leaveLocked(c *counted) {
	if c.gone {
		return
	}
	c.gone = true
	l.open--
	if c.place != nil {
		l.waiting.Remove(c.place)
		c.place = nil
	}
}

// Close implements net.Conn.
func (c *counted) Close() error {
	c.of.mu.Lock()
	c.of.leaveLocked(c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// state follows a connection; it is the http.Server's ConnState.
func (l *limited) state(nc net.Conn, s http.ConnState) {
	c, ok := nc.(*counted)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case c.gone:
	case s == http.StateActive && c.place != nil:
		l.waiting.Remove(c.place)
		c.place = nil
	case s == http.StateIdle && c.place == nil:
		c.place = l.waiting.PushBack(c)
	}
}
