package transform

import (
	"encoding/json"
	"fmt"
	"strings"

	"gatehouse/core/exchange"
	"gatehouse/plugins/expr"
)

// value is the right side of one mapping.
type value struct {
	fixed []byte         // the same for all requests
	isFix bool           // ... also when empty
	of    source         // of the exchange
	body  bool           // of the body: whole, or path
	path  *expr.JSONPath // nil: the whole body
	multi string         // name of a query parameter with all its values
}

type source = func(dst []byte, x *exchange.Exchange) ([]byte, bool)

// compileValue compiles a mapping's right side. side is "method.request." or
// "integration.response.".
func compileValue(s, side string) (v value, err error) {
	kind, name, _ := strings.Cut(s, ".")
	switch {
	case len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'':
		v.fixed, v.isFix = []byte(s[1:len(s)-1]), true
		return v, nil
	case kind == "context":
		if e := expr.RESTVars.Variable(name); e != nil {
			v.of = e.Append
			return v, nil
		}
	case kind == "stageVariables":
		v.of = func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
			set, ok := x.Target.Variables[name]
			return append(dst, set...), ok
		}
		return v, nil
	case strings.HasPrefix(s, side):
		if v, err := compileMessage(s[len(side):], side); err != nil || v.body || v.of != nil {
			return v, err
		}
	}
	return v, fmt.Errorf("%q names nothing that a mapping can read", s)
}

// compileMessage compiles a part of the request or of the answer.
func compileMessage(s, side string) (v value, err error) {
	part, name, _ := strings.Cut(s, ".")
	if i := strings.IndexByte(part, '['); i >= 0 { // body[0]
		part, name = part[:i], s[i:]
	}
	switch {
	case part == "body":
		v.body = true
		if name != "" {
			v.path, err = expr.NewJSONPath(name)
		}
	case side == requestSide:
		v.of = expr.RESTParameter(part, name)
		if part == "multivaluequerystring" {
			v.multi = name
		}
	case part == "header":
		v.of = expr.RESTAnswerHeader(name, false)
	case part == "multivalueheader":
		v.of = expr.RESTAnswerHeader(name, true)
	}
	return v, err
}

const (
	requestSide = "method.request."
	answerSide  = "integration.response."
)

// found is what a value evaluated to; nil when there is nothing.
type found []byte

// eval returns v for x, unless v reads a body. The bytes live as long as x.
func (v *value) eval(x *exchange.Exchange) (found, bool) {
	if v.isFix {
		return v.fixed, true
	}
	if v.of == nil {
		return nil, false
	}
	b, ok := v.of(x.Arena(), x)
	if !ok {
		return nil, false
	}
	return x.Keep(b), true
}

// bodyValues evaluates the values that read the body; the others are nil. It
// may run on a worker.
func bodyValues(values []*value, body []byte) ([]found, error) {
	out := make([]found, len(values))
	valid, checked := false, false
	for i, v := range values {
		switch {
		case !v.body:
			continue
		case v.path == nil:
			if out[i] = body; len(body) == 0 {
				out[i] = found("{}")
			}
			continue
		}
		if !checked {
			valid, checked = json.Valid(body), true
		}
		if !valid {
			if looksJSON(body) {
				return nil, errJSON
			}
			continue
		}
		if b, ok := v.path.Append([]byte{}, body); ok {
			out[i] = b
		}
	}
	return out, nil
}

// looksJSON tells a body that is meant as JSON. AWS: by its first byte.
func looksJSON(b []byte) bool {
	return len(b) > 0 && strings.IndexByte(`{[,"'`, b[0]) >= 0
}
