package vtl

// node is a piece of a template that prints.
type node interface {
	run(e *eval) flow
}

// flow says where to go on.
type flow uint8

const (
	on   flow = iota
	out       // of the innermost #foreach, macro or block
	halt      // the rendering ends
)

type block []node

func (b block) run(e *eval) flow {
	for _, n := range b {
		if f := n.run(e); f != on {
			return f
		}
		if e.err != nil || e.halted {
			return halt
		}
	}
	return on
}

// literal is text.
type literal string

func (n literal) run(e *eval) flow {
	e.out = append(e.out, n...)
	e.scan(len(n))
	e.printed()
	return on
}

// output prints a reference.
type output struct{ ref *reference }

func (n *output) run(e *eval) flow {
	e.print(n.ref.eval(e))
	return on
}

// escaped is a reference behind backslashes.
type escaped struct {
	ref         *reference
	backslashes string
	text        string // the reference as written
	odd         bool
}

func (n *escaped) run(e *eval) flow {
	v := n.ref.eval(e)
	switch {
	case v.kind == kNull:
		e.out = append(append(e.out, n.backslashes...), n.text...)
	case n.odd:
		e.out = append(append(e.out, n.backslashes[:len(n.backslashes)/2]...), n.text...)
	default:
		e.out = append(e.out, n.backslashes[:len(n.backslashes)/2]...)
		e.print(v)
	}
	e.scan(len(n.backslashes) + len(n.text))
	e.printed()
	return on
}

// jump is #stop or, when false, #break.
type jump bool

func (n jump) run(*eval) flow {
	if n {
		return halt
	}
	return out
}

type set struct {
	ref   *reference
	value expr
}

func (n *set) run(e *eval) flow {
	v := n.value.eval(e)
	if e.err == nil {
		n.ref.assign(e, v)
	}
	return on
}

type conditional struct {
	branches  []branch
	otherwise block
}

type branch struct {
	when expr
	then block
}

func (n *conditional) run(e *eval) flow {
	for i := range n.branches {
		met := n.branches[i].when.eval(e).truth()
		switch {
		case e.err != nil:
			return halt
		case met:
			return n.branches[i].then.run(e)
		}
	}
	return n.otherwise.run(e)
}

type foreach struct {
	item, loop, count int // slots of the variable, $foreach and $velocityCount
	list              expr
	body              block
}

func (n *foreach) run(e *eval) flow {
	if s, ok := n.list.(*span); ok {
		from, to, ok := s.bounds(e)
		if !ok {
			return on
		}
		return n.loops(e, int(distance(from, to)), func(i int) value { return integer(toward(from, to, i)) })
	}
	items := e.items(n.list.eval(e))
	return n.loops(e, len(items), func(i int) value { return items[i] })
}

// loops runs the body n times.
func (n *foreach) loops(e *eval, size int, item func(i int) value) flow {
	saved := [3]value{e.vars[n.item], e.vars[n.loop], e.vars[n.count]}
	level := len(e.loops)
	e.loops = append(e.loops, loop{size: size})
	end := on
	for i := 0; i < size && end == on && e.err == nil; i++ {
		if e.rounds++; e.rounds > maxRounds {
			e.fail(ErrRounds)
			break
		}
		e.loops[level].index = i
		e.vars[n.item], e.vars[n.count] = item(i), integer(int64(i)+1)
		e.vars[n.loop] = value{kind: kLoop, num: int64(level)}
		end = n.body.run(e)
	}
	e.loops = e.loops[:level]
	e.vars[n.item], e.vars[n.loop], e.vars[n.count] = saved[0], saved[1], saved[2]
	if end == out {
		return on
	}
	return end
}

// items is what #foreach goes through: a list's elements or a map's values.
func (e *eval) items(v value) []value {
	switch v.kind {
	case kContext, kGroup, kStage:
		v = e.asMap(v)
	}
	if v.kind == kList || v.kind == kMap {
		return v.obj.vals[:len(v.obj.vals):len(v.obj.vals)]
	}
	return nil
}

type define struct{ slot, block int }

func (n *define) run(e *eval) flow {
	e.vars[n.slot] = value{kind: kBlock, num: int64(n.block)}
	return on
}

// call prints a block of #define. A #break in it ends the block.
func (e *eval) call(b *block) flow {
	if e.calls++; e.calls > maxCalls {
		e.fail(ErrDepth)
	} else if b.run(e) == halt {
		e.halted = true
	}
	e.calls--
	return on
}

type macroCall struct {
	macro   *macro
	args    []expr
	content int // number of the block behind #@name, or -1
}

// run binds the arguments' values to the parameters for the time of the call.
// Parameters without an argument are null.
func (n *macroCall) run(e *eval) flow {
	m := n.macro
	if !e.work(1 + len(m.params)) {
		return halt
	}
	before := len(e.saved)
	for i := range m.params {
		v := value{}
		if i < len(n.args) {
			v = n.args[i].eval(e)
		}
		e.saved = append(e.saved, v)
	}
	content := value{}
	if n.content >= 0 {
		content = value{kind: kBlock, num: int64(n.content)}
	}
	for i, slot := range m.params {
		e.vars[slot], e.saved[before+i] = e.saved[before+i], e.vars[slot]
	}
	if m.content >= 0 {
		e.vars[m.content], content = content, e.vars[m.content]
	}
	e.call(m.body)
	for i, slot := range m.params {
		e.vars[slot] = e.saved[before+i]
	}
	clear(e.saved[before:])
	e.saved = e.saved[:before]
	if m.content >= 0 {
		e.vars[m.content] = content
	}
	return on
}
