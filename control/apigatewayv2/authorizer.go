package apigatewayv2

import (
	"slices"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) createAuthorizer(c *wire.Call, in *v2.CreateAuthorizerInput) (*v2.CreateAuthorizerOutput, error) {
	var x types.Authorizer
	merge(&x, in)
	err := s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		if err := room(len(a.Authorizers), s.Limits.Authorizers, "Authorizers", "API"); err != nil {
			return err
		}
		if err := s.prepareAuthorizer(&x); err != nil {
			return err
		}
		x.AuthorizerId = freeID(authorizerIDLength, func(id string) bool { return a.Authorizer(id) != nil })
		a.Authorizers = append(a.Authorizers, x)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.CreateAuthorizerOutput](&x), nil
}

func (s *service) getAuthorizer(c *wire.Call, in *v2.GetAuthorizerInput) (*v2.GetAuthorizerOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	x := a.Authorizer(str(in.AuthorizerId))
	if x == nil {
		return nil, errNoAuthorizer
	}
	return reply[v2.GetAuthorizerOutput](x), nil
}

func (s *service) getAuthorizers(c *wire.Call, in *v2.GetAuthorizersInput) (*v2.GetAuthorizersOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := page(a.Authorizers, func(x types.Authorizer) string { return *x.AuthorizerId }, in.MaxResults, in.NextToken)
	return &v2.GetAuthorizersOutput{Items: items, NextToken: next}, err
}

func (s *service) updateAuthorizer(c *wire.Call, in *v2.UpdateAuthorizerInput) (*v2.UpdateAuthorizerOutput, error) {
	var x types.Authorizer
	err := s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		stored := a.Authorizer(str(in.AuthorizerId))
		if stored == nil {
			return errNoAuthorizer
		}
		x = *stored
		merge(&x, in)
		if err := s.prepareAuthorizer(&x); err != nil {
			return err
		}
		if err := checkUsers(a, &x); err != nil {
			return err
		}
		*stored = x
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.UpdateAuthorizerOutput](&x), nil
}

// checkUsers demands that x still fits the routes that use it.
func checkUsers(a *definition.HTTPAPI, x *types.Authorizer) error {
	for i := range a.Routes {
		if str(a.Routes[i].AuthorizerId) != *x.AuthorizerId {
			continue
		}
		if err := checkAuthorizerFits(&a.Routes[i], x); err != nil {
			return err
		}
	}
	return nil
}

func (s *service) deleteAuthorizer(c *wire.Call, in *v2.DeleteAuthorizerInput) (*v2.DeleteAuthorizerOutput, error) {
	id := str(in.AuthorizerId)
	return nil, s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		x := a.Authorizer(id)
		if x == nil {
			return errNoAuthorizer
		}
		for _, r := range a.Routes {
			if str(r.AuthorizerId) == id {
				return conflict("Cannot delete authorizer '%s', is referenced in route: %s", *x.Name, *r.RouteKey)
			}
		}
		a.Authorizers = slices.DeleteFunc(a.Authorizers, func(x types.Authorizer) bool { return *x.AuthorizerId == id })
		return nil
	})
}

// resetAuthorizersCache drops what the stage's authorizers have answered.
func (s *service) resetAuthorizersCache(c *wire.Call, in *v2.ResetAuthorizersCacheInput) (*v2.ResetAuthorizersCacheOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	if a.Stage(str(in.StageName)) == nil {
		return nil, errNoStage
	}
	if s.ResetAuthorizers == nil {
		return nil, nil
	}
	return nil, s.ResetAuthorizers(a.ID(), *in.StageName)
}
