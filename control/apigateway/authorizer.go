package apigateway

import (
	"regexp"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) authorizerOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateAuthorizer", "POST", authorizers, 201, s.createAuthorizer),
		wire.Op("GetAuthorizer", "GET", authorizer, 200, s.getAuthorizer),
		wire.Op("GetAuthorizers", "GET", authorizers, 200, s.getAuthorizers),
		wire.Op("UpdateAuthorizer", "PATCH", authorizer, 200, s.updateAuthorizer),
		wire.Op("DeleteAuthorizer", "DELETE", authorizer, 202, s.deleteAuthorizer),
		wire.NotBuilt("TestInvokeAuthorizer", "POST", authorizer),
	}
}

const maxAuthorizerTTL = 3600 // seconds

var (
	lambdaInvocation = regexp.MustCompile(`^arn:[a-z0-9-]+:apigateway:[^:]+:lambda:path/.+/functions/.+/invocations$`)
	headerIdentity   = regexp.MustCompile(`^method\.request\.header\.[a-zA-Z0-9._$:-]+$`)
	requestIdentity  = regexp.MustCompile(`^(method\.request\.(header|querystring)\.[a-zA-Z0-9._$:-]+|stageVariables\.[A-Za-z0-9_]+|context\.[A-Za-z0-9._-]+)$`)
)

// AddAuthorizer makes an authorizer of x, whose id is given here. Errors are
// AWS's.
func AddAuthorizer(a *definition.RestAPI, x types.Authorizer) (*types.Authorizer, error) {
	x.Id = freeID(childIDLength, func(id string) bool { return a.Authorizer(id) != nil })
	if err := prepareAuthorizer(a, &x); err != nil {
		return nil, err
	}
	a.Authorizers = append(a.Authorizers, x)
	return &a.Authorizers[len(a.Authorizers)-1], nil
}

// prepareAuthorizer checks an authorizer that is to be in a and fills in what
// AWS shows.
func prepareAuthorizer(a *definition.RestAPI, x *types.Authorizer) error {
	tidy(x)
	if x.AuthType == nil {
		if x.AuthType = ptr("custom"); x.Type == types.AuthorizerTypeCognitoUserPools {
			x.AuthType = ptr("cognito_user_pools")
		}
	}
	if err := checkAuthorizerName(a, x); err != nil {
		return err
	}
	if ttl := x.AuthorizerResultTtlInSeconds; ttl != nil && (*ttl < 0 || *ttl > maxAuthorizerTTL) {
		return badRequest("Authorizer result TTL must be between 0 and %d seconds", maxAuthorizerTTL)
	}
	if x.Type == types.AuthorizerTypeCognitoUserPools {
		if len(x.ProviderARNs) == 0 {
			return badRequest("Authorizers of type COGNITO_USER_POOLS require at least one provider ARN")
		}
	} else if !lambdaInvocation.MatchString(str(x.AuthorizerUri)) {
		return badRequest("Invalid Authorizer URI: %s. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.", str(x.AuthorizerUri))
	}
	return checkIdentity(x)
}

func checkAuthorizerName(a *definition.RestAPI, x *types.Authorizer) error {
	if x.Name == nil {
		return badRequest("Authorizer name cannot be empty")
	}
	taken := func(other types.Authorizer) bool { return *other.Name == *x.Name && *other.Id != *x.Id }
	if slices.ContainsFunc(a.Authorizers, taken) {
		return conflict("Authorizer name must be unique. Authorizer %s already exists in this RestApi.", *x.Name)
	}
	return nil
}

// checkIdentity looks at where a caller's identity is read from. Only REQUEST
// takes several sources, and other places than headers.
func checkIdentity(x *types.Authorizer) error {
	if p := x.IdentityValidationExpression; p != nil && !isPattern(*p) {
		return badRequest("Invalid identity validation expression specified: %s", *p)
	}
	sources := strings.Split(str(x.IdentitySource), ",")
	switch {
	case x.IdentitySource == nil && x.Type == types.AuthorizerTypeRequest && (x.AuthorizerResultTtlInSeconds == nil || *x.AuthorizerResultTtlInSeconds > 0):
		return badRequest("Identity source is required when authorization caching is enabled")
	case x.IdentitySource == nil:
		return nil
	case x.Type != types.AuthorizerTypeRequest:
		if !headerIdentity.MatchString(*x.IdentitySource) {
			return badMapping(*x.IdentitySource)
		}
		return nil
	}
	for _, source := range sources {
		if !requestIdentity.MatchString(strings.TrimSpace(source)) {
			return badMapping(source)
		}
	}
	return nil
}

