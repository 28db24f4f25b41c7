package vtl

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string behind its opening quote.
func (d *document) str(quote byte) (string, bool) {
	d.at++
	from := d.at
	for d.at < len(d.text) {
		switch c := d.text[d.at]; {
		case c == quote:
			d.at++
			return d.text[from : d.at-1], true
		case c == '\\':
			return d.escaped(from, quote)
		case c < ' ' && !d.loose:
			return "", false
		}
		d.at++
	}
	return "", false
}

// escaped reads the rest of a string with escapes in it.
func (d *document) escaped(from int, quote byte) (string, bool) {
	b := append(d.e.scratch[:0], d.text[from:d.at]...)
	for d.at < len(d.text) {
		c := d.text[d.at]
		d.at++
		switch {
		case c == quote:
			d.e.scratch = b[:0]
			return d.e.keep(b), true
		case c == '\\':
			var ok bool
			if b, ok = d.escape(b, quote); !ok {
				return "", false
			}
		case c < ' ' && !d.loose:
			return "", false
		default:
			b = append(b, c)
		}
	}
	return "", false
}

func (d *document) escape(b []byte, quote byte) ([]byte, bool) {
	if d.at >= len(d.text) {
		return b, false
	}
	c := d.text[d.at]
	d.at++
	switch c {
	case '"', '\\', '/':
		return append(b, c), true
	case 'b':
		return append(b, '\b'), true
	case 'f':
		return append(b, '\f'), true
	case 'n':
		return append(b, '\n'), true
	case 'r':
		return append(b, '\r'), true
	case 't':
		return append(b, '\t'), true
	case 'u':
		r, ok := d.unit()
		if utf16.IsSurrogate(r) {
			r = d.pair(r)
		}
		return utf8.AppendRune(b, r), ok
	}
	return append(b, c), c == quote
}

// pair reads the second half of a surrogate pair; half a pair is U+FFFD.
func (d *document) pair(high rune) rune {
	at := d.at
	if strings.HasPrefix(d.text[at:], `\u`) {
		d.at += 2
		if low, ok := d.unit(); ok {
			if r := utf16.DecodeRune(high, low); r != utf8.RuneError {
				return r
			}
		}
	}
	d.at = at
	return utf8.RuneError
}

// unit reads the four hexadecimal digits of an escape.
func (d *document) unit() (rune, bool) {
	if len(d.text)-d.at < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(d.text[d.at:d.at+4], 16, 16)
	d.at += 4
	return rune(n), err == nil
}
