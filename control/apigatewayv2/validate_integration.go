package apigatewayv2

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// Bounds of timeoutInMillis for HTTP APIs; the upper one is the default.
const (
	minTimeout = 50
	maxTimeout = 30000
)

// prepareIntegration fills the defaults of an integration of an HTTP API and
// checks it.
func prepareIntegration(i *types.Integration) error {
	if i.IntegrationType != types.IntegrationTypeHttpProxy && i.IntegrationType != types.IntegrationTypeAwsProxy {
		return errProxyOnly
	}
	if err := dropPassthrough(i); err != nil {
		return err
	}
	tidy(i)
	fillIntegration(i)
	return cmp.Or(
		checkIntegrationHTTP(i),
		checkLength("description", i.Description, maxDescription),
		checkTimeout(*i.TimeoutInMillis),
		checkConnection(i),
		checkRoleARN("credentialsArn", i.CredentialsArn),
		checkBackend(i),
		checkResponseParameters(i),
	)
}

// dropPassthrough takes out a setting that says what HTTP APIs do anyway: the
// body goes to the back end as it is. AWS doesn't return it, and Terraform sends
// it always.
func dropPassthrough(i *types.Integration) error {
	if i.PassthroughBehavior == types.PassthroughBehaviorNever {
		return notForHTTP("passthroughBehavior")
	}
	i.PassthroughBehavior = ""
	return nil
}

func fillIntegration(i *types.Integration) {
	if i.ConnectionType == "" {
		i.ConnectionType = types.ConnectionTypeInternet
	}
	if i.PayloadFormatVersion == nil {
		i.PayloadFormatVersion = ptr("1.0")
	}
	if i.TimeoutInMillis == nil {
		i.TimeoutInMillis = ptr[int32](maxTimeout)
	}
	if i.IntegrationType == types.IntegrationTypeAwsProxy && i.IntegrationSubtype == nil && i.IntegrationMethod == nil {
		i.IntegrationMethod = ptr("POST")
	}
}

// checkIntegrationHTTP refuses what only WebSocket APIs obey.
func checkIntegrationHTTP(i *types.Integration) error {
	switch {
	case i.ContentHandlingStrategy != "":
		return notForHTTP("contentHandlingStrategy")
	case len(i.RequestTemplates) > 0:
		return notForHTTP("requestTemplates")
	case i.TemplateSelectionExpression != nil:
		return notForHTTP("templateSelectionExpression")
	}
	return nil
}

func checkTimeout(ms int32) error {
	if ms < minTimeout || ms > maxTimeout {
		return badRequest("Timeout should be between %d ms and %d ms", minTimeout, maxTimeout)
	}
	return nil
}

func checkConnection(i *types.Integration) error {
	private := i.ConnectionType == types.ConnectionTypeVpcLink
	switch {
	case private && i.IntegrationType != types.IntegrationTypeHttpProxy:
		return badRequest("ConnectionType VPC_LINK is only supported for HTTP_PROXY integrations")
	case private && i.ConnectionId == nil:
		return badRequest("ConnectionId must be specified with connectionType VPC_LINK")
	case !private && i.ConnectionId != nil:
		return badRequest("ConnectionId can only be specified with connectionType VPC_LINK")
	case !private && i.TlsConfig != nil:
		return badRequest("TlsConfig can only be specified with connectionType VPC_LINK")
	}
	return nil
}

// checkBackend checks what differs by kind of back end: URI, method, payload
// version and request parameters.
func checkBackend(i *types.Integration) error {
	if i.IntegrationMethod != nil && *i.IntegrationMethod != "ANY" && !slices.Contains(httpMethods, *i.IntegrationMethod) {
		return errBadMethod
	}
	switch {
	case i.IntegrationType == types.IntegrationTypeHttpProxy:
		return checkHTTPProxy(i)
	case i.IntegrationSubtype != nil:
		return checkSubtype(i)
	}
	return checkLambda(i)
}

func checkHTTPProxy(i *types.Integration) error {
	switch {
	case i.IntegrationSubtype != nil:
		return badRequest("IntegrationSubtype is only supported for AWS_PROXY integrations")
	case i.IntegrationMethod == nil:
		return errNoMethod
	case *i.PayloadFormatVersion != "1.0":
		return badPayloadVersion(*i.PayloadFormatVersion)
	case i.ConnectionType == types.ConnectionTypeVpcLink && !privateTarget.MatchString(str(i.IntegrationUri)):
		return badRequest("Invalid integration URI specified: a private integration needs the ARN of a load balancer listener or a Cloud Map service")
	case i.ConnectionType == types.ConnectionTypeInternet && !validURL(str(i.IntegrationUri)):
		return errBadURL
	}
	return checkRequestParameters(i.RequestParameters)
}

func checkLambda(i *types.Integration) error {
	switch {
	case !validLambda(str(i.IntegrationUri)):
		return errBadLambda
	case *i.PayloadFormatVersion != "1.0" && *i.PayloadFormatVersion != "2.0":
		return badPayloadVersion(*i.PayloadFormatVersion)
	case len(i.RequestParameters) > 0:
		return badRequest("Request parameters are not supported for Lambda integrations")
	}
	return nil
}

func badPayloadVersion(v string) error {
	return badRequest("Invalid payloadFormatVersion specified: %s", v)
}
