package upstream

import (
	"crypto/tls"
	"errors"
	"net"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"
	"weak"
)

// Spec names a back end. Equal specs get the same Target.
type Spec struct {
	Host       string // name or address, without brackets
	Port       uint16
	TLS        bool
	ServerName string // asked for by SNI and verified; default Host
	SkipIssuer bool   // any certificate that is valid now and for ServerName will do
}

// Target is one back end with its connections. Compiled at deployment, shared
// by all loops; it outlives deployments as long as one of them, or an open
// connection, refers to it.
type Target struct {
	client *Client
	spec   Spec
	tls    *tls.Config // nil for http
	conns  atomic.Int64
	lanes  []lane // one per loop, each touched by its loop only
}

// Target returns the target of s.
func (c *Client) Target(s Spec) *Target {
	if s.ServerName == "" && s.TLS {
		s.ServerName = s.Host
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if w, ok := c.targets[s]; ok {
		if t := w.Value(); t != nil {
			return t
		}
	}
	t := &Target{client: c, spec: s, lanes: make([]lane, len(c.shards))}
	if s.TLS {
		t.tls = &tls.Config{ServerName: s.ServerName, RootCAs: c.cfg.Roots, MinVersion: tls.VersionTLS12,
			ClientSessionCache: c.sessions, NextProtos: []string{"http/1.1"}}
		if s.SkipIssuer {
			t.tls.InsecureSkipVerify, t.tls.VerifyConnection = true, verifyName(s.ServerName)
			t.tls.ClientSessionCache = nil // its sessions would count as verified
		}
	}
	for i := range t.lanes {
		t.lanes[i].target, t.lanes[i].shard = t, &c.shards[i]
	}
	w := weak.Make(t)
	c.targets[s] = w
	runtime.AddCleanup(t, c.forget, forgotten{s, w})
	return t
}

var errExpired = errors.New("the back end's certificate is not valid now")

// verifyName checks name and time of a certificate, not who signed it. The
// connection's own ServerName is empty for addresses.
func verifyName(name string) func(tls.ConnectionState) error {
	return func(cs tls.ConnectionState) error {
		leaf := cs.PeerCertificates[0] // crypto/tls: never without one towards a server
		if now := time.Now(); now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
			return errExpired
		}
		return leaf.VerifyHostname(name)
	}
}

// forgotten is a target that nobody refers to any more.
type forgotten struct {
	spec Spec
	w    weak.Pointer[Target]
}

func (c *Client) forget(f forgotten) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.targets[f.spec] == f.w {
		delete(c.targets, f.spec)
	}
}

// Targets returns the targets in use.
func (c *Client) Targets() []*Target {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []*Target
	for _, w := range c.targets {
		if t := w.Value(); t != nil {
			out = append(out, t)
		}
	}
	return out
}

// Spec returns what t was made from.
func (t *Target) Spec() Spec { return t.spec }

// String returns scheme and authority.
func (t *Target) String() string {
	scheme := "http://"
	if t.spec.TLS {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort(t.spec.Host, strconv.Itoa(int(t.spec.Port)))
}

// Stats counts what a target did since it was made.
type Stats struct {
	Requests int64 // given to Do
	Connects int64 // connections made
	Reuses   int64 // requests sent over a kept-alive connection
	Retries  int64 // requests sent again after a stale connection
	InFlight int64 // requests without a whole answer now
	Conns    int64 // connections now, with those being dialled
	Failures [kinds]int64
}

// counters are one loop's part of Stats.
type counters struct {
	requests, connects, reuses, retries, inFlight atomic.Int64
	failures                                      [kinds]atomic.Int64
}

// Stats adds up the loops' counts. Any goroutine may call it.
func (t *Target) Stats() Stats {
	s := Stats{Conns: t.conns.Load()}
	for i := range t.lanes {
		n := &t.lanes[i].count
		s.Requests += n.requests.Load()
		s.Connects += n.connects.Load()
		s.Reuses += n.reuses.Load()
		s.Retries += n.retries.Load()
		s.InFlight += n.inFlight.Load()
		for k := range n.failures {
			s.Failures[k] += n.failures[k].Load()
		}
	}
	return s
}
