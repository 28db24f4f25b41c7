package apigatewayv2

import (
	"cmp"
	"net/netip"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/plugins/expr"
)

const (
	maxResultTTL     = 3600 // seconds
	maxIdentities    = 100  // identity sources, ours: AWS names no number
	maxIssuer        = 1024 // characters
	maxAudienceEntry = 256  // characters
)

// prepareAuthorizer fills the defaults of an authorizer of an HTTP API and
// checks it.
func (s *service) prepareAuthorizer(x *types.Authorizer) error {
	if err := checkName(x.Name, maxName); err != nil {
		return err
	}
	if x.JwtConfiguration != nil && len(x.JwtConfiguration.Audience) == 0 && x.JwtConfiguration.Issuer == nil {
		x.JwtConfiguration = nil // {} removes it
	}
	tidy(x)
	if x.IdentityValidationExpression != nil {
		return notForHTTP("identityValidationExpression")
	}
	if x.AuthorizerType == types.AuthorizerTypeJwt {
		return s.checkJWT(x)
	}
	return prepareRequest(x)
}

func (s *service) checkJWT(x *types.Authorizer) error {
	for _, m := range []struct {
		member string
		set    bool
	}{
		{"AuthorizerUri", x.AuthorizerUri != nil},
		{"AuthorizerCredentialsArn", x.AuthorizerCredentialsArn != nil},
		{"AuthorizerPayloadFormatVersion", x.AuthorizerPayloadFormatVersion != nil},
		{"AuthorizerResultTtlInSeconds", x.AuthorizerResultTtlInSeconds != nil && *x.AuthorizerResultTtlInSeconds != 0},
		{"EnableSimpleResponses", isTrue(x.EnableSimpleResponses)},
	} {
		if m.set {
			return badRequest("%s is not supported for JWT authorizers", m.member)
		}
	}
	x.AuthorizerResultTtlInSeconds, x.EnableSimpleResponses = nil, nil
	if len(x.IdentitySource) != 1 || !validTokenSource(x.IdentitySource[0]) {
		return badRequest("A JWT authorizer needs exactly one identity source, $request.header.{name} or $request.querystring.{name}")
	}
	if x.JwtConfiguration == nil {
		return badRequest("JwtConfiguration must be specified for JWT authorizers")
	}
	return cmp.Or(checkIssuer(str(x.JwtConfiguration.Issuer)), s.checkAudience(x.JwtConfiguration.Audience))
}

func validTokenSource(source string) bool {
	return validIdentity(source) && strings.HasPrefix(source, "$request.")
}

// validIdentity allows $request.header.x, $request.querystring.x, $context.x
// and $stageVariables.x.
func validIdentity(source string) bool {
	if checkText(source) != nil || !strings.HasPrefix(source, "$") || strings.HasPrefix(source, "${") {
		return false
	}
	if _, err := expr.Compile(source, expr.HTTPRequest); err != nil {
		return false
	}
	part, isRequest := strings.CutPrefix(source, "$request.")
	return !isRequest || strings.HasPrefix(part, "header.") || strings.HasPrefix(part, "querystring.")
}

// checkIssuer demands an https URL, as AWS does. On this host http is enough:
// there an identity provider of a developer's machine has no certificate.
func checkIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	ok := err == nil && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" && len(issuer) <= maxIssuer && visible(issuer)
	if !ok || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return badRequest("Invalid issuer: %s. Issuer must be a valid HTTPS URL", issuer)
	}
	return nil
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

func (s *service) checkAudience(audience []string) error {
	if len(audience) == 0 {
		return badRequest("Audience must be specified for JWT authorizers")
	}
	if s.Limits.Audiences >= 0 && len(audience) > s.Limits.Audiences {
		return badRequest("A JWT authorizer can have at most %d audiences", s.Limits.Audiences)
	}
	for _, a := range audience {
		if a == "" || len(a) > maxAudienceEntry {
			return badRequest("Invalid audience specified: %s", a)
		}
	}
	return nil
}

// prepareRequest handles a Lambda authorizer.
func prepareRequest(x *types.Authorizer) error {
	if x.AuthorizerResultTtlInSeconds == nil {
		x.AuthorizerResultTtlInSeconds = ptr[int32](0)
	}
	if x.EnableSimpleResponses == nil {
		x.EnableSimpleResponses = ptr(false)
	}
	ttl, version := *x.AuthorizerResultTtlInSeconds, str(x.AuthorizerPayloadFormatVersion)
	switch {
	case x.JwtConfiguration != nil:
		return badRequest("JwtConfiguration is not supported for REQUEST authorizers")
	case !validInvocation(str(x.AuthorizerUri)):
		return badRequest("Invalid Authorizer URI: %s. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.", str(x.AuthorizerUri))
	case version == "":
		return badRequest("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer")
	case version != "1.0" && version != "2.0":
		return badRequest("Invalid authorizerPayloadFormatVersion specified: %s", version)
	case isTrue(x.EnableSimpleResponses) && version != "2.0":
		return badRequest("EnableSimpleResponses is only supported with authorizerPayloadFormatVersion 2.0")
	case ttl < 0 || ttl > maxResultTTL:
		return badRequest("Invalid authorizerResultTtlInSeconds specified: it must be between 0 and %d", maxResultTTL)
	case ttl > 0 && len(x.IdentitySource) == 0:
		return badRequest("Identity source must be specified when caching is enabled")
	}
	return cmp.Or(checkIdentities(x.IdentitySource), checkRoleARN("authorizerCredentialsArn", x.AuthorizerCredentialsArn))
}

func validInvocation(uri string) bool { return invocationURI.MatchString(uri) && validLambda(uri) }

func checkIdentities(sources []string) error {
	if len(sources) > maxIdentities {
		return badRequest("At most %d identity sources are allowed", maxIdentities)
	}
	for _, source := range sources {
		if !validIdentity(source) {
			return badRequest("Invalid identity source specified: %s", source)
		}
	}
	return nil
}
