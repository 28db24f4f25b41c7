// Package rest is what the plugins of REST APIs share: the memory that a request
// has in its exchange, its ids, the errors that its client can get, media types,
// and the lines of the execution log.
package rest

import (
	"gatehouse/core/exchange"
	"gatehouse/protocols/vtl"
)

// State is what a REST API keeps of one request beside its exchange. All byte
// slices live as long as the exchange.
type State struct {
	live bool

	RequestID [36]byte // UUID; the exchange's own id is AWS's extended request id
	Replaced  bool     // the client sent a request id that is no UUID
	Encoded   bool     // the request has a Content-Encoding
	Trace     Trace

	// Of an integration that is no proxy, and of one with mappings.
	Path    []exchange.Param // values of {name} in the integration's URI
	Body    []byte           // for the back end, when HasBody
	HasBody bool

	VTL vtl.Context // what templates read and write; its overrides go from the first to the second

	ErrorType  string // x-amzn-ErrorType where a type of error has several; "" is the type's own
	Validation string // $context.error.validationErrorString

	Log *Log // nil unless this is a test invocation
}

var _ exchange.Extension = (*State)(nil)

// Begin gives x a fresh State. The site calls it once, before anything else.
func Begin(x *exchange.Exchange) *State {
	s, ok := x.Ext.(*State)
	if !ok {
		s = &State{Path: make([]exchange.Param, 0, 4)}
		x.Ext = s
	}
	s.live = true
	s.identify(x)
	return s
}

// Of returns the State of x, nil when x is no request of a REST API.
func Of(x *exchange.Exchange) *State {
	if s, ok := x.Ext.(*State); ok && s.live {
		return s
	}
	return nil
}

// Reset implements exchange.Extension.
func (s *State) Reset() {
	if !s.live {
		return
	}
	clear(s.Path)
	*s = State{Path: s.Path[:0]}
}

// Random returns 64 random bits, from x's loop where that has some.
func Random(x *exchange.Exchange) uint64 {
	if l, ok := x.Loop.(interface{ Rand() uint64 }); ok {
		return l.Rand()
	}
	return fallback()
}
