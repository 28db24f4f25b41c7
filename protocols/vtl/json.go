package vtl

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// document is a JSON text (RFC 8259) being read into values. Strings without
// escapes stay where they are in text.
type document struct {
	e     *eval
	text  string
	at    int
	depth int
	count int // values read
	stack []value
	names []string
	// loose also takes what AWS takes of a MOCK integration's template: names
	// without quotes or in single ones, and commas too many.
	loose bool
}

// parse reads a whole JSON text. It reports false when text is not JSON or, then
// with e.err set, when it is beyond the limits.
func (e *eval) parse(s string, loose bool) (value, bool) {
	if !e.scan(len(s)) {
		return value{}, false
	}
	d := &e.doc
	*d = document{e: e, text: s, stack: d.stack[:0], names: d.names[:0], loose: loose}
	v, ok := d.value()
	d.space()
	ok = ok && d.at == len(s) && e.err == nil
	d.forget()
	if !ok {
		return value{}, false
	}
	return v, true
}

// forget lets go of the text and of what a document that is none left behind.
func (d *document) forget() {
	d.text = ""
	clear(d.stack)
	clear(d.names)
	if cap(d.stack) > maxStack {
		d.stack, d.names = nil, nil
	}
}

// maxStack is how large a stack, in values, is worth keeping.
const maxStack = 1 << 12

func (d *document) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\n', '\t', '\r':
			d.at++
		default:
			return
		}
	}
}

// next skips white space and gives the byte that follows, 0 at the end.
func (d *document) next() byte {
	d.space()
	if d.at < len(d.text) {
		return d.text[d.at]
	}
	return 0
}

func (d *document) value() (value, bool) {
	if d.count++; d.count > maxValues {
		d.e.fail(ErrDocument)
		return value{}, false
	}
	switch c := d.next(); {
	case c == '"', c == '\'' && d.loose:
		s, ok := d.str(c)
		return text(s), ok
	case c == '{':
		return d.nest('}')
	case c == '[':
		return d.nest(']')
	case c == 't':
		return boolean(true), d.word("true")
	case c == 'f':
		return boolean(false), d.word("false")
	case c == 'n':
		return value{}, d.word("null")
	default:
		return d.numeral()
	}
}

func (d *document) nest(end byte) (v value, ok bool) {
	if d.depth++; d.depth > maxDepth {
		d.e.fail(ErrDocument)
		return value{}, false
	}
	d.at++
	if end == '}' {
		v, ok = d.object()
	} else {
		v, ok = d.array()
	}
	d.depth--
	return v, ok
}

func (d *document) word(w string) bool {
	if !strings.HasPrefix(d.text[d.at:], w) {
		return false
	}
	d.at += len(w)
	return true
}

func (d *document) array() (value, bool) {
	from := len(d.stack)
	if d.next() == ']' {
		d.at++
		return d.list(from)
	}
	for {
		if !d.commas(']') {
			return d.list(from)
		}
		v, ok := d.value()
		if !ok {
			return value{}, false
		}
		d.stack = append(d.stack, v)
		if more, ok := d.more(']'); !ok {
			return value{}, false
		} else if !more {
			return d.list(from)
		}
	}
}

// more goes past a comma, or past the end, for which it gives false.
func (d *document) more(end byte) (more, ok bool) {
	switch d.next() {
	case ',':
		d.at++
		return true, true
	case end:
		d.at++
		return false, true
	}
	return false, false
}

// commas skips superfluous commas of a loose document and reports whether a
// value follows; the end has been passed when not.
func (d *document) commas(end byte) bool {
	for d.loose && d.next() == ',' {
		d.at++
	}
	if d.loose && d.next() == end {
		d.at++
		return false
	}
	return true
}

func (d *document) list(from int) (value, bool) {
	o := d.e.list(len(d.stack) - from)
	o.vals = append(o.vals, d.stack[from:]...)
	o.json = true
	clear(d.stack[from:])
	d.stack = d.stack[:from]
	return value{kind: kList, obj: o}, d.e.err == nil
}

