package vtl

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// utility calls a method of $util on the printed text of its argument.
func (e *eval) utility(a *arguments) value {
	if a.n != 1 {
		return value{}
	}
	s := e.textOf(a.vals[0]).str
	if !e.take(len(s)) {
		return value{}
	}
	switch a.step.method {
	case mEscapeJavaScript:
		return e.render(func() { e.out = appendJavaScript(e.out, s) })
	case mParseJSON:
		return e.parseJSON(s)
	case mURLEncode:
		return e.render(func() { e.out = appendFormEncoded(e.out, s) })
	case mURLDecode:
		return e.formDecode(s)
	case mBase64Encode:
		return e.render(func() { e.out = base64.StdEncoding.AppendEncode(e.out, []byte(s)) })
	case mBase64Decode:
		return e.base64Decode(s)
	}
	return value{}
}

func (e *eval) parseJSON(s string) value {
	v, ok := e.parse(s, false)
	if !ok {
		return e.failf("$util.parseJson: the text is not JSON")
	}
	return v
}

func (e *eval) formDecode(s string) value {
	decoded, err := url.QueryUnescape(s)
	if err != nil {
		return e.failf("$util.urlDecode: %v", err)
	}
	return text(strings.ToValidUTF8(decoded, "\uFFFD"))
}

// base64Decode takes Base64 with or without padding, in either alphabet.
func (e *eval) base64Decode(s string) value {
	encoding := base64.RawStdEncoding
	s = strings.TrimRight(s, "=")
	if strings.ContainsAny(s, "-_") {
		encoding = base64.RawURLEncoding
	}
	decoded, err := encoding.DecodeString(s)
	if err != nil {
		return e.failf("$util.base64Decode: %v", err)
	}
	return text(strings.ToValidUTF8(string(decoded), "\uFFFD"))
}

// appendFormEncoded encodes as HTML forms do: a space is +, letters, digits and
// .-*_ stay, the rest is percent-encoded UTF-8.
func appendFormEncoded(dst []byte, s string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case nameByte(c), c == '.', c == '-', c == '*':
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', digits[c>>4], digits[c&15])
		}
	}
	return dst
}

// appendJavaScript escapes s for a JavaScript string: quotes of both kinds,
// slashes, control characters, and all that is not ASCII as \uXXXX.
func appendJavaScript(dst []byte, s string) []byte {
	for i, r := range s {
		switch {
		case r == '"', r == '\'', r == '\\', r == '/':
			dst = append(dst, '\\', byte(r))
		case r < ' ' && !strings.ContainsRune("\n\r\t\b\f", r):
			dst = appendUnit(dst, r)
		case r < ' ':
			dst = appendEscape(dst, byte(r))
		case r < 0x7f:
			dst = append(dst, byte(s[i]))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			dst = appendUnit(appendUnit(dst, high), low)
		case r == 0x7f:
			dst = append(dst, 0x7f)
		default:
			dst = appendUnit(dst, r)
		}
	}
	return dst
}

// appendUnit appends \uXXXX in upper case.
func appendUnit(dst []byte, r rune) []byte {
	const digits = "0123456789ABCDEF"
	return append(dst, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}

// parseNumber is Integer.parseInt and its like.
func (e *eval) parseNumber(a *arguments) value {
	s, ok := a.str(e, 0)
	if !ok {
		return value{}
	}
	if a.step.method == mParseInt {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return integer(n)
		}
	} else if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil {
		return float(f)
	}
	return e.failf("%s: not a number: %q", a.step.name, s[:min(len(s), 100)])
}

// ascii reports whether s has only ASCII characters, so that its bytes are
// Java's characters.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// utf16Len is how many characters s has in Java.
func utf16Len(s string) int {
	if ascii(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// byteIndex is where Java's character i begins in s; the second half of a pair
// counts as its begin.
func byteIndex(s string, i int) int {
	if ascii(s) {
		return i
	}
	n := 0
	for at, r := range s {
		if n++; r > 0xffff {
			n++
		}
		if i < n {
			return at
		}
	}
	return len(s)
}
