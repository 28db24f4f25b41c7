package restapi_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"gatehouse/plugins/compress"
	"gatehouse/plugins/rest"
	"gatehouse/plugins/restapi"
	"gatehouse/plugins/tohttp"
	"gatehouse/plugins/transform"
)

type params = map[string]string

// TestHTTPRequest holds what a back end receives from an HTTP integration.
func TestHTTPRequest(t *testing.T) {
	g, b := start(t), newBackend(t)
	const common = "Host: backend\nX-Amzn-Apigateway-Api-Id: abc123\nX-Amzn-Trace-Id: *\nAccept: application/json\nUser-Agent: AmazonAPIGateway_abc123\n"
	for _, c := range []struct {
		name, uri string
		in        transform.Request
		request   string
		head      string
		body      string
	}{
		{"plain GET", "/x", transform.Request{Method: "GET"}, "GET /dev/7?a=1\nUser-Agent: curl\nX-Own: 1\nAuthorization: s",
			"GET /x HTTP/1.1\n" + common, ""},
		{"passthrough", "/x", transform.Request{Method: "POST"}, "POST /dev/7\n\nhello",
			"POST /x HTTP/1.1\n" + common + "Content-Type: application/json\nContent-Length: 5\n", "hello"},
		{"client's method and type", "/x", transform.Request{Method: "ANY"}, "PUT /dev/7\nContent-Type: text/plain; charset=utf-8\n\nhello",
			"PUT /x HTTP/1.1\n" + common + "Content-Type: text/plain; charset=utf-8\nContent-Length: 5\n", "hello"},
		{"path, query and header", "/{id}/x?a=1", transform.Request{Method: "GET", Parameters: params{
			"integration.request.path.id": "method.request.path.pid", "integration.request.querystring.b": "'z &'", "integration.request.header.X-A": "method.request.header.x-b"}},
			"GET /dev/42%2F\nx-b: 1\nx-b: 2\nX-B: 3", "GET /42%2F/x?a=1&b=z%20%26 HTTP/1.1\n" + common + "X-A: 2\n", ""},
		{"names without a mapping stay", "/{pid}/x", transform.Request{Method: "GET"}, "GET /dev/42", "GET /%7Bpid%7D/x HTTP/1.1\n" + common, ""},
		{"absent sources give nothing", "/x", transform.Request{Method: "GET", Parameters: params{
			"integration.request.querystring.b": "method.request.querystring.nope", "integration.request.header.X-A": "method.request.header.nope", "integration.request.header.X-C": "method.request.body.nope"}},
			"GET /dev/42", "GET /x HTTP/1.1\n" + common, ""},
		{"multi values", "/x", transform.Request{Method: "GET", Parameters: params{
			"integration.request.querystring.b": "method.request.multivaluequerystring.q", "integration.request.header.X-A": "method.request.multivalueheader.X-M",
			"integration.request.header.X-Q": "method.request.multivaluequerystring.q", "integration.request.querystring.l": "method.request.querystring.q"}},
			"GET /dev/42?q=1&q=a%20b\nX-M: 1\nX-M: 2, 3", "GET /x?b=1&b=a%20b&l=a%20b HTTP/1.1\n" + common + "X-A: 1,2, 3\nX-Q: 1,a b\n", ""},
		{"body, context and stage variables", "/x", transform.Request{Method: "POST", Parameters: params{
			"integration.request.header.X-1": "method.request.body.a.b[0]", "integration.request.header.X-2": "method.request.body.o", "integration.request.header.X-3": "context.httpMethod",
			"integration.request.header.X-4": "stageVariables.none", "integration.request.header.X-5": "method.request.body.n"}},
			"POST /dev/1\n\n{\"a\":{\"b\":[\"x\"]}, \"o\": {\"p\" : 1}, \"n\": 1.50}", "POST /x HTTP/1.1\n" + common + "Content-Type: application/json\nX-1: x\nX-2: {\"p\":1}\nX-3: POST\nX-5: 1.50\nContent-Length: 44\n", "{\"a\":{\"b\":[\"x\"]}, \"o\": {\"p\" : 1}, \"n\": 1.50}"},
		{"mapped headers replace, some are dropped", "/x", transform.Request{Method: "GET", Parameters: params{
			"integration.request.header.User-Agent": "'me'", "integration.request.header.accept": "'a/b'", "integration.request.header.Connection": "'close'",
			"integration.request.header.Via": "'v'", "integration.request.header.TE": "'t'", "integration.request.header.Authorization": "method.request.header.Authorization"}},
			"GET /dev/1\nAuthorization: s", "GET /x HTTP/1.1\nHost: backend\nX-Amzn-Apigateway-Api-Id: abc123\nX-Amzn-Trace-Id: *\naccept: a/b\nUser-Agent: me\nAuthorization: s\n", ""},
		{"mapped Host", "/x", transform.Request{Method: "GET", Parameters: params{"integration.request.header.Host": "'other.test'"}},
			"GET /dev/1", strings.Replace("GET /x HTTP/1.1\n"+common, "Host: backend", "Host: other.test", 1), ""},
		{"template", "/x", transform.Request{Method: "POST", Templates: params{"application/json": `{"id":"$input.params('pid')","a":$input.json('$.a')}`}},
			"POST /dev/7\n\n{\"a\":[1, 2]}", "POST /x HTTP/1.1\n" + common + "Content-Type: application/json\nContent-Length: 20\n", `{"id":"7","a":[1,2]}`},
		{"overrides beat mappings", "/{pid}", transform.Request{Method: "POST", Parameters: params{
			"integration.request.path.pid": "'a'", "integration.request.querystring.q": "'a'", "integration.request.header.X-A": "'a'"},
			Templates: params{"application/json": `#set($context.requestOverride.path.pid = "p")#set($context.requestOverride.querystring.q = "o")#set($context.requestOverride.header.X-A = ["1","2"])t`}},
			"POST /dev/7\n\n{}", "POST /p?q=o HTTP/1.1\n" + common + "Content-Type: application/json\nX-A: 1\nX-A: 2\nContent-Length: 1\n", "t"},
		{"trace of the client", "/x", transform.Request{Method: "GET"}, "GET /dev/1\nX-Amzn-Trace-Id: Root=1-5f84c7a1-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1;Evil=x",
			strings.Replace("GET /x HTTP/1.1\n"+common, "*", "Root=1-5f84c7a1-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1", 1), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.methods(restapi.Method{Path: "/{pid}", Verb: "ANY", Settings: g.http(b.url+c.uri, c.in, transform.Response{})})
			r := g.do(c.request)
			if r.status != 200 || len(r.header("X-Amzn-Trace-Id")) < 40 {
				t.Errorf("%s = %d %s %v", c.request, r.status, r.body, r.headers)
			}
			if head, body := b.got(); head != c.head || body != c.body {
				t.Errorf("%s: the back end got\n%s%s\nwant\n%s%s", c.request, head, body, c.head, c.body)
			}
		})
	}
}

