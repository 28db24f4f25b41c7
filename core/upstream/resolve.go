package upstream

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"gatehouse/core/clock"
)

// maxNames bounds the look-ups that are remembered.
const maxNames = 4096

// resolver remembers look-ups for a while: Go's resolver does not tell how
// long an answer is good. For workers, as look-ups block.
type resolver struct {
	lookup LookupFunc
	expiry time.Duration
	clock  *clock.Clock

	mu    sync.Mutex // guards names; not held while a look-up runs
	names map[string]names
}

type names struct {
	addrs []netip.Addr // never changed in place
	until int64        // core/clock ns
}

func newResolver(lookup LookupFunc, expiry time.Duration, c *clock.Clock) *resolver {
	return &resolver{lookup: lookup, expiry: expiry, clock: c, names: make(map[string]names)}
}

// addresses returns where host is, at least one address or an error.
func (r *resolver) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	r.mu.Lock()
	n, ok := r.names[host]
	r.mu.Unlock()
	if ok && r.clock.Now() < n.until {
		return n.addrs, nil
	}
	addrs, err := r.lookup(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", host, err)
	}
	if len(addrs) == 0 {
		return nil, fmt.Errorf("look up %s: no address", host)
	}
	for i := range addrs {
		addrs[i] = addrs[i].Unmap()
	}
	r.remember(host, addrs)
	return addrs, nil
}

func (r *resolver) remember(host string, addrs []netip.Addr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for h := range r.names { // any one makes room
		if len(r.names) < maxNames {
			break
		}
		delete(r.names, h)
	}
	r.names[host] = names{addrs, r.clock.Now() + int64(r.expiry)}
}

// prefer has a, which answered, tried first from now on.
func (r *resolver) prefer(host string, a netip.Addr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.names[host]
	i := slices.Index(n.addrs, a)
	if i <= 0 {
		return
	}
	addrs := slices.Insert(slices.Delete(slices.Clone(n.addrs), i, i+1), 0, a)
	r.names[host] = names{addrs, n.until}
}

// forget has host looked up anew, as none of its addresses answered.
func (r *resolver) forget(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.names, host)
}
