package vtl

import "strings"

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