// TestForbiddenHeaders holds the mappings that fail the request.
func TestForbiddenHeaders(t *testing.T) {
	g, b := start(t), newBackend(t)
	for _, name := range []string{"Content-Length", "transfer-encoding", "X-Amzn-Trace-Id", "X-Amzn-Apigateway-Api-Id"} {
		in := transform.Request{Method: "GET", Parameters: params{"integration.request.header." + name: "method.request.header.v"}}
		proxy := g.proxy(b.url, in.Parameters)
		g.methods(restapi.Method{Path: "/h", Verb: "GET", Settings: g.http(b.url, in, transform.Response{})}, restapi.Method{Path: "/p", Verb: "GET", Settings: proxy})
		for _, path := range []string{"/dev/h", "/dev/p"} {
			if r := g.do("GET " + path + "\nv: 1"); r.status != 500 || r.body != `{"message": "Internal server error"}` || r.header("x-amzn-ErrorType") != "InternalServerErrorException" {
				t.Errorf("mapped %s on %s = %d %s", name, path, r.status, r.body)
			}
			if r := g.do("GET " + path); r.status != 200 {
				t.Errorf("absent %s on %s = %d %s", name, path, r.status, r.body)
			}
		}
	}
}

// TestPassthrough holds the table of passthroughBehavior.
func TestPassthrough(t *testing.T) {
	g, b := start(t), newBackend(t)
	one := params{"application/json": "T$input.params('x')"}
	const unsupported = `{"message": "Unsupported Media Type"}`
	for _, c := range []struct {
		behavior  string
		templates params
		mime      string
		want      string
	}{
		{"", one, "application/json; charset=utf-8", "T"}, {"", one, "", "T"}, {"", one, "text/plain", "body"}, {"", nil, "text/plain", "body"},
		{"WHEN_NO_TEMPLATES", one, "APPLICATION/JSON", "T"}, {"WHEN_NO_TEMPLATES", one, "text/plain", unsupported}, {"WHEN_NO_TEMPLATES", nil, "text/plain", "body"},
		{"NEVER", one, "application/json", "T"}, {"NEVER", one, "text/plain", unsupported}, {"NEVER", nil, "text/plain", unsupported},
		{"WHEN_NO_MATCH", params{"application/json": ""}, "application/json", "body"}, {"NEVER", params{"application/json": ""}, "application/json", "body"},
	} {
		g.methods(restapi.Method{Path: "/", Verb: "POST", Settings: g.http(b.url, transform.Request{Method: "POST", Passthrough: c.behavior, Templates: c.templates}, transform.Response{})})
		request := "POST /dev"
		if c.mime != "" {
			request += "\nContent-Type: " + c.mime
		}
		r := g.do(request + "\n\nbody")
		_, got := b.got()
		if c.want == unsupported {
			got = r.body
			if r.status != 415 || r.header("x-amzn-ErrorType") != "BadRequestException" {
				t.Errorf("%s %v %q = %d %v", c.behavior, c.templates, c.mime, r.status, r.headers)
			}
		}
		if got != c.want {
			t.Errorf("%s %v %q gives %q, want %q", c.behavior, c.templates, c.mime, got, c.want)
		}
	}
}

