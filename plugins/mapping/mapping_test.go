package mapping

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/expr"
)

// prepared is an exchange whose request to the back end is filled.
func prepared() *exchange.Exchange {
	x := exchange.New()
	x.SetID(1, 2)
	x.Req.Query = []byte("a=1&b=2&a=3")
	x.Req.Headers.Add([]byte("X-In"), []byte("in"))
	x.Req.Headers.Add([]byte("X-Evil"), []byte("a\tb"))
	x.Req.Body = []byte(`{"name":"n\r\nEvil: 1\u0000","q":"x y&z=1"}`)
	x.Path = []byte("/pets/a?b")
	x.Params = append(x.Params, exchange.Param{Name: "id", Value: []byte("7%2F8")})
	x.Target = &exchange.Target{API: "abc", Stage: "dev", Variables: map[string]string{"v": "var"}, Errors: nil}
	x.Out.Query = x.Req.Query
	x.Out.Headers.Add([]byte("x-in"), []byte("in"))
	x.Out.Headers.Add([]byte("x-list"), []byte("1"))
	x.Out.Headers.Add([]byte("x-empty"), []byte(""))
	x.Out.Prepared = true
	return x
}

func lines(h *exchange.Headers) string {
	var b strings.Builder
	for _, f := range h.All() {
		fmt.Fprintf(&b, "%s: %s|", f.Name, f.Value)
	}
	return b.String()
}

func TestRequest(t *testing.T) {
	const headers, query = "x-in: in|x-list: 1|x-empty: |", "a=1&b=2&a=3"
	for _, c := range []struct {
		name                 string
		mapping              map[string]string
		headers, query, path string // "" is: not changed
	}{
		{"append header creates", map[string]string{"append:header.X-New": "$request.header.x-in"}, headers + "x-new: in|", "", ""},
		{"append header joins", map[string]string{"append:header.x-list": "2"}, "x-in: in|x-list: 1,2|x-empty: |", "", ""},
		{"append to an empty header", map[string]string{"append:header.x-empty": "2"}, "x-in: in|x-list: 1|x-empty: 2|", "", ""},
		{"overwrite header", map[string]string{"overwrite:header.X-LIST": "$context.stage"}, "x-in: in|x-list: dev|x-empty: |", "", ""},
		{"overwrite header creates", map[string]string{"overwrite:header.y": "$stageVariables.v"}, headers + "y: var|", "", ""},
		{"remove header", map[string]string{"remove:header.x-list": "''"}, "x-in: in|x-empty: |", "", ""},
		{"remove header, empty value", map[string]string{"remove:header.x-list": ""}, "x-in: in|x-empty: |", "", ""},
		{"host may be changed", map[string]string{"overwrite:header.host": "h"}, headers + "host: h|", "", ""},
		{"nothing selected, nothing changed", map[string]string{"overwrite:header.x-list": "$request.header.nope", "append:header.x-in": "$request.querystring.nope", "overwrite:path": "$request.path.nope", "append:querystring.a": "$request.header.nope"}, "", "", ""},
		{"remove, overwrite, append in this order", map[string]string{"append:header.x-list": "3", "overwrite:header.x-list": "2", "remove:header.x-list": "''"}, "x-in: in|x-empty: |x-list: 2,3|", "", ""},
		{"values come from the client's request", map[string]string{"overwrite:header.x-in": "new", "overwrite:header.x-list": "$request.header.x-in"}, "x-in: new|x-list: in|x-empty: |", "", ""},
		{"control characters cannot split a header", map[string]string{"overwrite:header.x-list": "$request.body.name"}, "x-in: in|x-list: n  Evil: 1|x-empty: |", "", ""},
		{"a tab stays", map[string]string{"overwrite:header.x-list": "$request.header.x-evil"}, "x-in: in|x-list: a\tb|x-empty: |", "", ""},
		{"append query creates", map[string]string{"append:querystring.n": "v"}, "", query + "&n=v", ""},
		{"append query joins", map[string]string{"append:querystring.a": "x&y"}, "", "a=1&b=2&a=3,x%26y", ""},
		{"overwrite query", map[string]string{"overwrite:querystring.a": "$request.body.q"}, "", "b=2&a=x%20y%26z%3D1", ""},
		{"query name needs escapes", map[string]string{"overwrite:querystring.a[]=": "1"}, "", query + "&a%5B%5D%3D=1", ""},
		{"remove query", map[string]string{"remove:querystring.a": "''"}, "", "b=2", ""},
		{"query case counts", map[string]string{"remove:querystring.A": "''"}, "", query, ""},
		{"overwrite path", map[string]string{"overwrite:path": "/x/${request.path.id}"}, "", "", "/x/7/8"},
		{"path of the request", map[string]string{"overwrite:path": "$request.path"}, "", "", "/pets/a%3Fb"},
		{"path gets its slash", map[string]string{"overwrite:path": "static"}, "", "", "/static"},
		{"path keeps its escapes", map[string]string{"overwrite:path": "/a%20b"}, "", "", "/a%20b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := NewRequest(c.mapping)
			if err != nil {
				t.Fatal(err)
			}
			x := prepared()
			if v := r.Handle(x); v != pipeline.Next {
				t.Errorf("Handle = %v, want Next", v)
			}
			if c.headers == "" {
				c.headers = headers
			}
			if c.query == "" {
				c.query = query
			}
			if got := lines(&x.Out.Headers); got != c.headers {
				t.Errorf("headers = %q, want %q", got, c.headers)
			}
			if got := string(x.Out.Query); got != c.query {
				t.Errorf("query = %q, want %q", got, c.query)
			}
			if got := string(x.Out.Path); got != c.path || x.Out.HasPath != (c.path != "") {
				t.Errorf("path = %q, %v, want %q", got, x.Out.HasPath, c.path)
			}
		})
	}
}

