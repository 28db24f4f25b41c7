package openapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// putComponents adds schemas and security schemes, where each version has them.
func (w *restWriter) putComponents(doc *Node) {
	schemas, schemes := w.schemas(), w.securitySchemes()
	if w.V2 {
		doc.filled("securityDefinitions", schemes).filled("definitions", schemas)
		return
	}
	doc.filled("components", mapNode().filled("schemas", schemas).filled("securitySchemes", schemes))
}

func (w *restWriter) schemas() *Node {
	models := slices.Clone(w.Deployment.Models)
	slices.SortFunc(models, func(a, b types.Model) int { return strings.Compare(*a.Name, *b.Name) })
	n := mapNode()
	for i := range models {
		schema := w.schema(&models[i])
		if schema.is(Map) && schema.Get("$ref") == nil {
			schema.documented(w.docs.At(location{Type: "MODEL", Name: models[i].Name}), "title", "description", "externalDocs")
		}
		n.Set(*models[i].Name, schema)
	}
	return n
}

// draft4 is what schemas say of themselves, and OpenAPI has no place for.
const draft4 = "http://json-schema.org/draft-04/schema#"

// schema is a model's as a document has it; an object without members when what
// is stored is no JSON object.
func (w *restWriter) schema(m *types.Model) *Node {
	if m.Schema == nil {
		return mapNode()
	}
	n, err := Parse([]byte(*m.Schema))
	if err != nil {
		return mapNode()
	}
	if n.Get("$schema").str() == draft4 {
		n = n.without("$schema")
	}
	return rewriteRefs(n, func(ref string) string {
		if name := referencedModel(ref); name != "" {
			return w.reference(name).Get("$ref").Text
		}
		return ref
	})
}

func (w *restWriter) nameSchemes() {
	taken := map[string]bool{}
	for i := range w.Deployment.Authorizers {
		x := &w.Deployment.Authorizers[i]
		w.schemes[*x.Id] = free(taken, *x.Name)
	}
	w.keys, w.sigV4 = free(taken, "api_key"), free(taken, "sigv4")
}

// security of a method: all it requires, each as one requirement.
func (w *restWriter) security(m *types.Method) *Node {
	list := listNode()
	kind := authNone
	if m.AuthorizationType != nil {
		kind = *m.AuthorizationType
	}
	switch {
	case kind == authIAM:
		w.usesIAM = true
		list.Items = append(list.Items, mapNode().Set(w.sigV4, listNode()))
	case m.AuthorizerId != nil && w.schemes[*m.AuthorizerId] != "":
		list.Items = append(list.Items, mapNode().Set(w.schemes[*m.AuthorizerId], textsNode(m.AuthorizationScopes)))
	}
	if m.ApiKeyRequired != nil && *m.ApiKeyRequired {
		w.usesKey = true
		list.Items = append(list.Items, mapNode().Set(w.keys, listNode()))
	}
	return list
}

// securitySchemes comes after the methods, which say what they use.
func (w *restWriter) securitySchemes() *Node {
	n := mapNode()
	for i := range w.Deployment.Authorizers {
		x := &w.Deployment.Authorizers[i]
		n.Set(w.schemes[*x.Id], w.authorizer(x).documented(w.docs.At(location{Type: "AUTHORIZER", Name: x.Name}), "description"))
	}
	if w.usesKey {
		n.Set(w.keys, headerKey(apiKeyHeader))
	}
	if w.usesIAM {
		s := headerKey("Authorization")
		if w.Authorizers || w.Integrations {
			s.Set(authTypeExt, textNode(sigV4))
		}
		n.Set(w.sigV4, s)
	}
	return n
}

func (w *restWriter) authorizer(x *types.Authorizer) *Node {
	header, inHeader := unusedHeader, false
	if x.Type != types.AuthorizerTypeRequest && x.IdentitySource != nil {
		if name, ok := strings.CutPrefix(*x.IdentitySource, "method.request.header."); ok {
			header, inHeader = name, true
		}
	}
	n := headerKey(header)
	if !w.Authorizers {
		return n
	}
	n.text(authTypeExt, x.AuthType)
	ext := mapNode().Set("type", textNode(strings.ToLower(string(x.Type)))).text("authorizerUri", x.AuthorizerUri).
		text("authorizerCredentials", x.AuthorizerCredentials)
	if !inHeader {
		ext.text("identitySource", x.IdentitySource)
	}
	ext.text("identityValidationExpression", x.IdentityValidationExpression).filled("providerARNs", textsNode(x.ProviderARNs))
	if x.AuthorizerResultTtlInSeconds != nil {
		ext.Set("authorizerResultTtlInSeconds", intNode(*x.AuthorizerResultTtlInSeconds))
	}
	return n.Set(authorizerExt, ext)
}

// putSettings adds what the API as a whole has.
func (w *restWriter) putSettings(doc *Node) {
	a := &w.Deployment.API
	if a.Policy != nil && *a.Policy != "" {
		if policy, err := Parse([]byte(*a.Policy)); err == nil {
			doc.Set(extension+"policy", policy)
		}
	}
	if w.V2 {
		doc.filled(extension+"endpoint-configuration", w.endpointConfiguration())
	}
	doc.filled(extension+"gateway-responses", w.gatewayResponses()).filled(extension+"request-validators", w.validators())
	doc.filled(extension+"binary-media-types", textsNode(a.BinaryMediaTypes))
	if a.ApiKeySource != "" && a.ApiKeySource != types.ApiKeySourceTypeHeader {
		doc.Set(extension+"api-key-source", textNode(string(a.ApiKeySource)))
	}
	if a.MinimumCompressionSize != nil {
		doc.Set(extension+"minimum-compression-size", intNode(*a.MinimumCompressionSize))
	}
	if a.SecurityPolicy != "" {
		doc.Set(extension+"security-policy", textNode(string(a.SecurityPolicy)))
	}
	if a.EndpointAccessMode != "" {
		doc.Set(extension+"endpoint-access-mode", textNode(string(a.EndpointAccessMode)))
	}
}

