package openapi

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"JSON", `{"b":1,"a":[true,null,"x\u00e9\ud83d\ude00",-1.5e3]}`, `{"b":1,"a":[true,null,"xé😀",-1.5e3]}`},
		{"JSON with tabs", "\t{\n\t\"a\":\t1}", `{"a":1}`},
		{"byte order mark", "\ufeff{}", `{}`},
		{"YAML flow", `{a: 1, "b": [x, 'y']}`, `{"a":1,"b":["x","y"]}`},
		{"YAML block", "b: 1\na:\n- true\n- ~\n", `{"b":1,"a":[true,null]}`},
		{"YAML names", "200: x\nyes: y\nnull: z\n1.0: w", `{"200":"x","yes":"y","null":"z","1.0":"w"}`},
		{"YAML numbers", "a: 0x10\nb: 1_000\nc: .5\nd: .inf\ne: 1.0\nf: 007", `{"a":16,"b":1000,"c":0.5,"d":".inf","e":1.0,"f":7}`},
		{"YAML time", "a: 2020-01-01\nb: 2020-01-01T00:00:00Z", `{"a":"2020-01-01","b":"2020-01-01T00:00:00Z"}`},
		{"YAML words", "a: yes\nb: on\nc: True\nd: 'true'", `{"a":"yes","b":"on","c":true,"d":"true"}`},
		{"alias", "a: &x {b: 1}\nc: *x", `{"a":{"b":1},"c":{"b":1}}`},
		{"merge", "a: &x {b: 1, c: 2}\nd:\n  c: 3\n  <<: *x", `{"a":{"b":1,"c":2},"d":{"c":3,"b":1}}`},
		{"merge list", "a: &x {b: 1}\ny: &y {b: 2, c: 3}\nd: {<<: [*x, *y]}", `{"a":{"b":1},"y":{"b":2,"c":3},"d":{"b":1,"c":3}}`},
		{"text block", "a: |\n  one\n  two\n", `{"a":"one\ntwo\n"}`},
	} {
		n, err := Parse([]byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := n.compact(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestParseRefusals(t *testing.T) {
	bomb := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := range 9 {
		prev, name := string(rune('0'+i)), string(rune('1'+i))
		bomb += "a" + name + ": &a" + name + " [" + strings.Repeat("*a"+prev+",", 9) + "*a" + prev + "]\n"
	}
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"empty", "", ErrSyntax},
		{"blank", " \n", ErrSyntax},
		{"list", "[1]", errNoObject},
		{"text", "x", errNoObject},
		{"cut", `{"a":`, ErrSyntax},
		{"two values", `{} {}`, ErrSyntax},
		{"two documents", "a: 1\n---\nb: 2", ErrSyntax},
		{"twice", `{"a":1,"a":2}`, ErrSyntax},
		{"twice in YAML", "a: 1\na: 2", ErrSyntax},
		{"no UTF-8", "{\"a\":\"\xff\"}", errNotUTF8},
		{"too long", strings.Repeat(" ", MaxBytes+1), errTooBig},
		{"too many", `{"a":[` + strings.Repeat("0,", maxNodes) + `0]}`, errTooMany},
		{"too deep", strings.Repeat(`{"a":`, maxDepth+1) + "1" + strings.Repeat("}", maxDepth+1), errTooDeep},
		{"too deep in YAML", strings.Repeat(`{a: `, maxDepth+1) + "1" + strings.Repeat("}", maxDepth+1), errTooDeep},
		{"alias bomb", bomb, errTooMany},
		{"alias to itself", "a: &a {b: *a}", errTooDeep},
		{"tag", "a: !Sub x", ErrSyntax},
		{"name no text", "? [a]\n: b", ErrSyntax},
		{"tabs in YAML", "a:\n\t- b", ErrSyntax},
	} {
		if n, err := Parse([]byte(c.text)); !errors.Is(err, c.want) || !errors.Is(err, ErrSyntax) {
			t.Errorf("%s: %v, %v; want %v", c.name, n, err, c.want)
		}
	}
}

// TestWrite compares both forms with what AWS's look like.
func TestWrite(t *testing.T) {
	n, err := Parse([]byte(`{"a":{},"b":[],"c":[{"d":[1,[2,[]]],"e":"x\n\"\u007f"},{"200":null}],"yes":true,"a b":"","/{p+}":{"$ref":"#"}}`))
	if err != nil {
		t.Fatal(err)
	}
	const wantJSON = `{
  "a" : { },
  "b" : [ ],
  "c" : [ {
    "d" : [ 1, [ 2, [ ] ] ],
    "e" : "x\n\"\u007f"
  }, {
    "200" : null
  } ],
  "yes" : true,
  "a b" : "",
  "/{p+}" : {
    "$ref" : "#"
  }
}`
	const wantYAML = `---
a: {}
b: []
c:
- d:
  - 1
  - - 2
    - []
  e: "x\n\"\u007f"
- "200": null
"yes": true
"a b": ""
/{p+}:
  $ref: "#"
`
	if got := string(n.JSON()); got != wantJSON {
		t.Errorf("JSON:\n%s\nwant\n%s", got, wantJSON)
	}
	if got := string(n.YAML()); got != wantYAML {
		t.Errorf("YAML:\n%s\nwant\n%s", got, wantYAML)
	}
}

func TestRefs(t *testing.T) {
	root, err := Parse([]byte(`{"a":{"b/c":{"~":[{"x":1}]}},"one":{"$ref":"#/two"},"two":{"$ref":"#/a"},"loop":{"$ref":"#/loop"},"far":{"$ref":"http://x/#/a"}}`))
	if err != nil {
		t.Fatal(err)
	}
	for ref, want := range map[string]string{"#/a/b~1c/~0/0/x": "1", "#/a/b%2Fc/~0/0": `{"x":1}`, "#/a/b~1c/~0/1": "", "#/a/x": "", "a": "", "#a": "", "#/two/$ref": `"#/a"`} {
		got := ""
		if n := root.pointer(ref); n != nil {
			got = n.compact()
		}
		if got != want {
			t.Errorf("pointer(%q) = %s, want %s", ref, got, want)
		}
	}
	if n, err := root.Get("one").resolve(root); err != nil || n != root.Get("a") {
		t.Errorf("a chain of references: %v, %v", n, err)
	}
	if _, err := root.Get("loop").resolve(root); !errors.Is(err, errRefs) {
		t.Errorf("a circle: %v", err)
	}
	if _, err := root.Get("far").resolve(root); err == nil {
		t.Error("a reference to another document is followed")
	}
}

func TestProtocol(t *testing.T) {
	const head = `{"openapi":"3.0.1","paths":{"/a":{"get":{"x-amazon-apigateway-integration":`
	for _, c := range []struct{ doc, want string }{
		{`{"swagger":"2.0"}`, ProtocolREST},
		{`{"openapi":"3.0.0"}`, ProtocolHTTP},
		{`{"openapi":"3.0.0","x-amazon-apigateway-policy":{}}`, ProtocolREST},
		{`{"openapi":"3.0.0","x-amazon-apigateway-cors":{}}`, ProtocolHTTP},
		{head + `{"type":"mock"}}}}}`, ProtocolREST},
		{head + `{"type":"aws_proxy","uri":"x"}}}}}`, ProtocolHTTP},
		{head + `{"type":"aws_proxy","uri":"x","passthroughBehavior":"when_no_match"}}}}}`, ProtocolREST},
		{head + `{"type":"aws_proxy","payloadFormatVersion":"1.0","passthroughBehavior":"when_no_match"}}}}}`, ProtocolHTTP},
		{`{"openapi":"3.0.0","components":{"securitySchemes":{"k":{"type":"apiKey","name":"X-API-Key","in":"header"}}}}`, ProtocolREST},
		{`{"asyncapi":"2.0.0"}`, ProtocolWebSocket},
		{`{"openapi":"3.0.0","paths":{"/$connect":{}}}`, ProtocolWebSocket},
	} {
		if got, err := Protocol([]byte(c.doc)); err != nil || got != c.want {
			t.Errorf("Protocol(%s) = %s, %v; want %s", c.doc, got, err, c.want)
		}
	}
	for _, doc := range []string{"", "{}", `{"openapi":"4.0"}`} {
		if got, err := Protocol([]byte(doc)); err == nil {
			t.Errorf("Protocol(%q) = %s", doc, got)
		}
	}
}

// TestSchemasThatReferToMuch: references may name a large part by many texts;
// what is copied of it has a bound.
func TestSchemasThatReferToMuch(t *testing.T) {
	doc := `{"openapi":"3.0.0","info":{"title":"t"},"abcdefg":{"enum2":[` + strings.Repeat("{},", 30_000) + `0]},"components":{"schemas":{"A":{"allOf":[`
	for bits := range 128 { // each letter plain or escaped
		doc += `{"$ref":"#/`
		for i, c := range "abcdefg" {
			if bits>>i&1 == 1 {
				doc += fmt.Sprintf("%%%x", c)
			} else {
				doc += string(c)
			}
		}
		doc += `"},`
	}
	r, err := ReadREST([]byte(doc+`{}]}}}}`), Options{})
	if err != nil || len(r.Errors) != 1 {
		t.Errorf("errors %q, %v", r.Errors, err)
	}
}

// FuzzParse: what is read is written, in both forms, as what reads alike.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":null}]}`, "a: &x [1, 0x1f]\nb: *x", "? a\n: - b\n  - - c", `{"a":"\u0000\u2028\ufeff"}`, "a: !!str 1\nb: !!binary aGk=", "<<: {a: 1}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := Parse(text)
		if err != nil {
			if !errors.Is(err, ErrSyntax) {
				t.Fatalf("error %v", err)
			}
			return
		}
		for name, out := range map[string][]byte{"JSON": n.JSON(), "YAML": n.YAML(), "compact": []byte(n.compact())} {
			again, err := Parse(out)
			if err != nil {
				t.Fatalf("%s of %q is unreadable: %v\n%s", name, text, err, out)
			}
			if !n.equal(again) {
				t.Fatalf("%s of %q reads as another document:\n%s\n%s", name, text, n.compact(), again.compact())
			}
		}
	})
}

