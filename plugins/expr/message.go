package expr

import (
	"bytes"
	"strings"

	"gatehouse/core/exchange"
)

// source is one part of a message that a selection can name.
type source struct {
	whole   value                           // without a name; nil: it needs one
	named   func(name string) value         // with a name
	allowed func(b byte) bool               // bytes of a name
	body    func(*exchange.Exchange) []byte // the part is a body
}

var requestParts = map[string]source{
	"header":      {named: requestHeader, allowed: headerByte},
	"querystring": {named: queryValue, allowed: queryByte},
	"path":        {whole: requestPath, named: pathParameter, allowed: paramByte},
	"body":        {body: func(x *exchange.Exchange) []byte { return x.Req.Body }},
}

var responseParts = map[string]source{
	"header": {named: responseHeader, allowed: headerByte},
	"body":   {body: func(x *exchange.Exchange) []byte { return x.Res.Body }},
}

// headerByte is tchar of RFC 9110, 5.6.2, without the dollar sign: that would be
// a selection without braces.
func headerByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("!#%&'*+-.^_`|~", b) >= 0
}

func queryByte(b byte) bool { return b > ' ' && b != 0x7f && b != '{' && b != '}' && b != '$' }

// paramByte is what names in route keys are made of.
func paramByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("._-:,", b) >= 0
}

// requestHeader gives all lines of a header joined by commas; case does not
// count.
func requestHeader(name string) value {
	return func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return appendHeader(dst, &x.Req.Headers, name) }
}

func responseHeader(name string) value {
	return func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return appendHeader(dst, &x.Res.Headers, name) }
}

func appendHeader(dst []byte, h *exchange.Headers, name string) ([]byte, bool) {
	found := false
	for _, f := range h.All() {
		if !exchange.EqualFold(f.Name, name) {
			continue
		}
		if found {
			dst = append(dst, ',')
		}
		dst = append(dst, f.Value...)
		found = true
	}
	return dst, found
}

// queryValue gives all values of a query parameter, decoded as forms are and
// joined by commas; case counts.
func queryValue(name string) value {
	return func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
		found := false
		for rest := x.Req.Query; len(rest) > 0; {
			var pair []byte
			pair, rest = cut(rest, '&')
			key, val := cut(pair, '=')
			if len(pair) == 0 || !FormEqual(key, name) {
				continue
			}
			if found {
				dst = append(dst, ',')
			}
			dst = AppendForm(dst, val)
			found = true
		}
		return dst, found
	}
}

func cut(s []byte, sep byte) (before, after []byte) {
	if i := bytes.IndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, nil
}

// FormEqual reports whether s, decoded as forms are, is name.
func FormEqual(s []byte, name string) bool {
	i := 0
	for ; len(s) > 0; i++ {
		var b byte
		if b, s = formByte(s); i >= len(name) || b != name[i] {
			return false
		}
	}
	return i == len(name)
}

// AppendForm appends s decoded as forms are: "+" is a blank, "%2B" a plus sign.
// A percent sign that begins no escape stands for itself.
func AppendForm(dst, s []byte) []byte {
	for len(s) > 0 {
		var b byte
		b, s = formByte(s)
		dst = append(dst, b)
	}
	return dst
}

// formByte takes one decoded byte off s, which is not empty.
func formByte(s []byte) (byte, []byte) {
	switch {
	case s[0] == '+':
		return ' ', s[1:]
	case s[0] == '%' && len(s) > 2:
		if high, low := unhex(s[1]), unhex(s[2]); high < 16 && low < 16 {
			return high<<4 | low, s[3:]
		}
	}
	return s[0], s[1:]
}

// unhex returns the value of a hexadecimal digit, or 255.
func unhex(b byte) byte {
	switch {
	case '0' <= b && b <= '9':
		return b - '0'
	case 'a' <= b && b <= 'f':
		return b - 'a' + 10
	case 'A' <= b && b <= 'F':
		return b - 'A' + 10
	}
	return 255
}

// requestPath gives the path without its stage.
func requestPath(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	return append(dst, x.Path...), len(x.Path) > 0
}

// pathParameter gives a captured path parameter, decoded.
func pathParameter(name string) value {
	return func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
		for i := range x.Params {
			if x.Params[i].Name == name {
				return appendUnescaped(dst, x.Params[i].Value), true
			}
		}
		return dst, false
	}
}

// appendUnescaped decodes percent escapes (RFC 3986, 2.1) and nothing else.
func appendUnescaped(dst, s []byte) []byte {
	for len(s) > 0 {
		b := s[0]
		if b == '%' {
			b, s = formByte(s)
		} else {
			s = s[1:]
		}
		dst = append(dst, b)
	}
	return dst
}

func stageVariable(name string) value {
	return func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
		v, ok := x.Target.Variables[name]
		return append(dst, v...), ok
	}
}

// wholeBody gives a body as it is; an empty one is no value.
func wholeBody(body func(*exchange.Exchange) []byte) value {
	return func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
		b := body(x)
		return append(dst, b...), len(b) > 0
	}
}

func bodyPath(body func(*exchange.Exchange) []byte, p path) value {
	return func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return p.append(dst, body(x)) }
}