func (s *service) createAuthorizer(c *wire.Call, in *v1.CreateAuthorizerInput) (*v1.CreateAuthorizerOutput, error) {
	var x, made types.Authorizer
	copyMembers(&x, in)
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if err := room(c, len(a.Authorizers), s.Limits.Authorizers, "Authorizers", "API"); err != nil {
			return err
		}
		added, err := AddAuthorizer(a, x)
		if err == nil {
			made = *added
		}
		return err
	})
	if isNotFound(err) { // AWS says it in other words here
		return nil, errConcurrent
	}
	if err != nil {
		return nil, err
	}
	return reply[v1.CreateAuthorizerOutput](&made), nil
}

func (s *service) getAuthorizer(c *wire.Call, in *v1.GetAuthorizerInput) (*v1.GetAuthorizerOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	x := a.Authorizer(str(in.AuthorizerId))
	if x == nil {
		return nil, errNoAuthorizer
	}
	return reply[v1.GetAuthorizerOutput](x), nil
}

func (s *service) getAuthorizers(c *wire.Call, in *v1.GetAuthorizersInput) (*v1.GetAuthorizersOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := page(a.Authorizers, func(x types.Authorizer) string { return *x.Id }, in.Limit, in.Position)
	return &v1.GetAuthorizersOutput{Items: items, Position: next}, err
}

var authorizerPatches = patchRules[types.Authorizer]{rules: []rule[types.Authorizer]{
	{"/name", "replace", setText(func(x *types.Authorizer) **string { return &x.Name })},
	{"/type", "replace", func(x *types.Authorizer, p patchOp) error {
		t := types.AuthorizerType(p.value)
		if !slices.Contains(t.Values(), t) {
			return badPatchValue(p)
		}
		x.Type = t
		return nil
	}},
	{"/authType", "replace", setText(func(x *types.Authorizer) **string { return &x.AuthType })},
	{"/authorizerUri", "replace", setText(func(x *types.Authorizer) **string { return &x.AuthorizerUri })},
	{"/authorizerCredentials", "replace", setText(func(x *types.Authorizer) **string { return &x.AuthorizerCredentials })},
	{"/authorizerResultTtlInSeconds", "replace", func(x *types.Authorizer, p patchOp) error {
		x.AuthorizerResultTtlInSeconds = new(int32)
		return setInt(func(x *types.Authorizer) *int32 { return x.AuthorizerResultTtlInSeconds })(x, p)
	}},
	{"/identityValidationExpression", "replace", setText(func(x *types.Authorizer) **string { return &x.IdentityValidationExpression })},
	{"/identitySource", "add remove replace", setText(func(x *types.Authorizer) **string { return &x.IdentitySource })},
	{"/providerARNs", "add remove", setMember(func(x *types.Authorizer) *[]string { return &x.ProviderARNs })},
}}

func (s *service) updateAuthorizer(c *wire.Call, in *v1.UpdateAuthorizerInput) (*v1.UpdateAuthorizerOutput, error) {
	var changed types.Authorizer
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		x := a.Authorizer(str(in.AuthorizerId))
		if x == nil {
			return errNoAuthorizer
		}
		if err := authorizerPatches.apply(x, in.PatchOperations); err != nil {
			return err
		}
		err := prepareAuthorizer(a, x)
		changed = *x
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateAuthorizerOutput](&changed), nil
}

// RemoveAuthorizer deletes an authorizer that no method uses.
func RemoveAuthorizer(a *definition.RestAPI, id string) error {
	x := a.Authorizer(id)
	if x == nil {
		return errNoAuthorizer
	}
	for _, r := range a.Resources {
		for _, verb := range definition.Verbs(&r) {
			if str(r.ResourceMethods[verb].AuthorizerId) == id {
				return conflict("Cannot delete authorizer '%s', is referenced in method: %s/%s", *x.Name, verb, *r.Path)
			}
		}
	}
	a.Authorizers = slices.DeleteFunc(a.Authorizers, func(x types.Authorizer) bool { return *x.Id == id })
	return nil
}

func (s *service) deleteAuthorizer(c *wire.Call, in *v1.DeleteAuthorizerInput) (*v1.DeleteAuthorizerOutput, error) {
	return nil, s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		return RemoveAuthorizer(a, str(in.AuthorizerId))
	})
}
