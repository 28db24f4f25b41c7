package apigateway

import (
	"reflect"

	"gatehouse/control/wire"
)

// The SDK has one struct per resource and one per input and output, with the same
// member names and types where they mean the same. These functions move members
// between them by name.

// reply makes an operation's output from the resource.
func reply[O any](resource any) *O {
	out := new(O)
	copyMembers(out, resource)
	return out
}

// copyMembers copies what has the same name and type in both structs. Both are
// pointers.
func copyMembers(dst, src any) {
	d, s := reflect.ValueOf(dst).Elem(), reflect.ValueOf(src).Elem()
	for i := range d.NumField() {
		f := d.Type().Field(i)
		from := s.FieldByName(f.Name)
		if f.IsExported() && from.IsValid() && from.Type() == f.Type {
			d.Field(i).Set(from)
		}
	}
}

// tidy makes empty strings, lists and maps of a resource absent, as AWS shows
// them.
func tidy(resource any) {
	v := reflect.ValueOf(resource).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.CanSet() && isEmpty(f) {
			f.SetZero()
		}
	}
}

func isEmpty(f reflect.Value) bool {
	switch f.Kind() {
	case reflect.Map, reflect.Slice:
		return f.Len() == 0
	case reflect.Pointer:
		return !f.IsNil() && f.Elem().Kind() == reflect.String && f.Elem().Len() == 0
	}
	return false
}

// shown makes an absent map an empty one: AWS shows tags and method settings
// even when there are none.
func shown[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}

// page cuts a list for one answer, in the order of key.
func page[T any](items []T, key func(T) string, limit *int32, position *string) ([]T, *string, error) {
	return wire.Page(items, key, wire.Limit(limit), position)
}
