package openapi

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

type location = types.DocumentationPartLocation

// parameterKinds are the kinds of documentation parts of OpenAPI's parameters.
var parameterKinds = map[string]types.DocumentationPartType{"path": types.DocumentationPartTypePathParameter,
	"query": types.DocumentationPartTypeQueryParameter, "header": types.DocumentationPartTypeRequestHeader}

// describe keeps the description of a parameter or body, for which the objects
// of AWS have no other place than a documentation part.
func (r *restReader) describe(m *Method, kind types.DocumentationPartType, name string, n *Node) {
	text := n.Get("description")
	if r.options.NoDocumentation || !text.is(String) || text.Text == "" {
		return
	}
	l := location{Type: kind, Path: &m.Path, Method: &m.Verb}
	if name != "" {
		l.Name = &name
	}
	r.Described = append(r.Described, Description{l, text.Text})
}

// dropDocumented leaves out descriptions of what the document has a part for.
func (r *restReader) dropDocumented() {
	parts := Document(r.Documentation)
	r.Described = slices.DeleteFunc(r.Described, func(x Description) bool { return parts.exactly(&x.Location) != nil })
}

// kindOf is what each member that documentation can have is in OpenAPI.
var kindOf = map[string]Kind{"title": String, "summary": String, "description": String, "termsOfService": String,
	"tags": List, "externalDocs": Map, "contact": Map, "license": Map, "deprecated": Bool}

// documented sets those members that documentation has, where OpenAPI allows
// their values. A nil n stays nil.
func (n *Node) documented(docs *Node, members ...string) *Node {
	for _, name := range members {
		if value := docs.Get(name); value.is(kindOf[name]) {
			n.Set(name, value)
		}
	}
	return n
}