// TestRequestContent holds the request's table of contentHandling.
func TestRequestContent(t *testing.T) {
	g, b := start(t), newBackend(t)
	raw := "\xff\xfeA"
	coded := base64.StdEncoding.EncodeToString([]byte(raw))
	for _, c := range []struct {
		handling, mime, template, body, want string
		status                               int
	}{
		{"", "text/plain", "", raw, "\uFFFD\uFFFDA", 200}, {transform.ToText, "text/plain", "", raw, "\uFFFD\uFFFDA", 200},
		{transform.ToBinary, "text/plain", "", coded, raw, 200}, {transform.ToBinary, "text/plain", "", "!!", "", 500},
		{"", "image/png", "", raw, raw, 200}, {transform.ToBinary, "image/png", "", raw, raw, 200},
		{"", "image/png", "$input.body", raw, "", 500}, {transform.ToText, "image/png", "", raw, coded, 200},
		{transform.ToText, "image/png", "<$input.body>", raw, "<" + coded + ">", 200},
	} {
		in := transform.Request{Method: "POST", ContentHandling: c.handling, Binary: rest.NewMediaTypes([]string{"image/*"})}
		if c.template != "" {
			in.Templates = params{c.mime: c.template}
		}
		g.methods(restapi.Method{Path: "/", Verb: "POST", Settings: g.http(b.url, in, transform.Response{})})
		r := g.do("POST /dev\nContent-Type: " + c.mime + "\n\n" + c.body)
		if _, got := b.got(); r.status != c.status || c.status == 200 && got != c.want {
			t.Errorf("%s %s %q = %d, the back end got %q, want %d %q", c.handling, c.mime, c.template, r.status, got, c.status, c.want)
		}
	}
}

