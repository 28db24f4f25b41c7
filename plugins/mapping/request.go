package mapping

import (
	"bytes"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/plugins/expr"
)

// Request changes the request to the back end, x.Out.
type Request struct {
	ops []operation
}

var _ pipeline.Step = (*Request)(nil)

// NewRequest compiles request mappings; it returns nil without any. The error
// is an *Error.
func NewRequest(m map[string]string) (*Request, error) {
	ops, err := compileAll(m, expr.HTTPRequest, header, query, path)
	if err != nil || len(ops) == 0 {
		return nil, err
	}
	return &Request{ops}, nil
}

// Handle implements pipeline.Step. A value that the request does not have
// leaves its parameter as it is.
func (r *Request) Handle(x *exchange.Exchange) pipeline.Verdict {
	for i := range r.ops {
		op := &r.ops[i]
		switch op.place {
		case header:
			if v, ok := op.evalUnlessRemove(x); ok {
				op.setHeader(x, &x.Out.Headers, v)
			}
		case query:
			if v, ok := op.evalUnlessRemove(x); ok {
				op.setQuery(x, v)
			}
		case path:
			op.setPath(x)
		}
	}
	return pipeline.Next
}

func (op *operation) evalUnlessRemove(x *exchange.Exchange) ([]byte, bool) {
	if op.action == remove {
		return nil, true
	}
	return op.eval(x)
}

// setPath replaces the whole path. AWS: a value without a slash at its
// beginning gets one.
func (op *operation) setPath(x *exchange.Exchange) {
	b := append(x.Arena(), '/')
	b, ok := op.value.AppendPath(b, x)
	if !ok || len(b) == 1 {
		return
	}
	b = x.Keep(b)
	if b[1] == '/' {
		b = b[1:]
	}
	x.Out.Path, x.Out.HasPath = b, true
}

// setQuery applies op with value v to the query. The pairs that it does not
// name stay as the client sent them.
func (op *operation) setQuery(x *exchange.Exchange, v []byte) {
	last := -1
	if op.action == add {
		last = op.lastPair(x.Out.Query)
	}
	b := x.Arena()
	for rest := x.Out.Query; len(rest) > 0; {
		pair, after, _ := bytes.Cut(rest, []byte("&"))
		at := len(x.Out.Query) - len(rest)
		rest = after
		if op.action != add && expr.FormEqual(keyOf(pair), string(op.name)) {
			continue
		}
		b = append(nextPair(b), pair...)
		if at == last {
			b = op.appendPairValue(b, pair, v)
		}
	}
	if op.action == overwrite || op.action == add && last < 0 {
		b = append(append(nextPair(b), op.escape...), '=')
		b = expr.AppendQueryEscaped(b, v)
	}
	x.Out.Query = x.Keep(b)
}

// appendPairValue goes on with the pair that b ends in.
func (op *operation) appendPairValue(b, pair, v []byte) []byte {
	switch i := bytes.IndexByte(pair, '='); {
	case i < 0:
		b = append(b, '=')
	case i < len(pair)-1:
		b = append(b, ',')
	}
	return expr.AppendQueryEscaped(b, v)
}

// lastPair returns where the last pair begins that op names, or -1.
func (op *operation) lastPair(q []byte) int {
	last := -1
	for at := 0; at < len(q); {
		pair, _, _ := bytes.Cut(q[at:], []byte("&"))
		if len(pair) > 0 && expr.FormEqual(keyOf(pair), string(op.name)) {
			last = at
		}
		at += len(pair) + 1
	}
	return last
}

func keyOf(pair []byte) []byte {
	if i := bytes.IndexByte(pair, '='); i >= 0 {
		return pair[:i]
	}
	return pair
}

// nextPair separates what b holds from the pair that follows.
func nextPair(b []byte) []byte {
	if len(b) > 0 {
		return append(b, '&')
	}
	return b
}
