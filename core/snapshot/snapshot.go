// Package snapshot is the configuration in force: everything that was decided
// at deployment, read by all loops through one atomic pointer.
package snapshot

import (
	"sync/atomic"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

// Site is one API as the data plane sees it: it chooses stage and route of an
// exchange and runs its pipeline. Compiled and read only.
type Site interface {
	// Serve runs x. path is the request's path with an addressing prefix
	// removed; stage is the stage that prefix named, or nil when the path
	// itself begins with it (AWS: default endpoint).
	Serve(x *exchange.Exchange, stage, path []byte)
}

// Refuser is a Site that has words of its own for requests that the protocol
// refuses.
type Refuser interface {
	// Refuse makes the response of x and reports whether it did.
	Refuse(x *exchange.Exchange, err *gwerr.Error) bool
}

// Router finds the Site of a request; it is immutable.
type Router interface {
	// Route returns the site that host and path address, what of the path it
	// shall see, and the stage that the addressing named. A nil site means
	// that nobody is addressed.
	Route(host, path []byte) (site Site, stage, rest []byte)
}

// Snapshot is one configuration. It never changes once it is in force.
type Snapshot struct {
	Router   Router
	Unknown  Site   // answers requests that address no API
	Revision uint64 // counts configurations
}

// Holder holds the snapshot in force. The zero Holder must get one by Swap
// before the first request.
type Holder struct {
	current atomic.Pointer[Snapshot]
}

// Swap puts s into force. Exchanges under way finish with what they have.
func (h *Holder) Swap(s *Snapshot) { h.current.Store(s) }

// Current returns the snapshot in force.
func (h *Holder) Current() *Snapshot { return h.current.Load() }

// Serve serves x with the snapshot in force: one atomic load per request.
func (h *Holder) Serve(x *exchange.Exchange) {
	s := h.current.Load()
	site, stage, path := s.Router.Route(x.Req.Host, x.Req.Path)
	if site == nil {
		site = s.Unknown
	}
	site.Serve(x, stage, path)
}

// Refuse has the site that x addresses word a refusal of the protocol, and
// reports whether it did. What was read of x may be its beginning only.
func (h *Holder) Refuse(x *exchange.Exchange, err *gwerr.Error) bool {
	if len(x.Req.Path) == 0 {
		return false
	}
	site, _, _ := h.current.Load().Router.Route(x.Req.Host, x.Req.Path)
	r, ok := site.(Refuser)
	return ok && r.Refuse(x, err)
}
