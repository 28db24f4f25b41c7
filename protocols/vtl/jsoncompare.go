package vtl

import "strings"

func (e *eval) compares(op string, a, b value) bool {
	switch op {
	case "==":
		return e.same(a, b)
	case "!=":
		return !e.same(a, b)
	case "in":
		return e.holds(b, a)
	case "nin":
		return !e.holds(b, a)
	case "contains":
		if a.kind == kString && b.kind == kString {
			return e.scan(len(a.str)) && strings.Contains(a.str, b.str)
		}
		return e.holds(a, b)
	case "size":
		n := length(a)
		return n.kind == kInt && b.kind == kInt && n.num == b.num
	case "empty":
		n := length(a)
		return n.kind == kInt && b.kind == kBool && (n.num == 0) == b.truth()
	case "subsetof", "anyof", "noneof":
		return e.overlaps(op, a, b)
	}
	return ordered(op, a, b)
}

// ordered compares two numbers or two strings.
func ordered(op string, a, b value) bool {
	var c int
	switch {
	case a.number() && b.number():
		c = compareNumbers(a, b)
	case a.kind == kString && b.kind == kString:
		c = strings.Compare(a.str, b.str)
	default:
		return false
	}
	switch op {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}

// overlaps counts how many of a are in b.
func (e *eval) overlaps(op string, a, b value) bool {
	if a.kind != kList || b.kind != kList {
		return false
	}
	n := 0
	for _, item := range a.obj.vals {
		if e.holds(b, item) {
			n++
		}
	}
	switch op {
	case "subsetof":
		return n == len(a.obj.vals)
	case "anyof":
		return n > 0
	}
	return n == 0
}

// holds reports whether list has an element that is the same as v.
func (e *eval) holds(list, v value) bool {
	if list.kind != kList {
		return false
	}
	for _, item := range list.obj.vals {
		if e.same(item, v) {
			return true
		}
	}
	return false
}
