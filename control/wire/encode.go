package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
)

// encoder writes values as JSON along shapes.
type encoder struct{ times TimeFormat }

// structure appends the members of s that v, a struct, has: nil pointers, nil
// lists, nil maps and empty enums are absent, empty lists and maps are there.
func (e encoder) structure(dst []byte, s *shape, v reflect.Value) []byte {
	dst = append(dst, '{')
	for _, f := range s.fields {
		m, ok := present(v.Field(f.index))
		if !ok {
			continue
		}
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, f.name), ':')
		if f.nulls {
			dst = appendTemplates(dst, m)
		} else {
			dst = e.value(dst, f.shape, m)
		}
	}
	return append(dst, '}')
}

// present looks through pointers and reports whether a member has a value.
func present(v reflect.Value) (reflect.Value, bool) {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return v, false
		}
		v = v.Elem()
		if v.Kind() == reflect.String {
			return v, true // a pointer to "" is "", unlike an enum
		}
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v, !v.IsNil()
	case reflect.String:
		return v, v.Len() > 0
	}
	return v, true
}

func (e encoder) value(dst []byte, s *shape, v reflect.Value) []byte {
	switch s.kind {
	case kString:
		return appendString(dst, v.String())
	case kBool:
		return strconv.AppendBool(dst, v.Bool())
	case kInt:
		return strconv.AppendInt(dst, v.Int(), 10)
	case kFloat:
		return appendFloat(dst, v.Float())
	case kTime:
		return e.time(dst, v.Interface().(time.Time))
	case kBlob:
		dst = append(dst, '"')
		return append(base64.StdEncoding.AppendEncode(dst, v.Bytes()), '"')
	case kList:
		return e.list(dst, s, v)
	case kMap:
		return e.dict(dst, s, v)
	}
	return e.structure(dst, s, v)
}

func (e encoder) list(dst []byte, s *shape, v reflect.Value) []byte {
	dst = append(dst, '[')
	for i := range v.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.item(dst, s.elem, v.Index(i))
	}
	return append(dst, ']')
}

// dict writes maps with sorted keys, so that equal answers are equal bytes.
func (e encoder) dict(dst []byte, s *shape, v reflect.Value) []byte {
	dst = append(dst, '{')
	for i, k := range sortedKeys(v) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, k), ':')
		dst = e.item(dst, s.elem, v.MapIndex(reflect.ValueOf(k).Convert(v.Type().Key())))
	}
	return append(dst, '}')
}

// appendTemplates writes a string map with null for "".
func appendTemplates(dst []byte, v reflect.Value) []byte {
	dst = append(dst, '{')
	for i, k := range sortedKeys(v) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, k), ':')
		if t := v.MapIndex(reflect.ValueOf(k)).String(); t != "" {
			dst = appendString(dst, t)
		} else {
			dst = append(dst, "null"...)
		}
	}
	return append(dst, '}')
}

// item writes a value that can't be left out: nil is null.
func (e encoder) item(dst []byte, s *shape, v reflect.Value) []byte {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return append(dst, "null"...)
		}
		v = v.Elem()
	}
	return e.value(dst, s, v)
}

// time writes whole seconds in ISO 8601; as a number it keeps milliseconds.
func (e encoder) time(dst []byte, t time.Time) []byte {
	if e.times == ISO8601 {
		dst = append(dst, '"')
		return append(t.UTC().AppendFormat(dst, time.RFC3339), '"')
	}
	ms := t.UnixMilli()
	if ms%1000 == 0 {
		return strconv.AppendInt(dst, ms/1000, 10)
	}
	return strconv.AppendFloat(dst, float64(ms)/1000, 'f', -1, 64)
}

// appendFloat always writes a decimal point, as AWS does: 10000.0.
func appendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	if bytes.IndexByte(dst[start:], '.') < 0 {
		dst = append(dst, ".0"...)
	}
	return dst
}

// appendString writes a JSON string; <, > and & stay as they are.
func appendString(dst []byte, s string) []byte {
	if plain(s) {
		return append(append(append(dst, '"'), s...), '"')
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always has a form
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

// plain reports whether s needs no escape.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
