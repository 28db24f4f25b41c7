package expr

import (
	"bytes"
	"iter"
	"unicode/utf8"
)

// The functions here read JSON text that is valid, or the beginning of such a
// text: they end where it ends, at the latest.

func skipBlanks(s []byte) []byte {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t' || s[0] == '\n' || s[0] == '\r') {
		s = s[1:]
	}
	return s
}

// cutValue takes the first value off s. Not ok: s ends before it does.
func cutValue(s []byte) (v, rest []byte, ok bool) {
	s = skipBlanks(s)
	if len(s) == 0 {
		return nil, nil, false
	}
	end := 0
	switch s[0] {
	case '"':
		end = stringEnd(s)
	case '{', '[':
		end = nestedEnd(s)
	default:
		if end = bytes.IndexAny(s, ",]} \t\r\n"); end == 0 {
			return nil, nil, false
		}
		if end < 0 { // a number at the top, or one that was cut off
			return s, nil, true
		}
	}
	if end < 0 {
		return nil, nil, false
	}
	return s[:end], s[end:], true
}

// wholeValue trims the blanks around a value. Not ok: it has no end.
func wholeValue(s []byte) ([]byte, bool) {
	v, _, ok := cutValue(s)
	return v, ok
}

// stringEnd returns where the string ends that s begins with, or -1.
func stringEnd(s []byte) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return -1
}

// nestedEnd returns where the object or array ends that s begins with, or -1.
func nestedEnd(s []byte) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			n := stringEnd(s[i:])
			if n < 0 {
				return -1
			}
			i += n - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// members gives names (with their quotes) and values of an object.
func members(s []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		rest, ok := inside(s, '{')
		for ok {
			var name, value []byte
			if name, rest, ok = cutValue(rest); !ok || name[0] != '"' {
				return
			}
			if rest = skipBlanks(rest); len(rest) == 0 || rest[0] != ':' {
				return
			}
			if value, rest, ok = cutValue(rest[1:]); !ok || !yield(name, value) {
				return
			}
			rest, ok = afterComma(rest)
		}
	}
}

// elements gives the values of an array.
func elements(s []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		rest, ok := inside(s, '[')
		for ok {
			var value []byte
			if value, rest, ok = cutValue(rest); !ok || !yield(value) {
				return
			}
			rest, ok = afterComma(rest)
		}
	}
}

func inside(s []byte, open byte) ([]byte, bool) {
	s = skipBlanks(s)
	if len(s) == 0 || s[0] != open {
		return nil, false
	}
	return s[1:], true
}

func afterComma(s []byte) ([]byte, bool) {
	s = skipBlanks(s)
	if len(s) == 0 || s[0] != ',' {
		return nil, false
	}
	return s[1:], true
}

// keyEqual reports whether the JSON string quoted means name.
func keyEqual(quoted []byte, name string) bool {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner) == name
	}
	var buf [128]byte
	return string(appendUnquoted(buf[:0], inner)) == name
}

// appendText appends a value as text: a string without quotes and escapes, an
// object or array in compact form, all else as it stands.
func appendText(dst, v []byte) []byte {
	if v[0] == '"' {
		return appendUnquoted(dst, v[1:len(v)-1])
	}
	return appendCompact(dst, v)
}

// appendCompact appends JSON text without the blanks between its tokens.
func appendCompact(dst, v []byte) []byte {
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case ' ', '\t', '\n', '\r':
		case '"':
			n := stringEnd(v[i:])
			if n < 0 {
				return append(dst, v[i:]...)
			}
			dst = append(dst, v[i:i+n]...)
			i += n - 1
		default:
			dst = append(dst, v[i])
		}
	}
	return dst
}

// appendUnquoted appends the inside of a JSON string with its escapes decoded
// (RFC 8259, 7). Half a surrogate pair becomes U+FFFD.
func appendUnquoted(dst, s []byte) []byte {
	for len(s) > 0 {
		if s[0] != '\\' || len(s) == 1 {
			dst, s = append(dst, s[0]), s[1:]
			continue
		}
		if s[1] == 'u' {
			var r rune
			r, s = cutRune(s)
			dst = utf8.AppendRune(dst, r)
			continue
		}
		dst, s = append(dst, unescaped(s[1])), s[2:]
	}
	return dst
}

func unescaped(b byte) byte {
	switch b {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return b
}

// cutRune takes \uXXXX off s, or two of them that make a surrogate pair.
func cutRune(s []byte) (rune, []byte) {
	high, ok := hex4(s)
	if !ok {
		return utf8.RuneError, s[2:]
	}
	s = s[6:]
	if high < 0xd800 || high > 0xdfff {
		return high, s
	}
	if low, ok := hex4(s); ok && high < 0xdc00 && low >= 0xdc00 && low <= 0xdfff {
		return (high-0xd800)<<10 + (low - 0xdc00) + 0x10000, s[6:]
	}
	return utf8.RuneError, s
}

func hex4(s []byte) (r rune, ok bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, b := range s[2:6] {
		d := unhex(b)
		if d > 15 {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}
