package vtl

// listMethod calls a method of a list.
func (e *eval) listMethod(v value, a *arguments) value {
	o := v.obj
	switch m := a.step.method; {
	case m == mSize || m == mIsEmpty || m == mContains || m == mIndexOf || m == mLastIndexOf || m == mContainsAll:
		return e.askList(v, a)
	case m == mGet && a.n == 1 && a.vals[0].kind == kInt:
		return e.exact(v, a.vals[0].num)
	case m == mSubList && a.n == 2 && a.vals[0].kind == kInt && a.vals[1].kind == kInt:
		return e.subList(o, a.vals[0].num, a.vals[1].num)
	}
	return e.changeList(v, a)
}

func (e *eval) askList(v value, a *arguments) value {
	items := v.obj.vals
	switch a.step.method {
	case mSize:
		return integer(int64(len(items)))
	case mIsEmpty:
		return boolean(len(items) == 0)
	case mContains:
		return boolean(e.indexOf(items, a.vals[0]) >= 0)
	case mIndexOf:
		return integer(int64(e.indexOf(items, a.vals[0])))
	case mLastIndexOf:
		for i := len(items) - 1; i >= 0 && e.work(1); i-- {
			if e.same(items[i], a.vals[0]) {
				return integer(int64(i))
			}
		}
		return integer(-1)
	}
	if a.vals[0].kind != kList {
		return value{}
	}
	for _, want := range a.vals[0].obj.vals {
		if e.indexOf(items, want) < 0 {
			return boolean(false)
		}
	}
	return boolean(true)
}

func (e *eval) indexOf(items []value, v value) int {
	for i := range items {
		if !e.work(1) {
			break
		}
		if e.same(items[i], v) {
			return i
		}
	}
	return -1
}

// exact is list.get(i).
func (e *eval) exact(v value, i int64) value {
	if i < 0 {
		i = int64(len(v.obj.vals))
	}
	return e.element(v, i)
}

func (e *eval) subList(o *object, from, to int64) value {
	if from < 0 || from > to || to > int64(len(o.vals)) {
		return e.failf("sub list %d to %d is out of range for %d elements", from, to, len(o.vals))
	}
	part := e.list(int(to - from))
	if e.err == nil {
		part.vals = append(part.vals, o.vals[from:to]...)
	}
	part.json = o.json
	return value{kind: kList, obj: part}
}

// changeList calls a method that changes a list.
func (e *eval) changeList(v value, a *arguments) value {
	o := v.obj
	switch m := a.step.method; {
	case m == mAdd && a.n == 1:
		return boolean(e.appendTo(o, a.vals[0]))
	case m == mAdd && a.n == 2 && a.vals[0].kind == kInt:
		return e.insert(o, a.vals[0].num, a.vals[1])
	case m == mAddAll && a.vals[0].kind == kList:
		return boolean(e.appendTo(o, a.vals[0].obj.vals...))
	case m == mSet && a.n == 2 && a.vals[0].kind == kInt:
		old := e.exact(v, a.vals[0].num)
		if e.err == nil {
			o.vals[a.vals[0].num] = a.vals[1]
		}
		return old
	case m == mRemove && a.n == 1:
		return e.removeFrom(v, a.vals[0])
	case m == mClear:
		o.vals = nil
	}
	return value{}
}

func (e *eval) appendTo(o *object, items ...value) bool {
	if !e.take(valueBytes * len(items)) {
		return false
	}
	o.vals = append(o.vals, items...)
	return len(items) > 0
}

func (e *eval) insert(o *object, at int64, v value) value {
	if at < 0 || at > int64(len(o.vals)) {
		return e.failf("index %d is out of range for %d elements", at, len(o.vals))
	}
	if e.take(valueBytes * (len(o.vals) + 1)) {
		vals := make([]value, 0, len(o.vals)+1)
		o.vals = append(append(append(vals, o.vals[:at]...), v), o.vals[at:]...)
	}
	return value{}
}

