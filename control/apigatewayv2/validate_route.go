package apigatewayv2

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/core/gwerr"
	"gatehouse/routing"
)

const (
	maxOperationName = 64
	maxScope         = 64 // characters
)

// checkRoute checks a route that is to be in a; one with r's id there is its
// former state.
func (s *service) checkRoute(a *definition.HTTPAPI, r *types.Route) error {
	return cmp.Or(s.checkRouteAlone(a, r), checkRouteKey(a, r))
}

// checkRouteAlone checks all of a route but its key.
func (s *service) checkRouteAlone(a *definition.HTTPAPI, r *types.Route) error {
	return cmp.Or(
		checkRouteHTTP(r),
		checkLength("operationName", r.OperationName, maxOperationName),
		checkTarget(a, r.Target),
		checkAuthorization(a, r),
		s.checkScopes(r),
	)
}

// checkRouteHTTP refuses what only WebSocket APIs obey.
func checkRouteHTTP(r *types.Route) error {
	switch {
	case isTrue(r.ApiKeyRequired):
		return notForHTTP("apiKeyRequired")
	case r.ModelSelectionExpression != nil:
		return notForHTTP("modelSelectionExpression")
	case len(r.RequestModels) > 0:
		return notForHTTP("requestModels")
	case len(r.RequestParameters) > 0:
		return notForHTTP("requestParameters")
	case r.RouteResponseSelectionExpression != nil:
		return notForHTTP("routeResponseSelectionExpression")
	}
	return nil
}

func checkTarget(a *definition.HTTPAPI, target *string) error {
	if target == nil {
		return nil
	}
	id, ok := definition.IntegrationID(target)
	if !ok {
		return badRequest("Invalid target specified: %s", *target)
	}
	if a.Integration(id) == nil {
		return errNoIntegration
	}
	return nil
}

func needsAuthorizer(t types.AuthorizationType) bool {
	return t == types.AuthorizationTypeJwt || t == types.AuthorizationTypeCustom
}

func checkAuthorization(a *definition.HTTPAPI, r *types.Route) error {
	if !needsAuthorizer(r.AuthorizationType) {
		if r.AuthorizerId != nil {
			return badRequest("AuthorizerId can only be specified with authorizationType JWT or CUSTOM")
		}
		return nil
	}
	if r.AuthorizerId == nil {
		return badRequest("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or JWT requires a valid authorizer.")
	}
	x := a.Authorizer(*r.AuthorizerId)
	if x == nil {
		return errNoAuthorizer
	}
	return checkAuthorizerFits(r, x)
}

// checkAuthorizerFits demands a JWT authorizer for JWT and a Lambda one for
// CUSTOM.
func checkAuthorizerFits(r *types.Route, x *types.Authorizer) error {
	want := types.AuthorizerTypeRequest
	if r.AuthorizationType == types.AuthorizationTypeJwt {
		want = types.AuthorizerTypeJwt
	}
	if x.AuthorizerType != want {
		return badRequest("Authorizer %s of type %s cannot be used by route %s with authorizationType %s",
			*x.AuthorizerId, x.AuthorizerType, str(r.RouteKey), r.AuthorizationType)
	}
	return nil
}

func (s *service) checkScopes(r *types.Route) error {
	switch {
	case len(r.AuthorizationScopes) == 0:
		return nil
	case r.AuthorizationType != types.AuthorizationTypeJwt:
		return badRequest("AuthorizationScopes can only be specified with authorizationType JWT")
	case s.Limits.Scopes >= 0 && len(r.AuthorizationScopes) > s.Limits.Scopes:
		return badRequest("A route can have at most %d authorization scopes", s.Limits.Scopes)
	}
	for _, scope := range r.AuthorizationScopes {
		if scope == "" || len(scope) > maxScope || !visible(scope) {
			return badRequest("Invalid authorization scope specified: %s", scope)
		}
	}
	return nil
}

// checkRouteKey demands a key that parses and can stand beside those of the
// other routes.
func checkRouteKey(a *definition.HTTPAPI, r *types.Route) error {
	others := make([]string, 0, len(a.Routes))
	for _, o := range a.Routes {
		if r.RouteId == nil || *o.RouteId != *r.RouteId {
			others = append(others, *o.RouteKey)
		}
	}
	return keyError(str(r.RouteKey), addKey(others, str(r.RouteKey)))
}

func addKey(others []string, key string) error {
	b := routing.NewBuilder[struct{}](routing.HTTP)
	for _, o := range others {
		if err := b.Add(o, struct{}{}); err != nil {
			return fmt.Errorf("stored route: %w", err)
		}
	}
	return b.Add(key, struct{}{})
}

// keyError puts what package routing says of a key into AWS's words.
func keyError(key string, err error) error {
	var duplicate *routing.DuplicateError
	var clash *routing.ConflictError
	var refused *routing.KeyError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &duplicate):
		return conflict("Route with key %s already exists for this API", key)
	case errors.As(err, &clash):
		return conflict(`The provided route key "%s" has a conflicting variable on the same hierarchical level as "%s"`, clash.New, clash.Old)
	case errors.As(err, &refused):
		return badRequest("The provided route key %s", refused.Problem).Wrap(err)
	}
	return gwerr.Internal.Wrap(err)
}
