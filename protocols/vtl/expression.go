package vtl

import "strings"

// spaces goes past white space, which means nothing in expressions.
func (p *parser) spaces() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
}

// signs are the operators by precedence, weakest first. Of two that begin alike
// the longer comes first.
var signs = [][]struct {
	text string
	op   operator
}{
	{{"||", opOr}, {"or", opOr}},
	{{"&&", opAnd}, {"and", opAnd}},
	{{"==", opEq}, {"!=", opNe}, {"eq", opEq}, {"ne", opNe}},
	{{"<=", opLe}, {">=", opGe}, {"<", opLt}, {">", opGt}, {"le", opLe}, {"ge", opGe}, {"lt", opLt}, {"gt", opGt}},
	{{"+", opAdd}, {"-", opSub}},
	{{"*", opMul}, {"/", opDiv}, {"%", opMod}},
}

// expression reads an expression.
func (p *parser) expression() (expr, error) { return p.binary(0) }

func (p *parser) binary(level int) (expr, error) {
	if level == len(signs) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	for err == nil {
		op := p.operator(level)
		if op == opNone {
			break
		}
		var right expr
		right, err = p.binary(level + 1)
		left = combine(op, left, right)
	}
	return left, err
}

func (p *parser) operator(level int) operator {
	p.spaces()
	for _, s := range signs[level] {
		if !strings.HasPrefix(p.text[p.at:], s.text) {
			continue
		}
		if nameStart(s.text[0]) && p.name(p.at) != s.text {
			continue
		}
		p.at += len(s.text)
		return s.op
	}
	return opNone
}

func combine(op operator, left, right expr) expr {
	switch op {
	case opOr, opAnd:
		return &logic{and: op == opAnd, left: left, right: right}
	case opEq, opNe, opLt, opGt, opLe, opGe:
		return &comparison{op: op, left: left, right: right}
	}
	return &calculation{op: op, left: left, right: right}
}

func (p *parser) unary() (expr, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer p.shallower()
	p.spaces()
	switch {
	case p.peek() == '!':
		p.at++
		x, err := p.unary()
		return not{x}, err
	case p.name(p.at) == "not":
		p.at += len("not")
		x, err := p.unary()
		return not{x}, err
	case p.peek() == '-' && !p.digitAt(p.at+1):
		p.at++
		x, err := p.unary()
		return &calculation{op: opSub, left: constant(integer(0)), right: x}, err
	}
	return p.primary()
}

func (p *parser) digitAt(at int) bool {
	return at < len(p.text) && p.text[at] >= '0' && p.text[at] <= '9'
}

// primary reads a literal, a reference or what stands in brackets.
func (p *parser) primary() (expr, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer p.shallower()
	p.spaces()
	switch c := p.peek(); {
	case c == '$':
		return p.operand()
	case c == '"':
		return p.interpolated()
	case c == '\'':
		s, err := p.quoted('\'')
		return constant(text(s)), err
	case c == '[':
		return p.listOrRange()
	case c == '{':
		return p.mapLiteral()
	case c == '(':
		return p.parenthesised()
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	return p.wordLiteral()
}

func (p *parser) operand() (expr, error) {
	at := p.at
	ref, err := p.reference()
	if err == nil && ref == nil {
		err = p.fail(at, "reference expected after $")
	}
	return ref, err
}

func (p *parser) parenthesised() (expr, error) {
	p.at++
	x, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.spaces(); p.peek() != ')' {
		return nil, p.fail(p.at, "')' expected")
	}
	p.at++
	return x, nil
}
