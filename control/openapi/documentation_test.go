package openapi

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func at(kind types.DocumentationPartType, path, method, status, name string) types.DocumentationPartLocation {
	return types.DocumentationPartLocation{Type: kind, Path: optional(path), Method: optional(method), StatusCode: optional(status), Name: optional(name)}
}

func parts(pairs ...any) []types.DocumentationPart {
	var list []types.DocumentationPart
	for i := 0; i < len(pairs); i += 2 {
		l, p := pairs[i].(types.DocumentationPartLocation), pairs[i+1].(string)
		list = append(list, types.DocumentationPart{Location: &l, Properties: &p})
	}
	return list
}

func TestDocumentationAt(t *testing.T) {
	d := Document(parts(
		at("RESPONSE", "/pets", "GET", "200", ""), `{"description":"pets"}`,
		at("RESPONSE", "", "", "", ""), `{"description":"any","note":1}`,
		at("RESPONSE", "/pets", "", "", ""), `{"description":"below pets"}`,
		at("RESPONSE", "", "POST", "404", ""), `{"description":"gone"}`,
		at("METHOD", "", "GET", "", ""), `{"description":"root"}`,
		at("QUERY_PARAMETER", "/pets", "get", "", "q"), `{"description":"query"}`,
		at("MODEL", "", "", "", "Pet"), `{"description":"model"}`,
		at("API", "", "", "", ""), `no JSON`,
		at("RESOURCE", "/", "", "", ""), `"a text"`,
	))
	for _, c := range []struct {
		name string
		at   types.DocumentationPartLocation
		want string
	}{
		{"own content over inherited", at("RESPONSE", "/pets", "GET", "200", ""), `{"description":"pets","note":1}`},
		{"the longer path wins", at("RESPONSE", "/pets/{id}", "POST", "404", ""), `{"description":"below pets","note":1}`},
		{"a part of the path above", at("RESPONSE", "/pets/{id}", "GET", "200", ""), `{"description":"pets","note":1}`},
		{"whole segments only", at("RESPONSE", "/petshop", "GET", "200", ""), `{"description":"any","note":1}`},
		{"method and status must match", at("RESPONSE", "/a", "POST", "404", ""), `{"description":"gone","note":1}`},
		{"another method", at("RESPONSE", "/a", "GET", "404", ""), `{"description":"any","note":1}`},
		{"methods do not inherit", at("METHOD", "/pets", "GET", "", ""), ``},
		{"default path", at("METHOD", "/", "GET", "", ""), `{"description":"root"}`},
		{"verbs in any case", at("QUERY_PARAMETER", "/pets/{id}", "GET", "", "q"), `{"description":"query"}`},
		{"another name", at("QUERY_PARAMETER", "/pets", "GET", "", "r"), ``},
		{"name", at("MODEL", "", "", "", "Pet"), `{"description":"model"}`},
		{"properties that are no JSON", at("API", "", "", "", ""), ``},
		{"properties that are no object", at("RESOURCE", "/", "", "", ""), `{}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if n := d.At(c.at); n != nil {
				got = n.compact()
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestDocumentationWith(t *testing.T) {
	d := Document(parts(
		at("REQUEST_HEADER", "", "", "", "h"), `{"description":"all"}`,
		at("REQUEST_HEADER", "/a", "GET", "", "h"), `{"x":1,"description":"own"}`,
		at("REQUEST_HEADER", "/b", "GET", "", "h"), `"text"`,
	))
	for _, c := range []struct{ name, path, text, want string }{
		{"inherited", "/c", "all", ""},
		{"there already", "/a", "own", ""},
		{"new part", "/c", "new", `{"description":"new"}`},
		{"keeps the rest", "/a", "new", `{"x":1,"description":"new"}`},
		{"no object", "/b", "new", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, changed := d.With(Description{at("REQUEST_HEADER", c.path, "GET", "", "h"), c.text})
			if got != c.want || changed != (c.want != "") {
				t.Errorf("%q, %t; want %q", got, changed, c.want)
			}
		})
	}
	if own := d.At(at("REQUEST_HEADER", "/a", "GET", "", "h")).compact(); own != `{"description":"own","x":1}` {
		t.Errorf("With changed what it looked at: %s", own)
	}
}
