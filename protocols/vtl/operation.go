package vtl

// expr is a piece of a template that has a value.
type expr interface {
	eval(e *eval) value
}

// constantValue is a literal.
type constantValue struct{ value value }

func constant(v value) *constantValue { return &constantValue{value: v} }

func (x *constantValue) eval(*eval) value { return x.value }

// interpolation is a string in double quotes with references in it.
type interpolation struct{ body block }

func (x *interpolation) eval(e *eval) value {
	if len(x.body) == 1 {
		if o, ok := x.body[0].(*output); ok {
			if v := o.ref.eval(e); v.kind != kBlock {
				return e.textOf(v)
			}
		}
	}
	return e.render(func() { x.body.run(e) })
}

// render gives what do prints as a string.
func (e *eval) render(do func()) value {
	from := len(e.out)
	do()
	s := e.keep(e.out[from:])
	e.out = e.out[:from]
	return text(s)
}

// textOf is what v prints as a string; null gives the empty one.
func (e *eval) textOf(v value) value {
	switch v.kind {
	case kString:
		return v
	case kNull:
		return text("")
	}
	return e.render(func() { e.print(v) })
}

type logic struct {
	and         bool
	left, right expr
}

func (x *logic) eval(e *eval) value {
	if !e.work(1) {
		return value{}
	}
	if left := x.left.eval(e).truth(); left != x.and {
		return boolean(left)
	}
	return boolean(x.right.eval(e).truth())
}

type not struct{ x expr }

func (x not) eval(e *eval) value {
	e.work(1)
	return boolean(!x.x.eval(e).truth())
}

type calculation struct {
	op          operator
	left, right expr
}

func (x *calculation) eval(e *eval) value {
	left := x.left.eval(e)
	right := x.right.eval(e)
	if !e.work(1) {
		return value{}
	}
	return e.arithmetic(x.op, left, right)
}

type comparison struct {
	op          operator
	left, right expr
}

func (x *comparison) eval(e *eval) value {
	left := x.left.eval(e)
	right := x.right.eval(e)
	if !e.work(1) {
		return value{}
	}
	switch x.op {
	case opEq:
		return boolean(e.equal(left, right))
	case opNe:
		return boolean(!e.equal(left, right))
	}
	if !left.number() || !right.number() {
		return value{}
	}
	c := compareNumbers(left, right)
	switch x.op {
	case opLt:
		return boolean(c < 0)
	case opLe:
		return boolean(c <= 0)
	case opGt:
		return boolean(c > 0)
	}
	return boolean(c >= 0)
}

// equal is ==. Null equals null and the empty string; numbers equal by value;
// values of two kinds are equal when they print alike.
func (e *eval) equal(a, b value) bool {
	switch {
	case a.kind == kNull:
		return b.kind == kNull || b.kind == kString && b.str == ""
	case b.kind == kNull:
		return a.kind == kString && a.str == ""
	case a.kind == kString && b.kind == kString:
		return a.str == b.str && e.scan(len(a.str))
	case a.kind == b.kind || a.number() && b.number():
		return e.same(a, b)
	}
	return e.textOf(a).str == e.textOf(b).str
}

// same compares by kind and value, as Java's equals does, but for numbers, of
// which only the value counts.
func (e *eval) same(a, b value) bool {
	if a.number() && b.number() {
		return compareNumbers(a, b) == 0
	}
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case kString, kGroup:
		return a.str == b.str && e.scan(len(a.str))
	case kBool, kBlock, kLoop:
		return a.num == b.num
	case kList, kMap, kEntry:
		if a.obj == b.obj {
			return true
		}
		ok := e.enter() && a.str == b.str && e.sameObject(a, b)
		e.leave()
		return ok
	}
	return true
}

func (e *eval) sameObject(a, b value) bool {
	if len(a.obj.vals) != len(b.obj.vals) {
		return false
	}
	for i, v := range a.obj.vals {
		j := i
		if a.kind == kMap {
			if j = b.obj.find(a.obj.keys[i]); j < 0 {
				return false
			}
		}
		if !e.same(v, b.obj.vals[j]) || e.err != nil {
			return false
		}
	}
	return true
}

// list is [a, b].
type list []expr

func (x list) eval(e *eval) value {
	o := e.list(len(x))
	for _, item := range x {
		v := item.eval(e)
		if e.err != nil {
			return value{}
		}
		o.vals = append(o.vals, v)
	}
	return value{kind: kList, obj: o}
}

// dict is {a: b}.
type dict struct{ keys, vals []expr }

func (x *dict) eval(e *eval) value {
	o := e.dict(len(x.keys))
	for i := range x.keys {
		k := e.textOf(x.keys[i].eval(e)).str
		v := x.vals[i].eval(e)
		if e.err != nil {
			return value{}
		}
		o.put(k, v)
	}
	return value{kind: kMap, obj: o}
}

// span is [from..to], up or down.
type span struct{ from, to expr }

func (x *span) eval(e *eval) value {
	from, to, ok := x.bounds(e)
	if !ok {
		return value{}
	}
	n := distance(from, to)
	if n > maxValues {
		return e.fail(ErrMemory)
	}
	o := e.list(int(n))
	for i := 0; i < int(n) && e.err == nil; i++ {
		o.vals = append(o.vals, integer(toward(from, to, i)))
	}
	return value{kind: kList, obj: o}
}

func (x *span) bounds(e *eval) (from, to int64, ok bool) {
	a, b := x.from.eval(e), x.to.eval(e)
	return a.num, b.num, a.kind == kInt && b.kind == kInt && e.work(1)
}

// distance is how many integers the range has, at most a few more than any use.
func distance(from, to int64) int64 {
	if from > to {
		from, to = to, from
	}
	if uint64(to-from) > maxValues {
		return maxValues + 1
	}
	return to - from + 1
}

func toward(from, to int64, i int) int64 {
	if from > to {
		return from - int64(i)
	}
	return from + int64(i)
}
