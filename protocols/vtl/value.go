package vtl

import "math"

// kind says what a value is. The Java type that Velocity would hold decides
// which methods it has and how it prints.
type kind uint8

const (
	kNull kind = iota
	kBool
	kInt    // num
	kFloat  // bits in num
	kBig    // an integer beyond 64 bits, its digits in str
	kString // str
	kList   // obj
	kMap    // obj
	kEntry  // of a map: key in str, value obj.vals[0]
	kBlock  // of #define: number num of the template's blocks
	kLoop   // $foreach: number num of the loops under way
	kInput
	kContext
	kGroup // of $context, named str
	kUtil
	kStage
)

// value is a value of a template. Strings may lie in the body or the evaluator's
// memory: a value lives as long as its rendering.
type value struct {
	kind kind
	num  int64
	str  string
	obj  *object
}

// object is a list or, with keys, a map in the order of insertion.
type object struct {
	vals   []value
	keys   []string
	index  map[string]int // of keys; only for large maps
	json   bool           // from a JSON document: a list prints as JSON
	hidden bool           // prints as nothing
}

func boolean(b bool) value {
	if b {
		return value{kind: kBool, num: 1}
	}
	return value{kind: kBool}
}

func integer(n int64) value    { return value{kind: kInt, num: n} }
func float(f float64) value    { return value{kind: kFloat, num: int64(math.Float64bits(f))} }
func text(s string) value      { return value{kind: kString, str: s} }
func (v value) float() float64 { return math.Float64frombits(uint64(v.num)) }

// truth is what #if makes of v: only null and false are false.
func (v value) truth() bool {
	return v.kind != kNull && (v.kind != kBool || v.num != 0)
}

func (v value) number() bool { return v.kind >= kInt && v.kind <= kBig }

// indexed is how many keys a map has before it gets an index.
const indexed = 24

func (o *object) find(key string) int {
	if len(o.keys) <= indexed {
		for i, k := range o.keys {
			if k == key {
				return i
			}
		}
		return -1
	}
	if o.index == nil {
		o.index = make(map[string]int, len(o.keys)+1)
		for i, k := range o.keys {
			o.index[k] = i
		}
	}
	if i, ok := o.index[key]; ok {
		return i
	}
	return -1
}

func (o *object) get(key string) value {
	if i := o.find(key); i >= 0 {
		return o.vals[i]
	}
	return value{}
}

// put sets a member and returns its old value.
func (o *object) put(key string, v value) value {
	if i := o.find(key); i >= 0 {
		old := o.vals[i]
		o.vals[i] = v
		return old
	}
	if o.index != nil {
		o.index[key] = len(o.keys)
	}
	o.keys = append(o.keys, key)
	o.vals = append(o.vals, v)
	return value{}
}

func (o *object) removeKey(key string) value {
	i := o.find(key)
	if i < 0 {
		return value{}
	}
	o.keys = append(o.keys[:i:i], o.keys[i+1:]...)
	o.index = nil
	return o.removeAt(i)
}

// removeAt makes new slices: a #foreach may be going through the old one.
func (o *object) removeAt(i int) value {
	old := o.vals[i]
	o.vals = append(o.vals[:i:i], o.vals[i+1:]...)
	return old
}