// TestResponseContent holds the response's table of contentHandling.
func TestResponseContent(t *testing.T) {
	g, b := start(t), newBackend(t)
	raw := "\xff\xfeA"
	coded := base64.StdEncoding.EncodeToString([]byte(raw))
	list := []string{"image/png"}
	for _, c := range []struct {
		list                         []string
		mime, accept, handling, body string
		want                         string
		status                       int
	}{
		{nil, "image/png", "image/png", "", raw, "\uFFFD\uFFFDA", 200}, {nil, "image/png", "", transform.ToText, raw, "\uFFFD\uFFFDA", 200}, {nil, "image/png", "", transform.ToBinary, coded, raw, 200},
		{list, "text/plain", "text/plain", "", "t", "t", 200}, {list, "text/plain", "text/plain", transform.ToText, "t", "t", 200}, {list, "text/plain", "text/plain", transform.ToBinary, coded, raw, 200},
		{list, "text/plain", "image/png", "", coded, raw, 200}, {list, "text/plain", "image/png", transform.ToBinary, coded, raw, 200}, {list, "text/plain", "image/png", "", "!!", "", 500}, {list, "text/plain", "image/png", transform.ToText, "!!", "!!", 200},
		{list, "image/png", "text/plain", "", raw, coded, 200}, {list, "image/png", "text/plain", transform.ToText, raw, coded, 200}, {list, "image/png", "text/plain", transform.ToBinary, raw, raw, 200},
		{list, "image/png", "image/png", "", raw, raw, 200}, {list, "image/png", "image/png", transform.ToBinary, raw, raw, 200}, {list, "image/png", "image/png", transform.ToText, raw, coded, 200},
		{list, "image/png; q=1", "image/png;v=1, text/plain", "", raw, raw, 200},
		{list, "image/png", "image/*", "", raw, coded, 200}, {list, "image/png", "*/*", "", raw, coded, 200}, {[]string{"image/*"}, "image/png", "image/*", "", raw, raw, 200},
		{[]string{"*/*"}, "image/png", "*/*", "", raw, raw, 200}, {[]string{"*/png"}, "image/png", "image/png", "", raw, "\uFFFD\uFFFDA", 200},
	} {
		out := transform.Response{Binary: rest.NewMediaTypes(c.list), Answers: []transform.Answer{{Status: "200", ContentHandling: c.handling}}}
		g.methods(restapi.Method{Path: "/", Verb: "GET", Settings: g.http(b.url, transform.Request{Method: "GET", Binary: out.Binary}, out)})
		b.says(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", c.mime, len(c.body), c.body))
		r := g.do("GET /dev\nAccept: " + c.accept)
		if r.status != c.status || c.status == 200 && r.body != c.want {
			t.Errorf("%v, %s for %s, %q: %d %q, want %d %q", c.list, c.mime, c.accept, c.handling, r.status, r.body, c.status, c.want)
		}
	}
}

func TestBinaryBodyMeetsTemplate(t *testing.T) {
	g, b := start(t), newBackend(t)
	b.says("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1\r\n\r\n\xff")
	out := transform.Response{Binary: rest.NewMediaTypes([]string{"image/png"}), Answers: []transform.Answer{{Status: "200", Templates: params{"application/json": "$input.body"}}}}
	g.methods(restapi.Method{Path: "/", Verb: "GET", Settings: g.http(b.url, transform.Request{Method: "GET"}, out)})
	if r := g.do("GET /dev\nAccept: image/png"); r.status != 500 {
		t.Errorf("binary for a template = %d %q, want 500", r.status, r.body)
	}
	if r := g.do("GET /dev\nAccept: text/plain"); r.status != 200 || r.body != "/w==" {
		t.Errorf("Base64 for a template = %d %q", r.status, r.body)
	}
}

// TestHTTPResponse holds selection, mapping, templates and renaming.
func TestHTTPResponse(t *testing.T) {
	g, b := start(t), newBackend(t)
	all := []string{"Authorization", "Connection", "Content-Length", "Content-MD5", "Date", "Expect", "Host", "Max-Forwards", "Proxy-Authenticate", "Server", "Trailer", "Upgrade", "User-Agent", "WWW-Authenticate", "Via", "TE", "Transfer-Encoding", "X-Own", "Content-Type"}
	mapped := params{}
	for _, n := range all {
		mapped["method.response.header."+n] = "'v'"
	}
	const remapped = "Content-Type: v|TE: v|Via: v|X-Own: v|x-amzn-Remapped-Authorization: v|x-amzn-Remapped-Connection: v|x-amzn-Remapped-Content-Length: v|x-amzn-Remapped-Content-MD5: v|x-amzn-Remapped-Date: v|x-amzn-Remapped-Expect: v|x-amzn-Remapped-Host: v|x-amzn-Remapped-Max-Forwards: v|x-amzn-Remapped-Proxy-Authenticate: v|x-amzn-Remapped-Server: v|x-amzn-Remapped-Trailer: v|x-amzn-Remapped-Upgrade: v|x-amzn-Remapped-User-Agent: v|x-amzn-Remapped-WWW-Authenticate: v|"
	const json = "Content-Type: application/json|"
	for _, c := range []struct {
		name    string
		answers []transform.Answer
		declare []string
		says    string // status line's rest, headers, blank line, body
		accept  string
		status  int
		body    string
		headers string // without trace, ids and framing
	}{
		{"default for an error", []transform.Answer{{Status: "200"}}, nil, "400 Bad\r\nX-A: 1\r\n\r\nno", "", 200, "no", json},
		{"pattern", []transform.Answer{{Status: "200"}, {Status: "404", Pattern: `4\d{2}`}}, nil, "418 T\r\n\r\nno", "", 404, "no", json},
		{"pattern is for the whole text", []transform.Answer{{Status: "200"}, {Status: "404", Pattern: `4`}}, nil, "400 T\r\n\r\nno", "", 200, "no", json},
		{"of several the lowest", []transform.Answer{{Status: "500", Pattern: `4.*`}, {Status: "400", Pattern: `40\d`}}, nil, "400 T\r\n\r\nno", "", 400, "no", json},
		{"none", []transform.Answer{{Status: "404", Pattern: `4\d{2}`}}, nil, "200 OK\r\n\r\nno", "", 500, `{"message": "Internal server error"}`, json + "x-amzn-ErrorType: InternalServerErrorException|"},
		{"renaming", []transform.Answer{{Status: "200", Parameters: mapped}}, all, "200 OK\r\n\r\n", "", 200, "", remapped},
		{"header sources", []transform.Answer{{Status: "200", Parameters: params{"method.response.header.A": "integration.response.header.x-a", "method.response.header.B": "integration.response.multivalueheader.X-A",
			"method.response.header.C": "integration.response.body.a", "method.response.header.D": "integration.response.header.nope", "method.response.header.E": "context.stage", "method.response.header.F": "integration.response.body"}}},
			[]string{"A", "B", "C", "D", "E", "F"}, "200 OK\r\nX-A: 1\r\nX-A: 2\r\n\r\n{\"a\": \"z\"}", "", 200, `{"a": "z"}`, "A: 2|B: 1,2|C: z|E: dev|F: {\"a\": \"z\"}|" + json},
		{"broken JSON", []transform.Answer{{Status: "200", Parameters: params{"method.response.header.C": "integration.response.body.a"}}}, []string{"C"}, "200 OK\r\n\r\n{\"a\"", "", 500, `{"message": "Internal server error"}`, json + "x-amzn-ErrorType: InternalServerErrorException|"},
		{"no JSON", []transform.Answer{{Status: "200", Parameters: params{"method.response.header.C": "integration.response.body.a"}}}, []string{"C"}, "200 OK\r\n\r\nplain", "", 200, "plain", json},
		{"template", []transform.Answer{{Status: "200", Templates: params{"application/json": `$input.path('$.a')-$input.params('q')`}}}, nil, "200 OK\r\n\r\n{\"a\":7}", "", 200, "7-1", json},
		{"template by Accept", []transform.Answer{{Status: "200", Templates: params{"application/json": `j`, "text/xml": "x"}}}, nil, "200 OK\r\n\r\n{}", "text/xml, application/json", 200, "x", json},
		{"template of JSON for others", []transform.Answer{{Status: "200", Templates: params{"application/json": `j`, "a/a": "x"}}}, nil, "200 OK\r\n\r\n{}", "text/css", 200, "j", json},
		{"first template", []transform.Answer{{Status: "200", Templates: params{"b/b": `b`, "a/a": "a"}}}, nil, "200 OK\r\n\r\n{}", "", 200, "a", json},
		{"empty template passes", []transform.Answer{{Status: "200", Templates: params{"application/json": ``}}}, nil, "200 OK\r\n\r\nbody", "", 200, "body", json},
		{"overrides", []transform.Answer{{Status: "200", Parameters: params{"method.response.header.A": "'m'"}, Templates: params{"application/json": `#set($context.responseOverride.status = 201)#set($context.responseOverride.header.A = ["1","2"])#set($context.responseOverride.header.Date = "d")t`}}},
			[]string{"A"}, "200 OK\r\n\r\n{}", "", 201, "t", "A: 1|A: 2|x-amzn-Remapped-Date: d|" + json},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.methods(restapi.Method{Path: "/", Verb: "GET", Settings: g.http(b.url, transform.Request{Method: "GET"}, transform.Response{Answers: c.answers, Declared: answers(c.declare...)})})
			head, body, _ := strings.Cut(c.says, "\r\n\r\n")
			b.says(fmt.Sprintf("HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s", head, len(body), body))
			r := g.do("GET /dev?q=1\nAccept: " + c.accept)
			var headers strings.Builder
			for _, h := range r.headers {
				if name, _, _ := strings.Cut(h, ": "); name != "X-Amzn-Trace-Id" && name != "x-amzn-RequestId" && name != "x-amz-apigw-id" && name != "Content-Length" && name != "Connection" {
					headers.WriteString(h + "|")
				}
			}
			if r.status != c.status || r.body != c.body || headers.String() != c.headers {
				t.Errorf("%d %q %s\nwant %d %q %s", r.status, r.body, headers.String(), c.status, c.body, c.headers)
			}
		})
	}
}

