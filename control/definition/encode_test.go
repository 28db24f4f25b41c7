package definition

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

// arbitrary fills v with random content, as SDK types have it: members are
// absent, empty or set. Inner maps are never nil: no operation stores one.
func arbitrary(r *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if r.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			arbitrary(r, v.Elem(), depth+1)
		}
	case reflect.String:
		v.SetString(texts[r.IntN(len(texts))])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int32:
		v.SetInt(int64(r.Int32()))
	case reflect.Float64:
		v.SetFloat(r.NormFloat64())
	case reflect.Slice:
		arbitrarySlice(r, v, depth)
	case reflect.Map:
		arbitraryMap(r, v, depth)
	case reflect.Struct:
		arbitraryStruct(r, v, depth)
	default:
		panic("no rule for " + v.Type().String())
	}
}

var texts = []string{"", "a", "null", `":null,`, `\`, `\"`, "é€\u2028", "a\nb", "{}", ",", `x":null`, "\x00"}

func arbitrarySlice(r *rand.Rand, v reflect.Value, depth int) {
	if r.IntN(4) == 0 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), r.IntN(4), 8))
	for i := range v.Len() {
		arbitrary(r, v.Index(i), depth+1)
	}
}

func arbitraryMap(r *rand.Rand, v reflect.Value, depth int) {
	inner := v.Type().Elem().Kind() == reflect.String && depth > 4
	if r.IntN(4) == 0 && !inner {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for range r.IntN(4) {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		arbitrary(r, key, depth+1)
		arbitrary(r, value, depth+1)
		if value.Kind() == reflect.Map && value.IsNil() {
			value.Set(reflect.MakeMap(value.Type()))
		}
		v.SetMapIndex(key, value)
	}
}

func arbitraryStruct(r *rand.Rand, v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(r.Int64N(4e9), 0).UTC()))
		return
	}
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			arbitrary(r, v.Field(i), depth+1)
		}
	}
}

func TestDocumentsRoundTrip(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		checkRoundTrip[HTTPAPI](t, r, kindHTTP, seed)
		checkRoundTrip[Deployment](t, r, kindDeployment, seed)
		checkRoundTrip[VPCLink](t, r, kindVPCLink, seed)
		checkRoundTrip[RestAPI](t, r, kindRest, seed)
		checkRoundTrip[RestDeployment](t, r, kindRestDeployment, seed)
	}
}

func checkRoundTrip[T any](t *testing.T, r *rand.Rand, kind string, seed uint64) {
	t.Helper()
	in := new(T)
	arbitrary(r, reflect.ValueOf(in).Elem(), 0)
	value, err := encode(kind, "us-east-1", in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := decode[T]("k", kind, value)
	if err != nil {
		t.Fatalf("seed %d: decode = %v\n%s", seed, err, value)
	}
	if !reflect.DeepEqual(in, out) {
		t.Errorf("seed %d: %s does not round-trip:\n%+v\n%+v\n%s", seed, kind, in, out, value)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct {
		name, value, want string
	}{
		{"no JSON", "{", "unreadable document apis/x: unexpected end"},
		{"later format", `{"Format":2,"Kind":"http-api"}` + "\n{}", "unreadable document apis/x: it has format 2, this program reads format 1"},
		{"no format", `{"Kind":"http-api"}` + "\n{}", "it has format 0, this program reads format 1"},
		{"another kind", `{"Format":1,"Kind":"rest-api"}` + "\n{}", `it is a "rest-api", not a "http-api"`},
		{"no body", `{"Format":1,"Kind":"http-api"}`, "unreadable document apis/x: unexpected end"},
		{"another shape", `{"Format":1,"Kind":"http-api"}` + "\n" + `{"Routes":7}`, "unreadable document apis/x: json: cannot unmarshal number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := DecodeAPI("apis/x", []byte(c.value))
			if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("DecodeAPI = %v, want an ErrFormat with %q", err, c.want)
			}
		})
	}
}

func TestDropNulls(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"a":null}`, `{}`},
		{`{"a":null,"b":1}`, `{"b":1}`},
		{`{"a":1,"b":null}`, `{"a":1}`},
		{`{"a":null,"b":null,"c":null}`, `{}`},
		{`{"a":1,"b":null,"c":2}`, `{"a":1,"c":2}`},
		{`{"a":{"b":null},"c":[{"d":null},{"e":1}]}`, `{"a":{},"c":[{},{"e":1}]}`},
		{`{"a":"x\":null","b":"null"}`, `{"a":"x\":null","b":"null"}`},
		{`[null,"a"]`, `[null,"a"]`},
		{`{"a\"":null,"\\":null,"z":":null"}`, `{"z":":null"}`},
	} {
		if got := string(dropNulls([]byte(c.in))); got != c.want {
			t.Errorf("dropNulls(%s) = %s, want %s", c.in, got, c.want)
		}
	}
}

// FuzzDropNulls holds the result against what a decoder makes of both.
func FuzzDropNulls(f *testing.F) {
	for _, seed := range []string{`{"a":null,"b":[1,{"c":null}]}`, `{"":null}`, `"x"`, `{"\"":null,"a":"\\"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			t.Skip()
		}
		canonical, err := json.Marshal(v) // as encoding/json writes it
		if err != nil {
			t.Skip()
		}
		var got any
		if err := json.Unmarshal(dropNulls(canonical), &got); err != nil {
			t.Fatalf("dropNulls(%s) is no JSON: %v", canonical, err)
		}
		if want := withoutNulls(v); !reflect.DeepEqual(got, want) {
			t.Errorf("dropNulls(%s) = %v, want %v", canonical, got, want)
		}
	})
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if e == nil {
				delete(v, k)
			} else {
				v[k] = withoutNulls(e)
			}
		}
	case []any:
		for i := range v {
			v[i] = withoutNulls(v[i])
		}
	}
	return v
}

// FuzzDecodeAPI reads whatever a broken store may hold.
func FuzzDecodeAPI(f *testing.F) {
	f.Add([]byte(`{"Format":1,"Kind":"http-api","Region":"us-east-1"}` + "\n" + `{"API":{"ApiId":"a"},"Routes":[{"RouteId":"r"}]}`))
	f.Fuzz(func(t *testing.T, value []byte) {
		a, err := DecodeAPI("apis/x", value)
		if (a == nil) == (err == nil) {
			t.Fatalf("DecodeAPI = %v, %v", a, err)
		}
	})
}
