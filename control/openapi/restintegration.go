package openapi

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

func (r *restReader) readIntegration(m *Method, n *Node) *types.Integration {
	n, err := n.resolve(r.root)
	if err != nil {
		r.Errorf("Unable to put integration on '%s' for resource at path '%s': %v", m.Verb, m.Path, err)
		return nil
	}
	if !n.is(Map) {
		return nil
	}
	i := &types.Integration{
		Type:                 types.IntegrationType(strings.ToUpper(n.Get("type").str())),
		Uri:                  n.Get("uri").scalar(),
		HttpMethod:           n.Get("httpMethod").upper(),
		Credentials:          n.Get("credentials").scalar(),
		ContentHandling:      types.ContentHandlingStrategy(strings.ToUpper(n.Get("contentHandling").str())),
		CacheNamespace:       n.Get("cacheNamespace").scalar(),
		CacheKeyParameters:   n.Get("cacheKeyParameters").texts(),
		ConnectionType:       types.ConnectionType(strings.ToUpper(n.Get("connectionType").str())),
		ConnectionId:         n.Get("connectionId").scalar(),
		IntegrationTarget:    n.Get("integrationTarget").scalar(),
		ResponseTransferMode: types.ResponseTransferMode(strings.ToUpper(n.Get("responseTransferMode").str())),
		RequestParameters:    r.textsOf(m, "requestParameters", n),
		RequestTemplates:     r.textsOf(m, "requestTemplates", n),
		PassthroughBehavior:  n.Get("passthroughBehavior").upper(),
	}
	if t := n.Get("tlsConfig"); t.is(Map) {
		i.TlsConfig = &types.TlsConfig{InsecureSkipVerification: t.Get("insecureSkipVerification").yes()}
	}
	r.readTimeout(m, i, n.Get("timeoutInMillis"))
	r.readIntegrationResponses(m, i, n.Get("responses"))
	return i
}

func (r *restReader) readTimeout(m *Method, i *types.Integration, n *Node) {
	if n == nil {
		return
	}
	if ms := n.int32(); ms != nil {
		i.TimeoutInMillis = *ms
	} else {
		r.Warnf("Invalid timeoutInMillis of resource '%s' and method '%s': '%s'. Ignoring.", m.Path, m.Verb, n.str())
	}
}

// readIntegrationResponses reads the map from pattern to response; the pattern
// "default" is none.
func (r *restReader) readIntegrationResponses(m *Method, i *types.Integration, n *Node) {
	for pattern, resp := range n.All() {
		code := resp.Get("statusCode").scalar()
		if code == nil {
			r.Warnf("Integration response '%s' of resource '%s' and method '%s' has no statusCode. Ignoring.", pattern, m.Path, m.Verb)
			continue
		}
		out := types.IntegrationResponse{StatusCode: code,
			ContentHandling:    types.ContentHandlingStrategy(strings.ToUpper(resp.Get("contentHandling").str())),
			ResponseParameters: r.textsOf(m, "responseParameters", resp),
			ResponseTemplates:  r.textsOf(m, "responseTemplates", resp),
		}
		if pattern != "default" {
			out.SelectionPattern = &pattern
		}
		if i.IntegrationResponses == nil {
			i.IntegrationResponses = map[string]types.IntegrationResponse{}
		}
		i.IntegrationResponses[*code] = out
	}
}

// textsOf is a map of texts. What is no text is left out with a warning; null is
// an empty text.
func (r *restReader) textsOf(m *Method, member string, n *Node) map[string]string {
	n = n.Get(member)
	if n.size() == 0 {
		return nil
	}
	out := map[string]string{}
	for name, value := range n.All() {
		if value.Kind != String && value.Kind != Null {
			r.Warnf("Invalid format for '%s'. Expected type string for property '%s' of resource '%s' and method '%s' but got '%s'",
				member, name, m.Path, m.Verb, value.compact())
			continue
		}
		out[name] = value.Text
	}
	return out
}
