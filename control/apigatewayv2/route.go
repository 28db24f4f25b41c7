package apigatewayv2

import (
	"slices"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) createRoute(c *wire.Call, in *v2.CreateRouteInput) (*v2.CreateRouteOutput, error) {
	r := types.Route{ApiKeyRequired: ptr(false), AuthorizationType: types.AuthorizationTypeNone}
	merge(&r, in)
	tidy(&r)
	err := s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		if err := room(len(a.Routes), s.Limits.Routes, "Routes", "API"); err != nil {
			return err
		}
		if err := s.checkRoute(a, &r); err != nil {
			return err
		}
		r.RouteId = freeID(routeIDLength, func(id string) bool { return a.Route(id) != nil })
		a.Routes = append(a.Routes, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.CreateRouteOutput](&r), nil
}

func (s *service) getRoute(c *wire.Call, in *v2.GetRouteInput) (*v2.GetRouteOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	r := a.Route(str(in.RouteId))
	if r == nil {
		return nil, errNoRoute
	}
	return reply[v2.GetRouteOutput](r), nil
}

func (s *service) getRoutes(c *wire.Call, in *v2.GetRoutesInput) (*v2.GetRoutesOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := page(a.Routes, func(r types.Route) string { return *r.RouteId }, in.MaxResults, in.NextToken)
	return &v2.GetRoutesOutput{Items: items, NextToken: next}, err
}

func (s *service) updateRoute(c *wire.Call, in *v2.UpdateRouteInput) (*v2.UpdateRouteOutput, error) {
	var r types.Route
	err := s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		stored := a.Route(str(in.RouteId))
		if stored == nil {
			return errNoRoute
		}
		r = *stored
		if err := mergeRoute(&r, in); err != nil {
			return err
		}
		if err := s.checkRoute(a, &r); err != nil {
			return err
		}
		*stored = r
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.UpdateRouteOutput](&r), nil
}

// mergeRoute applies an update. A new authorizationType takes with it what only
// the old one had.
func mergeRoute(r *types.Route, in *v2.UpdateRouteInput) error {
	if in.RouteKey != nil {
		if err := checkManagedKey(r, *in.RouteKey); err != nil {
			return err
		}
	}
	if t := in.AuthorizationType; t != "" && t != r.AuthorizationType {
		if !needsAuthorizer(t) {
			r.AuthorizerId = nil
		}
		if t != types.AuthorizationTypeJwt {
			r.AuthorizationScopes = nil
		}
	}
	merge(r, in)
	tidy(r)
	return nil
}

func (s *service) deleteRoute(c *wire.Call, in *v2.DeleteRouteInput) (*v2.DeleteRouteOutput, error) {
	return nil, s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		before := len(a.Routes)
		a.Routes = slices.DeleteFunc(a.Routes, func(r types.Route) bool { return *r.RouteId == str(in.RouteId) })
		if len(a.Routes) == before {
			return errNoRoute
		}
		return nil
	})
}
