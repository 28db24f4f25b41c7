package vtl

// body reads a block up to its #end.
func (p *parser) body(t tag) (block, error) {
	b, end, err := p.block()
	if err != nil {
		return nil, err
	}
	switch end.word {
	case "end":
		return b, nil
	case "":
		return nil, p.fail(t.at, "#%s has no #end", t.word)
	}
	return nil, p.fail(end.at, "#%s in #%s", end.word, t.word)
}

func (p *parser) conditional(t tag) error {
	n := &conditional{}
	when, err := p.condition(t)
	for {
		if err != nil {
			return err
		}
		then, end, err := p.block()
		if err != nil {
			return err
		}
		n.branches = append(n.branches, branch{when: when, then: then})
		switch end.word {
		case "elseif":
			when = end.when
			continue
		case "else":
			if n.otherwise, err = p.body(t); err != nil {
				return err
			}
		case "":
			return p.fail(t.at, "#if has no #end")
		}
		p.nodes = append(p.nodes, n)
		return nil
	}
}

// foreach reads #foreach($x in list).
func (p *parser) foreach(t tag) error {
	p.spaces()
	at := p.at
	ref, err := p.reference()
	if err != nil {
		return err
	}
	if ref == nil || len(ref.steps) > 0 {
		return p.fail(at, "#foreach needs a variable")
	}
	p.spaces()
	if p.name(p.at) != "in" {
		return p.fail(p.at, "\"in\" expected in #foreach")
	}
	p.at += len("in")
	n := &foreach{item: ref.slot, loop: p.slot("foreach"), count: p.slot("velocityCount")}
	if n.list, err = p.condition(t); err != nil {
		return err
	}
	if n.body, err = p.body(t); err != nil {
		return err
	}
	p.nodes = append(p.nodes, n)
	return nil
}

// define reads #define($x), which keeps a block under a name.
func (p *parser) define(t tag) error {
	p.spaces()
	at := p.at
	ref, err := p.reference()
	if err != nil {
		return err
	}
	if ref == nil || len(ref.steps) > 0 {
		return p.fail(at, "#define needs a variable")
	}
	if err := p.close(t); err != nil {
		return err
	}
	number, err := p.keepBlock(t)
	p.nodes = append(p.nodes, &define{slot: ref.slot, block: number})
	return err
}

// keepBlock reads a block up to its #end and gives it a number.
func (p *parser) keepBlock(t tag) (int, error) {
	b, err := p.body(t)
	p.unit.blocks = append(p.unit.blocks, &b)
	return len(p.unit.blocks) - 1, err
}
