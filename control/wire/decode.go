package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
)

// Bounds on a request's JSON: how deep it may nest and how many values of known
// members it may hold, as each may cost more memory than its text.
const (
	maxDepth  = 100
	maxValues = 100_000
)

var (
	malformed    = serialization.WithMessage("Could not parse request body into json")
	tooDeep      = serialization.WithMessage("Request body nests deeper than %d levels", maxDepth)
	tooMany      = serialization.WithMessage("Request body holds more than %d values", maxValues)
	structFound  = serialization.WithMessage("Start of structure or map found where not expected.")
	listFound    = serialization.WithMessage("Start of list found where not expected")
	scalarNoList = "Unrecognized collection type %s"
)

// decodeBody fills the members of s in v, a struct, from a JSON object. An empty
// body and null are an object without members; unknown members are ignored; null
// members are absent ones.
func decodeBody(body []byte, s *shape, v reflect.Value) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	if deeper(body, maxDepth) {
		return tooDeep
	}
	if !json.Valid(body) {
		return malformed
	}
	d := &decoder{json: json.NewDecoder(bytes.NewReader(body))}
	d.json.UseNumber()
	_, err := d.value(s, v)
	return err
}

// deeper reports whether text opens more than limit braces and brackets at once.
// It needs no valid JSON and runs before any parser.
func deeper(text []byte, limit int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > limit {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// decoder reads JSON that is known to be valid along shapes.
type decoder struct {
	json   *json.Decoder
	values int // read so far
}

func (d *decoder) token() (json.Token, error) {
	tok, err := d.json.Token()
	if err != nil && err != io.EOF {
		return nil, malformed.Wrap(err)
	}
	return tok, nil
}

// value reads one JSON value into v, which may be a pointer. It reports false
// for a null, which leaves v alone.
func (d *decoder) value(s *shape, v reflect.Value) (bool, error) {
	if d.values++; d.values > maxValues {
		return false, tooMany
	}
	tok, err := d.token()
	if err != nil || tok == nil {
		return false, err
	}
	for v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch s.kind {
	case kStruct:
		return true, d.structure(tok, s, v)
	case kList:
		return true, d.list(tok, s, v)
	case kMap:
		return true, d.dict(tok, s, v)
	}
	return true, scalar(tok, s, v)
}

func (d *decoder) structure(tok json.Token, s *shape, v reflect.Value) error {
	if tok != json.Delim('{') {
		return notCollection(tok)
	}
	for d.json.More() {
		name, err := d.token()
		if err != nil {
			return err
		}
		i, known := s.byName[name.(string)]
		if !known {
			err = d.skip()
		} else {
			_, err = d.value(s.fields[i].shape, v.Field(s.fields[i].index))
		}
		if err != nil {
			return err
		}
	}
	_, err := d.token()
	return err
}

// skip reads past one value of any kind.
func (d *decoder) skip() error {
	var ignored json.RawMessage
	if err := d.json.Decode(&ignored); err != nil {
		return malformed.Wrap(err)
	}
	return nil
}

func (d *decoder) list(tok json.Token, s *shape, v reflect.Value) error {
	if tok != json.Delim('[') {
		return notCollection(tok)
	}
	list := reflect.MakeSlice(v.Type(), 0, 0)
	for d.json.More() {
		item := reflect.New(v.Type().Elem()).Elem()
		there, err := d.value(s.elem, item)
		if err != nil {
			return err
		}
		if there {
			list = reflect.Append(list, item)
		}
	}
	v.Set(list)
	_, err := d.token()
	return err
}

func (d *decoder) dict(tok json.Token, s *shape, v reflect.Value) error {
	if tok != json.Delim('{') {
		return notCollection(tok)
	}
	dict := reflect.MakeMap(v.Type())
	for d.json.More() {
		name, err := d.token()
		if err != nil {
			return err
		}
		item := reflect.New(v.Type().Elem()).Elem()
		there, err := d.value(s.elem, item)
		if err != nil {
			return err
		}
		if there {
			dict.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), item)
		}
	}
	v.Set(dict)
	_, err := d.token()
	return err
}

// notCollection words a value that stands where a list, map or structure is due.
func notCollection(tok json.Token) error {
	switch tok {
	case json.Delim('{'):
		return structFound
	case json.Delim('['):
		return serialization.WithMessage(scalarNoList, classList)
	}
	return serialization.WithMessage(scalarNoList, class(tok))
}
