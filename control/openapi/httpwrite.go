package openapi

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
)

// HTTPExport says what of an HTTP API is written, and how.
type HTTPExport struct {
	API          types.Api // name, version, tags and settings
	Routes       []types.Route
	Integrations []types.Integration
	Authorizers  []types.Authorizer

	Endpoint   string  // such as https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com
	Stage      *string // nil: the latest configuration, of no stage
	Extensions bool    // with AWS's extensions
}

// httpWriter builds a document from an HTTPExport.
type httpWriter struct {
	*HTTPExport
	schemes map[string]string // authorizer id -> name of its security scheme
	shared  map[string]string // integration id -> name of its component
	sigV4   string            // name of the scheme for AWS_IAM
}

// WriteHTTP writes an OpenAPI 3.0 document.
func WriteHTTP(e *HTTPExport) *Node {
	w := &httpWriter{HTTPExport: e, schemes: map[string]string{}, shared: map[string]string{}}
	routes := w.sorted()
	w.nameSchemes()
	w.nameIntegrations(routes)
	doc := mapNode().Set("openapi", textNode("3.0.1")).Set("info", w.info()).Set("servers", listNode(w.server()))
	if e.Extensions {
		doc.filled("tags", w.tags())
	}
	doc.Set("paths", w.paths(routes)).filled("components", w.components())
	if e.Extensions {
		doc.Set(extension+"cors", w.cors()).Set(extension+"importexport-version", textNode("1.0"))
	}
	return doc
}

// Generated version of an API that has none.
const madeVersion = "2006-01-02 15:04:05UTC"

func (w *httpWriter) info() *Node {
	version := w.API.Version
	if version == nil {
		made := time.Time{}
		if w.API.CreatedDate != nil {
			made = *w.API.CreatedDate
		}
		text := made.UTC().Format(madeVersion)
		version = &text
	}
	return mapNode().text("title", w.API.Name).text("description", w.API.Description).text("version", version)
}

func (w *httpWriter) server() *Node {
	s := mapNode()
	if w.Stage == nil {
		s.Set("url", textNode(w.Endpoint))
	} else {
		base := *w.Stage
		if base == "$default" {
			base = ""
		}
		s.Set("url", textNode(w.Endpoint+"/{basePath}"))
		s.Set("variables", mapNode().Set("basePath", mapNode().Set("default", textNode(base))))
	}
	if w.Extensions {
		s.filled(extension+"endpoint-configuration", w.endpointConfiguration())
	}
	return s
}

func (w *httpWriter) endpointConfiguration() *Node {
	n := mapNode()
	if d := w.API.DisableExecuteApiEndpoint; d != nil && *d {
		n.Set("disableExecuteApiEndpoint", boolNode(true))
	}
	if t := w.API.IpAddressType; t != "" && t != types.IpAddressTypeIpv4 {
		n.Set("ipAddressType", textNode(string(t)))
	}
	return n
}

func (w *httpWriter) tags() *Node {
	n := listNode()
	for _, name := range slices.Sorted(maps.Keys(w.API.Tags)) {
		n.Items = append(n.Items, mapNode().Set("name", textNode(name)).Set(extension+"tag-value", textNode(w.API.Tags[name])))
	}
	return n
}

func (w *httpWriter) cors() *Node {
	c := w.API.CorsConfiguration
	if c == nil {
		return nil
	}
	n := mapNode().filled("allowOrigins", textsNode(c.AllowOrigins)).filled("allowMethods", textsNode(c.AllowMethods)).
		filled("allowHeaders", textsNode(c.AllowHeaders)).filled("exposeHeaders", textsNode(c.ExposeHeaders))
	if c.AllowCredentials != nil {
		n.Set("allowCredentials", boolNode(*c.AllowCredentials))
	}
	if c.MaxAge != nil {
		n.Set("maxAge", intNode(*c.MaxAge))
	}
	return n
}

const defaultRoute = "$default"

// sorted gives the routes by path and then by verb, in the order of exports.
func (w *httpWriter) sorted() []types.Route {
	routes := slices.Clone(w.Routes)
	if !w.Extensions { // ANY and $default have no words of their own
		routes = slices.DeleteFunc(routes, func(r types.Route) bool { verb, _ := splitKey(&r); return verb == anyMethod })
	}
	slices.SortStableFunc(routes, func(a, b types.Route) int {
		va, pa := splitKey(&a)
		vb, pb := splitKey(&b)
		return cmp.Or(strings.Compare(pa, pb), verbPlace(va)-verbPlace(vb), strings.Compare(*a.RouteKey, *b.RouteKey))
	})
	return routes
}