// removeFrom removes the element at an index, or the first that equals v.
func (e *eval) removeFrom(list, v value) value {
	if !e.take(valueBytes * len(list.obj.vals)) {
		return value{}
	}
	if v.kind == kInt {
		e.exact(list, v.num)
		if e.err != nil {
			return value{}
		}
		return list.obj.removeAt(int(v.num))
	}
	i := e.indexOf(list.obj.vals, v)
	if i >= 0 {
		list.obj.removeAt(i)
	}
	return boolean(i >= 0)
}

// mapMethod calls a method of a map.
func (e *eval) mapMethod(o *object, a *arguments) value {
	switch a.step.method {
	case mSize:
		return integer(int64(len(o.keys)))
	case mIsEmpty:
		return boolean(len(o.keys) == 0)
	case mGet:
		return o.get(e.key(a))
	case mGetOrDefault:
		if i := o.find(e.key(a)); i >= 0 {
			return o.vals[i]
		}
		return a.vals[1]
	case mContainsKey:
		return boolean(o.find(e.key(a)) >= 0)
	case mContainsValue:
		return boolean(e.indexOf(o.vals, a.vals[0]) >= 0)
	case mKeySet:
		return e.keysOf(value{kind: kMap, obj: o}, false)
	case mValues:
		l := e.list(len(o.vals))
		if e.err == nil {
			l.vals = append(l.vals, o.vals...)
		}
		return value{kind: kList, obj: l}
	case mEntrySet:
		return e.entries(o)
	}
	return e.changeMap(o, a)
}

func (e *eval) key(a *arguments) string { return e.textOf(a.vals[0]).str }

func (e *eval) entries(o *object) value {
	l := e.list(len(o.keys))
	for i, k := range o.keys {
		entry := e.list(1)
		if e.err != nil {
			return value{}
		}
		entry.vals = append(entry.vals, o.vals[i])
		l.vals = append(l.vals, value{kind: kEntry, str: k, obj: entry})
	}
	return value{kind: kList, obj: l}
}

// changeMap calls a method that changes a map.
func (e *eval) changeMap(o *object, a *arguments) value {
	switch m := a.step.method; {
	case m == mPut && a.n == 2:
		return e.putMember(o, e.key(a), a.vals[1])
	case m == mPutIfAbsent && a.n == 2:
		if old := o.get(e.key(a)); old.kind != kNull {
			return old
		}
		return e.putMember(o, e.key(a), a.vals[1])
	case m == mPutAll && a.vals[0].kind == kMap:
		from := a.vals[0].obj
		for i := 0; i < len(from.keys) && e.err == nil; i++ {
			e.putMember(o, from.keys[i], from.vals[i])
		}
	case m == mRemove && a.n == 1:
		if e.take(valueBytes * len(o.keys)) {
			return o.removeKey(e.key(a))
		}
	case m == mClear:
		o.keys, o.vals, o.index = nil, nil, nil
	}
	return value{}
}

// namesMethod calls a method of $context, a group of it, or $stageVariables,
// which are read as the maps they look like.
func (e *eval) namesMethod(v value, a *arguments) value {
	if a.step.method == mGet {
		return e.property(v, e.key(a))
	}
	m := e.asMap(v)
	if v.kind == kStage || a.step.method != mPut {
		return e.mapMethod(m.obj, a)
	}
	return value{}
}

// asMap copies what a Source names into a map.
func (e *eval) asMap(v value) value {
	o := e.dict(8)
	o.hidden = v.kind != kStage
	add := func(name string) bool {
		key := e.keep([]byte(name))
		if e.err == nil {
			o.put(key, e.property(v, key))
		}
		return e.err == nil
	}
	switch v.kind {
	case kStage:
		e.src.StageVariableNames(add)
	case kGroup:
		e.src.ContextNames(v.str, add)
	default:
		e.src.ContextNames("", add)
	}
	return value{kind: kMap, obj: o}
}

func (e *eval) stageMap() value { return e.asMap(value{kind: kStage}) }
