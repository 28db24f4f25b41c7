package rest

import "gatehouse/core/gwerr"

// What a REST API answers itself. Types are AWS's gateway response types, but
// for those that no gateway response can change.
var (
	// Forbidden: the stage or the mapping does not exist.
	Forbidden = &gwerr.Error{Type: "FORBIDDEN", Status: 403, Message: "Forbidden"}
	// Malformed: the request's target can't be read.
	Malformed = &gwerr.Error{Type: "MALFORMED_REQUEST", Status: 400}

	MissingToken     = &gwerr.Error{Type: "MISSING_AUTHENTICATION_TOKEN", Status: 403, Message: "Missing Authentication Token"}
	InvalidSignature = &gwerr.Error{Type: "INVALID_SIGNATURE", Status: 403}
	BadParameters    = &gwerr.Error{Type: "BAD_REQUEST_PARAMETERS", Status: 400}
	BadBody          = &gwerr.Error{Type: "BAD_REQUEST_BODY", Status: 400, Message: "Invalid request body"}
	BadJSON          = &gwerr.Error{Type: "BAD_REQUEST_BODY", Status: 400, Message: "Invalid JSON in request body"}
	UnsupportedMedia = &gwerr.Error{Type: "UNSUPPORTED_MEDIA_TYPE", Status: 415, Message: "Unsupported Media Type"}
	TooLarge         = &gwerr.Error{Type: "REQUEST_TOO_LARGE", Status: 413, Message: "Request Too Long"}
	Internal         = &gwerr.Error{Type: "DEFAULT_5XX", Status: 500, Message: "Internal server error"}
	BadAnswer        = &gwerr.Error{Type: "DEFAULT_5XX", Status: 502, Message: "Internal server error"}
	Configuration    = &gwerr.Error{Type: "API_CONFIGURATION_ERROR", Status: 500, Message: "Internal server error"}
	Timeout          = &gwerr.Error{Type: "INTEGRATION_TIMEOUT", Status: 504, Message: "Endpoint request timed out"}
	Network          = &gwerr.Error{Type: "INTEGRATION_FAILURE", Status: 504, Message: "Network error communicating with endpoint"}
)

// Reason is the cause of a Configuration or Internal error in the words of the
// execution log.
type Reason string

// Error implements error.
func (r Reason) Error() string { return string(r) }

// InvalidEndpoint is the reason for a URI that is none.
const InvalidEndpoint Reason = "Invalid endpoint address"
