package apigateway

import (
	"strings"

	"gatehouse/control/wire"
	"gatehouse/core/gwerr"
)

// Errors whose text has nothing to fill in. Where AWS's words are known they are
// AWS's, to the byte.
var (
	errUnavailable = &gwerr.Error{Type: "ServiceUnavailableException", Status: 503, Message: "Service Unavailable"}
	errTooLarge    = badRequest("The API definition is too large")
	errConcurrent  = conflict("Unable to complete operation due to concurrent modification. Please try again later.")
)

func badRequest(format string, args ...any) *gwerr.Error {
	return (&gwerr.Error{Type: "BadRequestException", Status: 400}).WithMessage(format, args...)
}

func conflict(format string, args ...any) *gwerr.Error {
	return (&gwerr.Error{Type: "ConflictException", Status: 409}).WithMessage(format, args...)
}

func notFound(format string, args ...any) *gwerr.Error {
	return (&gwerr.Error{Type: "NotFoundException", Status: 404}).WithMessage(format, args...)
}

func invalidAPI(account, id string) *gwerr.Error {
	return notFound("Invalid API identifier specified %s:%s", account, id)
}

// Things that an API or an account doesn't have.
var (
	errNoResource     = notFound("Invalid Resource identifier specified")
	errNoMethod       = notFound("Invalid Method identifier specified")
	errNoIntegration  = notFound("Invalid Integration identifier specified")
	errNoResponse     = notFound("Invalid Response status code specified")
	errNoParameter    = notFound("Invalid parameter name specified")
	errNoContentType  = notFound("Content-Type specified was not found")
	errNoValidator    = notFound("Invalid Request Validator identifier specified")
	errNoAuthorizer   = notFound("Invalid Authorizer identifier specified")
	errNotCustomised  = notFound("Gateway response type not defined on api")
	errNoDeployment   = notFound("Invalid Deployment identifier specified")
	errNoStage        = notFound("Invalid stage identifier specified")
	errNoDocVersion   = notFound("Invalid Documentation version specified")
	errNoExportOfType = badRequest("Invalid export type specified")
)

// mappingErrors is AWS's frame around what is wrong with mappings.
func mappingErrors(prefix string, errs []string) *gwerr.Error {
	return badRequest("%sValidation Result: warnings : [], errors : [%s]", prefix, strings.Join(errs, ", "))
}

// room refuses another object when there are n of at most limit; a negative
// limit is none. AWS's text has two blanks.
func room(c *wire.Call, n, limit int, plural, of string) error {
	if limit < 0 || n < limit {
		return nil
	}
	if c != nil {
		c.Answer.Set("Retry-After", "1")
	}
	return (&gwerr.Error{Type: "LimitExceededException", Status: 429}).WithMessage(
		"Maximum number of %s for this %s has been reached.  Please contact AWS if you need additional %s.", plural, of, plural)
}
