package openapi

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// apiKeyHeader is the header whose scheme stands for AWS's API keys.
const apiKeyHeader = "x-api-key"

// What authorizationType of a method can be.
const (
	authNone    = "NONE"
	authIAM     = "AWS_IAM"
	authCustom  = "CUSTOM"
	authCognito = "COGNITO_USER_POOLS"
)

func (r *restReader) readSchemes() {
	for name, scheme := range r.components("securitySchemes", "securityDefinitions").All() {
		scheme, err := scheme.resolve(r.root)
		if err != nil {
			r.Errorf("Unable to read the security scheme '%s': %v", name, err)
			continue
		}
		r.schemes[name] = scheme
		if ext := scheme.Get(authorizerExt); ext.is(Map) {
			r.Authorizers = append(r.Authorizers, restAuthorizer(name, scheme, ext))
		} else if t := scheme.Get("type").str(); t != "apiKey" {
			r.Warnf("Unsupported security definition type '%s' for '%s'. Ignoring.", t, name)
		}
	}
}

func restAuthorizer(name string, scheme, ext *Node) types.Authorizer {
	x := types.Authorizer{
		Name:                         &name,
		Type:                         types.AuthorizerType(strings.ToUpper(ext.Get("type").str())),
		AuthType:                     scheme.Get(authTypeExt).scalar(),
		AuthorizerUri:                ext.Get("authorizerUri").scalar(),
		AuthorizerCredentials:        ext.Get("authorizerCredentials").scalar(),
		IdentityValidationExpression: ext.Get("identityValidationExpression").scalar(),
		AuthorizerResultTtlInSeconds: ext.Get("authorizerResultTtlInSeconds").int32(),
		ProviderARNs:                 ext.Get("providerARNs").texts(),
		IdentitySource:               ext.Get("identitySource").scalar(),
	}
	if x.IdentitySource == nil && (x.Type != types.AuthorizerTypeRequest || scheme.Get("name").str() != unusedHeader) {
		x.IdentitySource = schemeSource(scheme)
	}
	return x
}

// unusedHeader is what the scheme of a REQUEST authorizer names when its
// identity is elsewhere, or nowhere.
const unusedHeader = "Unused"

// schemeSource is the identity that the plain part of a scheme names.
func schemeSource(scheme *Node) *string {
	place, name := places[scheme.Get("in").str()], scheme.Get("name").str()
	if name == "" || place != "header" && place != "querystring" {
		return nil
	}
	source := "method.request." + place + "." + name
	return &source
}

// authorize takes what the operation requires. All alternatives count: AWS asks
// for each of them.
func (r *restReader) authorize(m *Method, op *Node) {
	none := authNone
	m.AuthorizationType = &none
	key := false
	m.ApiKeyRequired = &key
	if list := op.Get("security"); list.is(List) {
		for _, requirement := range list.Items {
			for name, scopes := range requirement.All() {
				r.require(m, name, scopes.texts())
			}
		}
	}
	switch kind := strings.ToUpper(op.At(extension+"auth", "type").str()); kind {
	case "":
	case authNone, authIAM:
		m.AuthorizationType, m.Authorizer, m.AuthorizationScopes = &kind, "", nil
	default:
		r.Warnf("Invalid authorization type '%s' of method '%s' at path '%s'. Ignoring.", kind, m.Verb, m.Path)
	}
}

func (r *restReader) require(m *Method, name string, scopes []string) {
	scheme := r.schemes[name]
	kind := ""
	switch {
	case scheme == nil:
		r.Errorf("Unable to put method '%s' on resource at path '%s': Invalid authorizer ID specified. Security definition '%s' not found", m.Verb, m.Path, name)
		return
	case scheme.Get(authorizerExt).is(Map):
		kind = authCustom
		if strings.EqualFold(scheme.At(authorizerExt, "type").str(), string(types.AuthorizerTypeCognitoUserPools)) {
			kind, m.AuthorizationScopes = authCognito, scopes
		}
		if m.Authorizer != "" {
			r.Errorf("Unable to put method '%s' on resource at path '%s': it has more than one authorizer", m.Verb, m.Path)
		}
		m.Authorizer = name
	case strings.EqualFold(scheme.Get(authTypeExt).str(), sigV4):
		kind = authIAM
	case isAPIKey(scheme):
		required := true
		m.ApiKeyRequired = &required
		return
	default:
		return // readSchemes has said it
	}
	m.AuthorizationType = &kind
}

func isAPIKey(scheme *Node) bool {
	return scheme.Get("type").str() == "apiKey" && scheme.Get("in").str() == "header" && strings.EqualFold(scheme.Get("name").str(), apiKeyHeader)
}
