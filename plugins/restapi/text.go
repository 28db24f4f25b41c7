package restapi

import (
	"fmt"
	"strings"

	"gatehouse/core/exchange"
	"gatehouse/plugins/expr"
)

// text is a text with values of the request in it. AWS: templates of gateway
// responses; they are no VTL.
type text []piece

// piece is literal, or a value.
type piece struct {
	literal string
	value   source
}

// source appends a value of x and reports whether there is one.
type source func(dst []byte, x *exchange.Exchange) ([]byte, bool)

// append appends t. False: t names values and x has none of them.
func (t text) append(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	asked, found := false, false
	for i := range t {
		p := &t[i]
		if p.value == nil {
			dst = append(dst, p.literal...)
			continue
		}
		n := len(dst)
		var ok bool
		if dst, ok = p.value(dst, x); !ok {
			dst = dst[:n]
		}
		asked, found = true, found || ok
	}
	return dst, found || !asked
}

// compileText splits a body at "$context.x", "$stageVariables.x" and
// "$method.request.…", each also in braces. All else stands for itself; a
// variable that does not exist is empty.
func compileText(s string) text {
	var t text
	from := 0
	for at := 0; at < len(s); {
		if s[at] != '$' {
			at++
			continue
		}
		value, n := cutVariable(s[at:])
		if n == 0 {
			at++
			continue
		}
		if at > from {
			t = append(t, piece{literal: s[from:at]})
		}
		t = append(t, piece{value: value})
		at += n
		from = at
	}
	if from < len(s) {
		t = append(t, piece{literal: s[from:]})
	}
	return t
}

// cutVariable reads the variable that s begins with, and its length; 0: none.
func cutVariable(s string) (source, int) {
	open := 1
	if strings.HasPrefix(s, "${") {
		open = 2
	}
	rest := s[open:]
	for _, prefix := range []string{"context.", "stageVariables.", "method.request."} {
		name, ok := strings.CutPrefix(rest, prefix)
		if !ok {
			continue
		}
		name = strings.TrimRight(name[:nameEnd(name, prefix)], ".")
		n := open + len(prefix) + len(name)
		if open == 2 {
			if n >= len(s) || s[n] != '}' {
				return nil, 0
			}
			n++
		}
		return sourceOf(prefix + name), n
	}
	return nil, 0
}

// nameEnd returns where the name ends that s begins with.
func nameEnd(s, prefix string) int {
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9', c == '_', c == '.':
		case c == '-' && prefix == "method.request.":
		default:
			return i
		}
	}
	return len(s)
}

// compileValue compiles the right side of a response parameter: 'static',
// context.x, stageVariables.x or method.request.{header,querystring,path}.x.
func compileValue(s string) (text, error) {
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		return text{{literal: s[1 : len(s)-1]}}, nil
	}
	for _, prefix := range []string{"context.", "stageVariables.", "method.request."} {
		if strings.HasPrefix(s, prefix) {
			return text{{value: sourceOf(s)}}, nil
		}
	}
	return nil, fmt.Errorf("value %q is neither text in quotes nor a parameter", s)
}

// sourceOf compiles a dotted name. One that names nothing has no value.
func sourceOf(name string) source {
	kind, rest, _ := strings.Cut(name, ".")
	switch kind {
	case "context":
		if e := expr.RESTVars.Variable(rest); e != nil {
			return e.Append
		}
	case "stageVariables":
		return func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
			v, ok := x.Target.Variables[rest]
			return append(dst, v...), ok
		}
	case "method":
		part, name, _ := strings.Cut(strings.TrimPrefix(rest, "request."), ".")
		if v := expr.RESTParameter(part, name); v != nil {
			return v
		}
	}
	return func(dst []byte, _ *exchange.Exchange) ([]byte, bool) { return dst, false }
}

func unform(b []byte) string { return string(expr.AppendForm(nil, b)) }
