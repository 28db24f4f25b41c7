package vtl

// find gives what p selects in root: the value of a path that selects at most
// one, null when it is missing, and a list for any other.
func (e *eval) find(p *jsonPath, root value) value {
	return e.walk(p, root, root)
}

// walk is find with cur being where the path begins, @ in filters.
func (e *eval) walk(p *jsonPath, root, cur value) value {
	var found value
	if p.many {
		o := e.list(0)
		o.json = true
		e.collect(p.steps, root, cur, o)
		found = value{kind: kList, obj: o}
	} else {
		found = e.follow(p.steps, cur)
	}
	if e.err != nil {
		return value{}
	}
	if p.function != "" {
		return pathFunctions[p.function](e, found)
	}
	return found
}

// follow goes the steps of a path without choices.
func (e *eval) follow(steps []pathStep, v value) value {
	for i := range steps {
		st := &steps[i]
		if !e.work(1) {
			return value{}
		}
		switch {
		case st.kind == stepIndexes:
			v, _ = element(v, st.indexes[0])
		case len(st.names) > 1:
			return e.follow(steps[i+1:], e.pick(v, st.names))
		case v.kind == kMap:
			v = v.obj.get(st.names[0])
		default:
			return value{}
		}
	}
	return v
}

// pick makes a map of the members with these names.
func (e *eval) pick(v value, names []string) value {
	if v.kind != kMap {
		return value{}
	}
	o := e.dict(len(names))
	o.json = true
	for _, name := range names {
		if i := v.obj.find(name); i >= 0 {
			o.put(name, v.obj.vals[i])
		}
	}
	return value{kind: kMap, obj: o}
}

func element(v value, i int) (value, bool) {
	if v.kind != kList {
		return value{}, false
	}
	if i < 0 {
		i += len(v.obj.vals)
	}
	if i < 0 || i >= len(v.obj.vals) {
		return value{}, false
	}
	return v.obj.vals[i], true
}

// collect appends to o all that steps select from v.
func (e *eval) collect(steps []pathStep, root, v value, o *object) {
	if !e.work(1) {
		return
	}
	if len(steps) == 0 {
		if e.take(valueBytes) {
			o.vals = append(o.vals, v)
		}
		return
	}
	e.apply(steps, root, v, o)
	if steps[0].deep {
		e.each(v, func(below value) { e.collect(steps, root, below, o) })
	}
}

// apply goes the first of steps from v itself.
func (e *eval) apply(steps []pathStep, root, v value, o *object) {
	st, rest := &steps[0], steps[1:]
	switch st.kind {
	case stepNames:
		e.members(st, rest, root, v, o)
	case stepIndexes:
		for _, i := range st.indexes {
			if item, ok := element(v, i); ok {
				e.collect(rest, root, item, o)
			}
		}
	case stepSlice:
		for _, item := range sliced(v, st) {
			e.collect(rest, root, item, o)
		}
	case stepEvery:
		e.each(v, func(item value) { e.collect(rest, root, item, o) })
	case stepFilter:
		e.filtered(st, rest, root, v, o)
	}
}

func (e *eval) members(st *pathStep, rest []pathStep, root, v value, o *object) {
	if v.kind != kMap {
		return
	}
	if len(st.names) > 1 && len(rest) == 0 {
		e.collect(rest, root, e.pick(v, st.names), o)
		return
	}
	for _, name := range st.names {
		if i := v.obj.find(name); i >= 0 {
			e.collect(rest, root, v.obj.vals[i], o)
		}
	}
}

// filtered goes on from the elements of a list, or from a map itself, that pass
// the filter.
func (e *eval) filtered(st *pathStep, rest []pathStep, root, v value, o *object) {
	if v.kind == kMap && !st.deep {
		if e.passes(st.filter, root, v) {
			e.collect(rest, root, v, o)
		}
		return
	}
	if v.kind != kList {
		return
	}
	for _, item := range v.obj.vals {
		if e.passes(st.filter, root, item) {
			e.collect(rest, root, item, o)
		}
	}
}

func (e *eval) each(v value, do func(value)) {
	if v.kind != kList && v.kind != kMap || !e.enter() {
		if v.kind == kList || v.kind == kMap {
			e.leave()
		}
		return
	}
	for _, item := range v.obj.vals {
		if e.err != nil {
			break
		}
		do(item)
	}
	e.leave()
}

func sliced(v value, st *pathStep) []value {
	if v.kind != kList {
		return nil
	}
	n := len(v.obj.vals)
	from, to := st.from, st.to
	if from < 0 {
		from = max(from+n, 0)
	}
	if to < 0 {
		to += n
	}
	if st.open || to > n {
		to = n
	}
	if from >= to {
		return nil
	}
	return v.obj.vals[from:to]
}
