package tohttp

import (
	"bytes"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
)

// Prepare fills x.Out from the client's request. Only routes with request
// mappings have it; without them Step sends the client's request directly.
type Prepare struct{}

var _ pipeline.Step = Prepare{}

// Handle implements pipeline.Step.
func (Prepare) Handle(x *exchange.Exchange) pipeline.Verdict {
	o, h := &x.Out, &x.Req.Headers
	o.Prepared = true
	o.Path, o.HasPath = nil, false
	o.Query = x.Req.Query
	o.Headers.Reset()
	s := look(h)
	all := h.All()
	for i, f := range all {
		if !s.passes(h, f.Name) || (s.repeated && !first(all, i)) {
			continue
		}
		value := f.Value
		if s.repeated {
			value = x.Keep(appendJoined(x.Arena(), all, i))
		}
		o.Headers.Add(lowered(x, f.Name), value)
	}
	return pipeline.Next
}

// lowered returns name in lower case, itself when it is already.
func lowered(x *exchange.Exchange, name []byte) []byte {
	if bytes.ContainsFunc(name, func(r rune) bool { return r >= 'A' && r <= 'Z' }) {
		return x.Keep(appendLower(x.Arena(), name))
	}
	return name
}
