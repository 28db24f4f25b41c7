package vtl

import "math"

// StatusCode reads what a MOCK integration's request template printed: an object
// with an integer statusCode. The reading is as lenient as AWS's: names without
// quotes or in single ones, and commas too many, are fine; a quoted number is
// not, and neither is anything that is no such object.
func StatusCode(printed []byte) (int, bool) {
	e := acquire(&Template{}, &Context{Body: printed}, nil)
	defer e.release()
	v, ok := e.parse(unsafeString(printed), true)
	if !ok || v.kind != kMap {
		return 0, false
	}
	code := v.obj.get("statusCode")
	if code.kind != kInt || code.num < math.MinInt32 || code.num > math.MaxInt32 {
		return 0, false
	}
	return int(code.num), true
}
