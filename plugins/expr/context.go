package expr

import (
	"strings"

	"gatehouse/core/exchange"
)

// Vars names the $context variables of one kind of API.
type Vars struct {
	byName map[string]value
	// open are the prefixes, with their points, of names that users choose.
	open map[string]func(name string) value
}

// find returns the variable's value, nil when there is no such variable.
func (v *Vars) find(name string) value {
	if found := v.byName[name]; found != nil {
		return found
	}
	for prefix, of := range v.open {
		if key, ok := strings.CutPrefix(name, prefix); ok && key != "" {
			return of(key)
		}
	}
	return nil
}

// HTTPVars are the variables of HTTP APIs, for mappings and access logs. Those
// that only an authorizer, a client certificate, an AWS service or a custom
// domain gives have no value on requests without one.
var HTTPVars = &Vars{
	byName: map[string]value{
		"accountId":         func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.Account) },
		"apiId":             func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.API) },
		"stage":             func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.Stage) },
		"routeKey":          func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.Route) },
		"httpMethod":        func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Req.Method) },
		"domainName":        func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return some(dst, x.Req.Host) },
		"domainPrefix":      domainPrefix,
		"path":              contextPath,
		"protocol":          protocol,
		"status":            status,
		"requestId":         requestID,
		"extendedRequestId": requestID,
		"requestTime":       requestTime,
		"requestTimeEpoch":  requestTimeEpoch,
		"responseLatency":   responseLatency,
		"responseLength":    responseLength,
		"dataProcessed":     dataProcessed,

		"awsEndpointRequestId":         backendHeader("x-amz-request-id", "x-amzn-requestid"),
		"awsEndpointRequestId2":        backendHeader("x-amz-id-2"),
		"customDomain.basePathMatched": absent,

		"authorizer.error": absent,

		"error.message":       func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, failure(x).Message) },
		"error.messageString": errorMessageString,
		"error.responseType":  func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, failure(x).Type) },

		"identity.sourceIp":                      sourceIP,
		"identity.userAgent":                     func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return some(dst, x.Header("User-Agent")) },
		"identity.accountId":                     absent,
		"identity.caller":                        absent,
		"identity.user":                          absent,
		"identity.userArn":                       absent,
		"identity.principalOrgId":                absent,
		"identity.cognitoAuthenticationProvider": absent,
		"identity.cognitoAuthenticationType":     absent,
		"identity.cognitoIdentityId":             absent,
		"identity.cognitoIdentityPoolId":         absent,

		"identity.clientCert.clientCertPem":      absent,
		"identity.clientCert.subjectDN":          absent,
		"identity.clientCert.issuerDN":           absent,
		"identity.clientCert.serialNumber":       absent,
		"identity.clientCert.validity.notBefore": absent,
		"identity.clientCert.validity.notAfter":  absent,

		"integration.error":             func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Integration.Error) },
		"integration.integrationStatus": integrationStatus,
		"integration.latency":           integrationLatency,
		"integration.requestId":         backendHeader("x-amzn-requestid", "x-amz-request-id"),
		"integration.status":            integrationStatus,
		"integrationErrorMessage":       func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Integration.Error) },
		"integrationLatency":            integrationLatency,
		"integrationStatus":             integrationStatus,
	},
	open: map[string]func(string) value{
		"authorizer.": func(string) value { return absent },
	},
}
