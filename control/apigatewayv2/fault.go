package apigatewayv2

import (
	"strings"

	"gatehouse/core/gwerr"
)

// Errors whose text has nothing to fill in. Where AWS's words are known they are
// AWS's, to the byte.
var (
	errUnavailable = &gwerr.Error{Type: "ServiceUnavailableException", Status: 503, Message: "Service Unavailable"}
	errTooLarge    = &gwerr.Error{Type: "BadRequestException", Status: 400, Message: "The API definition is too large"}

	errProxyOnly  = badRequest("Currently, an API with a protocol type of HTTP may only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY)")
	errNoRoutes   = badRequest("Unable to deploy API because no routes exist in this API")
	errDeployUsed = badRequest("Active stages pointing to this deployment must be moved or deleted")
	errAutoStage  = badRequest("Deployment ID cannot be set on a stage with auto-deploy enabled")
	errNoExecLogs = badRequest("Execution logs are not supported on protocolType HTTP")
	errNoMethod   = badRequest("Enumeration value for HttpMethod must be non-empty")
	errBadMethod  = badRequest("Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY")
	errBadURL     = badRequest("Invalid HTTP endpoint specified for URI")
	errBadLambda  = badRequest("Invalid function ARN or invalid uri")
	errNoRole     = badRequest("Role ARN must be specified for AWS integrations")
	errStageName  = badRequest("Stage name only allows a-zA-Z0-9_-")

	errStageExists = conflict("Stage already exists")
	errIDTaken     = conflict("API identifier already exists")
)

func badRequest(format string, args ...any) *gwerr.Error {
	return (&gwerr.Error{Type: "BadRequestException", Status: 400}).WithMessage(format, args...)
}

func conflict(format string, args ...any) *gwerr.Error {
	return (&gwerr.Error{Type: "ConflictException", Status: 409}).WithMessage(format, args...)
}

// notFound is AWS's NotFoundException; kind is its resourceType.
func notFound(kind, format string, args ...any) *gwerr.Error {
	e := (&gwerr.Error{Type: "NotFoundException", Status: 404}).WithMessage(format, args...)
	e.Members = map[string]string{"resourceType": kind}
	return e
}

func invalidAPI(account, id string) *gwerr.Error {
	return notFound("Api", "Invalid API identifier specified %s:%s", account, id)
}

// Children that an API doesn't have.
var (
	errNoRoute       = notFound("Route", "Invalid Route identifier specified")
	errNoIntegration = notFound("Integration", "Invalid Integration identifier specified")
	errNoAuthorizer  = notFound("Authorizer", "Invalid Authorizer identifier specified")
	errNoStage       = notFound("Stage", "Invalid stage identifier specified")
	errNoDeployment  = notFound("Deployment", "Invalid deployment identifier specified")
	errNoVPCLink     = notFound("VpcLink", "Invalid Vpc Link identifier specified")
)

// full is the answer to one object more than a quota allows. AWS's text has two
// blanks.
func full(plural, of string) *gwerr.Error {
	return badRequest("Maximum number of %s for this %s has been reached.  Please contact AWS if you need additional %s.", plural, of, plural)
}

// room refuses another object when there are n of at most limit; a negative
// limit is none.
func room(n, limit int, plural, of string) error {
	if limit >= 0 && n >= limit {
		return full(plural, of)
	}
	return nil
}

// notForHTTP refuses a member that only WebSocket APIs obey.
func notForHTTP(member string) *gwerr.Error {
	return badRequest("%s is not supported for HTTP APIs", upperFirst(member))
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
