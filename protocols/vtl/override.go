package vtl

import (
	"strconv"
	"strings"
)

// overrides gives $context.requestOverride or $context.responseOverride as a
// map, made when a template first touches it.
func (e *eval) overrides(name string) value {
	o := &e.c.Overrides
	if name == requestOverride {
		if e.requests.kind == kNull {
			e.requests = e.overrideMap()
			e.fill(e.requests.obj, "header", o.RequestHeader)
			e.fill(e.requests.obj, "path", o.RequestPath)
			e.fill(e.requests.obj, "querystring", o.RequestQuery)
		}
		return e.requests
	}
	if e.answers.kind == kNull {
		e.answers = e.overrideMap()
		e.fill(e.answers.obj, "header", o.ResponseHeader)
		if o.Status != 0 {
			e.answers.obj.put("status", integer(int64(o.Status)))
		}
	}
	return e.answers
}

func (e *eval) overrideMap() value {
	o := e.dict(3)
	o.hidden = true
	return value{kind: kMap, obj: o}
}

// fill puts what earlier templates have overridden under name.
func (e *eval) fill(o *object, name string, items []Override) {
	m := e.overrideMap()
	for _, item := range items {
		if len(item.Values) == 1 {
			m.obj.put(item.Name, text(item.Values[0]))
			continue
		}
		l := e.list(len(item.Values))
		for _, s := range item.Values {
			l.vals = append(l.vals, text(s))
		}
		m.obj.put(item.Name, value{kind: kList, obj: l})
	}
	o.put(name, m)
}

// replaceOverride is an assignment to $context.requestOverride itself; no other
// variable of $context can be changed.
func (e *eval) replaceOverride(key, v value) {
	switch name := e.textOf(key).str; {
	case v.kind != kMap:
	case name == requestOverride:
		e.requests = v
	case name == responseOverride:
		e.overrides(name)
		e.answers = v
	}
}

// keepOverrides copies what the template has overridden to the Context.
func (e *eval) keepOverrides() error {
	o := &e.c.Overrides
	if e.requests.kind == kMap {
		m := e.requests.obj
		o.RequestHeader, o.RequestPath = e.copied(m.get("header")), e.copied(m.get("path"))
		o.RequestQuery = e.copied(m.get("querystring"))
	}
	if e.answers.kind == kMap {
		o.ResponseHeader = e.copied(e.answers.obj.get("header"))
		o.Status = 0
		if s := e.answers.obj.get("status"); s.kind == kInt && s.num >= 100 && s.num <= 599 {
			o.Status = int(s.num)
		}
	}
	return e.err
}

// copied makes overrides of a map's members. A null value overrides nothing.
func (e *eval) copied(v value) []Override {
	if v.kind != kMap || len(v.obj.keys) == 0 {
		return nil
	}
	items := make([]Override, 0, len(v.obj.keys))
	for i, name := range v.obj.keys {
		if val := v.obj.vals[i]; val.kind != kNull && e.err == nil {
			items = append(items, Override{Name: strings.Clone(name), Values: e.lines(val)})
		}
	}
	return items
}

// lines is the value of an override: several for a list.
func (e *eval) lines(v value) []string {
	if v.kind != kList {
		return []string{e.owned(v)}
	}
	values := make([]string, len(v.obj.vals))
	for i, item := range v.obj.vals {
		values[i] = e.owned(item)
	}
	return values
}

func (e *eval) owned(v value) string {
	if v.kind == kInt {
		return strconv.FormatInt(v.num, 10)
	}
	return strings.Clone(e.textOf(v).str)
}