func (d *document) object() (value, bool) {
	from, names := len(d.stack), len(d.names)
	if d.next() == '}' {
		d.at++
		return d.dict(from, names)
	}
	for {
		if !d.commas('}') {
			return d.dict(from, names)
		}
		if !d.member() {
			return value{}, false
		}
		if more, ok := d.more('}'); !ok {
			return value{}, false
		} else if !more {
			return d.dict(from, names)
		}
	}
}

func (d *document) member() bool {
	name, ok := d.name()
	if !ok || d.next() != ':' {
		return false
	}
	d.at++
	v, ok := d.value()
	d.stack = append(d.stack, v)
	d.names = append(d.names, name)
	return ok
}

func (d *document) name() (string, bool) {
	c := d.next()
	if c == '"' || c == '\'' && d.loose {
		return d.str(c)
	}
	if !d.loose {
		return "", false
	}
	from := d.at
	for d.at < len(d.text) && !strings.ContainsRune(":,{}[]\"' \t\r\n", rune(d.text[d.at])) {
		d.at++
	}
	return d.text[from:d.at], d.at > from
}

// dict makes a map. Of members with one name the last value stays, at the place
// of the first.
func (d *document) dict(from, names int) (value, bool) {
	n := len(d.stack) - from
	o := d.e.dict(n)
	o.json = true
	if n <= indexed {
		for i := range n {
			o.put(d.names[names+i], d.stack[from+i])
		}
	} else {
		o.index = make(map[string]int, n)
		d.e.take(valueBytes * n)
		for i := range n {
			o.put(d.names[names+i], d.stack[from+i])
		}
	}
	clear(d.stack[from:])
	clear(d.names[names:])
	d.stack, d.names = d.stack[:from], d.names[:names]
	return value{kind: kMap, obj: o}, d.e.err == nil
}

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

// numeral reads a number: an integer, or what has a point or an exponent as a
// 64-bit floating number.
func (d *document) numeral() (value, bool) {
	from := d.at
	if d.peek() == '-' {
		d.at++
	}
	lead := d.at
	whole := d.digits()
	if whole == 0 || whole > 1 && d.text[lead] == '0' {
		return value{}, false
	}
	fraction := false
	if d.peek() == '.' {
		d.at++
		if fraction = true; d.digits() == 0 {
			return value{}, false
		}
	}
	if c := d.peek(); c == 'e' || c == 'E' {
		d.at++
		if c := d.peek(); c == '+' || c == '-' {
			d.at++
		}
		if fraction = true; d.digits() == 0 {
			return value{}, false
		}
	}
	return d.e.numeral(d.text[from:d.at], fraction), d.e.err == nil
}

func (d *document) peek() byte {
	if d.at < len(d.text) {
		return d.text[d.at]
	}
	return 0
}

func (d *document) digits() int {
	from := d.at
	for c := d.peek(); c >= '0' && c <= '9'; c = d.peek() {
		d.at++
	}
	return d.at - from
}

// numeral is the number that s spells. What is too large for a float is
// infinite, as in Java.
func (e *eval) numeral(s string, fraction bool) value {
	if fraction {
		f, _ := strconv.ParseFloat(s, 64)
		return float(f)
	}
	if len(s) < 19 {
		return integer(small(s))
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return integer(n)
	}
	if len(s) > maxDigits {
		return e.fail(ErrMemory)
	}
	return value{kind: kBig, str: s}
}

// small reads an integer of at most 18 characters.
func small(s string) int64 {
	n, negative := int64(0), s[0] == '-'
	if negative {
		s = s[1:]
	}
	for i := range len(s) {
		n = n*10 + int64(s[i]-'0')
	}
	if negative {
		return -n
	}
	return n
}

// StatusCode reads what a MOCK integration's request template printed: an object
// with an integer statusCode. The reading is as lenient as AWS's: names without
// quotes or in single ones, and commas too many, are fine; a quoted number is
// not, and neither is anything that is no such object.
func StatusCode(printed []byte) (int, bool) {
	e := acquire(&Template{}, &Context{Body: printed}, nil)
	defer e.release()
	v, ok := e.parse(unsafeString(printed), true)
	if !ok || v.kind != kMap {
		return 0, false
	}
	code := v.obj.get("statusCode")
	if code.kind != kInt || code.num < math.MinInt32 || code.num > math.MaxInt32 {
		return 0, false
	}
	return int(code.num), true
}
