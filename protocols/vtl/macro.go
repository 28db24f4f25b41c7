package vtl

import "strings"

// macro is a #macro. Its parameters have slots of their own.
type macro struct {
	name    string
	params  []int
	content int // slot of $bodyContent
	body    *block
}

// macro reads #macro(name $a $b) and its body.
func (p *parser) macro(t tag) error {
	p.spaces()
	name := p.name(p.at)
	m := p.unit.macros[name]
	if m == nil || directives[name] {
		return p.fail(p.at, "#macro needs a name that is no directive's")
	}
	p.at += len(name)
	outer := p.params
	p.params = map[string]int{"bodyContent": p.newSlot()}
	defer func() { p.params = outer }()
	params, err := p.parameters(t)
	if err != nil {
		return err
	}
	body, err := p.body(t)
	if m.body == nil { // the first definition stays
		m.params, m.content, m.body = params, p.params["bodyContent"], &body
	}
	return err
}

func (p *parser) parameters(t tag) ([]int, error) {
	var slots []int
	for p.separator(); p.peek() != ')'; p.separator() {
		at := p.at
		ref, err := p.reference()
		if err != nil {
			return nil, err
		}
		if ref == nil || len(ref.steps) > 0 {
			return nil, p.fail(at, "parameters of #macro are variables")
		}
		slot := p.newSlot()
		p.params[ref.name] = slot
		slots = append(slots, slot)
	}
	return slots, p.close(t)
}

// separator goes past blanks and commas.
func (p *parser) separator() {
	for p.spaces(); p.peek() == ','; p.spaces() {
		p.at++
	}
}

// macroCall reads the arguments of #name(...), and of #@name(...) the body too.
func (p *parser) macroCall(t tag) error {
	n := &macroCall{content: -1}
	for p.separator(); p.peek() != ')'; p.separator() {
		x, err := p.primary()
		if err != nil {
			return err
		}
		n.args = append(n.args, x)
	}
	if err := p.close(t); err != nil {
		return err
	}
	return p.called(t, n)
}

// called ends a macro's call, with its body when it has one.
func (p *parser) called(t tag, n *macroCall) error {
	name, block := strings.CutPrefix(t.word, "@")
	n.macro = p.unit.macros[name]
	if block {
		var err error
		if n.content, err = p.keepBlock(t); err != nil {
			return err
		}
	}
	p.nodes = append(p.nodes, n)
	return nil
}
