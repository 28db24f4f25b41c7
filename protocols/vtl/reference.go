package vtl

// reference is $name with what follows it: properties, methods, indexes.
type reference struct {
	name    string
	slot    int
	steps   []step
	context []string // what the leading properties name in $context: a, a.b, ...
	line    int
	column  int
}

// step is one .name, .name(args) or [index] of a reference.
type step struct {
	name    string // of a property or method; of an index that is a literal string
	index   expr   // of [index], else nil
	call    bool
	method  method
	args    []expr
	path    *jsonPath // of a literal argument of path or json
	pattern *pattern  // of a literal regular expression
}

// reference reads a reference at a $. It gives nil, and does not move, when
// there is none.
func (p *parser) reference() (*reference, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer p.shallower()
	start := p.at
	if p.peek() != '$' {
		return nil, nil
	}
	p.at++
	if p.peek() == '!' {
		p.at++
	}
	braces := p.peek() == '{'
	if braces {
		p.at++
	}
	name := p.name(p.at)
	if name == "" {
		p.at = start
		return nil, nil
	}
	p.at += len(name)
	r := &reference{name: name, slot: p.slot(name)}
	r.line, r.column = p.position(start)
	if err := p.steps(r); err != nil {
		return nil, err
	}
	if braces {
		if p.peek() != '}' {
			return nil, p.fail(p.at, "'}' expected in a reference")
		}
		p.at++
	}
	r.nameContext()
	return r, nil
}

func (p *parser) steps(r *reference) error {
	for {
		var err error
		more := false
		switch p.peek() {
		case '.':
			more, err = p.member(r)
		case '[':
			more, err = p.index(r)
		}
		if err != nil || !more {
			return err
		}
	}
}

// member reads .name or .name(args); a point before anything else is text.
func (p *parser) member(r *reference) (bool, error) {
	name := p.name(p.at + 1)
	if name == "" {
		return false, nil
	}
	at := p.at
	p.at += 1 + len(name)
	st := step{name: name}
	if p.peek() != '(' {
		r.steps = append(r.steps, st)
		return true, nil
	}
	p.at++
	var err error
	st.call, st.method = true, methods[name]
	if st.args, err = p.items(')'); err != nil {
		return false, err
	}
	if p.peek() != ')' {
		return false, p.fail(p.at, "',' or ')' expected in the arguments of %s", name)
	}
	p.at++
	r.steps = append(r.steps, st)
	return true, p.precompile(&r.steps[len(r.steps)-1], at)
}

// precompile does now what a literal argument allows.
func (p *parser) precompile(st *step, at int) error {
	if len(st.args) == 0 {
		return nil
	}
	c, ok := st.args[0].(*constantValue)
	if !ok || c.value.kind != kString {
		return nil
	}
	switch st.method {
	case mPath, mJSON:
		path, err := compilePath(c.value.str)
		if err != nil {
			return p.fail(at, "%s", messageOf(err))
		}
		st.path = path
	case mMatches, mReplaceAll, mReplaceFirst, mSplit:
		re, err := compilePattern(c.value.str, st.method == mMatches)
		if err != nil {
			return p.fail(at, "%v", err)
		}
		st.pattern = re
	}
	return nil
}

// index reads [index]. A bracket that holds no expression is text.
func (p *parser) index(r *reference) (bool, error) {
	start := p.at
	if p.unit.noIndex[p.base+start] {
		return false, nil
	}
	p.at++
	x, err := p.expression()
	p.spaces()
	if err != nil || p.peek() != ']' {
		p.unit.noIndex[p.base+start] = true
		p.at = start
		return false, nil
	}
	p.at++
	st := step{index: x}
	if c, ok := x.(*constantValue); ok && c.value.kind == kString {
		st = step{name: c.value.str}
	}
	r.steps = append(r.steps, st)
	return true, nil
}

// nameContext spells the leading properties as names of context variables, so
// that $context.a.b is looked up at once.
func (r *reference) nameContext() {
	name := ""
	for i, st := range r.steps {
		if st.call || st.index != nil {
			return
		}
		if i > 0 {
			name += "."
		}
		name += st.name
		r.context = append(r.context, name)
	}
}
