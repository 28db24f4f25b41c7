package wire

import "gatehouse/core/gwerr"

// What the frame itself can answer, before or instead of an operation.
var (
	internalFailure = &gwerr.Error{Type: "InternalFailure", Status: 500, Message: "The request processing has failed because of an unknown error, exception or failure."}
	notImplemented  = &gwerr.Error{Type: "NotImplementedException", Status: 501}
	tooLarge        = &gwerr.Error{Type: "RequestEntityTooLargeException", Status: 413, Message: "Request size exceeded the limit"}
	busy            = &gwerr.Error{Type: "TooManyRequestsException", Status: 429, Message: "Too Many Requests"}
	serialization   = &gwerr.Error{Type: "SerializationException", Status: 400}
	unknownPath     = &gwerr.Error{Type: "MissingAuthenticationTokenException", Status: 403, Message: "Missing Authentication Token"}
	otherOrigin     = &gwerr.Error{Type: "AccessDeniedException", Status: 403, Message: "Calls from web pages of other origins need access keys."}
	badToken        = &gwerr.Error{Type: "BadRequestException", Status: 400, Message: "Invalid token specified"}
	badMaxResults   = &gwerr.Error{Type: "BadRequestException", Status: 400, Message: "Invalid value for maxResults"}
)