// TestProxyRequest holds what a back end receives from an HTTP_PROXY
// integration.
func TestProxyRequest(t *testing.T) {
	g, b := start(t), newBackend(t)
	for _, c := range []struct {
		name, uri string
		mapped    params
		request   string
		head      string
		body      string
	}{
		{"plain", "/x?u=1", nil, "GET /dev/7?a=1&b\nUser-Agent: curl\nX-Own: 1\nX-Own: 2\nAuthorization: s\nVia: v\nAccept-Encoding: gzip",
			"GET /x?u=1&a=1&b= HTTP/1.1\nHost: backend\nX-Amzn-Apigateway-Api-Id: abc123\nX-Amzn-Trace-Id: *\nUser-Agent: curl\nX-Own: 1\nX-Own: 2\nAuthorization: s\nAccept-Encoding: gzip\nX-Forwarded-For: 127.0.0.1\nX-Forwarded-Proto: http\nX-Forwarded-Port: *\n", ""},
		{"body and chain", "/x", nil, "POST /dev/7?a+b=%2B%20c;d=%7e\nContent-Type: text/plain\nX-Forwarded-For: 1.2.3.4\nX-Forwarded-Proto: ws\n\nhello",
			"POST /x?a%20b=%2B%20c&d=~ HTTP/1.1\nHost: backend\nX-Amzn-Apigateway-Api-Id: abc123\nX-Amzn-Trace-Id: *\nContent-Type: text/plain\nX-Forwarded-For: 1.2.3.4, 127.0.0.1\nX-Forwarded-Proto: http\nX-Forwarded-Port: *\nContent-Length: 5\n", "hello"},
		{"mappings", "/{proxy}", params{"integration.request.path.proxy": "method.request.path.pid", "integration.request.querystring.testQs": "'foo'", "integration.request.header.X-Own": "'m'", "integration.request.header.Via": "'v'"},
			"GET /dev/a%20b?testQs=bar\nx-own: c\nX-Other: d", "GET /a%20b?testQs=bar&testQs=foo HTTP/1.1\nHost: backend\nX-Amzn-Apigateway-Api-Id: abc123\nX-Amzn-Trace-Id: *\nX-Other: d\nX-Forwarded-For: 127.0.0.1\nX-Forwarded-Proto: http\nX-Forwarded-Port: *\nX-Own: m\n", ""},
		{"text is repaired", "/x", nil, "POST /dev/7\n\n\xff", "POST /x HTTP/1.1\nHost: backend\nX-Amzn-Apigateway-Api-Id: abc123\nX-Amzn-Trace-Id: *\nX-Forwarded-For: 127.0.0.1\nX-Forwarded-Proto: http\nX-Forwarded-Port: *\nContent-Length: 3\n", "\uFFFD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.methods(restapi.Method{Path: "/{pid}", Verb: "ANY", Settings: g.proxy(b.url+c.uri, c.mapped)})
			if r := g.do(c.request); r.status != 200 || r.body != `{"ok":true}` {
				t.Errorf("%s = %d %s", c.request, r.status, r.body)
			}
			if head, body := b.got(); head != c.head || body != c.body {
				t.Errorf("the back end got\n%s%s\nwant\n%s%s", head, body, c.head, c.body)
			}
		})
	}
}

