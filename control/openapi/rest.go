package openapi

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// REST is what a document says of a REST API. Nothing in it has an id, objects
// refer to each other by name, and values are as written: whoever stores them
// checks them.
type REST struct {
	Name, Description, Version *string

	APIKeySource              types.ApiKeySourceType
	BinaryMediaTypes          []string // nil when the document has none
	MinimumCompressionSize    *int32
	Policy                    *string // JSON
	SecurityPolicy            types.SecurityPolicy
	EndpointAccessMode        types.EndpointAccessMode
	DisableExecuteAPIEndpoint *bool
	VPCEndpointIDs            []string
	IPAddressType             types.IpAddressType

	Models           []Model
	Validators       []types.RequestValidator
	Authorizers      []types.Authorizer
	GatewayResponses []types.GatewayResponse
	Documentation    []types.DocumentationPart
	Described        []Description // of parameters and bodies, where Documentation has no part
	DocVersion       *string       // of the documentation
	Paths            []string      // of all path items, whether they have methods or not
	Methods          []Method      // in the order of the document

	Report
}

// Method is one method: Method.MethodIntegration is nil when there is none.
type Method struct {
	Path, Verb string
	types.Method
	Authorizer, Validator string // names; "" for none
}

// restReader builds a REST from a document.
type restReader struct {
	*document
	*REST
	schemes map[string]*Node // security schemes, resolved
	models  map[string]int   // name -> place
	copied  int              // values of schemas; see maxCleaned
}

// ReadREST reads a document of either version. Errors and Report are as for
// ReadHTTP.
func ReadREST(text []byte, o Options) (*REST, error) {
	d, err := open(text, o)
	if err != nil {
		return nil, err
	}
	r := &restReader{document: d, REST: &REST{}, schemes: map[string]*Node{}, models: map[string]int{}}
	r.readAPI()
	r.readModels()
	r.readValidators()
	r.readSchemes()
	r.readGatewayResponses()
	if !o.NoDocumentation {
		r.readDocumentation()
	}
	r.readPaths()
	r.dropDocumented()
	if r.copied > maxCleaned {
		r.Errorf("The schemas refer to too much of each other")
	}
	return r.REST, nil
}

func (r *restReader) readAPI() {
	info := r.root.Get("info")
	r.Name, r.Description, r.Version = info.Get("title").scalar(), info.Get("description").scalar(), info.Get("version").scalar()
	r.APIKeySource = types.ApiKeySourceType(strings.ToUpper(r.root.Get(extension + "api-key-source").str()))
	r.SecurityPolicy = types.SecurityPolicy(r.root.Get(extension + "security-policy").str())
	r.EndpointAccessMode = types.EndpointAccessMode(strings.ToUpper(r.root.Get(extension + "endpoint-access-mode").str()))
	if b := r.root.Get(extension + "binary-media-types"); b.is(List) {
		r.BinaryMediaTypes = append([]string{}, b.texts()...)
	}
	if s := r.root.Get(extension + "minimum-compression-size"); s != nil && s.Kind != Null {
		if r.MinimumCompressionSize = s.int32(); r.MinimumCompressionSize == nil {
			r.Warnf("Invalid minimum compression size specified: '%s'. Ignoring.", s.str())
		}
	}
	if p := r.root.Get(extension + "policy"); p != nil && p.Kind != Null {
		text := p.compact()
		if p.Kind == String {
			text = p.Text
		}
		r.Policy = &text
	}
	e := r.endpoint()
	r.DisableExecuteAPIEndpoint, r.VPCEndpointIDs = e.Get("disableExecuteApiEndpoint").flag(), e.Get("vpcEndpointIds").texts()
	r.IPAddressType = types.IpAddressType(e.Get("ipAddressType").str())
}

func (r *restReader) readValidators() {
	for name, n := range r.root.Get(extension + "request-validators").All() {
		r.Validators = append(r.Validators, types.RequestValidator{Name: &name,
			ValidateRequestBody: n.Get("validateRequestBody").yes(), ValidateRequestParameters: n.Get("validateRequestParameters").yes()})
	}
}

func (r *restReader) readGatewayResponses() {
	for kind, n := range r.root.Get(extension + "gateway-responses").All() {
		t := types.GatewayResponseType(strings.ToUpper(kind))
		if !slices.Contains(t.Values(), t) {
			r.Warnf("Invalid gateway response type '%s'. Ignoring.", kind)
			continue
		}
		r.GatewayResponses = append(r.GatewayResponses, types.GatewayResponse{ResponseType: t, StatusCode: n.Get("statusCode").scalar(),
			ResponseParameters: n.Get("responseParameters").dict(), ResponseTemplates: n.Get("responseTemplates").dict()})
	}
}

func (r *restReader) readDocumentation() {
	n := r.root.Get(extension + "documentation")
	r.DocVersion = n.Get("version").scalar()
	parts := n.Get("documentationParts")
	if !parts.is(List) {
		return
	}
	for _, part := range parts.Items {
		at, properties := part.Get("location"), part.Get("properties")
		l := &types.DocumentationPartLocation{Type: types.DocumentationPartType(strings.ToUpper(at.Get("type").str())),
			Path: at.Get("path").scalar(), Method: at.Get("method").scalar(), StatusCode: at.Get("statusCode").scalar(), Name: at.Get("name").scalar()}
		if properties == nil {
			r.Warnf("A documentation part of type '%s' has no properties. Ignoring.", l.Type)
			continue
		}
		text := properties.compact()
		if properties.Kind == String {
			text = properties.Text
		}
		r.Documentation = append(r.Documentation, types.DocumentationPart{Location: l, Properties: &text})
	}
}

func (r *restReader) readPaths() {
	base := r.base()
	for path := range r.root.Get("paths").All() {
		if !strings.HasPrefix(path, "x-") {
			r.Paths = append(r.Paths, join(base, path))
		}
	}
	all, err := r.operations(func(path, member string) {
		if member == "trace" || !strings.HasPrefix(member, "x-") && !slices.Contains([]string{"parameters", "summary", "description", "servers", "$ref"}, member) {
			r.Warnf("Method '%s' of path '%s' is not supported. Ignoring.", strings.ToUpper(member), path)
		}
	})
	if err != nil {
		r.Errorf("Unable to read the paths: %v", err)
	}
	for _, o := range all {
		if !o.node.is(Map) {
			r.Warnf("The operation '%s' is no object. Ignoring.", o.where())
			continue
		}
		r.readMethod(o)
	}
}

func (r *restReader) readMethod(o operation) {
	m := Method{Path: o.path, Verb: o.verb}
	m.HttpMethod, m.OperationName = &m.Verb, o.node.Get("operationId").scalar()
	r.readParameters(&m, o)
	r.readResponses(&m, o.node)
	r.authorize(&m, o.node)
	r.chooseValidator(&m, o.node)
	m.MethodIntegration = r.readIntegration(&m, o.node.Get(integration))
	r.Methods = append(r.Methods, m)
}

func (r *restReader) chooseValidator(m *Method, op *Node) {
	name := op.Get(extension + "request-validator").scalar()
	if name == nil {
		name = r.root.Get(extension + "request-validator").scalar()
	}
	if name == nil || *name == "" {
		return
	}
	if !slices.ContainsFunc(r.Validators, func(v types.RequestValidator) bool { return *v.Name == *name }) {
		r.Warnf("Request validator '%s' of method '%s' at path '%s' not found. Ignoring.", *name, m.Verb, m.Path)
		return
	}
	m.Validator = *name
}
