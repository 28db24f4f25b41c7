package vtl

import (
	"strings"
)

// filter is a condition of a JSON path: [?(@.a > 1 && @.b)].
type filter struct {
	op          string // "and", "or", "not", "exists" or a comparison
	left, right *filter
	a, b        operand
	pattern     *pattern // of =~
}

// operand is a side of a comparison: a path from @ or $, or a literal.
type operand struct {
	path    *jsonPath
	root    bool   // the path begins at $
	literal string // as JSON
	value   value  // of the literal; read-only
}

const maxFilterDepth = 16

// filter reads a condition in its outer parentheses.
func (r *pathReader) filter() (*filter, bool) {
	r.spaces()
	if !r.accept("(") {
		return nil, false
	}
	f, ok := r.either()
	r.spaces()
	return f, ok && r.accept(")")
}

func (r *pathReader) either() (*filter, bool) {
	return r.chain("or", "||", func() (*filter, bool) { return r.chain("and", "&&", r.condition) })
}

func (r *pathReader) chain(op, sign string, part func() (*filter, bool)) (*filter, bool) {
	f, ok := part()
	for ok {
		if r.spaces(); !r.accept(sign) {
			break
		}
		var right *filter
		right, ok = part()
		f = &filter{op: op, left: f, right: right}
	}
	return f, ok
}

func (r *pathReader) condition() (*filter, bool) {
	if r.depth++; r.depth > maxFilterDepth {
		return nil, false
	}
	defer func() { r.depth-- }()
	r.spaces()
	switch {
	case r.peek() == '(':
		return r.filter()
	case r.peek() == '!':
		r.at++
		f, ok := r.condition()
		return &filter{op: "not", left: f}, ok
	}
	return r.comparison()
}

// comparisons in the order in which they are tried: longer before their parts.
var comparisons = []string{"==", "!=", "<=", ">=", "=~", "<", ">", "in ", "nin ", "contains ", "size ", "empty ",
	"subsetof ", "anyof ", "noneof "}

func (r *pathReader) comparison() (*filter, bool) {
	a, ok := r.operand()
	if !ok {
		return nil, false
	}
	r.spaces()
	for _, op := range comparisons {
		if !r.accept(op) {
			continue
		}
		r.spaces()
		f := &filter{op: strings.TrimSpace(op), a: a}
		if op == "=~" {
			f.pattern, ok = r.pattern()
			return f, ok
		}
		f.b, ok = r.operand()
		return f, ok
	}
	return &filter{op: "exists", a: a}, true
}

// operand reads a path or a literal, which is kept as JSON.
func (r *pathReader) operand() (operand, bool) {
	switch c := r.peek(); c {
	case '@', '$':
		r.at++
		p, ok := r.path()
		return operand{path: p, root: c == '$'}, ok
	case '\'', '"':
		s, ok := r.quoted()
		if !ok {
			return operand{}, false
		}
		return literalOperand(string(appendQuoted(nil, s)))
	case '[':
		return r.array()
	}
	from := r.at
	for r.at < len(r.text) && !strings.ContainsRune(" )]&|<>=!,", rune(r.text[r.at])) {
		r.at++
	}
	return literalOperand(r.text[from:r.at])
}

func (r *pathReader) array() (operand, bool) {
	if r.depth++; r.depth > maxFilterDepth {
		return operand{}, false
	}
	defer func() { r.depth-- }()
	var b strings.Builder
	for sep := byte('['); ; sep = ',' {
		r.at++ // the bracket or a comma
		b.WriteByte(sep)
		r.spaces()
		if sep == '[' && r.peek() == ']' {
			break
		}
		item, ok := r.operand()
		if !ok || item.path != nil {
			return operand{}, false
		}
		b.WriteString(item.literal)
		if r.spaces(); r.peek() != ',' {
			break
		}
	}
	b.WriteByte(']')
	if !r.accept("]") {
		return operand{}, false
	}
	return literalOperand(b.String())
}

// pattern reads /regular expression/flags.
func (r *pathReader) pattern() (*pattern, bool) {
	if !r.accept("/") {
		return nil, false
	}
	from := r.at
	for r.at < len(r.text) && r.text[r.at] != '/' {
		if r.text[r.at] == '\\' {
			r.at++
		}
		r.at++
	}
	if r.at >= len(r.text) {
		return nil, false
	}
	source := r.text[from:r.at]
	r.at++
	if r.accept("i") {
		source = "(?i)" + source
	}
	re, err := compilePattern(source, true)
	return re, err == nil
}

// literalOperand is the operand of a literal. Its memory is its own.
func literalOperand(literal string) (operand, bool) {
	e := &eval{steps: baseSteps, memory: baseMemory}
	v, ok := e.parse(literal, false)
	return operand{literal: literal, value: v}, ok
}

// passes reports whether cur meets f.
func (e *eval) passes(f *filter, root, cur value) bool {
	if !e.work(1) {
		return false
	}
	switch f.op {
	case "and":
		return e.passes(f.left, root, cur) && e.passes(f.right, root, cur)
	case "or":
		return e.passes(f.left, root, cur) || e.passes(f.right, root, cur)
	case "not":
		return !e.passes(f.left, root, cur)
	}
	a, found := e.side(&f.a, root, cur)
	switch f.op {
	case "exists":
		return found
	case "=~":
		return a.kind == kString && e.work(1+f.pattern.cost(a.str)) && f.pattern.all.MatchString(a.str)
	}
	b, _ := e.side(&f.b, root, cur)
	return e.compares(f.op, a, b)
}

// side gives an operand's value and whether there is one.
func (e *eval) side(o *operand, root, cur value) (value, bool) {
	if o.path == nil {
		return o.value, true
	}
	from := cur
	if o.root {
		from = root
	}
	v := e.walk(o.path, root, from)
	if v.kind == kList && o.path.many {
		return v, len(v.obj.vals) > 0
	}
	return v, v.kind != kNull || e.holdsNull(o.path, from)
}

// holdsNull tells a member that is null from one that is missing.
func (e *eval) holdsNull(p *jsonPath, from value) bool {
	n := len(p.steps)
	if n == 0 || p.many || p.function != "" {
		return n == 0
	}
	parent, last := e.follow(p.steps[:n-1], from), &p.steps[n-1]
	if last.kind == stepIndexes {
		_, ok := element(parent, last.indexes[0])
		return ok
	}
	return parent.kind == kMap && parent.obj.find(last.names[0]) >= 0
}