func TestProxyResponse(t *testing.T) {
	g, b := start(t), newBackend(t)
	g.methods(restapi.Method{Path: "/", Verb: "ANY", Settings: g.proxy(b.url, nil)}, restapi.Method{Path: "/raw", Verb: "GET", Settings: g.proxy(b.url, nil, "*/*")})
	b.says("HTTP/1.1 404 Not Found\r\nServer: s\r\nDate: d\r\nConnection: keep-alive\r\nx-amzn-RequestId: r\r\nVia: v\r\nWWW-Authenticate: w\r\nX-Own: 1\r\nX-Own: 2\r\nX-Amzn-Trace-Id: t\r\nContent-Length: 2\r\n\r\n\xffa")
	const want = "x-amzn-Remapped-Server: s|x-amzn-Remapped-Date: d|x-amzn-Remapped-Connection: keep-alive|x-amzn-Remapped-x-amzn-RequestId: r|x-amzn-Remapped-WWW-Authenticate: w|X-Own: 1|X-Own: 2|X-Amzn-Trace-Id: t|x-amzn-Remapped-Content-Length: 2|Content-Type: application/json|RID|XID|"
	r := g.do("GET /dev")
	if r.status != 404 || r.body != "\uFFFDa" || masked(r) != want+"Content-Length: 4|Connection: keep-alive" {
		t.Errorf("GET = %d %q %s, want %s", r.status, r.body, masked(r), want)
	}
	if r = g.do("GET /dev/raw"); r.body != "\xffa" {
		t.Errorf("binary body = %q", r.body)
	}
	if r = g.do("HEAD /dev"); r.status != 404 || r.header("Content-Length") != "2" {
		t.Errorf("HEAD = %d %v", r.status, r.headers)
	}
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

func deflated(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

func TestCodings(t *testing.T) {
	g, b := start(t), newBackend(t)
	s := g.proxy(b.url, nil)
	s["compress"] = compress.Encoder{Minimum: 10, Workers: g.workers}
	g.methods(restapi.Method{Path: "/", Verb: "ANY", Settings: s})
	big := strings.Repeat("0123456789", 30000)
	for _, c := range []struct {
		name, coding, body, want string
		status                   int
	}{
		{"gzip", "gzip", gzipped("hello"), "hello", 200}, {"deflate", "deflate", deflated("hello"), "hello", 200}, {"identity", "identity", "hello", "hello", 200},
		{"large", "gzip", gzipped(big), big, 200}, {"unknown", "br", "x", "", 415}, {"broken", "gzip", "hello", "", 400},
		{"bomb", "gzip", gzipped(strings.Repeat("0", 10<<20+1)), "", 413}, {"just fits", "gzip", gzipped(strings.Repeat("0", 10<<20)), strings.Repeat("0", 10<<20), 200},
	} {
		r := g.do("POST /dev\nContent-Encoding: " + c.coding + "\n\n" + c.body)
		head, body := b.got()
		if r.status != c.status || c.status == 200 && (body != c.want || strings.Contains(head, "Content-Encoding")) {
			t.Errorf("%s = %d %.100s, the back end got %d bytes", c.name, r.status, r.body, len(body))
		}
	}
	for _, c := range []struct{ accept, body, coding string }{
		{"gzip", "0123456789", "gzip"}, {"gzip", "012345678", ""}, {"deflate, gzip;q=0.9", "0123456789", "deflate"}, {"br, gzip;q=0.9", "0123456789", ""},
		{"*", "0123456789", ""}, {"", "0123456789", ""}, {"identity", "0123456789", ""}, {"gzip;q=0", "0123456789", ""}, {"gzip", big, "gzip"},
	} {
		b.says(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(c.body), c.body))
		r := g.do("GET /dev\nAccept-Encoding: " + c.accept)
		body := r.body
		switch c.coding {
		case "gzip":
			zr, err := gzip.NewReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			p, _ := io.ReadAll(zr)
			body = string(p)
		case "deflate":
			zr, err := zlib.NewReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			p, _ := io.ReadAll(zr)
			body = string(p)
		}
		if r.header("Content-Encoding") != c.coding || body != c.body {
			t.Errorf("Accept-Encoding %q: %q, %d bytes", c.accept, r.header("Content-Encoding"), len(r.body))
		}
	}
	z := gzipped(big)
	b.says(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(z), z))
	if r := g.do("GET /dev"); r.body != big || r.header("Content-Encoding") != "" {
		t.Errorf("coded answer = %d bytes, %v", len(r.body), r.headers)
	}
	b.says("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\n\xff")
	if r := g.do("GET /dev"); r.body != "\xff" || r.header("Content-Encoding") != "br" {
		t.Errorf("answer in a coding that is not known = %q, %v", r.body, r.headers)
	}
}

