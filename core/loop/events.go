package loop

import (
	"errors"
	"io"
	"net"
	"time"

	"github.com/panjf2000/gnet/v2"
)

// OnBoot implements gnet.EventHandler: the listeners accept from here on.
func (s *Server) OnBoot(eng gnet.Engine) gnet.Action {
	s.eng = eng
	close(s.ready)
	return gnet.None
}

// OnShutdown implements gnet.EventHandler.
func (s *Server) OnShutdown(gnet.Engine) {}

// OnTick implements gnet.EventHandler; the wheel has its own ticks.
func (s *Server) OnTick() (time.Duration, gnet.Action) { return time.Hour, gnet.None }

// loopOf finds the Loop of a gnet loop, made when its first connection comes.
func (s *Server) loopOf(ev gnet.EventLoop) *Loop {
	if l, ok := s.byEv.Load(ev); ok {
		return l.(*Loop)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.Loops()
	l := newLoop(s, ev, len(old))
	loops := append(old[:len(old):len(old)], l)
	s.loops.Store(&loops)
	s.byEv.Store(ev, l)
	return l
}

// OnOpen implements gnet.EventHandler: a client came, or a connection that
// Attach brought.
func (s *Server) OnOpen(g gnet.Conn) (out []byte, action gnet.Action) {
	l := s.loopOf(g.EventLoop())
	if e, ok := g.Context().(*enrolled); ok {
		l.adopt(g, e)
		return nil, gnet.None
	}
	return l.accept(g)
}

// start enters c into the loop's books.
func (l *Loop) start(c *Conn, g gnet.Conn) {
	c.g = g
	c.next, c.prev = nil, nil
	l.add(c)
	l.srv.conns.Add(1)
	if c.client {
		l.srv.clients.Add(1)
	}
}

func (l *Loop) accept(g gnet.Conn) (out []byte, action gnet.Action) {
	s := l.srv
	ln := s.listenerOf(g)
	if s.clients.Load() >= int64(s.cfg.MaxConns) || s.conns.Load() >= s.maxConns || s.draining.Load() || ln == nil {
		s.Stats.Refused.Add(1)
		g.SetContext(nil)
		if ln != nil && ln.TLS == nil {
			out = ln.Full
		}
		return out, gnet.Close
	}
	s.Stats.Accepted.Add(1)
	c := &Conn{l: l, client: true}
	c.timer.owner = c
	defer l.leave(c)
	l.enter()
	g.SetContext(c)
	l.start(c, g)
	if ln.TLS != nil {
		c.secure(ln)
		return nil, gnet.None
	}
	c.state = open
	c.h = ln.Accept(c)
	return nil, gnet.None
}

func (s *Server) listenerOf(g gnet.Conn) *Listener {
	addr, ok := g.LocalAddr().(*net.TCPAddr)
	if !ok {
		return nil
	}
	for i := range s.cfg.Listeners {
		if s.cfg.Listeners[i].port == addr.Port {
			return &s.cfg.Listeners[i]
		}
	}
	return nil
}

// OnTraffic implements gnet.EventHandler. The bytes are the loop's own buffer,
// shared by all its connections: whoever keeps some copies them.
func (s *Server) OnTraffic(g gnet.Conn) gnet.Action {
	c, ok := g.Context().(*Conn)
	if !ok {
		return gnet.Close
	}
	l := c.l
	defer l.leave(c)
	l.enter()
	b, _ := g.Next(-1)
	switch {
	case c.sec != nil:
		c.sec.received(c, b)
	case c.state == open:
		c.h.Feed(b)
	}
	return gnet.None
}

// OnClose implements gnet.EventHandler. It may be called inside a Write: the
// handler is told at the end of the turn.
func (s *Server) OnClose(g gnet.Conn, err error) gnet.Action {
	c, ok := g.Context().(*Conn)
	if !ok || c.state == detached || c.state == closed {
		return gnet.None
	}
	l := c.l
	defer l.leave(nil)
	if l.depth == 0 {
		l.now = s.cfg.Clock.Now()
	}
	l.depth++
	if err == nil {
		err = io.EOF
	}
	if c.sec != nil && c.state == open && errors.Is(err, io.EOF) {
		err = c.sec.cut(c)
	}
	c.gone(err)
	return gnet.None
}
