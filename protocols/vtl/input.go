package vtl

import "errors"

// input calls a method of $input.
func (e *eval) input(a *arguments) value {
	switch a.step.method {
	case mParams:
		if a.n == 0 {
			return e.params()
		}
		return e.param(e.textOf(a.vals[0]).str)
	case mPath:
		return e.inputPath(a)
	case mJSON:
		v := e.inputPath(a)
		if v.kind == kNull {
			return text(`""`)
		}
		return e.render(func() { e.json(v) })
	}
	return value{}
}

// inputPath evaluates a JSON path on the body.
func (e *eval) inputPath(a *arguments) value {
	p := a.step.path
	if p == nil {
		s, ok := a.str(e, 0)
		if !ok || !e.work(10+len(s)) {
			return value{}
		}
		var err error
		if p, err = compilePath(s); err != nil {
			return e.failf("%s", messageOf(err))
		}
	}
	doc := e.document()
	if e.err != nil {
		return value{}
	}
	return e.find(p, doc)
}

// messageOf is a syntax error without its place, which is one in the path.
func messageOf(err error) string {
	var syntax *SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Message
	}
	return err.Error()
}

// param is $input.params('x'): the path first, then query and headers, "" when
// it is nowhere.
func (e *eval) param(name string) value {
	for p := Path; p <= Header; p++ {
		if v := e.sourced(e.src.AppendParam(e.heap.bytes(64), p, name)); v.kind != kNull || e.err != nil {
			return v
		}
	}
	return text("")
}

// params is $input.params(): a map of the three maps.
func (e *eval) params() value {
	all := e.dict(len(placeNames))
	for i, place := range placeNames {
		o := e.dict(indexed)
		e.src.ParamNames(Place(i), func(name string) bool {
			key := e.keep([]byte(name))
			v := e.sourced(e.src.AppendParam(e.heap.bytes(64), Place(i), key))
			if e.err == nil {
				e.putMember(o, key, v)
			}
			return e.err == nil
		})
		if e.err != nil {
			return value{}
		}
		all.put(place, value{kind: kMap, obj: o})
	}
	return value{kind: kMap, obj: all}
}
