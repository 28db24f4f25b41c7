// Package expr compiles the expressions by which API definitions name parts of
// a request, of its response and of their context: the values of parameter
// mappings, identity sources, selection expressions and access log formats.
//
// An expression is compiled once, when it is stored (for its errors) and when
// it is deployed; evaluating one parses nothing and, bodies apart, allocates
// nothing.
package expr

import (
	"strings"

	"gatehouse/core/exchange"
)

// Expr is a compiled expression. Read only; safe for all loops.
type Expr struct {
	parts    []part
	needBody bool
}

// part is a literal, or a value of the exchange.
type part struct {
	literal string
	inPath  string // the literal as it stands in the path of a URI
	value   value  // nil: literal
}

// value appends what it names to dst, and reports whether there is such a
// thing. It appends nothing when there is not.
type value func(dst []byte, x *exchange.Exchange) ([]byte, bool)

// Append appends the value of e for x and reports whether there is one. There
// is none when e names values and x has none of them; beside a value that x has,
// one that it lacks is the empty text. Without a value dst is returned as it
// was.
func (e *Expr) Append(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	return e.append(dst, x, "", plainForm)
}

// AppendPath is Append for a place in the path of a URI: all is percent-encoded
// but for slashes, and for escapes that e has literally.
func (e *Expr) AppendPath(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	return e.append(dst, x, "", pathForm)
}

// AppendLine is Append for a line of text, which no value can break: control
// characters of values are written as in JSON strings (\u000a). missing stands
// for every value that x lacks.
func (e *Expr) AppendLine(dst []byte, x *exchange.Exchange, missing string) []byte {
	dst, _ = e.append(dst, x, missing, lineForm)
	return dst
}

// Constant returns the text of an expression that names no value.
func (e *Expr) Constant() (text string, ok bool) {
	for _, p := range e.parts {
		if p.value != nil {
			return "", false
		}
		text += p.literal
	}
	return text, true
}

// NeedsBody reports whether e names a body: it must be whole in memory then.
func (e *Expr) NeedsBody() bool { return e.needBody }

// form is where a value is to stand.
type form uint8

const (
	plainForm form = iota
	pathForm
	lineForm
)

func (p *part) appendLiteral(dst []byte, form form) []byte {
	if form == pathForm {
		return append(dst, p.inPath...)
	}
	return append(dst, p.literal...)
}

func (e *Expr) append(dst []byte, x *exchange.Exchange, missing string, form form) ([]byte, bool) {
	start := len(dst)
	asked, found := false, false
	for i := range e.parts {
		p := &e.parts[i]
		if p.value == nil {
			dst = p.appendLiteral(dst, form)
			continue
		}
		at := len(dst)
		var ok bool
		dst, ok = p.value(dst, x)
		asked, found = true, found || ok
		switch {
		case !ok:
			dst = append(dst[:at], missing...)
		case form == pathForm:
			dst = escapePath(dst, at)
		case form == lineForm:
			dst = escapeLine(dst, at)
		}
	}
	if asked && !found && missing == "" {
		return dst[:start], false
	}
	return dst, true
}

// MaxBytes bounds an expression (AWS: access log format, 3 KB).
const MaxBytes = 3 << 10

// Compile compiles the value of a mapping: one selection ("$request.path"), or
// text in which selections stand in braces ("${request.path}?"), or plain text.
// The error is an *Error.
func Compile(text string, g Grammar) (*Expr, error) {
	if len(text) > MaxBytes {
		return nil, &Error{Expr: text, Problem: TooLong}
	}
	c := compiler{grammar: g, text: text}
	if strings.HasPrefix(text, "$") && !strings.HasPrefix(text, "${") {
		return c.done(c.selection(text[1:]))
	}
	return c.done(c.braced(text))
}

// CompileLine compiles an access log format, where each $context.X stands for
// its value and all else for itself. A variable that does not exist has no
// value; what is no variable is text. Control characters become blanks, since a
// format is one line. The error is an *Error.
//
// AWS: accessLogSettings.format.
func CompileLine(format string, g Grammar) (*Expr, error) {
	if len(format) > MaxBytes {
		return nil, &Error{Expr: format, Problem: TooLong}
	}
	c := compiler{grammar: g, text: format}
	return c.done(c.line(oneLine(strings.TrimSpace(format))))
}

func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
