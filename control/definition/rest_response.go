package definition

import (
	"maps"

	rest "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// defaultTemplate is the built-in body of every gateway response.
const defaultTemplate = `{"message":$context.error.messageString}`

// responseStatus has the built-in status of each gateway response type. The two
// families' defaults have none: they keep that of the error they stand in for.
var responseStatus = map[rest.GatewayResponseType]string{
	rest.GatewayResponseTypeDefault4xx:                   "",
	rest.GatewayResponseTypeDefault5xx:                   "",
	rest.GatewayResponseTypeBadRequestBody:               "400",
	rest.GatewayResponseTypeBadRequestParameters:         "400",
	rest.GatewayResponseTypeUnauthorized:                 "401",
	rest.GatewayResponseTypeAccessDenied:                 "403",
	rest.GatewayResponseTypeExpiredToken:                 "403",
	rest.GatewayResponseTypeInvalidApiKey:                "403",
	rest.GatewayResponseTypeInvalidSignature:             "403",
	rest.GatewayResponseTypeMissingAuthenticationToken:   "403",
	rest.GatewayResponseTypeWafFiltered:                  "403",
	rest.GatewayResponseTypeResourceNotFound:             "404",
	rest.GatewayResponseTypeRequestTooLarge:              "413",
	rest.GatewayResponseTypeUnsupportedMediaType:         "415",
	rest.GatewayResponseTypeQuotaExceeded:                "429",
	rest.GatewayResponseTypeThrottled:                    "429",
	rest.GatewayResponseTypeApiConfigurationError:        "500",
	rest.GatewayResponseTypeAuthorizerConfigurationError: "500",
	rest.GatewayResponseTypeAuthorizerFailure:            "500",
	rest.GatewayResponseTypeIntegrationFailure:           "504",
	rest.GatewayResponseTypeIntegrationTimeout:           "504",
}

// BuiltinResponse is what an API answers for t when nothing was customised. Its
// maps belong to the caller. DEFAULT_4XX and DEFAULT_5XX have no status.
func BuiltinResponse(t rest.GatewayResponseType) rest.GatewayResponse {
	r := rest.GatewayResponse{
		DefaultResponse:    true,
		ResponseType:       t,
		ResponseParameters: map[string]string{},
		ResponseTemplates:  map[string]string{"application/json": defaultTemplate},
	}
	if status := responseStatus[t]; status != "" {
		r.StatusCode = &status
	}
	return r
}

// Effective is the gateway response of type t in force among the customised
// ones: t's own, else what DEFAULT_4XX or DEFAULT_5XX show through, else the
// built-in. DefaultResponse is false only for t's own. Its maps may be shared
// with custom; they are never nil.
func Effective(custom []rest.GatewayResponse, t rest.GatewayResponseType) rest.GatewayResponse {
	if own := responseOf(custom, t); own != nil {
		return *own
	}
	r := BuiltinResponse(t)
	family := responseOf(custom, familyOf(t))
	if family == nil {
		return r
	}
	r.ResponseParameters = maps.Clone(family.ResponseParameters)
	r.ResponseTemplates = maps.Clone(family.ResponseTemplates)
	if family.StatusCode != nil {
		r.StatusCode = family.StatusCode
	}
	return r
}

// familyOf is the default type whose customisation shows through in t; a default
// type has itself.
func familyOf(t rest.GatewayResponseType) rest.GatewayResponseType {
	switch status := responseStatus[t]; {
	case status == "":
		return t
	case status[0] == '5':
		return rest.GatewayResponseTypeDefault5xx
	}
	return rest.GatewayResponseTypeDefault4xx
}

func responseOf(list []rest.GatewayResponse, t rest.GatewayResponseType) *rest.GatewayResponse {
	for i := range list {
		if list[i].ResponseType == t {
			return &list[i]
		}
	}
	return nil
}

// GatewayResponse finds the customised response of a type; nil when there is
// none.
func (a *RestAPI) GatewayResponse(t rest.GatewayResponseType) *rest.GatewayResponse {
	return responseOf(a.GatewayResponses, t)
}
