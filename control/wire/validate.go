package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gatehouse/core/gwerr"
)

// violations collects what an input breaks of its shapes' constraints, in AWS's
// words: body members first, then those of path and query.
type violations struct {
	list []string
}

// validate checks a decoded input and returns all violations as one error.
func (r *row) validate(in reflect.Value) error {
	var vs violations
	root := lowerFirst(r.Name) + "Input."
	for _, outside := range []bool{false, true} {
		for _, f := range r.in.fields {
			if r.outside[f.index] != outside {
				continue
			}
			path := f.name
			if !outside {
				path = root + f.name
			}
			vs.member(f, in.Field(f.index), path)
			vs.checks(r.checks, f, in.Field(f.index), path)
		}
	}
	return vs.err(r.svc.Violations)
}

func (vs *violations) add(value, path, constraint string) {
	vs.list = append(vs.list, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", value, path, constraint))
}

// err words the violations as exception typ ("" is BadRequestException); nil
// when there are none.
func (vs *violations) err(typ string) error {
	n, s := len(vs.list), "s"
	if n == 0 {
		return nil
	}
	if n == 1 {
		s = ""
	}
	if typ == "" {
		typ = "BadRequestException"
	}
	return &gwerr.Error{Type: typ, Status: 400,
		Message: fmt.Sprintf("%d validation error%s detected: %s", n, s, strings.Join(vs.list, "; "))}
}

// member checks one member of a structure and all below it.
func (vs *violations) member(f field, v reflect.Value, path string) {
	m, ok := present(v)
	if ok {
		vs.value(f.shape, m, path)
	} else if f.required {
		vs.add("null", path, "Member must not be null")
	}
}

func (vs *violations) value(s *shape, v reflect.Value, path string) {
	switch s.kind {
	case kString:
		if s.enum != nil && !slices.Contains(s.enum, v.String()) {
			vs.add(quote(v.String()), path, enumText(s))
		}
	case kStruct:
		for _, f := range s.fields {
			vs.member(f, v.Field(f.index), path+"."+f.name)
		}
	case kList:
		vs.elements(s, v, path)
	case kMap:
		for _, k := range sortedKeys(v) {
			vs.item(s.elem, v.MapIndex(reflect.ValueOf(k).Convert(v.Type().Key())), path+"."+k+".member")
		}
	}
}

// elements checks a list. Of a list of enums AWS prints the whole list.
func (vs *violations) elements(s *shape, v reflect.Value, path string) {
	if s.elem.enum == nil {
		for i := range v.Len() {
			vs.item(s.elem, v.Index(i), path+"."+strconv.Itoa(i+1)+".member")
		}
		return
	}
	var all []string
	good := true
	for i := range v.Len() {
		all = append(all, v.Index(i).String())
		good = good && slices.Contains(s.elem.enum, v.Index(i).String())
	}
	if !good {
		vs.add(quote("["+strings.Join(all, ", ")+"]"), path, "Member must satisfy constraint: ["+enumText(s.elem)+"]")
	}
}

func (vs *violations) item(s *shape, v reflect.Value, path string) {
	if m, ok := present(v); ok {
		vs.value(s, m, path)
	}
}

func enumText(s *shape) string {
	return "Member must satisfy enum value set: [" + strings.Join(s.enum, ", ") + "]"
}

func quote(s string) string { return "'" + s + "'" }

// checks applies the row's own constraints to a member that is present.
func (vs *violations) checks(list []check, f field, v reflect.Value, path string) {
	m, ok := present(v)
	if !ok {
		return
	}
	for _, c := range list {
		if c.member != f.goName {
			continue
		}
		if text, bad := c.broken(m); bad {
			vs.add(quote(printed(m)), path, text)
		}
	}
}

// broken reports whether v breaks c, and how.
func (c check) broken(v reflect.Value) (string, bool) {
	if c.pattern != nil {
		return "Member must satisfy regular expression pattern: " + c.source, !c.pattern.MatchString(v.String())
	}
	size, what := measure(v)
	if size < float64(c.min) {
		return fmt.Sprintf("Member must have %s greater than or equal to %d", what, c.min), true
	}
	return fmt.Sprintf("Member must have %s less than or equal to %d", what, c.max), size > float64(c.max)
}

// measure is what bounds hold for: a number itself, else a length.
func measure(v reflect.Value) (float64, string) {
	switch {
	case v.CanInt():
		return float64(v.Int()), "value"
	case v.CanFloat():
		return v.Float(), "value"
	case v.Kind() == reflect.String:
		return float64(utf8.RuneCountInString(v.String())), "length"
	}
	return float64(v.Len()), "length"
}

func printed(v reflect.Value) string { return fmt.Sprint(v.Interface()) }

func sortedKeys(v reflect.Value) []string {
	keys := make([]string, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		keys = append(keys, it.Key().String())
	}
	slices.Sort(keys)
	return keys
}
