package wire

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"time"
)

// Java class names as AWS prints them when a JSON value has the wrong type.
const (
	classBool   = "class java.lang.Boolean"
	classNumber = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber"
	classString = "class java.lang.String"
	classList   = "class java.util.ArrayList"
)

// class names what tok is.
func class(tok json.Token) string {
	switch tok.(type) {
	case bool:
		return classBool
	case json.Number:
		return classNumber
	}
	return classString
}

// scalar stores a JSON scalar in v.
func scalar(tok json.Token, s *shape, v reflect.Value) error {
	switch tok {
	case json.Delim('{'):
		return structFound
	case json.Delim('['):
		return listFound
	}
	ok := false
	switch t := tok.(type) {
	case bool:
		if ok = s.kind == kBool; ok {
			v.SetBool(t)
		}
	case json.Number:
		ok = number(string(t), s.kind, v)
	case string:
		ok = text(t, s.kind, v)
	}
	if !ok {
		return serialization.WithMessage("%s can not be converted to an %s", class(tok), javaName(s))
	}
	return nil
}

// number stores a JSON number; fractions of integers are cut off.
func number(n string, k kind, v reflect.Value) bool {
	f, err := strconv.ParseFloat(n, 64)
	if err != nil {
		return false
	}
	switch k {
	case kInt:
		return integer(n, f, v)
	case kFloat:
		v.SetFloat(f)
		return true
	case kTime:
		return epoch(f, v)
	}
	return false
}

func integer(n string, f float64, v reflect.Value) bool {
	i, err := strconv.ParseInt(n, 10, 64)
	if err != nil {
		if math.Abs(f) >= 1<<63 {
			return false
		}
		i = int64(f)
	}
	if v.OverflowInt(i) {
		return false
	}
	v.SetInt(i)
	return true
}

// Seconds since 1970 of the years 1 to 9999, which RFC 3339 can write.
const firstSecond, lastSecond = -62135596800, 253402300799

// epoch stores seconds since 1970, to the millisecond.
func epoch(seconds float64, v reflect.Value) bool {
	if !(seconds >= firstSecond && seconds <= lastSecond) {
		return false
	}
	v.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()))
	return true
}

// date stores an RFC 3339 text.
func date(t string, v reflect.Value) bool {
	at, err := time.Parse(time.RFC3339, t)
	if err != nil || at.Unix() < firstSecond || at.Unix() > lastSecond {
		return false
	}
	v.Set(reflect.ValueOf(at.UTC()))
	return true
}

// text stores a JSON string.
func text(t string, k kind, v reflect.Value) bool {
	switch k {
	case kString:
		v.SetString(t)
		return true
	case kBlob:
		b, err := base64.StdEncoding.DecodeString(t)
		v.SetBytes(b)
		return err == nil
	case kTime:
		return date(t, v)
	}
	return false
}

func javaName(s *shape) string {
	switch s.kind {
	case kBool:
		return "Boolean"
	case kInt:
		if s.typ.Kind() == reflect.Int64 {
			return "Long"
		}
		return "Integer"
	case kFloat:
		return "Double"
	case kTime:
		return "Timestamp"
	case kBlob:
		return "Blob"
	}
	return "String"
}