// TestFailures holds the table of back end failures.
func TestFailures(t *testing.T) {
	g, b := start(t), newBackend(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + ln.Addr().String()
	_ = ln.Close()
	const internal = `{"message": "Internal server error"}`
	for _, c := range []struct {
		name, uri, says string
		status          int
		body            string
	}{
		{"refused", closed, "", 504, `{"message": "Network error communicating with endpoint"}`},
		{"no such name", "http://nope.invalid", "", 504, `{"message": "Network error communicating with endpoint"}`},
		{"slow", b.url, "HTTP/1.1 100 Continue\r\n\r\n", 504, `{"message": "Endpoint request timed out"}`},
		{"garbage", b.url, "hello\r\n\r\n", 502, internal},
		{"too large", b.url, "HTTP/1.1 200 OK\r\nContent-Length: 10485761\r\n\r\n", 500, internal},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.says(c.says)
			s := g.proxy(c.uri, nil)
			call := s["tohttp.rest"].(tohttp.RESTConfig)
			call.Timeout = 300 * time.Millisecond
			s["tohttp.rest"] = call
			g.methods(restapi.Method{Path: "/", Verb: "GET", Settings: s})
			r := g.do("GET /dev")
			if r.status != c.status || r.body != c.body || r.header("x-amzn-ErrorType") != "InternalServerErrorException" {
				t.Errorf("%d %s %v, want %d %s", r.status, r.body, r.headers, c.status, c.body)
			}
		})
	}
}

