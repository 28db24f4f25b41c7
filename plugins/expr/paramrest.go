package expr

import (
	"gatehouse/core/exchange"
	"gatehouse/plugins/rest"
)

// RESTParameter compiles a parameter of a method's request: part is header,
// multivalueheader, querystring, multivaluequerystring or path. nil: there is no
// such part.
//
// The single forms give the last value, the others all of them joined by commas.
// Names of headers count by case, as AWS has it; values of path parameters stay
// percent-encoded, and those of the query are decoded.
func RESTParameter(part, name string) func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	switch part {
	case "header":
		return func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return lastHeader(dst, &x.Req.Headers, name) }
	case "multivalueheader":
		return func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return allHeaders(dst, &x.Req.Headers, name) }
	case "querystring":
		return func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return lastQuery(dst, x, name) }
	case "multivaluequerystring":
		return func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return allQuery(dst, x, name) }
	case "path":
		return func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return pathCaptured(dst, x, name) }
	}
	return nil
}

// RESTAnswerHeader compiles a header of the back end's answer: the last line of
// that name, or all joined by commas. Case does not count.
func RESTAnswerHeader(name string, all bool) func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if all {
		return responseHeader(name)
	}
	return func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
		v := x.Res.Headers.Last(name)
		return append(dst, v...), v != nil
	}
}

func lastHeader(dst []byte, h *exchange.Headers, name string) ([]byte, bool) {
	all := h.All()
	for i := len(all) - 1; i >= 0; i-- {
		if string(all[i].Name) == name {
			return append(dst, all[i].Value...), true
		}
	}
	return dst, false
}

func allHeaders(dst []byte, h *exchange.Headers, name string) ([]byte, bool) {
	found := false
	for _, f := range h.All() {
		if string(f.Name) != name {
			continue
		}
		if found {
			dst = append(dst, ',')
		}
		dst, found = append(dst, f.Value...), true
	}
	return dst, found
}

func lastQuery(dst []byte, x *exchange.Exchange, name string) ([]byte, bool) {
	var last []byte
	found := false
	for key, value := range rest.Pairs(x.Req.Query) {
		if FormEqual(key, name) {
			last, found = value, true
		}
	}
	return AppendForm(dst, last), found
}

func allQuery(dst []byte, x *exchange.Exchange, name string) ([]byte, bool) {
	found := false
	for key, value := range rest.Pairs(x.Req.Query) {
		if !FormEqual(key, name) {
			continue
		}
		if found {
			dst = append(dst, ',')
		}
		dst, found = AppendForm(dst, value), true
	}
	return dst, found
}

func pathCaptured(dst []byte, x *exchange.Exchange, name string) ([]byte, bool) {
	for i := range x.Params {
		if x.Params[i].Name == name {
			return append(dst, x.Params[i].Value...), true
		}
	}
	return dst, false
}

// JSONPath is a compiled path into a JSON text, as mappings of bodies name one:
// "a.b[0]", "$.a".
type JSONPath struct{ p path }

// NewJSONPath compiles what follows "body." in a mapping. The error is an *Error.
func NewJSONPath(s string) (*JSONPath, error) {
	t := s
	switch {
	case t == "$":
		t = ""
	case len(t) > 1 && t[0] == '$' && (t[1] == '.' || t[1] == '['):
		t = t[1:]
	case t != "" && t[0] != '[' && t[0] != '.':
		t = "." + t
	}
	p, problem := parsePath(t)
	if problem != "" {
		return nil, &Error{Expr: s, Problem: problem}
	}
	return &JSONPath{p}, nil
}

// Append appends what the path selects of body, a valid JSON text of any size:
// text of a string, compact JSON of an object or array. False: nothing, or null.
func (j *JSONPath) Append(dst, body []byte) ([]byte, bool) {
	if j.p.many {
		return j.p.appendMany(dst, body)
	}
	v, ok := body, true
	for i := range j.p.steps {
		if v, ok = j.p.steps[i].first(v); !ok {
			return dst, false
		}
	}
	if v, ok = wholeValue(v); !ok || string(v) == "null" {
		return dst, false
	}
	return appendText(dst, v), true
}