// splitKey gives the member of paths for a route and the member in it.
func splitKey(r *types.Route) (verb, path string) {
	if *r.RouteKey == defaultRoute {
		return anyMethod, "/" + defaultRoute
	}
	verb, path, _ = strings.Cut(*r.RouteKey, " ")
	if verb == "ANY" {
		return anyMethod, path
	}
	return strings.ToLower(verb), path
}

// verbPlace puts any-method behind the verbs.
func verbPlace(verb string) int {
	if i := slices.Index(verbs, verb); i >= 0 {
		return i
	}
	return len(verbs)
}

func (w *httpWriter) paths(routes []types.Route) *Node {
	paths := mapNode()
	for i := range routes {
		verb, path := splitKey(&routes[i])
		item := paths.Get(path)
		if item == nil {
			item = mapNode()
			paths.Set(path, item)
		}
		if verb == anyMethod && item.Get(verb) != nil {
			continue // "ANY /$default" beside $default: the latter is first
		}
		item.Set(verb, w.operation(&routes[i]))
	}
	for path, item := range paths.All() {
		item.filled("parameters", pathParameters(path))
	}
	return paths
}

var pathVariable = regexp.MustCompile(`\{([^{}+]+)\+?\}`)

func pathParameters(path string) *Node {
	n := listNode()
	for _, m := range pathVariable.FindAllStringSubmatch(path, -1) {
		n.Items = append(n.Items, mapNode().Set("name", textNode(m[1])).Set("in", textNode("path")).
			Set("description", textNode("Generated path parameter for "+m[1])).Set("required", boolNode(true)).
			Set("schema", mapNode().Set("type", textNode("string"))))
	}
	return n
}

func (w *httpWriter) operation(r *types.Route) *Node {
	answer := mapNode().Set("description", textNode("Default response for "+*r.RouteKey))
	op := mapNode().text("operationId", r.OperationName).Set("responses", mapNode().Set("default", answer))
	op.filled("security", w.security(r))
	if !w.Extensions {
		return op
	}
	if *r.RouteKey == defaultRoute {
		op.Set("isDefaultRoute", boolNode(true))
	}
	return op.Set(integration, w.integrationOf(r))
}

func (w *httpWriter) integrationOf(r *types.Route) *Node {
	id, ok := definition.IntegrationID(r.Target)
	if !ok {
		return nil
	}
	if name := w.shared[id]; name != "" {
		return mapNode().Set("$ref", textNode("#/components/"+extension+"integrations/"+name))
	}
	if i := w.integration(id); i != nil {
		return httpIntegrationNode(i)
	}
	return nil
}

func (w *httpWriter) integration(id string) *types.Integration {
	return (&definition.Deployment{Integrations: w.Integrations}).Integration(id)
}

// nameIntegrations names those that several routes call.
func (w *httpWriter) nameIntegrations(routes []types.Route) {
	users := map[string]int{}
	for i := range routes {
		id, ok := definition.IntegrationID(routes[i].Target)
		if users[id]++; ok && users[id] == 2 {
			w.shared[id] = ""
		}
	}
	n := 0
	for i := range routes {
		id, _ := definition.IntegrationID(routes[i].Target)
		if name, ok := w.shared[id]; ok && name == "" && w.integration(id) != nil {
			n++
			w.shared[id] = "integration" + strconv.Itoa(n)
		}
	}
}

func httpIntegrationNode(i *types.Integration) *Node {
	n := mapNode().text("payloadFormatVersion", i.PayloadFormatVersion).Set("type", textNode(string(i.IntegrationType))).
		text("integrationSubtype", i.IntegrationSubtype).text("httpMethod", i.IntegrationMethod).text("uri", i.IntegrationUri).
		text("credentials", i.CredentialsArn).text("description", i.Description)
	if i.ConnectionType != "" {
		n.Set("connectionType", textNode(string(i.ConnectionType)))
	}
	n.text("connectionId", i.ConnectionId)
	if i.TimeoutInMillis != nil && *i.TimeoutInMillis != defaultHTTPTimeout {
		n.Set("timeoutInMillis", intNode(*i.TimeoutInMillis))
	}
	if i.TlsConfig != nil {
		n.Set("tlsConfig", mapNode().text("serverNameToVerify", i.TlsConfig.ServerNameToVerify))
	}
	responses := mapNode()
	for _, status := range slices.Sorted(maps.Keys(i.ResponseParameters)) {
		responses.Set(status, dictNode(i.ResponseParameters[status]))
	}
	return n.filled("requestParameters", dictNode(i.RequestParameters)).filled("responseParameters", responses)
}

// defaultHTTPTimeout (ms) is what an integration has that names none.
const defaultHTTPTimeout = 30000

// dictNode has the entries of m, sorted.
func dictNode(m map[string]string) *Node {
	n := mapNode()
	for _, name := range slices.Sorted(maps.Keys(m)) {
		n.Set(name, textNode(m[name]))
	}
	return n
}
