package wire

import (
	"path"
	"reflect"
	"strings"
)

// wireNames is where the wire name isn't the Go name with a small first letter,
// by service, Go type and member. Checked against the SDK's own clients.
var wireNames = map[string]string{
	"apigateway.PutIntegrationInput.IntegrationHttpMethod":    "httpMethod",
	"apigateway.GetApiKeysInput.NameQuery":                    "name",
	"apigateway.GetDocumentationPartsInput.NameQuery":         "name",
	"apigateway.GetUsagePlanKeysInput.NameQuery":              "name",
	"apigateway.ImportApiKeysInput.FailOnWarnings":            "failonwarnings",
	"apigateway.ImportDocumentationPartsInput.FailOnWarnings": "failonwarnings",
	"apigateway.ImportRestApiInput.FailOnWarnings":            "failonwarnings",
	"apigateway.PutRestApiInput.FailOnWarnings":               "failonwarnings",
	"apigateway.GetUsageOutput.Items":                         "values",
	"apigateway.UpdateUsageOutput.Items":                      "values",
}

// wireName is the name of a member in query and body.
func wireName(t reflect.Type, member string, names NameFormat) string {
	full := typeName(t)
	if n, ok := wireNames[full+"."+member]; ok {
		return n
	}
	if member == "Items" && strings.HasPrefix(full, "apigateway.") {
		return "item" // every list of v1
	}
	if names == AsIs {
		return member
	}
	return lowerFirst(member)
}

// nullsFor reports whether AWS writes empty values of a map member as null: v1's
// empty response templates.
func nullsFor(t reflect.Type, member string) bool {
	return member == "ResponseTemplates" && strings.Contains(typeName(t), "IntegrationResponse") &&
		strings.HasPrefix(typeName(t), "apigateway.")
}

func lowerFirst(s string) string {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	return string(s[0]+'a'-'A') + s[1:]
}

// typeName is service and type: "apigatewayv2.Cors" for both the service's own
// package and its types package.
func typeName(t reflect.Type) string {
	return path.Base(strings.TrimSuffix(t.PkgPath(), "/types")) + "." + t.Name()
}

// enumOrder is the order in which AWS prints the values of an enum, where one
// was recorded; others are printed in the order of the SDK.
var enumOrder = map[string][]string{
	"apigateway.Op":                    strings.Fields("add remove move test replace copy"),
	"apigateway.EndpointType":          strings.Fields("PRIVATE EDGE REGIONAL"),
	"apigateway.IpAddressType":         strings.Fields("ipv4 dualstack"),
	"apigateway.IntegrationType":       strings.Fields("HTTP MOCK AWS_PROXY HTTP_PROXY AWS"),
	"apigateway.DocumentationPartType": strings.Fields("RESPONSE_BODY RESPONSE METHOD MODEL AUTHORIZER RESPONSE_HEADER RESOURCE PATH_PARAMETER REQUEST_BODY QUERY_PARAMETER API REQUEST_HEADER"),
	"apigateway.GatewayResponseType":   strings.Fields("REQUEST_TOO_LARGE RESOURCE_NOT_FOUND AUTHORIZER_CONFIGURATION_ERROR MISSING_AUTHENTICATION_TOKEN BAD_REQUEST_BODY INVALID_SIGNATURE INVALID_API_KEY BAD_REQUEST_PARAMETERS AUTHORIZER_FAILURE UNAUTHORIZED INTEGRATION_TIMEOUT ACCESS_DENIED DEFAULT_4XX DEFAULT_5XX WAF_FILTERED QUOTA_EXCEEDED THROTTLED API_CONFIGURATION_ERROR UNSUPPORTED_MEDIA_TYPE INTEGRATION_FAILURE EXPIRED_TOKEN"),
}
