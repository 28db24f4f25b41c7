package vtl

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

// golden is one case of a file in testdata: "=== name", then parts that begin
// with "--- kind". A part's last line break is not of it.
//
//	context   what the Source and the body are, as JSON; the previous case's when absent
//	template  the template
//	response  a second template, run with the overrides of the first
//	output    what the template prints
//	error     or why it does not compile or render
//	overrides what it overrides, as JSON
type golden struct {
	name  string
	order []string
	parts map[string]string
}

func TestGolden(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.vtl")
	total := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		cases := readGolden(string(raw))
		total += len(cases)
		context := "{}"
		for i := range cases {
			if c, ok := cases[i].parts["context"]; ok {
				context = c
			}
			t.Run(filepath.Base(file)+"/"+cases[i].name, func(t *testing.T) { cases[i].run(t, context) })
		}
		if *update {
			if err := os.WriteFile(file, []byte(writeGolden(cases)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if total < 150 {
		t.Errorf("%d cases, want at least 150", total)
	}
}

// TestEveryMethodHasACase looks for each method in the templates of testdata.
func TestEveryMethodHasACase(t *testing.T) {
	var all strings.Builder
	files, _ := filepath.Glob("testdata/*.vtl")
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(raw)
	}
	for name := range methods {
		if !strings.Contains(all.String(), "."+name+"(") {
			t.Errorf("method %s has no case in testdata", name)
		}
	}
}

func (g *golden) run(t *testing.T, context string) {
	src := new(source)
	if err := json.Unmarshal([]byte(context), src); err != nil {
		t.Fatalf("context: %v", err)
	}
	got := map[string]string{}
	c := &Context{Body: []byte(src.Body), Source: src}
	for _, part := range []string{"template", "response"} {
		text, ok := g.parts[part]
		if !ok {
			continue
		}
		out, err := render(text, c)
		if err != nil {
			got["error"] = err.Error()
		} else if part == "response" {
			got["output"] += "|" + out
		} else {
			got["output"] = out
		}
	}
	if !c.Overrides.Empty() {
		b, _ := json.Marshal(c.Overrides)
		got["overrides"] = string(b)
	}
	g.compare(t, got)
}

func render(text string, c *Context) (string, error) {
	tmpl, err := Compile(text)
	if err != nil {
		return "", err
	}
	out, err := tmpl.Append(nil, c)
	return string(out), err
}

func (g *golden) compare(t *testing.T, got map[string]string) {
	for _, part := range []string{"output", "error", "overrides"} {
		want, expected := g.parts[part]
		have, found := got[part]
		if want == have && expected == found {
			continue
		}
		if !*update {
			t.Errorf("%s of %q = %q (%v), want %q (%v)", part, g.parts["template"], have, found, want, expected)
			continue
		}
		g.replace(part, have, found)
	}
}

func (g *golden) replace(part, have string, found bool) {
	if _, ok := g.parts[part]; !ok && found {
		g.order = append(g.order, part)
	}
	if g.parts[part] = have; !found {
		delete(g.parts, part)
	}
}

func readGolden(s string) []golden {
	var cases []golden
	part := ""
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		if name, ok := strings.CutPrefix(line, "=== "); ok {
			cases = append(cases, golden{name: name, parts: map[string]string{}})
			part = ""
			continue
		}
		g := &cases[len(cases)-1]
		if kind, ok := strings.CutPrefix(line, "--- "); ok {
			part = kind
			g.order = append(g.order, part)
			g.parts[part] = ""
			continue
		}
		g.parts[part] += line + "\n"
	}
	for i := range cases {
		for part, text := range cases[i].parts {
			cases[i].parts[part] = strings.TrimSuffix(text, "\n")
		}
	}
	return cases
}

func writeGolden(cases []golden) string {
	var b strings.Builder
	for _, g := range cases {
		fmt.Fprintf(&b, "=== %s\n", g.name)
		for _, part := range g.order {
			if text, ok := g.parts[part]; ok {
				fmt.Fprintf(&b, "--- %s\n%s\n", part, text)
			}
		}
	}
	return b.String()
}

// source is a Source made of JSON.
type source struct {
	Body    string
	Path    map[string]string
	Query   map[string]string
	Header  map[string]string
	Stage   map[string]string
	Context map[string]string // by whole name; without one a usual set
}

var _ Source = (*source)(nil)

var usualContext = map[string]string{
	"accountId": "123456789012", "apiId": "abcdef1234", "stage": "prod", "httpMethod": "POST", "resourcePath": "/orders/{id}",
	"requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "requestTimeEpoch": "1700000000000",
	"identity.sourceIp": "192.0.2.1", "identity.userAgent": "curl/8.0",
	"authorizer.principalId": "user-1", "authorizer.claims.sub": "s-1", "authorizer.claims.custom:role": "admin",
}

func (s *source) values() map[string]string {
	if s.Context == nil {
		return usualContext
	}
	return s.Context
}

func (s *source) AppendContext(dst []byte, name string) ([]byte, bool) {
	return appendFrom(dst, s.values(), name)
}

func (s *source) ContextNames(of string, yield func(string) bool) {
	if of == "" {
		for _, name := range ContextNames {
			if !yield(name) {
				return
			}
		}
		return
	}
	seen := map[string]bool{}
	for _, name := range sortedKeys(s.values()) {
		rest, ok := strings.CutPrefix(name, of+".")
		rest, _, _ = strings.Cut(rest, ".")
		if ok && !seen[rest] && !yield(rest) {
			return
		}
		seen[rest] = true
	}
}

func (s *source) AppendStageVariable(dst []byte, name string) ([]byte, bool) {
	return appendFrom(dst, s.Stage, name)
}

func (s *source) StageVariableNames(yield func(string) bool) { yieldKeys(s.Stage, yield) }

func (s *source) AppendParam(dst []byte, p Place, name string) ([]byte, bool) {
	return appendFrom(dst, s.place(p), name)
}

func (s *source) ParamNames(p Place, yield func(string) bool) { yieldKeys(s.place(p), yield) }

func (s *source) place(p Place) map[string]string {
	return [...]map[string]string{s.Path, s.Query, s.Header}[p]
}

func appendFrom(dst []byte, m map[string]string, name string) ([]byte, bool) {
	v, ok := m[name]
	return append(dst, v...), ok
}

func yieldKeys(m map[string]string, yield func(string) bool) {
	for _, k := range sortedKeys(m) {
		if !yield(k) {
			return
		}
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
