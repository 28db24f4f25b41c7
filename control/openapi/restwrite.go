package openapi

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

// RESTExport says what of a REST API is written, and how.
type RESTExport struct {
	Deployment *definition.RestDeployment
	Stage      string
	Host       string // such as a1b2c3d4e5.execute-api.us-east-1.amazonaws.com

	// Documentation, when not nil, goes into the document.
	Documentation *definition.RestDocumentation

	V2           bool // Swagger 2.0, not OpenAPI 3.0
	Integrations bool // with integrations, validators and the settings of the API
	Authorizers  bool // with authorizers
}

// restWriter builds a document from a RESTExport.
type restWriter struct {
	*RESTExport
	schemes map[string]string // authorizer id -> name of its security scheme
	keys    string            // name of the scheme for API keys
	sigV4   string            // name of the scheme for AWS_IAM
	usesKey bool              // a method was written that needs a key
	usesIAM bool
	docs    *Documentation
}

// Version is the version that the document tells: the API's, else when the
// deployment was made.
func (e *RESTExport) Version() string {
	if e.Deployment.API.Version != nil {
		return *e.Deployment.API.Version
	}
	return e.Deployment.Created.UTC().Format(time.RFC3339)
}

// WriteREST writes a document of either version.
func WriteREST(e *RESTExport) *Node {
	w := &restWriter{RESTExport: e, schemes: map[string]string{}}
	w.nameSchemes()
	if e.Documentation != nil {
		w.docs = Document(e.Documentation.Parts)
	}
	doc := mapNode()
	if e.V2 {
		doc.Set("swagger", textNode("2.0")).Set("info", w.info()).Set("host", textNode(e.Host)).
			Set("basePath", textNode("/"+e.Stage)).Set("schemes", textsNode([]string{"https"}))
	} else {
		doc.Set("openapi", textNode("3.0.1")).Set("info", w.info()).Set("servers", listNode(w.server()))
	}
	doc.Set("paths", w.paths())
	w.putComponents(doc)
	if e.Integrations {
		w.putSettings(doc)
	}
	doc.documented(w.docs.At(location{Type: "API"}), "tags", "externalDocs")
	w.putDocumentation(doc)
	return doc
}

func (w *restWriter) info() *Node {
	api := w.docs.At(location{Type: "API"})
	n := mapNode().text("title", w.Deployment.API.Name).documented(api, "description").documented(api.Get("info"), "description").
		text("description", w.Deployment.API.Description).Set("version", textNode(w.Version()))
	return n.documented(api.Get("info"), "termsOfService", "contact", "license")
}

func (w *restWriter) server() *Node {
	base := mapNode().Set("default", textNode(w.Stage))
	s := mapNode().Set("url", textNode("https://"+w.Host+"/{basePath}")).Set("variables", mapNode().Set("basePath", base))
	if w.Integrations {
		s.filled(extension+"endpoint-configuration", w.endpointConfiguration())
	}
	return s
}

func (w *restWriter) endpointConfiguration() *Node {
	n := mapNode()
	if w.Deployment.API.DisableExecuteApiEndpoint {
		n.Set("disableExecuteApiEndpoint", boolNode(true))
	}
	return n
}

func (w *restWriter) paths() *Node {
	resources := slices.Clone(w.Deployment.Resources)
	slices.SortFunc(resources, func(a, b types.Resource) int { return strings.Compare(*a.Path, *b.Path) })
	paths, parents := mapNode(), parentsOf(resources)
	for i := range resources {
		r := &resources[i]
		item := mapNode()
		for _, verb := range append(slices.Clone(verbs), anyMethod) {
			if m, ok := r.ResourceMethods[verbOf(verb)]; ok {
				item.Set(verb, w.method(r, &m))
			}
		}
		if item.size() > 0 || !parents[*r.Id] {
			if !w.V2 { // 2.0 has no texts here
				item.documented(w.docs.At(location{Type: "RESOURCE", Path: r.Path}), "summary", "description")
			}
			paths.Set(*r.Path, item)
		}
	}
	if root := paths.Get("/"); root.size() == 0 && paths.size() > 1 {
		return paths.without("/")
	}
	return paths
}

// parentsOf has the resources that the path of another brings about.
func parentsOf(resources []types.Resource) map[string]bool {
	parents := make(map[string]bool, len(resources))
	for i := range resources {
		if p := resources[i].ParentId; p != nil {
			parents[*p] = true
		}
	}
	return parents
}

// without copies a Map but for one member.
func (n *Node) without(name string) *Node {
	c := mapNode()
	for other, item := range n.All() {
		if other != name {
			c.Set(other, item)
		}
	}
	return c
}

