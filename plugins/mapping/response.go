package mapping

import (
	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/plugins/expr"
)

// Response changes the response of the back end, by its status. Failures of the
// gateway's own it leaves alone.
type Response struct {
	byStatus  map[int][]operation
	needsBody bool
}

var _ pipeline.Finisher = (*Response)(nil)

// NewResponse compiles response mappings; it returns nil without any. The error
// is an *Error.
func NewResponse(m map[string]map[string]string) (*Response, error) {
	r := &Response{byStatus: map[int][]operation{}}
	for code, mapping := range m {
		status, ok := parseStatus([]byte(code))
		if !ok {
			return nil, &Error{Key: code, Problem: BadStatus}
		}
		ops, err := compileAll(mapping, expr.HTTPResponse, header, statusCode)
		if err != nil {
			return nil, err
		}
		if len(ops) > 0 {
			r.byStatus[status] = ops
		}
		for i := range ops {
			r.needsBody = r.needsBody || ops[i].value != nil && ops[i].value.NeedsBody()
		}
	}
	if len(r.byStatus) == 0 {
		return nil, nil
	}
	return r, nil
}

// NeedsBody reports whether a mapping reads the response's body, so that it must
// be whole in memory when the response is complete. r may be nil.
func (r *Response) NeedsBody() bool { return r != nil && r.needsBody }

// Finish implements pipeline.Finisher. All values are taken before the first
// header changes, so that mappings can exchange two of them.
func (r *Response) Finish(x *exchange.Exchange) {
	if x.Err != nil {
		return
	}
	ops := r.byStatus[x.Integration.Status]
	var few [8]value
	values := few[:0]
	for i := range ops {
		v, ok := ops[i].evalUnlessRemove(x)
		values = append(values, value{v, ok})
	}
	for i, v := range values {
		if v.ok {
			ops[i].change(x, v.bytes)
		}
	}
}

// value is what an operation evaluated to.
type value struct {
	bytes []byte
	ok    bool
}

func (op *operation) change(x *exchange.Exchange, v []byte) {
	if op.place == header {
		op.setHeader(x, &x.Res.Headers, v)
		return
	}
	if status, ok := parseStatus(v); ok {
		x.Res.Status = status
	}
}

// NeedsBody reports whether the response mappings of s read the body: the
// integration must then have it whole in memory.
func (s Settings) NeedsBody() bool {
	r, err := NewResponse(s.Response)
	return err == nil && r.NeedsBody()
}
