package wire

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
)

func testTree() *tree {
	t := &tree{}
	for _, path := range []string{"/v2/apis", "/v2/apis/{A}", "/v2/apis/{A}/cors", "/v2/apis/{A}/{B}", "/v2/apis/{A}/stages/{S}/routesettings/{K}",
		"/v2/tags/{Arn}", "/2015-03-31/functions/{F}/policy", "/rest/{All+}", "/rest/one"} {
		t.add(newRow(&Service{}, newShaper(LowerCamel), NotBuilt(path, "GET", path)))
	}
	return t
}

func TestFind(t *testing.T) {
	root := testTree()
	for _, c := range []struct{ raw, want string }{
		{"/v2/apis", "/v2/apis []"},
		{"/v2/apis/a", `/v2/apis/{A} ["a"]`},
		{"/v2/apis/a/cors", `/v2/apis/{A}/cors ["a"]`},
		{"/v2/apis/a/corsx", `/v2/apis/{A}/{B} ["a" "corsx"]`},
		{"/v2/apis/a/stages", `/v2/apis/{A}/{B} ["a" "stages"]`},
		{"/v2/apis/a/stages/%24default/routesettings/GET%20%2Fpets%2F%7Bid%7D", `/v2/apis/{A}/stages/{S}/routesettings/{K} ["a" "$default" "GET /pets/{id}"]`},
		{"/v2/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fabc", `/v2/tags/{Arn} ["arn:aws:apigateway:us-east-1::/restapis/abc"]`},
		{"/v2/tags/a%252Fb", `/v2/tags/{Arn} ["a%2Fb"]`},
		{"/v2/tags/a+b", `/v2/tags/{Arn} ["a+b"]`},
		{"/%76%32/apis", "/v2/apis []"},
		{"/rest/a/b/c", `/rest/{All+} ["a/b/c"]`},
		{"/rest/one", "/rest/one []"},
		{"/rest/one/two", `/rest/{All+} ["one/two"]`},
		{"/rest", ""},
		{"/rest/", ""},
		{"/", ""},
		{"", ""},
		{"/v2/apis/", ""},
		{"/v2//apis", ""},
		{"/v2/apis/a/", ""},
		{"/v2%2Fapis", ""},
		{"/v2/apis/%zz", ""},
		{"/v2/tags/" + strings.Repeat("a", maxPath), ""},
	} {
		got := ""
		if segs, ok := splitPath(c.raw); ok {
			if r, params := root.find("GET", segs, nil, nil); r != nil {
				got = fmt.Sprintf("%s %q", r.Path, params)
			}
		}
		if got != c.want {
			t.Errorf("find(%.60q) = %s, want %s", c.raw, got, c.want)
		}
	}
}

// FuzzBind: no path and no query panics; parameters are never empty and come
// back the same when they are written as one segment each.
func FuzzBind(f *testing.F) {
	f.Add("/v2/apis/a/stages/%24default/routesettings/GET%20%2Fpets", "tagKeys=a&tagKeys=b&maxResults=%zz")
	f.Add("/rest/a//b/%2F", "a;b=c&&=&maxResults=1&maxResults=2")
	f.Add("/v2/apis/%/cors", "nextToken=%ff")
	root := testTree()
	row := newRow(&Service{}, newShaper(LowerCamel), Op("GetStages", "GET", "/v2/{ApiId}", 200,
		func(*Call, *apigatewayv2.GetStagesInput) (*apigatewayv2.GetStagesOutput, error) { return nil, nil }))
	f.Fuzz(func(t *testing.T, path, query string) {
		values, _ := url.ParseQuery(query)
		segs, ok := splitPath(path)
		if !ok {
			return
		}
		r, params := root.find("GET", segs, values, nil)
		again := "/v2/apis"
		for _, p := range params {
			if p == "" {
				t.Fatalf("%s has an empty parameter in %q", r.Path, path)
			}
			again += "/" + url.PathEscape(p)
		}
		if segs, ok := splitPath(again); ok && len(params) == 1 && segs[2] != params[0] {
			t.Fatalf("%q came back as %q", params, segs)
		}
		in := reflect.New(row.Operation.in).Elem()
		if err := row.bind(in, []string{path}, values, nil); err != nil {
			return
		}
		if got := in.Addr().Interface().(*apigatewayv2.GetStagesInput); *got.ApiId != path {
			t.Fatalf("bound %q as %q", path, *got.ApiId)
		}
	})
}
