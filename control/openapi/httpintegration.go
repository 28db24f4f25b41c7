package openapi

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// httpIntegration are the members of the extension that HTTP APIs know.
var httpIntegration = []string{"type", "uri", "httpMethod", "credentials", "connectionType", "connectionId", "payloadFormatVersion",
	"timeoutInMillis", "requestParameters", "responseParameters", "integrationSubtype", "tlsConfig", "description"}

// integrationOf gives the place of an operation's integration, -1 for none.
// Operations that refer to one definition share one integration.
func (r *httpReader) integrationOf(key string, n *Node) int {
	if n == nil {
		return -1
	}
	ref := n.Get("$ref").str()
	if i, ok := r.shared[ref]; ok && ref != "" {
		return i
	}
	n, err := n.resolve(r.root)
	if err != nil || !n.is(Map) {
		r.Warnf("The integration of route '%s' cannot be read. Ignoring.", key)
		return -1
	}
	r.tell("the integration of '"+key+"'", n, httpIntegration)
	r.Integrations = append(r.Integrations, r.readIntegration(key, n))
	if ref != "" {
		r.shared[ref] = len(r.Integrations) - 1
	}
	return len(r.Integrations) - 1
}

func (r *httpReader) readIntegration(key string, n *Node) types.Integration {
	i := types.Integration{
		IntegrationType:      types.IntegrationType(strings.ToUpper(n.Get("type").str())),
		IntegrationUri:       n.Get("uri").scalar(),
		IntegrationMethod:    n.Get("httpMethod").upper(),
		IntegrationSubtype:   n.Get("integrationSubtype").scalar(),
		ConnectionType:       types.ConnectionType(strings.ToUpper(n.Get("connectionType").str())),
		ConnectionId:         n.Get("connectionId").scalar(),
		CredentialsArn:       n.Get("credentials").scalar(),
		Description:          n.Get("description").scalar(),
		PayloadFormatVersion: payloadVersion(n.Get("payloadFormatVersion")),
		RequestParameters:    r.mapped(key, "requestParameters", n),
		ResponseParameters:   r.responses(key, n.Get("responseParameters")),
	}
	if t := n.Get("timeoutInMillis"); t != nil {
		if i.TimeoutInMillis = t.int32(); i.TimeoutInMillis == nil {
			r.Warnf("Invalid timeoutInMillis of route '%s': '%s'. Ignoring.", key, t.str())
		}
	}
	if name := n.At("tlsConfig", "serverNameToVerify").scalar(); name != nil && *name != "" {
		i.TlsConfig = &types.TlsConfig{ServerNameToVerify: name}
	}
	return i
}

// mapped is a map of texts; what has no text is warned about.
func (r *httpReader) mapped(key, member string, n *Node) map[string]string {
	n = n.Get(member)
	for name, value := range n.All() {
		if value.scalar() == nil {
			r.Warnf("Invalid format for '%s'. Expected type string for property '%s' of route '%s'", member, name, key)
		}
	}
	return n.dict()
}

func (r *httpReader) responses(key string, n *Node) map[string]map[string]string {
	if !n.is(Map) {
		return nil
	}
	out := make(map[string]map[string]string, len(n.Names))
	for status := range n.All() {
		out[status] = r.mapped(key, status, n)
	}
	return out
}