// FuzzRead: no document makes a reader fail in another way than by its error, and
// reports stay in bounds.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"openapi":"3.0.1","info":{"title":"t"},"paths":{"/a/{b}":{"get":{"parameters":[{"name":"b","in":"path"}],"security":[{"s":["x"]}],"responses":{"200":{"content":{"a/b":{"schema":{"type":"object"}}}}},"x-amazon-apigateway-integration":{"type":"http","uri":"http://a","responses":{"default":{"statusCode":200}}}}}},"components":{"schemas":{"A":{"$ref":"#/components/schemas/A"}},"securitySchemes":{"s":{"type":"apiKey","x-amazon-apigateway-authorizer":{"type":"jwt"}}}}}`,
		"swagger: '2.0'\nbasePath: /x/y\npaths:\n  /:\n    $ref: '#/paths/~1'\n  /b:\n    x-amazon-apigateway-any-method: {consumes: [a/b], parameters: [{in: body, schema: {items: {$ref: '#/definitions/A/items'}}}]}\ndefinitions: {A: {items: {$ref: '#/definitions/A/items'}}}",
		`{"openapi":"3.0.0","x-amazon-apigateway-policy":7,"x-amazon-apigateway-gateway-responses":[],"servers":[{"url":"%"}],"x-amazon-apigateway-documentation":{"documentationParts":[{},{"properties":[]}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, mode := range []string{baseIgnore, basePrepend, baseSplit} {
			o := Options{BasePath: mode, Region: "us-east-1", Account: "000000000000"}
			if r, err := ReadREST(text, o); err == nil {
				checkReport(t, &r.Report)
				for i := range r.Models {
					if _, err := Parse([]byte(r.Models[i].Schema("a"))); err != nil && r.Models[i].schema.is(Map) && !errors.Is(err, errTooBig) {
						t.Fatalf("model %q: %v", r.Models[i].Name, err)
					}
				}
			}
			if h, err := ReadHTTP(text, o); err == nil {
				checkReport(t, &h.Report)
				for _, route := range h.Routes {
					if route.Integration >= len(h.Integrations) || route.Authorizer >= len(h.Authorizers) || route.RouteKey == nil {
						t.Fatalf("route %+v", route)
					}
				}
			}
		}
		_, _ = Protocol(text)
	})
}

func checkReport(t *testing.T, r *Report) {
	if len(r.Info) > maxReport || len(r.Warnings) > maxReport || len(r.Errors) > maxReport {
		t.Fatalf("a report of %d, %d, %d lines", len(r.Info), len(r.Warnings), len(r.Errors))
	}
}
