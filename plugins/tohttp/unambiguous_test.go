package tohttp

import (
	"errors"
	"strings"
	"testing"

	"gatehouse/core/exchange"
)

// TestClimbingPathsAreRefused: what is put into the integration's path, or behind
// it, must not lead a back end that removes dot segments out of it.
func TestClimbingPathsAreRefused(t *testing.T) {
	param := func(value string) *exchange.Exchange {
		x := request("GET", "/")
		x.Params = append(x.Params, exchange.Param{Name: "p", Value: []byte(value)})
		return x
	}
	path := func(p string) *exchange.Exchange {
		x := request("GET", "/")
		x.Path = []byte(p)
		return x
	}
	mapped := func(p string) *exchange.Exchange {
		x := request("GET", "/")
		Prepare{}.Handle(x)
		x.Out.Path, x.Out.HasPath = []byte(p), true
		return x
	}
	appending, inPath := Config{URI: "http://b/base", AppendPath: true}, Config{URI: "http://b/base/{p}/x"}
	for _, tt := range []struct {
		name string
		cfg  Config
		x    *exchange.Exchange
		line string // "": refused
	}{
		{"appended", appending, path("/../admin"), ""},
		{"appended, further in", appending, path("/a/../../admin"), ""},
		{"appended, at the end", appending, path("/.."), ""},
		{"appended, empty segments don't count", appending, path("//../admin"), ""},
		{"appended, dots don't count", appending, path("/./../admin"), ""},
		{"appended, down again", appending, path("/a/../b"), "GET /base/a/../b HTTP/1.1"},
		{"appended, dots in names", appending, path("/..a/b../..."), "GET /base/..a/b../... HTTP/1.1"},
		{"appended, an escape stays one", appending, path("/%2e%2e/a"), "GET /base/%252e%252e/a HTTP/1.1"},
		{"appended, backslash", appending, path(`/a\..\b`), "GET /base/a%5C..%5Cb HTTP/1.1"},
		{"parameter", inPath, param(".."), ""},
		{"greedy parameter", inPath, param("a/../../b"), ""},
		{"parameter, down again", inPath, param("a/../b"), "GET /base/a/../b/x HTTP/1.1"},
		{"in a query it is no path", Config{URI: "http://b/base?p={p}"}, param("../x"), "GET /base?p=../x HTTP/1.1"},
		{"as written by the owner", Config{URI: "http://b/base/../x"}, param("a"), "GET /base/../x HTTP/1.1"},
		{"mapped", appending, mapped("/../x"), ""},
		{"mapped, down again", appending, mapped("/a/../x"), "GET /a/../x HTTP/1.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			head, err := buildWith(t, tt.cfg, tt.x)
			line, _, _ := strings.Cut(head, "\r\n")
			if line != tt.line || (tt.line == "") != errors.Is(err, errClimb) {
				t.Errorf("build = %q, %v, want %q", line, err, tt.line)
			}
		})
	}
}

// TestQueryParameterStaysOneValue: a path parameter in the URI's query must not
// become further parameters there.
func TestQueryParameterStaysOneValue(t *testing.T) {
	for value, want := range map[string]string{
		"7&admin=1": "7%26admin%3D1", "7;admin=1": "7%3Badmin%3D1", "a+b": "a%2Bb", "a%20b": "a%20b", "a#b?c": "a%23b%3Fc", "a/b:c@d": "a/b:c@d",
	} {
		x := request("GET", "/")
		x.Params = append(x.Params, exchange.Param{Name: "p", Value: []byte(value)})
		head, err := buildWith(t, Config{URI: "http://b/?p={p}&q=1"}, x)
		if want = "GET /?p=" + want + "&q=1 HTTP/1.1\r\n"; err != nil || !strings.HasPrefix(head, want) {
			t.Errorf("with %q: build = %.60q, %v, want %q", value, head, err, want)
		}
	}
}

// TestForwardedKeepsOurElement: what the client sends must not take the last
// element, which is ours, into a quoted string of its own.
func TestForwardedKeepsOurElement(t *testing.T) {
	const own = "by=192.0.2.1;for=192.0.2.7;host=api.test;proto=http"
	for sent, kept := range map[string]string{
		`for="1.2.3.4`:                      "",
		`"`:                                 "",
		`for=1.2.3.4;host="a\"`:             "",
		`for="a"b"`:                         "",
		`for=a";by="b`:                      "",
		`for="a";x="b`:                      "",
		`for=a\`:                            "",
		`for="[2001:db8::1]:80";by=x`:       `for="[2001:db8::1]:80";by=x,`,
		`for="a\"b" ; host=c, for="d\\"`:    `for="a\"b" ; host=c, for="d\\",`,
		`for=192.0.2.43, for=198.51.100.17`: "for=192.0.2.43, for=198.51.100.17,",
	} {
		head, err := buildWith(t, Config{URI: "http://b/"}, request("GET", "/", "Forwarded: "+sent))
		if want := "\r\nforwarded: " + kept + own + "\r\n"; err != nil || !strings.Contains(head, want) {
			t.Errorf("Forwarded: %s\nbuild = %s%v\nwant %s", sent, head, err, want)
		}
	}
}

// TestMappedHostMustBeOne: a Host that is made of a client's value must be one.
func TestMappedHostMustBeOne(t *testing.T) {
	for value, ok := range map[string]bool{
		"other.test": true, "other.test:8443": true, "[::1]:80": true, "a b": false, "a\tb": false, "": false, "u@h": false, "h/p": false, "a,b": false,
	} {
		x := request("GET", "/")
		Prepare{}.Handle(x)
		x.Out.Headers.Set([]byte("host"), []byte(value))
		if head, err := buildWith(t, Config{URI: "http://b/"}, x); ok != (err == nil) || !ok && !errors.Is(err, errHost) {
			t.Errorf("Host %q: build = %q, %v, want ok %v", value, head, err, ok)
		}
	}
}

func buildWith(t *testing.T, cfg Config, x *exchange.Exchange) (string, error) {
	t.Helper()
	cfg.Client = client(t)
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	head, err := s.build(x, "GET", nil)
	return string(head), err
}
