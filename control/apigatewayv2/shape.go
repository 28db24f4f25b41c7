package apigatewayv2

import "reflect"

// The SDK has one struct per resource and one per input and output, with the same
// member names and types where they mean the same. These functions move members
// between them by name.

// reply makes an operation's output from the resource.
func reply[O any](resource any) *O {
	out := new(O)
	copyMembers(out, resource, func(reflect.Value) bool { return true })
	return out
}

// merge applies a partial input to a resource: absent members keep their value;
// a member set to "", [] or {} is left empty (tidy makes that nil). Enumerations
// can't be emptied: "" is absent.
func merge(resource, input any) {
	copyMembers(resource, input, func(v reflect.Value) bool { return !v.IsZero() })
}

// copyMembers copies what has the same name and type in both structs and passes
// want. Both are pointers.
func copyMembers(dst, src any, want func(reflect.Value) bool) {
	d, s := reflect.ValueOf(dst).Elem(), reflect.ValueOf(src).Elem()
	for i := range d.NumField() {
		f := d.Type().Field(i)
		from := s.FieldByName(f.Name)
		if !f.IsExported() || !from.IsValid() || from.Type() != f.Type || !want(from) {
			continue
		}
		d.Field(i).Set(from)
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
