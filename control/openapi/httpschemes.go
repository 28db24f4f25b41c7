package openapi

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// nameSchemes gives each authorizer a scheme of its name, made unique.
func (w *httpWriter) nameSchemes() {
	taken := map[string]bool{}
	for i := range w.Authorizers {
		w.schemes[*w.Authorizers[i].AuthorizerId] = free(taken, *w.Authorizers[i].Name)
	}
	w.sigV4 = free(taken, "sigv4")
}

// free takes a name, with a number behind it when it is taken already.
func free(taken map[string]bool, name string) string {
	unique := name
	for n := 2; taken[unique]; n++ {
		unique = name + "-" + strconv.Itoa(n)
	}
	taken[unique] = true
	return unique
}

func (w *httpWriter) security(r *types.Route) *Node {
	switch r.AuthorizationType {
	case types.AuthorizationTypeAwsIam:
		return listNode(mapNode().Set(w.sigV4, listNode()))
	case types.AuthorizationTypeJwt, types.AuthorizationTypeCustom:
		if r.AuthorizerId != nil && w.schemes[*r.AuthorizerId] != "" {
			return listNode(mapNode().Set(w.schemes[*r.AuthorizerId], textsNode(r.AuthorizationScopes)))
		}
	}
	return nil
}

func (w *httpWriter) components() *Node {
	schemes := mapNode()
	for i := range w.Authorizers {
		schemes.Set(w.schemes[*w.Authorizers[i].AuthorizerId], w.scheme(&w.Authorizers[i]))
	}
	if slices.ContainsFunc(w.Routes, func(r types.Route) bool { return r.AuthorizationType == types.AuthorizationTypeAwsIam }) {
		schemes.Set(w.sigV4, w.extend(headerKey("Authorization"), authTypeExt, textNode(sigV4)))
	}
	c := mapNode().filled("securitySchemes", schemes)
	if !w.Extensions {
		return c
	}
	shared, names := mapNode(), map[string]string{}
	for id, name := range w.shared {
		names[name] = id
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if i := w.integration(names[name]); i != nil {
			shared.Set(name, httpIntegrationNode(i))
		}
	}
	return c.filled(extension+"integrations", shared)
}

func (w *httpWriter) extend(n *Node, name string, value *Node) *Node {
	if w.Extensions {
		n.Set(name, value)
	}
	return n
}

// headerKey is the scheme of a secret in a header.
func headerKey(header string) *Node {
	return mapNode().Set("type", textNode("apiKey")).Set("name", textNode(header)).Set("in", textNode("header"))
}

func (w *httpWriter) scheme(x *types.Authorizer) *Node {
	if x.AuthorizerType == types.AuthorizerTypeJwt {
		return w.extend(oauth(), authorizerExt, jwtNode(x))
	}
	return w.extend(requestKey(x), authorizerExt, requestNode(x))
}

// oauth is the plain part of a JWT authorizer's scheme, with no flow that
// Gatehouse knows of.
func oauth() *Node {
	return mapNode().Set("type", textNode("oauth2")).Set("flows", mapNode())
}

func jwtNode(x *types.Authorizer) *Node {
	config := mapNode()
	if c := x.JwtConfiguration; c != nil {
		config.filled("audience", textsNode(c.Audience)).text("issuer", c.Issuer)
	}
	return mapNode().Set("identitySource", textNode(strings.Join(x.IdentitySource, ", "))).
		Set("type", textNode("jwt")).Set("jwtConfiguration", config)
}

// requestKey is the plain part of a Lambda authorizer's scheme: its first
// identity.
func requestKey(x *types.Authorizer) *Node {
	in, name := "header", "Authorization"
	if len(x.IdentitySource) > 0 {
		source := x.IdentitySource[0]
		if q, ok := strings.CutPrefix(source, "$request.querystring."); ok {
			in, name = "query", q
		} else if h, ok := strings.CutPrefix(source, "$request.header."); ok {
			name = h
		}
	}
	return headerKey(name).Set("in", textNode(in))
}

func requestNode(x *types.Authorizer) *Node {
	n := mapNode()
	if len(x.IdentitySource) > 0 {
		n.Set("identitySource", textNode(strings.Join(x.IdentitySource, ", ")))
	}
	n.text("authorizerUri", x.AuthorizerUri).text("authorizerPayloadFormatVersion", x.AuthorizerPayloadFormatVersion)
	if x.AuthorizerResultTtlInSeconds != nil {
		n.Set("authorizerResultTtlInSeconds", intNode(*x.AuthorizerResultTtlInSeconds))
	}
	n.Set("type", textNode("request")).text("authorizerCredentials", x.AuthorizerCredentialsArn)
	if x.EnableSimpleResponses != nil {
		n.Set("enableSimpleResponses", boolNode(*x.EnableSimpleResponses))
	}
	return n
}
