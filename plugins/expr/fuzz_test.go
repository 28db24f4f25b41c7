package expr

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"gatehouse/core/exchange"
)

// FuzzCompile compiles anything and evaluates what compiles over a request made
// of anything: nothing panics, what was there stays, lines stay lines.
func FuzzCompile(f *testing.F) {
	f.Add("$request.body.a[0]['x'].*", "a=1&b=%2", `{"a":[{"x":{}}]}`, "va\nlue")
	f.Add("${request.header.h}/${context.path}", "h", "", "\r\n")
	f.Add("$request.querystring.a", "a=%2B+%zz&a", "[", "")
	f.Add("$request.path.id", "&&=", "null", "%41%")
	f.Fuzz(func(t *testing.T, text, query, body, header string) {
		x := exchange.New()
		x.Req.Query, x.Req.Body, x.Path = []byte(query), []byte(body), []byte(header)
		x.Params = append(x.Params, exchange.Param{Name: "id", Value: []byte(header)})
		addReq(x, "h", header, "User-Agent", header)
		x.Target = &exchange.Target{Stage: "s", Variables: map[string]string{"v": header}}
		if e, err := Compile(text, HTTPRequest); err == nil {
			checkAppend(t, e, x)
		}
		if e, err := CompileLine(text, HTTPLog); err == nil {
			if line := e.AppendLine(nil, x, "-"); bytes.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("line of %q has a control character: %q", text, line)
			}
		}
	})
}

func checkAppend(t *testing.T, e *Expr, x *exchange.Exchange) {
	got, ok := e.Append([]byte("kept"), x)
	if !bytes.HasPrefix(got, []byte("kept")) || !ok && len(got) != 4 {
		t.Errorf("Append = %q, %v", got, ok)
	}
	path, _ := e.AppendPath(nil, x)
	for i, b := range path {
		if !inPath[b] && b != '%' {
			t.Errorf("AppendPath = %q, byte %d does not belong in a path", path, i)
		}
	}
}

// FuzzBodyPath compares what a path selects with what encoding/json finds.
func FuzzBodyPath(f *testing.F) {
	f.Add(".a.b", `{"a":{"b":"x"},"a":{"b":" y\ud800"}}`)
	f.Add("[1]['k']", `[0,{"k":[1, {"z" : null}]}]`)
	f.Add("[-1]", `[1,"two",3.0e+1]`)
	f.Fuzz(func(t *testing.T, text, body string) {
		p, problem := parsePath(text)
		got, ok := p.append(nil, []byte(body))
		if problem != "" || p.many || len(body) > maxBodyView {
			return
		}
		want, found := reference(p, body)
		if ok != found {
			t.Fatalf("%q of %q = %q, %v, want found %v", text, body, got, ok, found)
		}
		if s, isText := want.(string); isText && ok && string(got) != s && strings.ToValidUTF8(string(got), "\uFFFD") == string(got) {
			t.Errorf("%q of %q = %q, want %q", text, body, got, s)
		} else if !isText && ok && !json.Valid(got) {
			t.Errorf("%q of %q = %q, which is not JSON", text, body, got)
		}
	})
}

// reference finds the value of p by decoding the whole body.
func reference(p path, body string) (v any, ok bool) {
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if !json.Valid([]byte(body)) || d.Decode(&v) != nil {
		return nil, false
	}
	for _, s := range p.steps {
		switch in := v.(type) {
		case map[string]any:
			if v, ok = in[s.name]; !ok || s.kind != member {
				return nil, false
			}
		case []any:
			i := s.index
			if i < 0 {
				i += len(in)
			}
			if s.kind != element || i < 0 || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, v != nil
}
