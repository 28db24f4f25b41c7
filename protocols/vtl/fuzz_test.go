package vtl

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

// goldenCases are the cases of testdata, as seeds.
func goldenCases(f *testing.F) []golden {
	f.Helper()
	files, _ := filepath.Glob("testdata/*.vtl")
	var all []golden
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, readGolden(string(raw))...)
	}
	return all
}

// longest is how long anything within the limits may take on a busy machine.
const longest = 5 * time.Second

func FuzzTemplate(f *testing.F) {
	for _, g := range goldenCases(f) {
		f.Add(g.parts["template"], typicalBody)
	}
	f.Add(typical, "")
	f.Fuzz(func(t *testing.T, text, body string) {
		start := time.Now()
		tmpl, err := Compile(text)
		if err != nil {
			checkSyntaxError(t, err)
			return
		}
		first := renderFuzzed(t, tmpl, body)
		if second := renderFuzzed(t, tmpl, body); second != first {
			t.Errorf("second rendering of %q = %q, want %q", text, second, first)
		}
		if took := time.Since(start); took > longest {
			t.Errorf("%q took %v", text, took)
		}
	})
}

func checkSyntaxError(t *testing.T, err error) {
	t.Helper()
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1 || syntax.Message == "" {
		t.Errorf("error %v has no place or text", err)
	}
}

// renderFuzzed gives the output and overrides, or the error.
func renderFuzzed(t *testing.T, tmpl *Template, body string) string {
	t.Helper()
	c := &Context{Body: []byte(body), Source: &source{
		Path: map[string]string{"id": "7"}, Query: map[string]string{"v": "1"},
		Header: map[string]string{"X": "y"}, Stage: map[string]string{"n": "value"},
	}}
	const before = "before:"
	out, err := tmpl.Append([]byte(before), c)
	if err != nil {
		var failure *RenderError
		if !errors.As(err, &failure) || string(out) != before {
			t.Errorf("failed rendering = %q, %v", out, err)
		}
		return "error " + err.Error()
	}
	if len(out) > maxOutput+len(before) || string(out[:len(before)]) != before {
		t.Errorf("output of %d bytes, begins %q", len(out), out[:len(before)])
	}
	overrides, _ := json.Marshal(c.Overrides)
	return string(out) + string(overrides)
}

func FuzzJSONPath(f *testing.F) {
	for _, g := range goldenCases(f) {
		f.Add(g.name, typicalBody)
	}
	f.Add("$..[?(@.a == 1 && !(@.b =~ /x/i))]['a','b'][0:2].length()", `[{"a":1,"b":"y"}]`)
	f.Fuzz(func(t *testing.T, path, body string) {
		p, err := compilePath(path)
		if err != nil {
			checkSyntaxError(t, err)
			return
		}
		start := time.Now()
		e := acquire(&Template{}, &Context{Body: []byte(body)}, nil)
		defer e.release()
		v := e.find(p, e.document())
		if e.err == nil && p.many && p.function == "" && v.kind != kList {
			t.Errorf("%q selects several values but gives kind %d", path, v.kind)
		}
		if took := time.Since(start); took > longest {
			t.Errorf("%q took %v", path, took)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add(typicalBody)
	for _, s := range []string{`[1,-0,1.5e3,1E400,"\u00e9\ud83d\ude00\ud83d","a\/b"]`, `{"a":1,"a":2,"":null}`, "\xff", `"\x"`, `01`, ` [ ] `, "\"\x01\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := acquire(&Template{}, &Context{}, nil)
		defer e.release()
		v, ok := e.parse(s, false)
		if e.err != nil {
			return // beyond a limit
		}
		if ok != json.Valid([]byte(s)) {
			t.Fatalf("parse(%q) = %v, encoding/json says otherwise", s, ok)
		}
		var want, got any
		if !ok || json.Unmarshal([]byte(s), &want) != nil {
			return // no JSON, or a number that is none in Go
		}
		e.json(v)
		if err := json.Unmarshal(e.out, &got); err != nil || e.err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q printed as %q: %v, %v", s, e.out, err, e.err)
		}
	})
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{`\w+`, `[^a-c]`, `\p{Alpha}`, `\Q.\E`, `a(?=b)`, `(?<n>x)`, `[a&&b]`, `(a*)*$`, `\u0041`, `\s\S[\s]`} {
		f.Add(s, "abc x.y", "$1-$0")
	}
	f.Fuzz(func(t *testing.T, expression, s, with string) {
		p, err := compilePattern(expression, true)
		if err != nil {
			if !errors.Is(err, ErrRegexp) {
				t.Errorf("error %v is no ErrRegexp", err)
			}
			return
		}
		e := acquire(&Template{}, &Context{}, nil)
		defer e.release()
		if !e.work(p.cost(s)) {
			return
		}
		p.all.MatchString(s)
		e.replace(s, p, with, false)
		e.split(s, p, &arguments{})
	})
}

func FuzzPlain(f *testing.F) {
	f.Add(`{"id":"$context.requestId","n":"${stageVariables.n}$method.request.header.X"}`)
	f.Add(`{statusCode: 200,,'a':[1,],}`)
	f.Fuzz(func(t *testing.T, s string) {
		CompileSubstitution(s).Append(nil, nothing{})
		if code, ok := StatusCode([]byte(s)); !ok && code != 0 {
			t.Errorf("StatusCode(%q) = %d, false", s, code)
		}
	})
}
