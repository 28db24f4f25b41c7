package vtl

import "math"

// pathFunctions are what a path may end in, such as .length().
var pathFunctions map[string]func(*eval, value) value

func init() {
	pathFunctions = map[string]func(*eval, value) value{
		"length": func(_ *eval, v value) value { return length(v) },
		"size":   func(_ *eval, v value) value { return length(v) },
		"min":    numbers(func(a, b float64) float64 { return min(a, b) }, false),
		"max":    numbers(func(a, b float64) float64 { return max(a, b) }, false),
		"sum":    numbers(func(a, b float64) float64 { return a + b }, false),
		"avg":    numbers(func(a, b float64) float64 { return a + b }, true),
		"keys":   func(e *eval, v value) value { return e.keysOf(v, true) },
		"first":  func(_ *eval, v value) value { first, _ := element(v, 0); return first },
		"last":   func(_ *eval, v value) value { last, _ := element(v, -1); return last },
	}
}

func length(v value) value {
	switch v.kind {
	case kList, kMap:
		return integer(int64(len(v.obj.vals)))
	case kString:
		return integer(int64(utf16Len(v.str)))
	}
	return value{}
}

// numbers makes a function over the numbers of a list; others are left out, and
// without any number there is no result.
func numbers(fold func(a, b float64) float64, mean bool) func(*eval, value) value {
	return func(e *eval, v value) value {
		if v.kind != kList || !e.work(len(v.obj.vals)) {
			return value{}
		}
		result, n := math.NaN(), 0
		for _, item := range v.obj.vals {
			if !item.number() {
				continue
			}
			if n++; n == 1 {
				result = item.asFloat()
			} else {
				result = fold(result, item.asFloat())
			}
		}
		if n == 0 {
			return value{}
		}
		if mean {
			result /= float64(n)
		}
		return float(result)
	}
}

func (e *eval) keysOf(v value, json bool) value {
	if v.kind != kMap {
		return value{}
	}
	o := e.list(len(v.obj.keys))
	o.json = json
	if e.err == nil {
		for _, k := range v.obj.keys {
			o.vals = append(o.vals, text(k))
		}
	}
	return value{kind: kList, obj: o}
}
