package vtl

import "errors"

// eval gives the reference's value, null when there is none.
func (r *reference) eval(e *eval) value {
	if !e.work(1) {
		return value{}
	}
	v := r.resolve(e, len(r.steps))
	if e.err != nil {
		r.blame(e)
	}
	return v
}

// blame puts the reference's place into an error without one.
func (r *reference) blame(e *eval) {
	var at *RenderError
	if errors.As(e.err, &at) && at.Line == 0 {
		at.Line, at.Column = r.line, r.column
	}
}

// resolve goes the first n steps of the reference.
func (r *reference) resolve(e *eval, n int) value {
	v, i := e.vars[r.slot], 0
	if v.kind == kContext && n > 0 && len(r.context) > 0 {
		v, i = e.contextPath(r, n)
	}
	for ; i < n && e.err == nil; i++ {
		st := &r.steps[i]
		switch {
		case st.call:
			v = e.invoke(v, st)
		case st.index != nil:
			v = e.at(v, st.index.eval(e))
		default:
			v = e.property(v, st.name)
		}
		if v.kind == kNull {
			return value{}
		}
	}
	return v
}

// contextPath looks a variable such as $context.identity.sourceIp up by its
// whole name, and says how many steps that were.
func (e *eval) contextPath(r *reference, n int) (value, int) {
	k := min(n, len(r.context))
	if name := r.steps[0].name; name == requestOverride || name == responseOverride {
		return e.overrides(name), 1
	}
	return e.contextVariable(r.context[k-1]), k
}

const (
	requestOverride  = "requestOverride"
	responseOverride = "responseOverride"
)

// contextVariable is the variable, or the group, of this name.
func (e *eval) contextVariable(name string) value {
	if v := e.sourced(e.src.AppendContext(e.heap.bytes(64), name)); v.kind != kNull || e.err != nil {
		return v
	}
	group := false
	e.src.ContextNames(name, func(string) bool { group = true; return false })
	if group {
		return value{kind: kGroup, str: name}
	}
	return value{}
}

// property is v.name.
func (e *eval) property(v value, name string) value {
	switch v.kind {
	case kMap:
		return v.obj.get(name)
	case kEntry:
		return entryProperty(v, name)
	case kInput:
		if name == "body" {
			return e.bodyText()
		}
	case kContext:
		if name == requestOverride || name == responseOverride {
			return e.overrides(name)
		}
		return e.contextVariable(name)
	case kGroup:
		return e.contextVariable(v.str + "." + name)
	case kStage:
		return e.sourced(e.src.AppendStageVariable(e.heap.bytes(64), name))
	case kLoop:
		return e.loopProperty(v, name)
	case kList, kString:
		if name == "empty" {
			return boolean(len(v.str) == 0 && (v.obj == nil || len(v.obj.vals) == 0))
		}
	}
	return value{}
}

func entryProperty(v value, name string) value {
	switch name {
	case "key":
		return text(v.str)
	case "value":
		return v.obj.vals[0]
	}
	return value{}
}

func (e *eval) loopProperty(v value, name string) value {
	if int(v.num) >= len(e.loops) {
		return value{} // kept by #set beyond its #end
	}
	l := e.loops[v.num]
	switch name {
	case "index":
		return integer(int64(l.index))
	case "count":
		return integer(int64(l.index) + 1)
	case "hasNext":
		return boolean(l.index+1 < l.size)
	case "first":
		return boolean(l.index == 0)
	case "last":
		return boolean(l.index+1 == l.size)
	case "parent":
		if v.num > 0 {
			return value{kind: kLoop, num: v.num - 1}
		}
	case "topmost":
		return value{kind: kLoop}
	}
	return value{}
}

// at is v[index].
func (e *eval) at(v, index value) value {
	switch {
	case index.kind == kNull:
		return value{}
	case v.kind == kList && index.kind == kInt:
		return e.element(v, index.num)
	case v.kind == kString && index.kind == kInt:
		return value{}
	}
	return e.property(v, e.textOf(index).str)
}

// element is list.get(i), which throws beyond the ends. A negative index counts
// from the end, but not further back than the beginning.
func (e *eval) element(v value, i int64) value {
	n := int64(len(v.obj.vals))
	if i < -n || i >= n {
		return e.failf("index %d is out of range for %d elements", i, n)
	}
	if i < 0 {
		i += n
	}
	return v.obj.vals[i]
}

// bodyText is $input.body.
func (e *eval) bodyText() value {
	if len(e.c.Body) == 0 {
		return text("{}")
	}
	return text(unsafeString(e.c.Body))
}

// document is the body as JSON, null when it is none.
func (e *eval) document() value {
	if !e.parsed {
		e.parsed = true
		e.body, _ = e.parse(e.bodyText().str, false)
	}
	return e.body
}

// assign is #set. What has no such property stays as it is, as in Velocity.
func (r *reference) assign(e *eval, v value) {
	if !e.work(1) {
		return
	}
	n := len(r.steps)
	if n == 0 {
		e.vars[r.slot] = v
		return
	}
	target, last := r.resolve(e, n-1), &r.steps[n-1]
	if e.err == nil {
		e.store(target, last, v)
	}
	if e.err != nil {
		r.blame(e)
	}
}

func (e *eval) store(target value, last *step, v value) {
	key := text(last.name)
	if last.index != nil {
		key = last.index.eval(e)
	}
	switch {
	case target.kind == kList && key.kind == kInt:
		if e.element(target, key.num); e.err == nil {
			i := int(key.num)
			if i < 0 {
				i += len(target.obj.vals)
			}
			target.obj.vals[i] = v
		}
	case target.kind == kMap:
		e.putMember(target.obj, e.textOf(key).str, v)
	case target.kind == kContext:
		e.replaceOverride(key, v)
	}
}

func (e *eval) putMember(o *object, key string, v value) value {
	if !e.take(2 * valueBytes) {
		return value{}
	}
	return o.put(key, v)
}
