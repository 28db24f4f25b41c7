package openapi

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

const (
	authorizerExt  = extension + "authorizer"
	authTypeExt    = extension + "authtype"
	sigV4          = "awsSigv4"
	discoveryPath  = "/.well-known/openid-configuration"
	authHeader     = "$request.header.Authorization"
	noAuthorizer   = -1
	iamAuthorizer  = -2
	manyAuthorizer = "A route can have at most one authorizer"
)

// readSchemes makes authorizers of the security schemes.
func (r *httpReader) readSchemes() {
	for name, scheme := range r.root.At("components", "securitySchemes").All() {
		scheme, err := scheme.resolve(r.root)
		if err != nil {
			r.Errorf("Unable to read the security scheme '%s': %v", name, err)
			continue
		}
		r.authorizers[name] = r.readScheme(name, scheme)
	}
}

func (r *httpReader) readScheme(name string, scheme *Node) int {
	if strings.EqualFold(scheme.Get(authTypeExt).str(), sigV4) {
		return iamAuthorizer
	}
	ext := scheme.Get(authorizerExt)
	if !ext.is(Map) {
		return noAuthorizer
	}
	x := types.Authorizer{Name: &name, IdentitySource: identities(ext.Get("identitySource"))}
	switch kind := strings.ToLower(ext.Get("type").str()); kind {
	case "jwt":
		readJWT(&x, scheme, ext)
	case "request":
		readRequest(&x, ext)
	default:
		r.Warnf("Unsupported authorizer type '%s' for '%s'. Ignoring.", kind, name)
		return noAuthorizer
	}
	r.Authorizers = append(r.Authorizers, x)
	return len(r.Authorizers) - 1
}

// identities are written as a list, or as one text with commas.
func identities(n *Node) []string {
	var out []string
	for _, text := range n.texts() {
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

func readJWT(x *types.Authorizer, scheme, ext *Node) {
	x.AuthorizerType = types.AuthorizerTypeJwt
	config := ext.Get("jwtConfiguration")
	x.JwtConfiguration = &types.JWTConfiguration{Issuer: config.Get("issuer").scalar(), Audience: config.Get("audience").texts()}
	if u := scheme.Get("openIdConnectUrl").scalar(); u != nil && x.JwtConfiguration.Issuer == nil {
		issuer := strings.TrimSuffix(*u, discoveryPath)
		x.JwtConfiguration.Issuer = &issuer
	}
	if x.IdentitySource == nil {
		x.IdentitySource = []string{authHeader}
	}
}

func readRequest(x *types.Authorizer, ext *Node) {
	x.AuthorizerType = types.AuthorizerTypeRequest
	x.AuthorizerUri = ext.Get("authorizerUri").scalar()
	x.AuthorizerCredentialsArn = ext.Get("authorizerCredentials").scalar()
	x.AuthorizerPayloadFormatVersion = payloadVersion(ext.Get("authorizerPayloadFormatVersion"))
	x.AuthorizerResultTtlInSeconds = ext.Get("authorizerResultTtlInSeconds").int32()
	x.EnableSimpleResponses = ext.Get("enableSimpleResponses").flag()
}

// payloadVersion reads a version that may be written as a number: 2.0, or 2.
func payloadVersion(n *Node) *string {
	v := n.scalar()
	if v != nil && (*v == "1" || *v == "2") {
		whole := *v + ".0"
		return &whole
	}
	return v
}

// authorize applies the operation's security requirement, or the document's.
// One that cannot be met leaves the route out of reach rather than open: it is an
// error.
func (r *httpReader) authorize(route *HTTPRoute, op *Node) {
	required := op.Get("security")
	if required == nil {
		required = r.root.Get("security")
	}
	name, scopes, ok := requirement(required)
	if !ok {
		r.Errorf("Unable to create route '%s': %s", *route.RouteKey, manyAuthorizer)
	}
	if name == "" || !ok {
		return
	}
	place, known := r.authorizers[name]
	switch {
	case !known:
		r.Errorf("Unable to create route '%s': security scheme '%s' not found", *route.RouteKey, name)
	case place == iamAuthorizer:
		route.AuthorizationType = types.AuthorizationTypeAwsIam
	case place == noAuthorizer:
		r.Warnf("Security scheme '%s' of route '%s' is not supported. Ignoring.", name, *route.RouteKey)
	case r.Authorizers[place].AuthorizerType == types.AuthorizerTypeJwt:
		route.Authorizer, route.AuthorizationType, route.AuthorizationScopes = place, types.AuthorizationTypeJwt, scopes
	default:
		route.Authorizer, route.AuthorizationType = place, types.AuthorizationTypeCustom
	}
}

// requirement reads security: none, or one scheme with its scopes. ok is false
// for more than one.
func requirement(n *Node) (name string, scopes []string, ok bool) {
	if !n.is(List) {
		return "", nil, true
	}
	for _, one := range n.Items {
		for scheme, list := range one.All() {
			if name != "" {
				return "", nil, false
			}
			name, scopes = scheme, list.texts()
		}
	}
	return name, scopes, true
}
