package apigatewayv2

import (
	"net/url"
	"regexp"
	"strings"

	"gatehouse/core/upstream"
)

const maxURI = 2048 // bytes

var (
	stageVariable = regexp.MustCompile(`\$\{stageVariables\.[A-Za-z0-9_]+\}`)
	pathParameter = regexp.MustCompile(`\{[A-Za-z0-9._:-]+\+?\}`)

	lambdaARN     = regexp.MustCompile(`^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,140}(:[A-Za-z0-9_$-]{1,128})?$`)
	invocationURI = regexp.MustCompile(`^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path/2015-03-31/functions/(.+)/invocations$`)
	privateTarget = regexp.MustCompile(`^arn:aws[a-z-]*:(elasticloadbalancing:[a-z0-9-]+:\d{12}:listener/(app|net)/\S+|servicediscovery:[a-z0-9-]+:\d{12}:service/[A-Za-z0-9_-]+(\?\S*)?)$`)
	roleARN       = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(\d{12}:(role|user)/[\w+=,.@/-]+|\*:user/\*)$`)
)

// validURL allows an absolute http or https URL with ${stageVariables.x}
// anywhere behind the scheme and {param} in path and query. A parameter in the
// authority would let a client choose the host; credentials and fragments have
// no meaning.
func validURL(uri string) bool {
	if uri == "" || len(uri) > maxURI || !isURL(uri) || !visible(uri) {
		return false
	}
	uri = stageVariable.ReplaceAllString(uri, "1") // fits host, port and path
	start := strings.Index(uri, "://") + len("://")
	path := strings.IndexAny(uri[start:], "/?#")
	if path < 0 {
		path = len(uri) - start
	}
	authority, rest := uri[start:start+path], pathParameter.ReplaceAllString(uri[start+path:], "x")
	if strings.ContainsAny(authority, "{}@") || strings.ContainsAny(rest, "{}#") {
		return false
	}
	u, err := url.Parse("http://" + authority + rest)
	if err != nil || u.Hostname() == "" {
		return false
	}
	_, err = upstream.ParseAuthority(strings.HasPrefix(uri, "https:"), authority)
	return err == nil
}

// validLambda allows a function's ARN, with a qualifier or not, plain or as
// invocation URI. Stage variables can stand for parts of name and qualifier.
func validLambda(uri string) bool {
	if len(uri) > maxURI {
		return false
	}
	uri = stageVariable.ReplaceAllString(uri, "x")
	if m := invocationURI.FindStringSubmatch(uri); m != nil {
		uri = m[1]
	}
	return lambdaARN.MatchString(uri)
}

// checkRoleARN allows an absent role, the ARN of one, or the form that passes on
// the caller's identity.
func checkRoleARN(member string, arn *string) error {
	if arn == nil || roleARN.MatchString(*arn) {
		return nil
	}
	return badRequest("Invalid %s specified: %s", member, *arn)
}
