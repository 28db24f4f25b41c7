package wire

import (
	"fmt"
	"reflect"
	"time"
)

// kind is what a value is on the wire.
type kind uint8

const (
	kString kind = iota // also enums
	kBool
	kInt
	kFloat
	kTime
	kBlob
	kStruct
	kList
	kMap
)

// shape is the plan for one Go type: all that reflection can tell, found once.
// Pointers are looked through: a shape describes what they point to.
type shape struct {
	kind   kind
	typ    reflect.Type // without pointer
	elem   *shape       // of a list or map
	fields []field      // of a struct, in Go order
	byName map[string]int
	enum   []string // values of an enum in the order in which they are printed
}

// field is one member of a struct.
type field struct {
	index    int
	goName   string
	name     string // on the wire
	shape    *shape
	required bool
	nulls    bool // a string map whose empty values are written as null
}

// shaper builds shapes for one service; one per service because names differ.
type shaper struct {
	names NameFormat
	known map[reflect.Type]*shape
}

func newShaper(names NameFormat) *shaper {
	return &shaper{names: names, known: map[reflect.Type]*shape{}}
}

var (
	timeType = reflect.TypeFor[time.Time]()
	blobType = reflect.TypeFor[[]byte]()
)

// of returns the shape of t. Types that no AWS model has are our bug: it panics.
func (b *shaper) of(t reflect.Type) *shape {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s, ok := b.known[t]; ok {
		return s
	}
	s := &shape{typ: t}
	b.known[t] = s // before its members: a type may hold itself
	b.fill(s)
	return s
}

func (b *shaper) fill(s *shape) {
	t := s.typ
	switch {
	case t == timeType:
		s.kind = kTime
	case t == blobType:
		s.kind = kBlob
	case t.Kind() == reflect.String:
		s.kind, s.enum = kString, enumValues(t)
	case t.Kind() == reflect.Bool:
		s.kind = kBool
	case t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64:
		s.kind = kInt
	case t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64:
		s.kind = kFloat
	case t.Kind() == reflect.Slice:
		s.kind, s.elem = kList, b.of(t.Elem())
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		s.kind, s.elem = kMap, b.of(t.Elem())
	case t.Kind() == reflect.Struct:
		s.kind = kStruct
		b.members(s)
	default:
		panic(fmt.Sprintf("wire: no wire form for %v", t))
	}
}

func (b *shaper) members(s *shape) {
	s.byName = map[string]int{}
	must := requiredOf(s.typ)
	for i := range s.typ.NumField() {
		f := s.typ.Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		s.add(field{index: i, goName: f.Name, name: wireName(s.typ, f.Name, b.names), shape: b.of(f.Type),
			required: must[f.Name], nulls: nullsFor(s.typ, f.Name)})
	}
}

func (s *shape) add(f field) {
	s.byName[f.name] = len(s.fields)
	s.fields = append(s.fields, f)
}

// enumValues asks the SDK's Values method; the order recorded from AWS wins.
func enumValues(t reflect.Type) []string {
	m := reflect.Zero(t).MethodByName("Values")
	if !m.IsValid() {
		return nil
	}
	if order, ok := enumOrder[typeName(t)]; ok {
		return order
	}
	list := m.Call(nil)[0]
	values := make([]string, list.Len())
	for i := range values {
		values[i] = list.Index(i).String()
	}
	return values
}
