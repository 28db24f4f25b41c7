package openapi

import (
	"slices"
	"strings"
)

// Protocols that a document can define.
const (
	ProtocolREST      = "rest"
	ProtocolHTTP      = "http"
	ProtocolWebSocket = "websocket"
)

// Protocol guesses which kind of API a document defines. Swagger 2.0 and what
// only REST APIs have make it REST: non-proxy integrations, mapping templates,
// settings of REST APIs. What is left over can be served by an HTTP API. Errors
// are as for ReadHTTP.
func Protocol(text []byte) (string, error) {
	root, err := Parse(text)
	if err == nil && isWebSocket(root) {
		return ProtocolWebSocket, nil
	}
	d, err := open(text, Options{})
	switch {
	case err != nil:
		return "", err
	case d.v2 || d.needsREST():
		return ProtocolREST, nil
	}
	return ProtocolHTTP, nil
}

func isWebSocket(root *Node) bool {
	paths := root.Get("paths")
	return root.Get("asyncapi") != nil || root.Get(extension+"route-selection-expression") != nil ||
		paths.Get("$connect") != nil || paths.Get("/$connect") != nil
}

// restRoot are root members that only REST APIs have.
var restRoot = []string{"api-key-source", "binary-media-types", "documentation", "endpoint-access-mode", "gateway-responses",
	"minimum-compression-size", "policy", "request-validator", "request-validators", "security-policy"}

// restIntegration are members of integrations that only REST APIs have.
var restIntegration = []string{"cacheKeyParameters", "cacheNamespace", "contentHandling", "passthroughBehavior", "requestTemplates", "responses", "responseTransferMode"}

func (d *document) needsREST() bool {
	for name := range d.root.All() {
		if short, ok := strings.CutPrefix(name, extension); ok && slices.Contains(restRoot, short) {
			return true
		}
	}
	for _, scheme := range d.root.At("components", "securitySchemes").All() {
		kind := strings.ToLower(scheme.At(authorizerExt, "type").str())
		if kind == "token" || kind == "cognito_user_pools" || isAPIKey(scheme) && scheme.Get(authorizerExt) == nil {
			return true
		}
	}
	all, _ := d.operations(func(string, string) {}) // the import tells what is wrong
	return slices.ContainsFunc(all, func(o operation) bool { return d.isREST(o.node.Get(integration)) })
}

// isREST reports whether an integration is one that HTTP APIs don't have. A
// payload format version is theirs alone.
func (d *document) isREST(n *Node) bool {
	n, err := n.resolve(d.root)
	if err != nil || n == nil || n.Get("payloadFormatVersion") != nil {
		return false
	}
	if kind := strings.ToLower(n.Get("type").str()); kind == "http" || kind == "aws" || kind == "mock" {
		return true
	}
	return slices.ContainsFunc(restIntegration, func(name string) bool { return n.Get(name) != nil })
}