func TestBadJSONInMapping(t *testing.T) {
	g, b := start(t), newBackend(t)
	g.methods(restapi.Method{Path: "/", Verb: "POST", Settings: g.http(b.url, transform.Request{Method: "POST", Parameters: params{"integration.request.header.X": "method.request.body.a"}}, transform.Response{})})
	for body, status := range map[string]int{"{\"a\"": 400, "plain": 200, "[1": 400, `{"a":1}`: 200} {
		r := g.do("POST /dev\n\n" + body)
		if r.status != status || status == 400 && (r.body != `{"message": "Invalid JSON in request body"}` || r.header("x-amzn-ErrorType") != "BadRequestException") {
			t.Errorf("%q = %d %s, want %d", body, r.status, r.body, status)
		}
	}
}

// TestBigBodies goes through the workers and back.
func TestBigBodies(t *testing.T) {
	g, b := start(t), newBackend(t)
	text := strings.Repeat("x", 100<<10)
	in := transform.Request{Method: "POST", Templates: params{"application/json": `$input.path('$.t')|$context.stage|$input.params('q')|$stageVariables.none#set($context.responseOverride.status = 201)`},
		Parameters: params{"integration.request.header.X-N": "method.request.body.n"}}
	out := transform.Response{Answers: []transform.Answer{{Status: "200", Templates: params{"application/json": `$input.body.length() $input.params('q')`}}}}
	g.methods(restapi.Method{Path: "/", Verb: "POST", Settings: g.http(b.url, in, out)})
	f := func(string, string) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
	}
	b.answer.Store(&f)
	r := g.do("POST /dev?q=7\n\n" + `{"t":"` + text + `","n":5}`)
	head, body := b.got()
	if body != text+"|dev|7|" || !strings.Contains(head, "X-N: 5\n") {
		t.Errorf("the back end got %s%.200s", head, body)
	}
	if r.status != 201 || r.body != "102400 7" {
		t.Errorf("POST = %d %.200s", r.status, r.body)
	}
}
