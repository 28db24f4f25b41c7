package openapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// HTTP is what a document says of an HTTP API. Nothing in it has an id, and
// values are as written: whoever stores them checks them.
type HTTP struct {
	Name, Description, Version *string

	DisableExecuteAPIEndpoint *bool
	IPAddressType             types.IpAddressType
	CORS                      *types.Cors
	Tags                      map[string]string

	Authorizers  []types.Authorizer
	Integrations []types.Integration
	Routes       []HTTPRoute // in the order of the document

	Report
}

// HTTPRoute is one route; its integration and authorizer are places in HTTP's
// slices, -1 for none.
type HTTPRoute struct {
	types.Route
	Integration, Authorizer int
}

// httpReader builds an HTTP from a document.
type httpReader struct {
	*document
	*HTTP
	shared      map[string]int // reference of an integration -> place
	authorizers map[string]int // name of a security scheme -> place, -1 for one that is none
}

// ReadHTTP reads an OpenAPI 3.0 document. What it finds wrong inside the document
// is in the Report; errors wrap ErrSyntax, ErrNoOpenAPI, ErrVersion or
// ErrBasePath.
func ReadHTTP(text []byte, o Options) (*HTTP, error) {
	d, err := open(text, o)
	if err != nil {
		return nil, err
	}
	if d.v2 {
		return nil, fmt.Errorf("%w: 2.0", ErrVersion)
	}
	r := &httpReader{document: d, HTTP: &HTTP{}, shared: map[string]int{}, authorizers: map[string]int{}}
	r.readAPI()
	r.readSchemes()
	if err := r.readRoutes(); err != nil {
		r.Errorf("Unable to read the paths: %v", err)
	}
	return r.HTTP, nil
}

func (r *httpReader) readAPI() {
	info := r.root.Get("info")
	r.Name, r.Description, r.Version = info.Get("title").scalar(), info.Get("description").scalar(), info.Get("version").scalar()
	endpoint := r.endpoint()
	r.DisableExecuteAPIEndpoint = endpoint.Get("disableExecuteApiEndpoint").flag()
	r.IPAddressType = types.IpAddressType(endpoint.Get("ipAddressType").str())
	r.readCORS(r.root.Get(extension + "cors"))
	r.readTags(r.root.Get("tags"))
	r.tellIgnored()
}

// endpoint is the configuration at the server, or (as 2.0 has it) at the root.
func (d *document) endpoint() *Node {
	const name = extension + "endpoint-configuration"
	if e := d.server().Get(name); e != nil {
		return e
	}
	return d.root.Get(name)
}

func (r *httpReader) readCORS(n *Node) {
	if n == nil {
		return
	}
	c := types.Cors{
		AllowOrigins: n.Get("allowOrigins").texts(), AllowMethods: n.Get("allowMethods").texts(),
		AllowHeaders: n.Get("allowHeaders").texts(), ExposeHeaders: n.Get("exposeHeaders").texts(),
		AllowCredentials: n.Get("allowCredentials").flag(), MaxAge: n.Get("maxAge").int32(),
	}
	if n.Kind != Map || n.Get("maxAge") != nil && c.MaxAge == nil {
		r.Warnf("%s", BadCORS)
		return
	}
	r.CORS = &c
}

// BadCORS is the warning about a CORS configuration that can't be used.
const BadCORS = "CORS Scheme is malformed, ignoring."

// readTags takes the root's tags for AWS's.
func (r *httpReader) readTags(n *Node) {
	if !n.is(List) {
		return
	}
	for _, tag := range n.Items {
		name := tag.Get("name").scalar()
		if name == nil {
			r.Warnf("A tag without a name was ignored.")
			continue
		}
		if r.Tags == nil {
			r.Tags = map[string]string{}
		}
		r.Tags[*name] = tag.Get(extension + "tag-value").str()
	}
}

// Members that mean something to an HTTP API, by place.
var (
	httpRoot       = []string{"openapi", "info", "servers", "paths", "components", "tags", "security", extension + "cors", extension + "importexport-version"}
	httpComponents = []string{"securitySchemes", extension + "integrations", "parameters", "responses", "headers"}
	httpOperation  = []string{"operationId", "security", "responses", "isDefaultRoute", "tags", "summary", "description", integration}
)

func (r *httpReader) tellIgnored() {
	r.tell("the document", r.root, httpRoot)
	r.tell("components", r.root.Get("components"), httpComponents)
}

func (r *httpReader) tell(where string, n *Node, known []string) {
	var ignored []string
	for name := range n.All() {
		if !slices.Contains(known, name) && (!strings.HasPrefix(name, "x-") || strings.HasPrefix(name, extension)) {
			ignored = append(ignored, name)
		}
	}
	if len(ignored) > 0 {
		r.Infof("Ignored in %s: %s", where, strings.Join(ignored, ", "))
	}
}

func (r *httpReader) readRoutes() error {
	all, err := r.operations(func(path, member string) {
		if member != "parameters" && member != "$ref" && !strings.HasPrefix(member, "x-") {
			r.Infof("Ignored in path '%s': %s", path, member)
		}
	})
	for _, o := range all {
		if !o.node.is(Map) {
			r.Warnf("The operation '%s' is no object. Ignoring.", o.where())
			continue
		}
		r.readRoute(o)
	}
	return err
}

func (r *httpReader) readRoute(o operation) {
	key := o.where()
	if o.node.Get("isDefaultRoute").yes() {
		key = "$default"
	}
	r.tell("'"+key+"'", o.node, httpOperation)
	route := HTTPRoute{Integration: r.integrationOf(key, o.node.Get(integration)), Authorizer: -1}
	route.RouteKey, route.OperationName = &key, o.node.Get("operationId").scalar()
	route.AuthorizationType = types.AuthorizationTypeNone
	r.authorize(&route, o.node)
	r.Routes = append(r.Routes, route)
}