func TestQueryEdges(t *testing.T) {
	for _, c := range []struct{ query, key, want string }{
		{"", "append:querystring.a", "a=v"},
		{"a", "append:querystring.a", "a=v"},
		{"a=", "append:querystring.a", "a=v"},
		{"%61=1", "append:querystring.a", "%61=1,v"},
		{"%61=1", "overwrite:querystring.a", "a=v"},
		{"b&&c", "overwrite:querystring.a", "b&&c&a=v"},
		{"a=1&a=1&a=1", "append:querystring.a", "a=1&a=1&a=1,v"},
	} {
		r, err := NewRequest(map[string]string{c.key: "v"})
		if err != nil {
			t.Fatal(err)
		}
		x := prepared()
		x.Out.Query = []byte(c.query)
		r.Handle(x)
		if got := string(x.Out.Query); got != c.want {
			t.Errorf("%s on %q = %q, want %q", c.key, c.query, got, c.want)
		}
	}
}

func answered(status int) *exchange.Exchange {
	x := prepared()
	x.Integration.Status = status
	x.Res.Status = status
	x.Res.Headers.Add([]byte("X-A"), []byte("1"))
	x.Res.Headers.Add([]byte("X-B"), []byte("2"))
	x.Res.Headers.Add([]byte("Set-Cookie"), []byte("c=1"))
	x.Res.Body = []byte(`{"code":"E\n1"}`)
	return x
}

