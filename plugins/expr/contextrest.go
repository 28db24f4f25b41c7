package expr

import (
	"iter"
	"maps"
	"strings"

	"gatehouse/core/exchange"
	"gatehouse/plugins/rest"
)

// RESTVars are the variables of REST APIs, for mappings, templates, gateway
// responses and access logs. Those that only an authorizer, a client
// certificate, a firewall, a VPC or a custom domain gives have no value on
// requests without one.
var RESTVars = &Vars{
	byName: map[string]value{
		"accountId":         func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.Account) },
		"apiId":             func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.API) },
		"deploymentId":      func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.Deployment) },
		"stage":             func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.Stage) },
		"resourceId":        func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.ResourceID) },
		"resourcePath":      func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.Resource) },
		"isCanaryRequest":   func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Target.Canary) },
		"httpMethod":        func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Req.Method) },
		"domainName":        func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return some(dst, x.Req.Host) },
		"domainPrefix":      domainPrefix,
		"path":              contextPath,
		"protocol":          func(dst []byte, _ *exchange.Exchange) ([]byte, bool) { return text(dst, "HTTP/1.1") },
		"status":            status,
		"requestId":         restRequestID,
		"extendedRequestId": requestID,
		"requestTime":       requestTime,
		"requestTimeEpoch":  requestTimeEpoch,
		"responseLatency":   responseLatency,
		"responseLength":    responseLength,

		"awsEndpointRequestId":              backendHeader("x-amz-request-id", "x-amzn-Remapped-x-amzn-RequestId", "x-amzn-requestid"),
		"customDomain.basePathMatched":      absent,
		"customDomain.routingRuleIdMatched": absent,
		"endpointType":                      absent,
		"cipherSuite":                       absent,
		"tlsVersion":                        absent,
		"xrayTraceId":                       restTrace,

		"authorizer.claims": absent,
		"authorizer.error":  absent,

		"error.message":               restErrorMessage,
		"error.messageString":         restErrorString,
		"error.responseType":          func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, failure(x).Type) },
		"error.validationErrorString": restValidation,

		"identity.sourceIp":                      sourceIP,
		"identity.userAgent":                     func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return some(dst, x.Header("User-Agent")) },
		"identity.accountId":                     absent,
		"identity.apiKey":                        absent,
		"identity.apiKeyId":                      absent,
		"identity.caller":                        absent,
		"identity.user":                          absent,
		"identity.userArn":                       absent,
		"identity.principalOrgId":                absent,
		"identity.vpcId":                         absent,
		"identity.vpceId":                        absent,
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

		"integration.error":                func(dst []byte, x *exchange.Exchange) ([]byte, bool) { return text(dst, x.Integration.Error) },
		"integration.integrationStatus":    absent,
		"integration.latency":              integrationLatency,
		"integration.requestId":            backendHeader("x-amzn-Remapped-x-amzn-RequestId", "x-amzn-requestid", "x-amz-request-id"),
		"integration.responseTransferMode": transferMode,
		"integration.status":               integrationStatus,
		"integration.timeToAllHeaders":     integrationLatency,
		"integration.timeToFirstContent":   absent,
		"integrationLatency":               integrationLatency,
		"integrationStatus":                integrationStatus,

		"authenticate.error": absent, "authenticate.latency": absent, "authenticate.status": absent,
		"authorize.error": absent, "authorize.latency": absent, "authorize.status": absent,
		"waf.error": absent, "waf.latency": absent, "waf.status": absent,
		"wafResponseCode": absent, "webaclArn": absent,
	},
	open: map[string]func(string) value{
		"authorizer.": func(string) value { return absent },
	},
}

// RESTLog is the grammar of access log formats of REST APIs.
var RESTLog = Grammar{Context: restLogVars()}

// restLogVars marks request ids that took the place of a client's own, in logs
// only.
func restLogVars() *Vars {
	v := &Vars{byName: maps.Clone(RESTVars.byName), open: RESTVars.open}
	v.byName["requestId"] = func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
		dst, ok := restRequestID(dst, x)
		if ok && rest.Of(x).Replaced {
			dst = append(dst, "_REPLACED_INVALID_REQUEST_ID"...)
		}
		return dst, ok
	}
	return v
}

// Has reports whether v has a variable of that name, whatever its value.
func (v *Vars) Has(name string) bool { return v.find(name) != nil }

// Append appends the variable called name of x. False: there is no such
// variable, or it has no value; dst is then as it was.
func (v *Vars) Append(dst []byte, x *exchange.Exchange, name string) ([]byte, bool) {
	of := v.find(name)
	if of == nil {
		return dst, false
	}
	n := len(dst)
	if out, ok := of(dst, x); ok {
		return out, true
	}
	return dst[:n], false
}

// Variable compiles one variable; nil when there is none of that name.
func (v *Vars) Variable(name string) *Expr {
	of := v.find(name)
	if of == nil {
		return nil
	}
	return &Expr{parts: []part{{value: of}}}
}

// restRequestID gives the UUID that the client gets.
func restRequestID(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	s := rest.Of(x)
	if s == nil {
		return dst, false
	}
	return append(dst, s.RequestID[:]...), true
}

func restTrace(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	s := rest.Of(x)
	if s == nil || s.Trace.Root == nil {
		return dst, false
	}
	return append(dst, s.Trace.Root...), true
}

func restValidation(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	s := rest.Of(x)
	if s == nil {
		return dst, false
	}
	return text(dst, s.Validation)
}

func restErrorMessage(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	return text(dst, failure(x).Message)
}

// restErrorString gives the message as JSON: in quotes, or null.
func restErrorString(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if x.Err == nil {
		return dst, false
	}
	if x.Err.Message == "" {
		return append(dst, "null"...), true
	}
	return AppendJSONString(dst, x.Err.Message), true
}

// AppendJSONString appends s as a JSON string (RFC 8259, 7).
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, c := range []byte(s) {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			if i := strings.IndexByte("\n\r\t\b\f", c); i >= 0 {
				dst = append(dst, '\\', "nrtbf"[i])
			} else {
				dst = appendUnicode(dst, c)
			}
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// transferMode gives STREAMED or BUFFERED, once the back end has answered.
func transferMode(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	switch {
	case x.Integration.Status == 0:
		return dst, false
	case x.Res.Stream != nil:
		return text(dst, "STREAMED")
	}
	return text(dst, "BUFFERED")
}

// Names gives the names of v's variables, without those that users choose.
func (v *Vars) Names() iter.Seq[string] { return maps.Keys(v.byName) }
