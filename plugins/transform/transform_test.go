package transform

import (
	"strings"
	"testing"
	"unicode/utf8"

	"gatehouse/plugins/rest"
)

func TestNewRequestRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		cfg  Request
		want string
	}{
		{"template", Request{Templates: map[string]string{"a/b": "#if("}}, "template for a/b: line 1"},
		{"key", Request{Parameters: map[string]string{"integration.request.cookie.a": "'x'"}}, `request parameter "integration.request.cookie.a": is no place`},
		{"no name", Request{Parameters: map[string]string{"integration.request.header.": "'x'"}}, `request parameter "integration.request.header.": is no place`},
		{"value", Request{Parameters: map[string]string{"integration.request.header.a": "x"}}, `request parameter "integration.request.header.a": "x" names nothing`},
		{"context", Request{Parameters: map[string]string{"integration.request.header.a": "context.nope"}}, `request parameter "integration.request.header.a": "context.nope" names nothing`},
		{"side", Request{Parameters: map[string]string{"integration.request.header.a": "integration.response.header.x"}}, `request parameter "integration.request.header.a": "integration.response.header.x" names nothing`},
		{"path", Request{Parameters: map[string]string{"integration.request.header.a": "method.request.body.a..b"}}, `request parameter "integration.request.header.a": expression`},
	} {
		if _, err := NewRequest(c.cfg); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: NewRequest = %v, want %s...", c.name, err, c.want)
		}
	}
	if s, err := NewRequest(Request{Kind: HTTPProxy, Binary: rest.NewMediaTypes([]string{"*/*"})}); s != nil || err != nil {
		t.Errorf("a proxy that passes all = %v, %v, want none", s, err)
	}
}

func TestNewResponseRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer Answer
		want   string
	}{
		{"status", Answer{Status: "20"}, "integration response 20: status code"},
		{"template", Answer{Status: "200", Templates: map[string]string{"a/b": "#end"}}, "integration response 200: template for a/b"},
		{"key", Answer{Status: "200", Parameters: map[string]string{"x": "'y'"}}, `integration response 200: response parameter "x"`},
		{"value", Answer{Status: "200", Parameters: map[string]string{"method.response.header.a": "method.request.header.b"}}, `integration response 200: response parameter "method.response.header.a"`},
		{"pattern", Answer{Status: "200", Pattern: "("}, `selection pattern "("`},
	} {
		_, err := NewResponse(Response{Answers: []Answer{c.answer}, Declared: map[string][]string{"200": {"a"}}})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: NewResponse = %v, want %s...", c.name, err, c.want)
		}
	}
}

func TestAnswerFate(t *testing.T) {
	for name, want := range map[string]string{"server": remap + "Server", "CONTENT-LENGTH": remap + "Content-Length", "www-authenticate": remap + "WWW-Authenticate", "x-own": "x-own", "Via": "Via"} {
		if got, _ := answerFate(name); got != want {
			t.Errorf("answerFate(%s) = %s, want %s", name, got, want)
		}
	}
}

func TestPatternTimesOut(t *testing.T) {
	p, err := compilePattern(`(?=a)(a|aa)+b`)
	if err != nil {
		t.Fatal(err)
	}
	if p.matches(strings.Repeat("a", 100)) {
		t.Error("an exponential pattern matches")
	}
	if p, _ := compilePattern("200"); p.matches("200\n") || !p.matches("200") {
		t.Error("a pattern must match the whole text")
	}
}

func FuzzConvert(f *testing.F) {
	f.Add([]byte("\xff\xfea\xf0\x9f\x98"))
	f.Fuzz(func(t *testing.T, b []byte) {
		out, _, err := asText.convert(b)
		if err != nil || !utf8.Valid(out) || string(out) != string([]rune(string(b))) {
			t.Errorf("asText(%q) = %q, %v", b, out, err)
		}
		coded, _, _ := encode.convert(b)
		if back, _, err := decode.convert(coded); err != nil || string(back) != string(b) {
			t.Errorf("decode(encode(%q)) = %q, %v", b, back, err)
		}
		_, _, _ = decode.convert(b)
	})
}
