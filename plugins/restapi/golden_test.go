package restapi_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"gatehouse/core/gwerr"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
	"gatehouse/plugins/restapi"
	"gatehouse/plugins/transform"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

// golden is one case of a file in testdata: "=== name", then parts that begin
// with "--- kind". A part's last line break is not of it. A part that a case
// lacks is the previous case's, but for "sent" and "answer", which are expected.
//
// In mapping.golden:
//
//	method   the integration, as JSON (an integration)
//	request  the client's request, sent to /dev/{pid}
//	backend  what an HTTP back end answers
//	sent     what the back end got
//	answer   what the client got
//
// In response.golden:
//
//	error      what was raised, as JSON
//	responses  the customised gateway responses, as JSON
//	request    the client's request, sent to /dev/{pid}
//	answer     what the client got
type golden struct {
	name  string
	order []string
	parts map[string]string
}

// eachGolden runs the cases of a file: run returns the expected parts.
func eachGolden(t *testing.T, file string, least int, run func(t *testing.T, in map[string]string) map[string]string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cases := readGolden(string(raw))
	if len(cases) < least {
		t.Errorf("%s has %d cases, want at least %d", file, len(cases), least)
	}
	in := map[string]string{}
	for i := range cases {
		c := &cases[i]
		for part, text := range c.parts {
			in[part] = text
		}
		t.Run(c.name, func(t *testing.T) { c.compare(t, run(t, in)) })
	}
	if *update {
		if err := os.WriteFile(file, []byte(writeGolden(cases)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// compare compares the expected parts, or with -update takes what there is.
func (c *golden) compare(t *testing.T, got map[string]string) {
	for _, part := range []string{"sent", "answer"} {
		want, expected := c.parts[part]
		have, found := got[part]
		if want == have && expected == found {
			continue
		}
		if !*update {
			t.Errorf("%s =\n%s\nwant\n%s", part, have, want)
			continue
		}
		if !expected {
			c.order = append(c.order, part)
		}
		if c.parts[part] = have; !found {
			delete(c.parts, part)
		}
	}
}

func readGolden(s string) []golden {
	var cases []golden
	part := ""
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		if name, ok := strings.CutPrefix(line, "=== "); ok {
			cases = append(cases, golden{name: name, parts: map[string]string{}})
			continue
		}
		c := &cases[len(cases)-1]
		if kind, ok := strings.CutPrefix(line, "--- "); ok {
			part = kind
			c.order = append(c.order, part)
			c.parts[part] = ""
			continue
		}
		c.parts[part] += line + "\n"
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
	for _, c := range cases {
		fmt.Fprintf(&b, "=== %s\n", c.name)
		for _, part := range c.order {
			if text, ok := c.parts[part]; ok {
				fmt.Fprintf(&b, "--- %s\n%s\n", part, text)
			}
		}
	}
	return b.String()
}

// decodeStrictly reads a JSON part; a key that v lacks is a mistake in the file.
func decodeStrictly(t *testing.T, text string, v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// printed prints a response as the files have it: without framing, ids masked.
func printed(r response) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", r.status)
	for line := range strings.SplitSeq(masked(r), "|") {
		switch name, value, _ := strings.Cut(line, ": "); name {
		case "RID", "XID", "Connection", "Content-Length":
		case "X-Amzn-Trace-Id":
			if len(value) == 40 {
				line = name + ": *"
			}
			b.WriteString(line + "\n")
		default:
			b.WriteString(line + "\n")
		}
	}
	return b.String() + "\n" + r.body
}

// integration is the part "method" of a mapping's case.
type integration struct {
	Kind            string // HTTP, HTTP_PROXY or MOCK
	URI             string // behind the back end's address
	Method          string
	Parameters      params
	Templates       params
	Passthrough     string
	ContentHandling string
	Variables       params   // of the stage
	Declared        []string // headers of every method response
	Answers         []transform.Answer
}

// settings compiles i as a deployment does.
func (i *integration) settings(g *gateway, url string) plugins.Settings {
	in := transform.Request{Method: i.Method, Parameters: i.Parameters, Templates: i.Templates, Passthrough: i.Passthrough, ContentHandling: i.ContentHandling}
	switch i.Kind {
	case "MOCK":
		return mock(i.Templates["application/json"], i.Declared, i.Answers...)
	case "HTTP_PROXY":
		return g.proxy(url+i.URI, i.Parameters)
	}
	return g.http(url+i.URI, in, transform.Response{Answers: i.Answers, Declared: answers(i.Declared...)})
}

func TestGoldenMappings(t *testing.T) {
	g, b := start(t), newBackend(t)
	eachGolden(t, "testdata/mapping.golden", 40, func(t *testing.T, in map[string]string) map[string]string {
		var i integration
		decodeStrictly(t, in["method"], &i)
		head, body, _ := strings.Cut(in["backend"], "\n\n")
		b.says(fmt.Sprintf("HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s", strings.ReplaceAll(head, "\n", "\r\n"), len(body), body))
		b.forget()
		g.serve(restapi.Stage{Name: "dev", Main: restapi.Variant{Deployment: "d1", Variables: i.Variables,
			Methods: []restapi.Method{{ResourceID: "r1", Path: "/{pid}", Verb: "ANY", Settings: i.settings(g, b.url)}}}})
		out := map[string]string{"answer": printed(g.do(in["request"]))}
		if sent, body := b.got(); sent != "" {
			out["sent"] = sent + "\n" + body
		}
		return out
	})
}

// raised is the part "error" of a gateway response's case.
type raised struct {
	Type    string
	Status  int
	Message string
}

func TestGoldenResponses(t *testing.T) {
	g := start(t)
	seen := map[string]bool{}
	eachGolden(t, "testdata/response.golden", 60, func(t *testing.T, in map[string]string) map[string]string {
		var e raised
		var list []restapi.Response
		decodeStrictly(t, in["error"], &e)
		decodeStrictly(t, in["responses"], &list)
		seen[e.Type] = true
		g.serve(restapi.Stage{Name: "dev", Main: restapi.Variant{Deployment: "d1", Variables: params{"v": "var"}, Responses: list,
			Methods: []restapi.Method{{ResourceID: "r1", Path: "/{pid}", Verb: "ANY",
				Settings: plugins.Settings{"restapi.refuse": &gwerr.Error{Type: e.Type, Status: e.Status, Message: e.Message}}}}}})
		return map[string]string{"answer": printed(g.do(in["request"]))}
	})
	if len(seen) < 24 {
		t.Errorf("%d types have a case, want AWS's 21 and the 3 that nothing changes", len(seen))
	}
}

// TestGoldenErrors keeps the raised errors of response.golden those of the code.
func TestGoldenErrors(t *testing.T) {
	raw, err := os.ReadFile("testdata/response.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []*gwerr.Error{rest.Forbidden, rest.Malformed, rest.MissingToken, rest.BadBody, rest.BadJSON, rest.UnsupportedMedia,
		rest.TooLarge, rest.Internal, rest.BadAnswer, rest.Configuration, rest.Timeout, rest.Network, gwerr.Throttled, gwerr.Unauthorized, gwerr.NotFound, gwerr.Unavailable} {
		want := fmt.Sprintf(`{"type": %q, "status": %d, "message": %q}`, e.Type, e.Status, e.Message)
		if !strings.Contains(string(raw), want) {
			t.Errorf("no case raises %s", want)
		}
	}
}
