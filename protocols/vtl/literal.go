package vtl

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func (p *parser) wordLiteral() (expr, error) {
	word := p.name(p.at)
	p.at += len(word)
	switch word {
	case "true", "false":
		return constant(boolean(word == "true")), nil
	case "null":
		return constant(value{}), nil
	}
	p.at -= len(word)
	if p.at == len(p.text) {
		return nil, p.fail(p.at, "expression expected before the end")
	}
	return nil, p.fail(p.at, "expression expected, not %q", first(p.text[p.at:]))
}

// first is the first character of s.
func first(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// number reads an integer, or a number with a point or an exponent. The points
// of a range, 1..3, are none of it.
func (p *parser) number() (expr, error) {
	from := p.at
	if p.peek() == '-' {
		p.at++
	}
	p.digits()
	fraction := false
	if p.peek() == '.' && p.digitAt(p.at+1) {
		fraction = true
		p.at++
		p.digits()
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		at := p.at
		if p.at++; p.peek() == '-' || p.peek() == '+' {
			p.at++
		}
		if p.digitAt(p.at) {
			fraction = true
			p.digits()
		} else {
			p.at = at
		}
	}
	s := p.text[from:p.at]
	if s == "-" || len(s) > maxDigits {
		return nil, p.fail(from, "number expected")
	}
	return constant(new(eval).numeral(s, fraction)), nil
}

func (p *parser) digits() {
	for p.digitAt(p.at) {
		p.at++
	}
}

// listOrRange reads [1, 2] or [1..3].
func (p *parser) listOrRange() (expr, error) {
	p.at++
	items, err := p.items(']')
	if err != nil {
		return nil, err
	}
	if p.peek() == '.' && strings.HasPrefix(p.text[p.at:], "..") && len(items) == 1 {
		p.at += 2
		to, err := p.expression()
		if err != nil {
			return nil, err
		}
		if p.spaces(); p.peek() != ']' {
			return nil, p.fail(p.at, "']' expected")
		}
		p.at++
		return &span{from: items[0], to: to}, nil
	}
	if p.peek() != ']' {
		return nil, p.fail(p.at, "']' expected")
	}
	p.at++
	return list(items), nil
}

// items reads expressions with commas between them, up to what is no comma.
func (p *parser) items(end byte) ([]expr, error) {
	var items []expr
	if p.spaces(); p.peek() == end {
		return nil, nil
	}
	for {
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		items = append(items, x)
		if p.spaces(); p.peek() != ',' {
			return items, nil
		}
		p.at++
	}
}

// mapLiteral reads {"a": 1, "b": 2}.
func (p *parser) mapLiteral() (expr, error) {
	p.at++
	m := &dict{}
	if p.spaces(); p.peek() == '}' {
		p.at++
		return m, nil
	}
	for {
		key, err := p.expression()
		if err != nil {
			return nil, err
		}
		if p.spaces(); p.peek() != ':' {
			return nil, p.fail(p.at, "':' expected in a map")
		}
		p.at++
		val, err := p.expression()
		if err != nil {
			return nil, err
		}
		m.keys, m.vals = append(m.keys, key), append(m.vals, val)
		p.spaces()
		switch p.peek() {
		case ',':
			p.at++
		case '}':
			p.at++
			return m, nil
		default:
			return nil, p.fail(p.at, "',' or '}' expected in a map")
		}
	}
}

// quoted reads a string; its quote is doubled to stand in it.
func (p *parser) quoted(quote byte) (string, error) {
	start := p.at
	var b strings.Builder
	for p.at++; ; p.at++ {
		n := strings.IndexByte(p.text[p.at:], quote)
		if n < 0 {
			return "", p.fail(start, "string is not closed")
		}
		b.WriteString(p.text[p.at : p.at+n])
		if p.at += n + 1; p.peek() != quote {
			return b.String(), nil
		}
		b.WriteByte(quote)
	}
}

// interpolated reads a string in double quotes, which is a template of its own.
func (p *parser) interpolated() (expr, error) {
	start := p.at
	s, err := p.quoted('"')
	if err != nil {
		return nil, err
	}
	s = unescape(s)
	if !strings.ContainsAny(s, "$#") {
		return constant(text(s)), nil
	}
	q := &parser{unit: p.unit, text: s, base: p.base + start + 1, params: p.params, inText: true}
	body, end, err := q.block()
	if err != nil {
		return nil, err
	}
	if end.word != "" {
		return nil, q.fail(end.at, "#%s without a directive that it belongs to", end.word)
	}
	if len(body) == 1 {
		if t, ok := body[0].(literal); ok {
			return constant(text(string(t))), nil
		}
	}
	return &interpolation{body: body}, nil
}

// unescape replaces \uXXXX, the one escape that strings in double quotes have.
func unescape(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, `\u`)
		if i < 0 || len(s)-i < 6 {
			return b.String() + s
		}
		n, err := strconv.ParseUint(s[i+2:i+6], 16, 16)
		if err != nil {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteRune(rune(n))
		s = s[i+6:]
	}
}
