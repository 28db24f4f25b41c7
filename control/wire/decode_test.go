package wire

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gatehouse/core/gwerr"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
)

// golden holds a text against testdata/name; -update rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", name, got, want)
	}
}

// goldenTypes names the input types of the cases in testdata.
var goldenTypes = map[string]reflect.Type{
	"CreateApi":        reflect.TypeFor[apigatewayv2.CreateApiInput](),
	"CreateStage":      reflect.TypeFor[apigatewayv2.CreateStageInput](),
	"UpdateRestApi":    reflect.TypeFor[apigateway.UpdateRestApiInput](),
	"UpdateAuthorizer": reflect.TypeFor[apigatewayv2.UpdateAuthorizerInput](),
	"GetStageOutput":   reflect.TypeFor[apigatewayv2.GetStageOutput](),
	"GetUsageOutput":   reflect.TypeFor[apigateway.GetUsageOutput](),
	"GetApiKeysOutput": reflect.TypeFor[apigateway.GetApiKeysOutput](),
}

// TestGolden decodes each testdata/{type}-{case}.in.json and writes what came of
// it, as both services would.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.in.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".in.json")
		kind, _, _ := strings.Cut(name, "-")
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := newShaper(LowerCamel).of(goldenTypes[kind])
		v := reflect.New(goldenTypes[kind]).Elem()
		var out bytes.Buffer
		if err := decodeBody(body, s, v); err != nil {
			out.WriteString(err.Error())
		} else {
			for _, times := range []TimeFormat{EpochSeconds, ISO8601} {
				if err := json.Indent(&out, encoder{times}.structure(nil, s, v), "", "  "); err != nil {
					t.Fatalf("%s: encoded no JSON: %v", name, err)
				}
				out.WriteByte('\n')
			}
		}
		golden(t, name+".out.json", out.Bytes())
	}
}

func TestDecodeFaults(t *testing.T) {
	type inner struct {
		Text *string
		Flag *bool
	}
	type input struct {
		Name  *string
		On    *bool
		Small *int32
		Big   *int64
		Rate  *float64
		Blob  []byte
		List  []string
		Dict  map[string]string
		Inner *inner
	}
	s := newShaper(LowerCamel).of(reflect.TypeFor[input]())
	for _, c := range []struct{ name, body, want string }{
		{"empty", ``, ""},
		{"blank", " \n", ""},
		{"null", `null`, ""},
		{"null members", `{"name":null,"list":null,"inner":null}`, ""},
		{"unknown members", `{"x":{"y":[1,{"z":"\""}]},"name":"n","q":null}`, ""},
		{"fraction of an integer", `{"small":1.9}`, ""},
		{"exponent", `{"small":2e3,"rate":1e-3,"big":9223372036854775807}`, ""},
		{"boolean for string", `{"name":true}`, "class java.lang.Boolean can not be converted to an String"},
		{"number for string", `{"name":1}`, "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"},
		{"object for string", `{"name":{}}`, "Start of structure or map found where not expected."},
		{"list for string", `{"name":[]}`, "Start of list found where not expected"},
		{"string for boolean", `{"on":"true"}`, "class java.lang.String can not be converted to an Boolean"},
		{"string for integer", `{"small":"1"}`, "class java.lang.String can not be converted to an Integer"},
		{"boolean for long", `{"big":false}`, "class java.lang.Boolean can not be converted to an Long"},
		{"string for double", `{"rate":"1"}`, "class java.lang.String can not be converted to an Double"},
		{"integer too big", `{"small":2147483648}`, "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Integer"},
		{"huge exponent", `{"rate":1e999}`, "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Double"},
		{"long too big", `{"big":1e30}`, "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Long"},
		{"no base64", `{"blob":"?"}`, "class java.lang.String can not be converted to an Blob"},
		{"string for list", `{"list":"a"}`, "Unrecognized collection type class java.lang.String"},
		{"object for list", `{"list":{}}`, "Start of structure or map found where not expected."},
		{"number in list", `{"list":["a",1]}`, "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"},
		{"boolean in map", `{"dict":{"a":true}}`, "class java.lang.Boolean can not be converted to an String"},
		{"list for map", `{"dict":[]}`, "Unrecognized collection type class java.util.ArrayList"},
		{"nested", `{"inner":{"flag":3}}`, "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Boolean"},
		{"list for body", `[]`, "Unrecognized collection type class java.util.ArrayList"},
		{"string for body", `"x"`, "Unrecognized collection type class java.lang.String"},
		{"cut", `{"name":"n"`, "Could not parse request body into json"},
		{"two values", `{} {}`, "Could not parse request body into json"},
		{"last comma", `{"name":"n",}`, "Could not parse request body into json"},
		{"single quotes", `{'name':1}`, "Could not parse request body into json"},
		{"many", `{"list":[` + strings.Repeat(`"",`, 100_000) + `""]}`, "Request body holds more than 100000 values"},
		{"many unknown", `{"x":[` + strings.Repeat(`"",`, 100_000) + `""]}`, ""},
		{"deep", strings.Repeat(`[`, 101), "Request body nests deeper than 100 levels"},
		{"deep in an unknown member", `{"x":` + strings.Repeat(`[`, 100) + strings.Repeat(`]`, 100) + `}`, "Request body nests deeper than 100 levels"},
		{"deep in a string", `{"name":"` + strings.Repeat(`[\"`, 200) + `"}`, ""},
	} {
		v := reflect.New(reflect.TypeFor[input]()).Elem()
		err := decodeBody([]byte(c.body), s, v)
		if got := faultText(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if err != nil && (gwerr.As(err).Type != "SerializationException" || gwerr.As(err).Status != 400) {
			t.Errorf("%s: %v, want SerializationException (400)", c.name, err)
		}
	}
}

func faultText(err error) string {
	if err == nil {
		return ""
	}
	return gwerr.As(err).Message
}

// FuzzDecode: no body panics; what is decoded survives being written and read.
func FuzzDecode(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.in.json")
	for _, file := range files {
		body, _ := os.ReadFile(file)
		f.Add(body)
	}
	f.Add([]byte(`{"tags":{"a":null},"corsConfiguration":{"maxAge":1e3,"allowOrigins":[null,"x"]}}`))
	shapes := newShaper(LowerCamel)
	types := []reflect.Type{reflect.TypeFor[apigatewayv2.CreateApiInput](), reflect.TypeFor[apigatewayv2.GetStageOutput](),
		reflect.TypeFor[apigateway.UpdateRestApiInput](), reflect.TypeFor[apigateway.GetUsageOutput]()}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, typ := range types {
			s, v, again := shapes.of(typ), reflect.New(typ).Elem(), reflect.New(typ).Elem()
			if decodeBody(body, s, v) != nil {
				continue
			}
			text := encoder{ISO8601}.structure(nil, s, v)
			if err := decodeBody(text, s, again); err != nil {
				t.Fatalf("%v reads its own %s: %v", typ, text, err)
			}
			if second := (encoder{ISO8601}).structure(nil, s, again); !bytes.Equal(text, second) {
				t.Fatalf("%v wrote %s, then %s", typ, text, second)
			}
		}
	})
}