func (w *restWriter) method(r *types.Resource, m *types.Method) *Node {
	op := mapNode().documented(w.docs.At(location{Type: "METHOD", Path: r.Path, Method: m.HttpMethod}),
		"tags", "summary", "description", "externalDocs", "deprecated")
	op.text("operationId", m.OperationName)
	if w.V2 {
		op.filled("consumes", textsNode(sortedKeys(m.RequestModels))).filled("produces", textsNode(w.produces(m)))
	}
	op.filled("parameters", w.parameters(r, m))
	if !w.V2 {
		op.filled("requestBody", w.body(r, m))
	}
	op.Set("responses", w.responses(r, m)).filled("security", w.security(m))
	if !w.Integrations {
		return op
	}
	if m.RequestValidatorId != nil {
		if v := w.Deployment.RequestValidator(*m.RequestValidatorId); v != nil {
			op.Set(extension+"request-validator", textNode(validatorName(v)))
		}
	}
	if m.MethodIntegration != nil {
		op.Set(integration, restIntegrationNode(r, m.MethodIntegration))
	}
	return op
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// produces has the media types of all responses.
func (w *restWriter) produces(m *types.Method) []string {
	all := map[string]bool{}
	for _, resp := range m.MethodResponses {
		for t := range resp.ResponseModels {
			all[t] = true
		}
	}
	return sortedKeys(all)
}

// openAPIPlaces is the way back of places.
var openAPIPlaces = map[string]string{"path": "path", "querystring": "query", "header": "header", "multivaluequerystring": "query", "multivalueheader": "header"}

func (w *restWriter) parameters(r *types.Resource, m *types.Method) *Node {
	list := listNode()
	for _, key := range sortedKeys(m.RequestParameters) {
		place, name, _ := strings.Cut(strings.TrimPrefix(key, "method.request."), ".")
		in := openAPIPlaces[place]
		if in == "" {
			continue
		}
		p := mapNode().Set("name", textNode(name)).Set("in", textNode(in))
		if required := m.RequestParameters[key]; required || in == "path" {
			p.Set("required", boolNode(required))
		}
		p.documented(w.docs.At(location{Type: parameterKinds[in], Name: &name, Path: r.Path, Method: m.HttpMethod}), "description")
		if !slices.ContainsFunc(list.Items, func(o *Node) bool { return o.Get("name").Text == name && o.Get("in").Text == in }) {
			list.Items = append(list.Items, w.typed(p))
		}
	}
	if keys := sortedKeys(m.RequestModels); w.V2 && len(keys) > 0 {
		model := m.RequestModels[preferred(keys)]
		list.Items = append(list.Items, mapNode().Set("in", textNode("body")).Set("name", textNode(model)).
			documented(w.bodyDocs(r, m), "description").Set("required", boolNode(true)).Set("schema", w.reference(model)))
	}
	return list
}

// preferred is the media type whose model 2.0's one schema tells.
func preferred(sorted []string) string {
	if slices.Contains(sorted, jsonType) {
		return jsonType
	}
	return sorted[0]
}

// typed makes n that of a text.
func (w *restWriter) typed(n *Node) *Node {
	if w.V2 {
		return n.Set("type", textNode("string"))
	}
	return n.Set("schema", mapNode().Set("type", textNode("string")))
}

func (w *restWriter) reference(model string) *Node {
	prefix := "#/components/schemas/"
	if w.V2 {
		prefix = "#/definitions/"
	}
	return mapNode().Set("$ref", textNode(prefix+model))
}

// bodyDocs is what is said of the body of a request.
func (w *restWriter) bodyDocs(r *types.Resource, m *types.Method) *Node {
	return w.docs.At(location{Type: "REQUEST_BODY", Path: r.Path, Method: m.HttpMethod})
}

func (w *restWriter) body(r *types.Resource, m *types.Method) *Node {
	content := w.content(m.RequestModels)
	if content.size() == 0 {
		return nil
	}
	return mapNode().documented(w.bodyDocs(r, m), "description").Set("content", content).Set("required", boolNode(true))
}

func (w *restWriter) content(models map[string]string) *Node {
	n := mapNode()
	for _, t := range sortedKeys(models) {
		n.Set(t, mapNode().Set("schema", w.reference(models[t])))
	}
	return n
}

// responses of a method that has none are an empty object: OpenAPI wants one.
func (w *restWriter) responses(r *types.Resource, m *types.Method) *Node {
	all := mapNode()
	for _, code := range sortedKeys(m.MethodResponses) {
		resp := m.MethodResponses[code]
		at := location{Type: "RESPONSE", Path: r.Path, Method: m.HttpMethod, StatusCode: &code}
		n := mapNode().Set("description", textNode(code+" response")).documented(w.docs.At(at), "description")
		if keys := sortedKeys(resp.ResponseModels); w.V2 && len(keys) > 0 {
			n.Set("schema", w.reference(resp.ResponseModels[preferred(keys)]))
		}
		n.filled("headers", w.headers(at, &resp))
		if !w.V2 {
			n.filled("content", w.content(resp.ResponseModels))
		}
		all.Set(code, n)
	}
	return all
}

// headers of the response at a place.
func (w *restWriter) headers(at location, resp *types.MethodResponse) *Node {
	headers := mapNode()
	at.Type = "RESPONSE_HEADER"
	for _, key := range sortedKeys(resp.ResponseParameters) {
		if name, ok := strings.CutPrefix(key, "method.response.header."); ok {
			at.Name = &name
			headers.Set(name, w.typed(mapNode().documented(w.docs.At(at), "description")))
		}
	}
	return headers
}
