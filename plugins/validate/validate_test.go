package validate

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/plugins/rest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// errorsOf keeps the failure of an exchange.
type errorsOf struct{}

func (errorsOf) WriteError(x *exchange.Exchange, e *gwerr.Error) { x.Res.Status = e.Status }

// check runs the step; it returns the type and text of the failure, and what the
// validator says of it.
func check(t *testing.T, s *Step, x *exchange.Exchange) (kind, message, faults string) {
	t.Helper()
	x.Target = &exchange.Target{Errors: errorsOf{}}
	st := rest.Begin(x)
	if s == nil || s.Handle(x) == pipeline.Next {
		return "", "", ""
	}
	return x.Err.Type, x.Err.Message, st.Validation
}

func request(query, body string, headers ...string) *exchange.Exchange {
	x := exchange.New()
	x.Req.Method, x.Req.Query, x.Req.Body = "POST", []byte(query), []byte(body)
	for i := 0; i < len(headers); i += 2 {
		x.Req.Headers.Add([]byte(headers[i]), []byte(headers[i+1]))
	}
	return x
}

func TestParameters(t *testing.T) {
	s, err := New(Config{Parameters: []string{"method.request.querystring.qs1", "method.request.path.issuer", "method.request.header.x-header-param"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, query, header, issuer, want string
	}{
		{"none", "", "", "", "Missing required request parameters: [x-header-param, issuer, qs1]"},
		{"all", "qs1=1", "a", "i", ""},
		{"blank header", "qs1=1", " \t", "i", "Missing required request parameters: [x-header-param]"},
		{"blank query", "qs1=+%20", "a", "i", "Missing required request parameters: [qs1]"},
		{"no value", "qs1", "a", "i", "Missing required request parameters: [qs1]"},
		{"case of a query counts", "QS1=1", "a", "i", "Missing required request parameters: [qs1]"},
		{"one of several values", "qs1=&q%73%31=x", "a", "i", ""},
	} {
		x := request(c.query, "", "X-Header-Param", c.header)
		if c.issuer != "" {
			x.Params = append(x.Params, exchange.Param{Name: "issuer", Value: []byte(c.issuer)})
		}
		if _, got, _ := check(t, s, x); got != c.want {
			t.Errorf("%s = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestBodies(t *testing.T) {
	models, faults := Compile("a1", map[string]string{
		"Order": `{"type":"object","required":["a"],"properties":{"a":{"type":"number"}}}`,
		"Empty": `{"$schema":"http://json-schema.org/draft-04/schema#","title":"Empty Schema","type":"object"}`,
	})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	s, err := New(Config{Models: map[string]*Model{"application/json": models["Order"], "application/x": models["Empty"]}})
	if err != nil {
		t.Fatal(err)
	}
	const bad = "Invalid request body"
	for _, c := range []struct{ name, mime, body, want string }{
		{"empty object", "", "{}", bad}, {"empty", "", "", bad}, {"blank", "", " \n", bad}, {"wrong type", "", `{"a":"1"}`, bad}, {"fits", "", `{"a":1,"z":0}`, ""},
		{"no JSON", "application/json; charset=utf-8", "a=1", bad}, {"two values", "", `{"a":1}{}`, bad},
		{"no model for the type", "text/plain", "a=1", ""}, {"type without regard to case", "Application/X", "[]", bad}, {"Empty", "application/x", "", ""},
		{"deep", "", `{"a":1,"b":` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + "}", bad}, {"number of a billion digits", "", `{"a":1e999999999}`, bad},
	} {
		x := request("", c.body)
		if c.mime != "" {
			x.Req.Headers.Add([]byte("Content-Type"), []byte(c.mime))
		}
		kind, got, _ := check(t, s, x)
		if got != c.want || got != "" && kind != "BAD_REQUEST_BODY" {
			t.Errorf("%s = %s %q, want %q", c.name, kind, got, c.want)
		}
	}
}

func TestParametersComeFirst(t *testing.T) {
	models, _ := Compile("a1", map[string]string{"M": `{"required":["a"]}`})
	s, err := New(Config{Parameters: []string{"method.request.querystring.q"}, Models: map[string]*Model{"application/json": models["M"]}})
	if err != nil {
		t.Fatal(err)
	}
	if kind, _, _ := check(t, s, request("", "{}")); kind != "BAD_REQUEST_PARAMETERS" {
		t.Errorf("both wrong = %s", kind)
	}
	if kind, _, _ := check(t, s, request("q=1", "{}")); kind != "BAD_REQUEST_BODY" {
		t.Errorf("body wrong = %s", kind)
	}
}

// golden is one file of testdata.
type golden struct {
	Models map[string]json.RawMessage // the one called M is checked
	Bodies []struct {
		Body   string
		Faults string
	}
}

// TestGolden holds what $context.error.validationErrorString says.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var g golden
			if err := json.Unmarshal(text, &g); err != nil {
				t.Fatal(err)
			}
			schemas := map[string]string{}
			for name, s := range g.Models {
				schemas[name] = string(s)
			}
			models, faults := Compile("a1", schemas)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			for i := range g.Bodies {
				b := &g.Bodies[i]
				got := models["M"].Check([]byte(b.Body))
				if *update {
					b.Faults = got
				} else if got != b.Faults {
					t.Errorf("Check(%s) = %s, want %s", b.Body, got, b.Faults)
				}
			}
			if *update {
				out, _ := json.MarshalIndent(g, "", "\t")
				if err := os.WriteFile(file, append(out, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestCompileRefuses(t *testing.T) {
	_, faults := Compile("a1", map[string]string{
		"text": "nope", "list": "[]", "type": `{"type":"nope"}`, "away": `{"$ref":"https://example.com/x"}`, "none": `{"$ref":"https://apigateway.amazonaws.com/restapis/a1/models/nope"}`,
		"file": `{"$ref":"file:///etc/passwd"}`, "pattern": `{"pattern":"("}`, "good": `{"type":"object"}`,
	})
	for _, name := range []string{"text", "list", "type", "away", "none", "file", "pattern"} {
		if faults[name] == nil {
			t.Errorf("model %s compiles", name)
		}
	}
	if faults["good"] != nil {
		t.Errorf("model good: %v", faults["good"])
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(`{"a":1}`)
	f.Add(`{"a":{"a":null,"b":["x",1e5]}}`)
	f.Add(`[[[[`)
	models, faults := Compile("a1", map[string]string{"M": `{"type":"object","properties":{"a":{"$ref":"#"},"b":{"type":"array","uniqueItems":true,"items":{"oneOf":[{"type":"string","pattern":"^(?!x)","minLength":2},{"type":"number","multipleOf":0.5,"maximum":9}]}}},"additionalProperties":false}`})
	if len(faults) > 0 {
		f.Fatal(faults)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if got := models["M"].Check([]byte(body)); got != "" && (got[0] != '[' || got[len(got)-1] != ']') {
			t.Errorf("Check(%q) = %q", body, got)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	models, _ := Compile("a1", map[string]string{"M": `{"type":"object","required":["a"],"properties":{"a":{"type":"number"},"b":{"type":"array","items":{"type":"string"}}}}`})
	body := []byte(`{"a":1,"b":["x","y","z"]}`)
	b.ReportAllocs()
	for b.Loop() {
		if models["M"].Check(body) != "" {
			b.Fatal("does not fit")
		}
	}
}
