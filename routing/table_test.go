package routing

import (
	"strings"
	"testing"
)

// mustTable builds a table in which each key is its own value.
func mustTable(t testing.TB, d Dialect, keys ...string) *Table[string] {
	t.Helper()
	b := NewBuilder[string](d)
	for _, key := range keys {
		if err := b.Add(key, key); err != nil {
			t.Fatalf("Add(%q): %v", key, err)
		}
	}
	return b.Build()
}

// show writes parameters as "name=value" with blanks between.
func show(p *Params) string {
	var parts []string
	for i := range p.Len() {
		parts = append(parts, p.At(i).Name+"="+string(p.At(i).Bytes))
	}
	return strings.Join(parts, " ")
}

type matchCase struct {
	name    string
	request string // method and path
	want    string // "" = no route
	params  string
}

func runMatch(t *testing.T, table *Table[string], cases []matchCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			method, path, _ := strings.Cut(c.request, " ")
			var p Params
			got, ok := table.Match([]byte(method), []byte(path), &p)
			if got != c.want || ok != (c.want != "") || show(&p) != c.params {
				t.Errorf("Match(%q) = %q, %v, %q, want %q, %q", c.request, got, ok, show(&p), c.want, c.params)
			}
			if again, _ := table.Match([]byte(method), []byte(path), nil); again != c.want {
				t.Errorf("Match(%q) without params = %q, want %q", c.request, again, c.want)
			}
		})
	}
}

func TestHTTPLadder(t *testing.T) {
	table := mustTable(t, HTTP, "$default", "ANY /{proxy+}", "GET /pets/{proxy+}", "GET /pets/dog/{id}", "GET /pets/dog/1")
	runMatch(t, table, []matchCase{
		{"literal", "GET /pets/dog/1", "GET /pets/dog/1", ""},
		{"param", "GET /pets/dog/2", "GET /pets/dog/{id}", "id=2"},
		{"greedy", "GET /pets/cat/1", "GET /pets/{proxy+}", "proxy=cat/1"},
		{"greedy ANY", "POST /test/5", "ANY /{proxy+}", "proxy=test/5"},
		{"method takes part", "POST /pets/dog/1", "ANY /{proxy+}", "proxy=pets/dog/1"},
		{"method without a bit", "PROPFIND /pets/dog/1", "ANY /{proxy+}", "proxy=pets/dog/1"},
		{"greedy needs its slash", "GET /pets", "ANY /{proxy+}", "proxy=pets"},
		{"empty remainder", "GET /pets/", "GET /pets/{proxy+}", "proxy="},
		{"empty remainder at the root", "GET /", "ANY /{proxy+}", "proxy="},
		{"empty path is the root", "GET ", "ANY /{proxy+}", "proxy="},
		{"param needs a byte", "GET /pets/dog/", "GET /pets/{proxy+}", "proxy=dog/"},
		{"inner slashes stay", "GET /pets//x//", "GET /pets/{proxy+}", "proxy=/x//"},
		{"leading slashes stay", "GET //pets/dog/1", "ANY /{proxy+}", "proxy=/pets/dog/1"},
		{"no leading slash", "OPTIONS *", "$default", ""},
		{"case-sensitive path", "GET /Pets/dog/1", "ANY /{proxy+}", "proxy=Pets/dog/1"},
		{"case-sensitive method", "get /pets/dog/1", "ANY /{proxy+}", "proxy=pets/dog/1"},
		{"ANY is not a request's method", "ANY /pets/dog/1", "ANY /{proxy+}", "proxy=pets/dog/1"},
	})
}

func TestHTTPRules(t *testing.T) {
	table := mustTable(t, HTTP,
		"GET /", "GET /a", "ANY /a/b", "GET /a/{x}", "ANY /a/{x}", "PUT /a/{x}/{y}", "PUT /a/b/{z}", "PUT /{x}/b/c",
		"POST /g/{one+}", "ANY /g/h/{two+}", "POST /k/{p}/{rest+}", "POST /k/{rest+}", "ANY /k/l/m",
		"PATCH /{q}/last", "PATCH /first/{deep+}", "DELETE /n/{id}", "HEAD /n/{other}/sub", "GET /esc%20aped")
	runMatch(t, table, []matchCase{
		{"root", "GET /", "GET /", ""},
		{"root, other method", "PUT /", "", ""},
		{"literal", "GET /a", "GET /a", ""},
		{"trailing slash counts", "GET /a/", "", ""},
		{"path with other methods only", "POST /a", "", ""},
		{"exact method before a better path", "GET /a/b", "GET /a/{x}", "x=b"},
		{"ANY, better path", "POST /a/b", "ANY /a/b", ""},
		{"ANY, param", "POST /a/c", "ANY /a/{x}", "x=c"},
		{"literal first from the left", "PUT /a/b/c", "PUT /a/b/{z}", "z=c"},
		{"backtrack to param", "PUT /c/b/c", "PUT /{x}/b/c", "x=c"},
		{"two params", "PUT /a/c/d", "PUT /a/{x}/{y}", "x=c y=d"},
		{"greedy: exact method before longer prefix", "POST /g/h/i", "POST /g/{one+}", "one=h/i"},
		{"greedy: longer prefix of ANY", "PUT /g/h/i", "ANY /g/h/{two+}", "two=i"},
		{"greedy: param prefix before shorter", "POST /k/x/y/z", "POST /k/{p}/{rest+}", "p=x rest=y/z"},
		{"greedy: shorter when it must", "POST /k/x", "POST /k/{rest+}", "rest=x"},
		{"full ANY before greedy exact", "POST /k/l/m", "ANY /k/l/m", ""},
		{"full before greedy with literal prefix", "PATCH /first/last", "PATCH /{q}/last", "q=first"},
		{"greedy with literal prefix", "PATCH /first/other", "PATCH /first/{deep+}", "deep=other"},
		{"own names, one", "DELETE /n/7", "DELETE /n/{id}", "id=7"},
		{"own names, other", "HEAD /n/7/sub", "HEAD /n/{other}/sub", "other=7"},
		{"compared undecoded", "GET /esc%20aped", "GET /esc%20aped", ""},
		{"nothing decoded", "GET /esc aped", "", ""},
		{"param undecoded", "DELETE /n/a%2Fb", "DELETE /n/{id}", "id=a%2Fb"},
		{"no default: none", "GET /zzz/zzz", "", ""},
		{"no leading slash: none", "GET a", "", ""},
	})
}

