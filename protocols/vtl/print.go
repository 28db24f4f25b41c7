package vtl

import (
	"math"
	"unicode/utf8"
)

// print appends v's text as AWS prints it: maps Java's way, {a=x, b=y}, lists of
// JSON documents as JSON, null as nothing.
func (e *eval) print(v value) {
	switch v.kind {
	case kNull:
	case kString:
		e.out = append(e.out, v.str...)
		if len(v.str) > bytesPerStep {
			e.scan(len(v.str))
		}
	case kBlock:
		e.call(e.t.blocks[v.num])
	default:
		e.java(v)
	}
	e.printed()
}

// java prints v as Java's toString does, null as null.
func (e *eval) java(v value) {
	if e.enter() {
		e.javaValue(v)
	}
	e.leave()
	e.printed()
}

func (e *eval) javaValue(v value) {
	switch v.kind {
	case kNull:
		e.out = append(e.out, "null"...)
	case kBool:
		e.out = append(e.out, trueFalse(v)...)
	case kInt, kFloat, kBig:
		e.out = appendNumber(e.out, v)
	case kString:
		e.out = append(e.out, v.str...)
		e.scan(len(v.str))
	case kList:
		e.javaList(v)
	case kMap:
		e.javaMap(v.obj)
	case kEntry:
		e.out = append(append(e.out, v.str...), '=')
		e.java(v.obj.vals[0])
	case kBlock:
		e.call(e.t.blocks[v.num])
	case kStage:
		e.java(e.stageMap())
	}
}

func trueFalse(v value) string {
	if v.num != 0 {
		return "true"
	}
	return "false"
}

func (e *eval) javaList(v value) {
	if v.obj.json {
		e.json(v)
		return
	}
	e.out = append(e.out, '[')
	for i := 0; i < len(v.obj.vals) && e.err == nil; i++ {
		if i > 0 {
			e.out = append(e.out, ", "...)
		}
		e.java(v.obj.vals[i])
	}
	e.out = append(e.out, ']')
}

func (e *eval) javaMap(o *object) {
	if o.hidden {
		return
	}
	e.out = append(e.out, '{')
	for i := 0; i < len(o.keys) && e.err == nil; i++ {
		if i > 0 {
			e.out = append(e.out, ", "...)
		}
		e.out = append(append(e.out, o.keys[i]...), '=')
		e.java(o.vals[i])
	}
	e.out = append(e.out, '}')
}

// enter goes one value deeper, until leave, and reports whether that is allowed.
func (e *eval) enter() bool {
	if e.depth++; e.depth > maxDepth {
		e.fail(ErrDepth)
		return false
	}
	return e.work(1)
}

func (e *eval) leave() { e.depth-- }

// json prints v as compact JSON.
func (e *eval) json(v value) {
	if e.enter() {
		e.jsonValue(v)
	}
	e.leave()
	e.printed()
}

func (e *eval) jsonValue(v value) {
	switch v.kind {
	case kBool:
		e.out = append(e.out, trueFalse(v)...)
	case kInt, kBig:
		e.out = appendNumber(e.out, v)
	case kFloat:
		e.out = appendJSONDouble(e.out, v.float())
	case kString:
		e.scan(len(v.str))
		e.out = appendQuoted(e.out, v.str)
	case kList:
		e.jsonList(v.obj)
	case kMap:
		e.jsonMap(v.obj)
	case kEntry:
		e.out = append(appendQuoted(append(e.out, '{'), v.str), ':')
		e.json(v.obj.vals[0])
		e.out = append(e.out, '}')
	default:
		e.out = append(e.out, "null"...)
	}
}

// appendJSONDouble prints f as Java does, but null for what JSON can't say.
func appendJSONDouble(dst []byte, f float64) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return append(dst, "null"...)
	}
	return appendDouble(dst, f)
}

func (e *eval) jsonList(o *object) {
	e.out = append(e.out, '[')
	for i := 0; i < len(o.vals) && e.err == nil; i++ {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		e.json(o.vals[i])
	}
	e.out = append(e.out, ']')
}

func (e *eval) jsonMap(o *object) {
	e.out = append(e.out, '{')
	for i := 0; i < len(o.keys) && e.err == nil; i++ {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		e.out = append(appendQuoted(e.out, o.keys[i]), ':')
		e.json(o.vals[i])
	}
	e.out = append(e.out, '}')
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends s as a JSON string. Only what must be is escaped; bytes
// that are not UTF-8 become U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			dst = appendEscape(append(dst, s[from:i]...), c)
			from = i + 1
		}
		i++
	}
	return append(append(dst, s[from:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
