package routing

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestParseRouteKey(t *testing.T) {
	for _, c := range []struct {
		key  string
		want RouteKey
	}{
		{"$default", RouteKey{Text: "$default"}},
		{"GET /", RouteKey{Text: "GET /", Method: "GET", Path: "/"}},
		{"ANY /{proxy+}", RouteKey{Text: "ANY /{proxy+}", Method: "ANY", Path: "/{proxy+}", Parts: []Part{{Greedy, "proxy"}}}},
		{"PATCH /a/{b}/c.d", RouteKey{Text: "PATCH /a/{b}/c.d", Method: "PATCH", Path: "/a/{b}/c.d",
			Parts: []Part{{Literal, "a"}, {Param, "b"}, {Literal, "c.d"}}}},
		{"PUT /$default", RouteKey{Text: "PUT /$default", Method: "PUT", Path: "/$default", Parts: []Part{{Literal, "$default"}}}},
	} {
		got, err := ParseRouteKey(c.key)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("ParseRouteKey(%q) = %+v, %v, want %+v", c.key, got, err, c.want)
		}
		if got.Default() != (c.key == "$default") {
			t.Errorf("ParseRouteKey(%q).Default() = %v", c.key, got.Default())
		}
	}
}

func TestParseRouteKeyAccepts(t *testing.T) {
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"} {
		for _, path := range []string{"/", "/a", "/A-z_0.9~", "/a:b@c!$&'()*+,;=", "/%41", "/{a.b-c_d:e,f}", "/x/{y}/{z+}"} {
			if _, err := ParseRouteKey(method + " " + path); err != nil {
				t.Errorf("ParseRouteKey(%q): %v", method+" "+path, err)
			}
		}
	}
}

func TestParseRouteKeyRefuses(t *testing.T) {
	var many strings.Builder
	for i := range MaxParams + 1 {
		fmt.Fprintf(&many, "/{p%d}", i)
	}
	for _, c := range []struct {
		key  string
		want Problem
		part string
	}{
		{"", NotMethodAndPath, ""},
		{"GET", NotMethodAndPath, ""},
		{"/a", NotMethodAndPath, ""},
		{"$connect", NotMethodAndPath, ""},
		{"get /a", UnknownMethod, "get"},
		{"TRACE /a", UnknownMethod, "TRACE"},
		{" /a", UnknownMethod, ""},
		{"$default /a", UnknownMethod, "$default"},
		{"GET a", NoLeadingSlash, "a"},
		{"GET ", NoLeadingSlash, ""},
		{"GET  /a", NoLeadingSlash, " /a"},
		{"GET /a/", TrailingSlash, "/a/"},
		{"GET //", TrailingSlash, "//"},
		{"GET /a//b", EmptyPart, ""},
		{"GET //a", EmptyPart, ""},
		{"GET /a{b}", BadBraces, "a{b}"},
		{"GET /{b}a", BadBraces, "{b}a"},
		{"GET /{b", BadBraces, "{b"},
		{"GET /b}", BadBraces, "b}"},
		{"GET /{{b}}", BadBraces, "{{b}}"},
		{"GET /a{b", BadBraces, "a{b"},
		{"GET /{a}{b}", BadBraces, "{a}{b}"},
		{"GET /}", BadBraces, "}"},
		{"GET /{}", EmptyName, "{}"},
		{"GET /{+}", EmptyName, "{+}"},
		{"GET /{a++}", BadCharacter, "{a++}"},
		{"GET /{a b}", BadCharacter, "{a b}"},
		{"GET /a b", BadCharacter, "a b"},
		{"GET /a?b", BadCharacter, "a?b"},
		{"GET /a#b", BadCharacter, "a#b"},
		{"GET /λ", BadCharacter, "λ"},
		{"GET /a\x00", BadCharacter, "a\x00"},
		{"GET /{a+}/b", GreedyNotLast, "{a+}"},
		{"GET /{a}/{a}", RepeatedName, "{a}"},
		{"GET /{a}/b/{a+}", RepeatedName, "{a+}"},
		{"GET " + many.String(), TooManyParams, fmt.Sprintf("{p%d}", MaxParams)},
		{"GET /" + strings.Repeat("a", MaxKeyBytes), KeyTooLong, ""},
	} {
		_, err := ParseRouteKey(c.key)
		var e *KeyError
		if !errors.As(err, &e) || e.Problem != c.want || e.Part != c.part || e.Key != c.key {
			t.Errorf("ParseRouteKey(%.80q) = %v, want %q of %q", c.key, err, c.want, c.part)
		}
	}
}

func TestMostParamsAreCaptured(t *testing.T) {
	var key, path strings.Builder
	for i := range MaxParams {
		fmt.Fprintf(&key, "/{p%d}", i)
		fmt.Fprintf(&path, "/v%d", i)
	}
	table := mustTable(t, HTTP, "GET "+key.String())
	var p Params
	if _, ok := table.Match([]byte("GET"), []byte(path.String()), &p); !ok || p.Len() != MaxParams {
		t.Fatalf("Match captures %d parameters, want %d", p.Len(), MaxParams)
	}
	if got := string(p.At(MaxParams - 1).Bytes); got != fmt.Sprintf("v%d", MaxParams-1) {
		t.Errorf("last parameter = %q", got)
	}
}

// FuzzParseRouteKey checks that what is accepted is whole: its parts give back
// the key, and a table takes it.
func FuzzParseRouteKey(f *testing.F) {
	for _, seed := range []string{"$default", "GET /", "ANY /{proxy+}", "PUT /a/{b}/c", "GET /a/", "GET /{a++}", "GET //", "POST /a{b", "HEAD /%2F/{x}/{y+}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		k, err := ParseRouteKey(key)
		if err != nil {
			var e *KeyError
			if !errors.As(err, &e) || e.Problem == "" || len(e.Error()) > 4000 {
				t.Fatalf("ParseRouteKey(%q) = %#v", key, err)
			}
			return
		}
		if !k.Default() {
			again := k.Method + " "
			for _, part := range k.Parts {
				again += "/" + part.written()
			}
			if len(k.Parts) == 0 {
				again += "/"
			}
			if again != key || k.Method+" "+k.Path != key {
				t.Fatalf("ParseRouteKey(%q) = %+v, which reads %q", key, k, again)
			}
		}
		if err := NewBuilder[int](HTTP).Add(key, 1); err != nil {
			t.Fatalf("Add(%q): %v", key, err)
		}
	})
}

func (p Part) written() string {
	if p.Kind == Literal {
		return p.Text
	}
	return p.braced()
}
