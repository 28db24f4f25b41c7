// Package gwerr holds the errors a client can see. Each has two readers: the
// client reads Type, Status and Message, the operator also reads Cause.
package gwerr

import (
	"errors"
	"fmt"
)

// Error is one answer a client can get, with what only the operator may read.
// Values in tables are shared and never changed: With and Wrap copy.
type Error struct {
	Type    string            // AWS's name: gateway response type (THROTTLED) or exception (NotFoundException)
	Status  int               // HTTP status
	Message string            // AWS's wording, byte for byte; the only text a client sees
	Members map[string]string // further members of the body that AWS defines for Type (v2: resourceType)
	Cause   error             // for the log, never written out
}

// Error tells the operator's side of the story.
func (e *Error) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("%s (%d): %s", e.Type, e.Status, e.Message)
	}
	return fmt.Sprintf("%s (%d): %s: %v", e.Type, e.Status, e.Message, e.Cause)
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// Is reports whether target is the same answer, whatever the causes.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Type == e.Type && t.Status == e.Status && (t.Message == "" || t.Message == e.Message)
}

// Wrap returns a copy of e that carries cause.
func (e *Error) Wrap(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// WithMessage returns a copy of e with another text for the client.
func (e *Error) WithMessage(format string, args ...any) *Error {
	c := *e
	c.Message = fmt.Sprintf(format, args...)
	return &c
}

// As finds the Error in err's chain. An error that is none becomes an internal
// failure that carries it, so that nothing of it reaches a client.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Internal.Wrap(err)
}

// What an exchange can fail with before or while it is served. Types are AWS's
// gateway response types where one exists.
var (
	BadRequest          = &Error{Type: "BAD_REQUEST", Status: 400, Message: "Bad Request"}
	Unauthorized        = &Error{Type: "UNAUTHORIZED", Status: 401, Message: "Unauthorized"}
	AccessDenied        = &Error{Type: "ACCESS_DENIED", Status: 403, Message: "Forbidden"}
	NotFound            = &Error{Type: "RESOURCE_NOT_FOUND", Status: 404, Message: "Not Found"}
	Timeout             = &Error{Type: "REQUEST_TIMEOUT", Status: 408, Message: "Request Timeout"}
	TooLarge            = &Error{Type: "REQUEST_TOO_LARGE", Status: 413, Message: "Request Entity Too Large"}
	URITooLong          = &Error{Type: "URI_TOO_LONG", Status: 414, Message: "URI Too Long"}
	Throttled           = &Error{Type: "THROTTLED", Status: 429, Message: "Too Many Requests"}
	HeadersTooLarge     = &Error{Type: "HEADERS_TOO_LARGE", Status: 431, Message: "Request Header Fields Too Large"}
	Internal            = &Error{Type: "DEFAULT_5XX", Status: 500, Message: "Internal Server Error"}
	APIConfiguration    = &Error{Type: "API_CONFIGURATION_ERROR", Status: 500, Message: "Internal Server Error"}
	NotImplemented      = &Error{Type: "NOT_IMPLEMENTED", Status: 501, Message: "Not Implemented"}
	IntegrationFailure  = &Error{Type: "INTEGRATION_FAILURE", Status: 503, Message: "Service Unavailable"}
	IntegrationTimeout  = &Error{Type: "INTEGRATION_TIMEOUT", Status: 503, Message: "Service Unavailable"}
	Unavailable         = &Error{Type: "UNAVAILABLE", Status: 503, Message: "Service Unavailable"}
	VersionNotSupported = &Error{Type: "VERSION_NOT_SUPPORTED", Status: 505, Message: "HTTP Version Not Supported"}
)
