package apigateway

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

const (
	minTimeout       = 50     // milliseconds
	maxStreamTimeout = 900000 // milliseconds, of a streamed response
)

var (
	errNoHTTPMethod = badRequest("Enumeration value for HttpMethod must be non-empty")
	errBadURL       = badRequest("Invalid HTTP endpoint specified for URI")
	errBadARN       = badRequest("Invalid ARN specified in the request")
	errARNForm      = badRequest("AWS ARN for integration must contain path or action")
	errProxyService = badRequest("Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.")
	errNoRole       = badRequest("Role ARN must be specified for AWS integrations")
	errNoConnection = badRequest("Connection ID must be specified for integrations of connection type VPC_LINK")
	errPassthrough  = badRequest("Invalid passthroughBehavior specified. Valid options are WHEN_NO_MATCH,WHEN_NO_TEMPLATES,NEVER")
	errStreamType   = badRequest("Response transfer mode STREAM is only supported for HTTP_PROXY and AWS_PROXY integrations")
)

// prepareIntegration checks an integration of method m and takes out what is
// empty.
func prepareIntegration(m *types.Method, i *types.Integration, limits Limits) error {
	keys := i.CacheKeyParameters
	if tidy(i); len(keys) == 0 {
		keys = []string{} // AWS shows it
	}
	i.CacheKeyParameters = keys
	if err := checkTarget(i); err != nil {
		return err
	}
	if err := checkBehaviour(i, limits); err != nil {
		return err
	}
	if err := checkContentTypes(i.RequestTemplates); err != nil {
		return err
	}
	return checkRequestMapping(m, i.RequestParameters)
}

// checkTarget looks at what is called.
func checkTarget(i *types.Integration) error {
	if i.Type == types.IntegrationTypeMock {
		return nil
	}
	if i.HttpMethod == nil {
		return errNoHTTPMethod
	}
	if !slices.Contains(verbs, *i.HttpMethod) {
		return errVerb
	}
	if !isHTTP(i.Type) {
		return checkAction(i)
	}
	if !isEndpoint(str(i.Uri)) {
		return errBadURL
	}
	if i.ConnectionType == types.ConnectionTypeVpcLink && i.ConnectionId == nil {
		return errNoConnection
	}
	return nil
}

// variables are what stands for something else in a URI.
var variables = regexp.MustCompile(`\$\{stageVariables\.[A-Za-z0-9_]+\}|\{[^{}/]+\}`)

// isEndpoint reports whether uri is an http or https URL with a host; variables
// may be any part of it but the scheme.
func isEndpoint(uri string) bool {
	u, err := url.Parse(variables.ReplaceAllString(uri, "1"))
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.Hostname() != ""
}

// checkAction looks at the ARN of an AWS service:
// arn:{partition}:apigateway:{region}:{service}:{path or action}/...
func checkAction(i *types.Integration) error {
	part := strings.SplitN(str(i.Uri), ":", 6)
	if len(part) < 6 || part[0] != "arn" || part[2] != "apigateway" || part[3] == "" || part[4] == "" {
		return errBadARN
	}
	if !strings.HasPrefix(part[5], "path/") && !strings.HasPrefix(part[5], "action/") {
		return errARNForm
	}
	service := part[4][strings.LastIndexByte(part[4], '.')+1:]
	switch {
	case i.Type == types.IntegrationTypeAwsProxy && service != "lambda" && service != "firehose":
		return errProxyService
	case service != "lambda" && i.Credentials == nil:
		return errNoRole
	}
	return nil
}

// checkBehaviour looks at how the back end is called.
func checkBehaviour(i *types.Integration, limits Limits) error {
	stream := i.ResponseTransferMode == types.ResponseTransferModeStream
	switch {
	case !slices.Contains([]string{"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}, str(i.PassthroughBehavior)):
		return errPassthrough
	case stream && i.Type != types.IntegrationTypeHttpProxy && i.Type != types.IntegrationTypeAwsProxy:
		return errStreamType
	case i.TimeoutInMillis < minTimeout || i.TimeoutInMillis > longest(stream, limits):
		return badRequest("Timeout should be between %d ms and %d ms", minTimeout, longest(stream, limits))
	}
	return nil
}

func longest(stream bool, limits Limits) int32 {
	if stream || limits.TimeoutMS < 0 {
		return maxStreamTimeout
	}
	return int32(limits.TimeoutMS)
}

func (s *service) errTimeout() error {
	return badRequest("Timeout should be between %d ms and %d ms", minTimeout, longest(false, s.Limits))
}