func TestResponse(t *testing.T) {
	const same = "X-A: 1|X-B: 2|Set-Cookie: c=1|"
	for _, c := range []struct {
		name    string
		mapping map[string]string // for 500
		status  int               // of the back end
		headers string
		want    int
	}{
		{"the specification's example", map[string]string{"overwrite:statuscode": "503", "append:header.Retry-After": "2"}, 500, same + "retry-after: 2|", 503},
		{"another status", map[string]string{"overwrite:statuscode": "503"}, 501, same, 501},
		{"append joins", map[string]string{"append:header.x-a": "3"}, 500, "X-A: 1,3|X-B: 2|Set-Cookie: c=1|", 500},
		{"append of a cookie is a line", map[string]string{"append:header.set-cookie": "d=2"}, 500, same + "set-cookie: d=2|", 500},
		{"overwrite", map[string]string{"overwrite:header.x-a": "${response.body.code}/${context.requestId}"}, 500, "x-a: E 1/BAAAAAAACAAAAAA=|X-B: 2|Set-Cookie: c=1|", 500},
		{"remove", map[string]string{"remove:header.x-a": "''"}, 500, "X-B: 2|Set-Cookie: c=1|", 500},
		{"headers can change places", map[string]string{"overwrite:header.x-a": "$response.header.x-b", "overwrite:header.x-b": "$response.header.x-a"}, 500, "x-a: 2|x-b: 1|Set-Cookie: c=1|", 500},
		{"status from a header", map[string]string{"overwrite:statuscode": "$response.header.x-a"}, 500, same, 500},
		{"status from a variable", map[string]string{"overwrite:statuscode": "20${response.header.x-a}"}, 500, same, 201},
		{"nothing selected", map[string]string{"overwrite:header.x-a": "$response.header.no"}, 500, same, 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := NewResponse(map[string]map[string]string{"500": c.mapping, "404": {"remove:header.x-b": ""}})
			if err != nil {
				t.Fatal(err)
			}
			x := answered(c.status)
			r.Finish(x)
			if got := lines(&x.Res.Headers); got != c.headers || x.Res.Status != c.want {
				t.Errorf("Finish = %d %q, want %d %q", x.Res.Status, got, c.want, c.headers)
			}
		})
	}
}

func TestFailuresAreNotMapped(t *testing.T) {
	r, err := NewResponse(map[string]map[string]string{"500": {"overwrite:statuscode": "200"}})
	if err != nil {
		t.Fatal(err)
	}
	x := answered(500)
	x.Err = gwerr.Internal
	r.Finish(x)
	if x.Res.Status != 500 {
		t.Errorf("status of the gateway's own failure = %d, want 500", x.Res.Status)
	}
}

var reservedByAWS = strings.Fields(`access-control-allow-origin Access-Control-X apigw-requestid apigw-x Authorization Connection
	Content-Encoding Content-Length Content-Location Forwarded Keep-Alive Origin Proxy-Authenticate Proxy-Authorization
	TE Trailers Transfer-Encoding Upgrade x-amz-date X-Amz-x x-amzn-trace-id X-Forwarded-For X-Forwarded-Host
	X-Forwarded-Proto Via`)

func TestReservedHeaders(t *testing.T) {
	for _, name := range reservedByAWS {
		for _, verb := range []string{"append", "overwrite", "remove"} {
			key := verb + ":header." + name
			value := ""
			if verb != "remove" {
				value = "x"
			}
			err := ValidateRequest(map[string]string{key: value})
			var e *Error
			if !errors.As(err, &e) || e.Problem != ReservedHeader {
				t.Errorf("ValidateRequest(%q) = %v, want a reserved header", key, err)
				continue
			}
			want := "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Operations on header " + name + " are restricted]"
			if got := e.Public(); got != want {
				t.Errorf("Public() = %q, want %q", got, want)
			}
			if err := ValidateResponse(map[string]map[string]string{"200": {key: value}}); !errors.As(err, &e) {
				t.Errorf("ValidateResponse(%q) = %v, want a reserved header", key, err)
			}
		}
	}
	for _, name := range []string{"x-amazing", "host", "content-type", "x-forwarded-port", "user-agent", "trailer-x"} {
		if err := ValidateRequest(map[string]string{"overwrite:header." + name: "x"}); err != nil {
			t.Errorf("header %s is refused: %v", name, err)
		}
	}
}

