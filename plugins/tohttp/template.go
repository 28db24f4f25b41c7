package tohttp

import (
	"errors"
	"fmt"
	"strings"

	"gatehouse/core/exchange"
	"gatehouse/core/upstream"
)

// Errors of an integration URI.
var (
	ErrScheme      = errors.New("the integration URI must begin with http:// or https://")
	ErrPlaceholder = errors.New("a placeholder of the integration URI is not {name}")
	ErrFragment    = errors.New("the integration URI has a fragment")
	ErrText        = errors.New("the integration URI holds a character that must be percent-encoded")
)

// template is a part of a URI: literal text with path parameters in it.
type template []piece

// piece is literal text, or a parameter when name is not empty.
type piece struct {
	text string
	name string
}

// static reports whether t has no parameters.
func (t template) static() bool { return len(t) == 0 || (len(t) == 1 && t[0].name == "") }

// text returns the literal text of a static template.
func (t template) text() string {
	if len(t) == 0 {
		return ""
	}
	return t[0].text
}

// parseTemplate splits s at its placeholders, "{name}" or "{name+}".
func parseTemplate(s string) (template, error) {
	var t template
	for s != "" {
		open := strings.IndexAny(s, "{}")
		if open < 0 {
			t = append(t, piece{text: s})
			break
		}
		if open > 0 {
			t = append(t, piece{text: s[:open]})
		}
		name, after, found := strings.Cut(s[open+1:], "}")
		name = strings.TrimSuffix(name, "+")
		if s[open] != '{' || !found || !isName(name) {
			return nil, ErrPlaceholder
		}
		t = append(t, piece{name: name})
		s = after
	}
	return t, nil
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' && c != ':' && c != '$' {
			return false
		}
	}
	return s != ""
}

// append writes t with the parameters of x, each by put. One that the route does
// not have is empty.
func (t template) append(dst []byte, x *exchange.Exchange, put func(dst, value []byte) []byte) []byte {
	for i := range t {
		if t[i].name == "" {
			dst = append(dst, t[i].text...)
		} else {
			dst = put(dst, t[i].value(x))
		}
	}
	return dst
}

// value returns the parameter that p stands for, nil when the route has none.
func (p piece) value(x *exchange.Exchange) []byte {
	for i := range x.Params {
		if x.Params[i].Name == p.name {
			return x.Params[i].Value
		}
	}
	return nil
}

// climbs reports whether a parameter of t leads above its place in a path.
func (t template) climbs(x *exchange.Exchange) bool {
	for i := range t {
		if t[i].name != "" && climbs(t[i].value(x)) {
			return true
		}
	}
	return false
}

// uri is a compiled integration URI.
type uri struct {
	https     bool
	authority template
	path      template // begins with a slash, or is empty
	query     template
}

// parseURI compiles an integration URI (RFC 3986) with placeholders.
func parseURI(s string) (u uri, err error) {
	rest, plain := strings.CutPrefix(s, "http://")
	if !plain {
		if rest, u.https = strings.CutPrefix(s, "https://"); !u.https {
			return u, ErrScheme
		}
	}
	for i := range len(rest) {
		switch c := rest[i]; {
		case c == '#':
			return u, ErrFragment
		case c <= ' ' || c >= 0x7f:
			return u, ErrText
		}
	}
	authority, path, query := split(rest)
	if u.authority, err = parseTemplate(authority); err != nil {
		return u, err
	}
	if u.path, err = parseTemplate(path); err != nil {
		return u, err
	}
	u.query, err = parseTemplate(query)
	return u, err
}

// split cuts what follows the scheme.
func split(s string) (authority, path, query string) {
	s, query, _ = strings.Cut(s, "?")
	if i := strings.IndexByte(s, '/'); i >= 0 {
		return s[:i], s[i:], query
	}
	return s, "", query
}

// spec returns the back end of a URI whose authority has no parameters.
func (u *uri) spec() (upstream.Spec, error) {
	s, err := upstream.ParseAuthority(u.https, u.authority.text())
	if err != nil {
		return s, fmt.Errorf("authority %q of the integration URI: %w", u.authority.text(), err)
	}
	return s, nil
}