func (w *restWriter) gatewayResponses() *Node {
	list := slices.Clone(w.Deployment.GatewayResponses)
	slices.SortFunc(list, func(a, b types.GatewayResponse) int {
		return strings.Compare(string(a.ResponseType), string(b.ResponseType))
	})
	n := mapNode()
	for i := range list {
		r := mapNode()
		if code := list[i].StatusCode; code != nil {
			r.Set("statusCode", numberNode(*code))
		}
		r.filled("responseParameters", dictNode(list[i].ResponseParameters)).filled("responseTemplates", dictNode(list[i].ResponseTemplates))
		n.Set(string(list[i].ResponseType), r)
	}
	return n
}

// numberNode is a status code as a number.
func numberNode(code string) *Node {
	if statusCode.MatchString(code) {
		return &Node{Kind: Number, Text: code}
	}
	return textNode(code)
}

func validatorName(v *types.RequestValidator) string {
	if v.Name != nil {
		return *v.Name
	}
	return *v.Id
}

func (w *restWriter) validators() *Node {
	list := slices.Clone(w.Deployment.RequestValidators)
	slices.SortFunc(list, func(a, b types.RequestValidator) int {
		return strings.Compare(validatorName(&a), validatorName(&b))
	})
	n := mapNode()
	for i := range list {
		n.Set(validatorName(&list[i]), mapNode().Set("validateRequestParameters", boolNode(list[i].ValidateRequestParameters)).
			Set("validateRequestBody", boolNode(list[i].ValidateRequestBody)))
	}
	return n
}

// defaultRESTTimeout (ms) is what an integration has that names none.
const defaultRESTTimeout = 29000

func restIntegrationNode(r *types.Resource, i *types.Integration) *Node {
	n := mapNode().Set("type", textNode(strings.ToLower(string(i.Type)))).text("httpMethod", i.HttpMethod).text("uri", i.Uri).
		text("credentials", i.Credentials)
	if i.ConnectionType == types.ConnectionTypeVpcLink {
		n.Set("connectionType", textNode(string(i.ConnectionType)))
	}
	n.text("connectionId", i.ConnectionId).text("integrationTarget", i.IntegrationTarget)
	n.filled("responses", integrationResponses(i.IntegrationResponses)).filled("requestParameters", dictNode(i.RequestParameters)).
		filled("requestTemplates", dictNode(i.RequestTemplates))
	if i.PassthroughBehavior != nil {
		n.Set("passthroughBehavior", textNode(strings.ToLower(*i.PassthroughBehavior)))
	}
	if i.ContentHandling != "" {
		n.Set("contentHandling", textNode(string(i.ContentHandling)))
	}
	if i.TimeoutInMillis != 0 && i.TimeoutInMillis != defaultRESTTimeout {
		n.Set("timeoutInMillis", &Node{Kind: Number, Text: strconv.Itoa(int(i.TimeoutInMillis))})
	}
	if i.CacheNamespace != nil && *i.CacheNamespace != *r.Id {
		n.text("cacheNamespace", i.CacheNamespace)
	}
	n.filled("cacheKeyParameters", textsNode(i.CacheKeyParameters))
	if i.ResponseTransferMode != "" && i.ResponseTransferMode != types.ResponseTransferModeBuffered {
		n.Set("responseTransferMode", textNode(string(i.ResponseTransferMode)))
	}
	if i.TlsConfig != nil {
		n.Set("tlsConfig", mapNode().Set("insecureSkipVerification", boolNode(i.TlsConfig.InsecureSkipVerification)))
	}
	return n
}

// integrationResponses are keyed by pattern, default for none. Where two have the
// same, only the lower status code is written, as only it is ever chosen.
func integrationResponses(all map[string]types.IntegrationResponse) *Node {
	n := mapNode()
	for _, code := range sortedKeys(all) {
		resp := all[code]
		pattern := "default"
		if resp.SelectionPattern != nil && *resp.SelectionPattern != "" {
			pattern = *resp.SelectionPattern
		}
		if n.Get(pattern) != nil {
			continue
		}
		r := mapNode().Set("statusCode", textNode(code)).filled("responseParameters", dictNode(resp.ResponseParameters)).
			filled("responseTemplates", dictNode(resp.ResponseTemplates))
		if resp.ContentHandling != "" {
			r.Set("contentHandling", textNode(string(resp.ContentHandling)))
		}
		n.Set(pattern, r)
	}
	return n
}

// putDocumentation adds the parts of a documentation version.
func (w *restWriter) putDocumentation(doc *Node) {
	if w.Documentation == nil {
		return
	}
	parts := listNode()
	for i := range w.Documentation.Parts {
		p := &w.Documentation.Parts[i]
		l := p.Location
		at := mapNode().Set("type", textNode(string(l.Type))).text("path", l.Path).text("method", l.Method).
			text("statusCode", l.StatusCode).text("name", l.Name)
		part := mapNode().Set("location", at)
		if p.Properties != nil {
			if n, err := parseJSON([]byte(*p.Properties)); err == nil {
				part.Set("properties", n)
			} else {
				part.text("properties", p.Properties)
			}
		}
		parts.Items = append(parts.Items, part)
	}
	doc.Set(extension+"documentation", mapNode().text("version", w.Documentation.Version.Version).Set("documentationParts", parts))
}