func TestValidateRefuses(t *testing.T) {
	for _, c := range []struct {
		key, value string
		want       Problem
		response   bool
	}{
		{"", "x", BadKey, false},
		{"header.x", "x", BadKey, false},
		{"set:header.x", "x", BadKey, false},
		{"append:cookie.x", "x", BadKey, false},
		{"append:header", "x", BadKey, false},
		{"append:path", "x", BadKey, false},
		{"remove:path", "", BadKey, false},
		{"overwrite:path.x", "x", BadKey, false},
		{"overwrite:statuscode", "200", BadKey, false},
		{"append:header.", "x", BadName, false},
		{"append:header.a b", "x", BadName, false},
		{"append:header.a:b", "x", BadName, false},
		{"append:header.a\r\nb", "x", BadName, false},
		{"append:querystring.", "x", BadName, false},
		{"append:querystring.a b", "x", BadName, false},
		{"remove:header.x", "y", BadValue, false},
		{"append:header.x", "$response.header.y", BadValue, false},
		{"append:header.x", "$request.body..y", BadValue, false},
		{"append:querystring.x", "1", BadKey, true},
		{"overwrite:path", "/x", BadKey, true},
		{"append:statuscode", "200", BadKey, true},
		{"overwrite:statuscode", "99", BadValue, true},
		{"overwrite:statuscode", "101", BadValue, true},
		{"overwrite:statuscode", "600", BadValue, true},
		{"overwrite:statuscode", "abc", BadValue, true},
		{"append:header.x", "$request.header.y", BadValue, true},
	} {
		m := map[string]string{c.key: c.value}
		err := ValidateRequest(m)
		if c.response {
			err = ValidateResponse(map[string]map[string]string{"200": m})
		}
		var e *Error
		if !errors.As(err, &e) || e.Problem != c.want || !strings.HasPrefix(e.Public(), "Invalid mapping expression specified") {
			t.Errorf("%q: %q gives %v, want problem %q", c.key, c.value, err, c.want)
		}
	}
	for _, code := range []string{"", "20", "199", "600", "2000", "default", "+20", "2xx"} {
		var e *Error
		err := ValidateResponse(map[string]map[string]string{code: {}})
		if !errors.As(err, &e) || e.Problem != BadStatus {
			t.Errorf("status %q gives %v, want %q", code, err, BadStatus)
		}
	}
	var cause *expr.Error
	if err := ValidateRequest(map[string]string{"append:header.x": "$nope"}); !errors.As(err, &cause) {
		t.Errorf("error %v does not carry the expression's", err)
	}
}

func TestOnlyWhatExistsCosts(t *testing.T) {
	for _, c := range []struct {
		name         string
		settings     Settings
		step, finish bool
	}{
		{"none", Settings{}, false, false},
		{"empty maps", Settings{Request: map[string]string{}, Response: map[string]map[string]string{"200": {}}}, false, false},
		{"request", Settings{Request: map[string]string{"remove:header.x": ""}}, true, false},
		{"response", Settings{Response: map[string]map[string]string{"200": {"remove:header.x": ""}}}, false, true},
	} {
		p, err := plugins.Build(nil, plugins.Settings{"mapping": c.settings})
		if err != nil || (len(p.Steps) == 1) != c.step || (len(p.Finish) == 1) != c.finish {
			t.Errorf("%s: Build = %+v, %v", c.name, p, err)
		}
	}
}

func TestNeedsBody(t *testing.T) {
	for value, want := range map[string]bool{"$response.body.a": true, "x": false} {
		s := Settings{Response: map[string]map[string]string{"200": {"append:header.x": value}}}
		if got := s.NeedsBody(); got != want {
			t.Errorf("NeedsBody with %q = %v, want %v", value, got, want)
		}
	}
}

// FuzzMapping maps with anything that compiles: no header value it writes can
// hold a line end, and no path or query a byte that does not belong there.
func FuzzMapping(f *testing.F) {
	f.Add("append:header.x", "$request.body.name", "a=1", "x")
	f.Add("overwrite:querystring.a", "${request.querystring.a}", "a=%0a&%zz", "\r\n")
	f.Add("overwrite:path", "/${request.path.id}", "", "%")
	f.Fuzz(func(t *testing.T, key, value, query, client string) {
		r, err := NewRequest(map[string]string{key: value})
		if err != nil {
			return
		}
		x := prepared()
		x.Req.Query, x.Req.Body, x.Path = []byte(query), []byte(client), []byte(client)
		x.Params[0].Value = []byte(client)
		x.Out.Query = nil
		r.Handle(x)
		for _, f := range x.Out.Headers.All() {
			if strings.ContainsAny(string(f.Name)+string(f.Value), "\r\n\x00") {
				t.Errorf("header %q: %q", f.Name, f.Value)
			}
		}
		if sent := string(x.Out.Path) + string(x.Out.Query); strings.ContainsAny(sent, " \r\n\x00#?") {
			t.Errorf("path %q, query %q", x.Out.Path, x.Out.Query)
		}
	})
}
