package apigateway

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

// undocumented lists the locations of an API that have no documentation part.
func undocumented(a *definition.RestAPI) []types.DocumentationPart {
	list := []types.DocumentationPart{}
	seen := map[docPlace]bool{}
	for _, p := range a.DocumentationParts {
		seen[place(p.Location)] = true
	}
	add := func(l types.DocumentationPartLocation) {
		if at := place(&l); !seen[at] {
			seen[at] = true
			list = append(list, types.DocumentationPart{Location: &l})
		}
	}
	add(types.DocumentationPartLocation{Type: types.DocumentationPartTypeApi})
	for i := range a.Authorizers {
		add(types.DocumentationPartLocation{Type: types.DocumentationPartTypeAuthorizer, Name: a.Authorizers[i].Name})
	}
	for i := range a.Models {
		add(types.DocumentationPartLocation{Type: types.DocumentationPartTypeModel, Name: a.Models[i].Name})
	}
	for i := range a.Resources {
		r := &a.Resources[i]
		add(types.DocumentationPartLocation{Type: types.DocumentationPartTypeResource, Path: r.Path})
		for _, verb := range definition.Verbs(r) {
			methodEntities(r, verb, add)
		}
	}
	return list
}

// parameterTypes are the documentation types of the parameters that a method
// names "method.request.{place}.{name}".
var parameterTypes = map[string]types.DocumentationPartType{
	"path":        types.DocumentationPartTypePathParameter,
	"querystring": types.DocumentationPartTypeQueryParameter,
	"header":      types.DocumentationPartTypeRequestHeader,
}

func methodEntities(r *types.Resource, verb string, add func(types.DocumentationPartLocation)) {
	m := r.ResourceMethods[verb]
	at := types.DocumentationPartLocation{Type: types.DocumentationPartTypeMethod, Path: r.Path, Method: &verb}
	add(at)
	for _, name := range slices.Sorted(maps.Keys(m.RequestParameters)) {
		parts := strings.SplitN(name, ".", 4)
		if kind, ok := parameterTypes[part(parts, 2)]; ok && len(parts) == 4 {
			l := at
			l.Type, l.Name = kind, ptr(parts[3])
			add(l)
		}
	}
	if len(m.RequestModels) > 0 {
		at.Type = types.DocumentationPartTypeRequestBody
		add(at)
	}
	for _, code := range slices.Sorted(maps.Keys(m.MethodResponses)) {
		responseEntities(m.MethodResponses[code], code, at, add)
	}
}

func part(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return ""
}

func responseEntities(resp types.MethodResponse, code string, at types.DocumentationPartLocation, add func(types.DocumentationPartLocation)) {
	at.Type, at.StatusCode = types.DocumentationPartTypeResponse, &code
	add(at)
	for _, name := range slices.Sorted(maps.Keys(resp.ResponseParameters)) {
		l := at
		l.Type, l.Name = types.DocumentationPartTypeResponseHeader, ptr(strings.TrimPrefix(name, "method.response.header."))
		add(l)
	}
	if len(resp.ResponseModels) > 0 {
		at.Type = types.DocumentationPartTypeResponseBody
		add(at)
	}
}