func TestRESTWorkedExample(t *testing.T) {
	table := mustTable(t, REST, "GET /", "GET /foo", "ANY /foo/{id}", "POST /foo/bar", "OPTIONS /{proxy+}")
	runMatch(t, table, []matchCase{
		{"literal lacks the method", "GET /foo/bar", "ANY /foo/{id}", "id=bar"},
		{"literal has the method", "POST /foo/bar", "POST /foo/bar", ""},
		{"greedy has the method", "OPTIONS /foo", "OPTIONS /{proxy+}", "proxy=foo"},
		{"none has the method", "PUT /foo", "", ""},
		{"greedy needs a segment", "OPTIONS /", "", ""},
		{"trailing slash does not count", "GET /foo/", "GET /foo", ""},
		{"root", "GET /", "GET /", ""},
		{"empty path is the root", "GET ", "GET /", ""},
		{"only slashes are the root", "GET ///", "GET /", ""},
		{"HEAD is not served by GET", "HEAD /foo", "", ""},
		{"HEAD by ANY", "HEAD /foo/x", "ANY /foo/{id}", "id=x"},
		{"no leading slash", "GET foo", "", ""},
	})
}

func TestRESTRules(t *testing.T) {
	table := mustTable(t, REST, "GET /{proxy+}", "ANY /test/{id}", "GET /test/{id}/sub", "GET /one", "ANY /one",
		"ANY /deep/{d+}", "GET /lit/{p}", "GET /hardcoded", "DELETE /admin", "POST /m/{a}/c", "POST /m/b/{z+}")
	runMatch(t, table, []matchCase{
		{"trailing slash", "GET /a/b/", "GET /{proxy+}", "proxy=a/b"},
		{"leading slashes", "GET //hardcoded", "GET /hardcoded", ""},
		{"inner slashes", "GET /a//b", "GET /{proxy+}", "proxy=a//b"},
		{"undecoded", "GET /test%2Balias@x", "GET /{proxy+}", "proxy=test%2Balias@x"},
		{"literal plus", "GET /x+y", "GET /{proxy+}", "proxy=x+y"},
		{"escaped slash is no slash", "PUT /test/a%2Fb", "ANY /test/{id}", "id=a%2Fb"},
		{"exact before ANY on one resource", "GET /one", "GET /one", ""},
		{"ANY on one resource", "PUT /one", "ANY /one", ""},
		{"ANY on a better resource before exact", "GET /deep/x/y", "ANY /deep/{d+}", "d=x/y"},
		{"greedy needs a segment", "PUT /deep", "", ""},
		{"greedy is one slash short", "GET /deep/", "GET /{proxy+}", "proxy=deep"},
		{"resource without the method is skipped", "GET /admin", "GET /{proxy+}", "proxy=admin"},
		{"literal, then greedy, before param", "POST /m/b/c", "POST /m/b/{z+}", "z=c"},
		{"param", "POST /m/x/c", "POST /m/{a}/c", "a=x"},
		{"param needs a byte", "POST /m//c", "", ""},
		{"method without a bit, by ANY", "PURGE /one", "ANY /one", ""},
		{"method without a bit, none", "PURGE /lit/x", "", ""},
	})
}

func TestMatchOverwritesParams(t *testing.T) {
	table := mustTable(t, HTTP, "GET /a/{x}/{y}", "GET /b/{z}", "$default")
	var p Params
	for _, c := range []struct{ path, want string }{{"/a/1/2", "x=1 y=2"}, {"/b/3", "z=3"}, {"/none", ""}, {"/a/4/5", "x=4 y=5"}} {
		table.Match([]byte("GET"), []byte(c.path), &p)
		if show(&p) != c.want {
			t.Errorf("Match(%q) captures %q, want %q", c.path, show(&p), c.want)
		}
	}
	if v, ok := p.Get("y"); !ok || string(v) != "5" {
		t.Errorf("Get(y) = %q, %v, want 5", v, ok)
	}
	if _, ok := p.Get("z"); ok {
		t.Error("Get(z) finds a parameter of an earlier match")
	}
	p.Reset()
	if p.Len() != 0 || p.values[0].Bytes != nil {
		t.Error("Reset keeps parameters")
	}
}

func TestParamsCannotGrowIntoPath(t *testing.T) {
	table := mustTable(t, HTTP, "GET /a/{x}/tail")
	path := []byte("/a/1/tail")
	var p Params
	table.Match([]byte("GET"), path, &p)
	_ = append(p.At(0).Bytes, "overwritten"...)
	if string(path) != "/a/1/tail" {
		t.Errorf("append to a parameter changed the path to %q", path)
	}
}

func TestEmptyTable(t *testing.T) {
	for _, d := range []Dialect{HTTP, REST} {
		table := mustTable(t, d)
		for _, path := range []string{"", "/", "/a", "//", "/a/", "*"} {
			if _, ok := table.Match([]byte("GET"), []byte(path), nil); ok {
				t.Errorf("Match(%q) finds a route in an empty table", path)
			}
		}
	}
}
