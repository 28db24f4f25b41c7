package apigatewayv2

import (
	"cmp"
	"errors"
	"time"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/core/gwerr"
	"gatehouse/store"
)

const (
	defaultKeySelection   = "$request.header.x-api-key"
	usageKeySelection     = "$context.authorizer.usageIdentifierKey"
	defaultRouteSelection = "$request.method $request.path"
	bracedRouteSelection  = "${request.method} ${request.path}"
)

var errWebSocket = &gwerr.Error{Type: "NotImplementedException", Status: 501,
	Message: "CreateApi with protocolType WEBSOCKET is not built yet"}

func (s *service) createAPI(c *wire.Call, in *v2.CreateApiInput) (*v2.CreateApiOutput, error) {
	if in.ProtocolType == types.ProtocolTypeWebsocket {
		return nil, errWebSocket
	}
	base := s.newAPI()
	merge(&base, in)
	if err := cmp.Or(checkAPI(&base), checkQuickInput(in)); err != nil {
		return nil, err
	}
	tidy(&base)
	if err := s.roomForAPI(c); err != nil {
		return nil, err
	}
	a, err := s.insertAPI(c, base, in)
	if err != nil {
		return nil, err
	}
	return reply[v2.CreateApiOutput](s.view(a)), nil
}

// newAPI is an HTTP API with what every one has.
func (s *service) newAPI() types.Api {
	return types.Api{
		ProtocolType:              types.ProtocolTypeHttp,
		ApiKeySelectionExpression: ptr(defaultKeySelection),
		RouteSelectionExpression:  ptr(defaultRouteSelection),
		DisableExecuteApiEndpoint: ptr(false),
		IpAddressType:             types.IpAddressTypeIpv4,
		CreatedDate:               ptr(s.now()),
	}
}

// roomForAPI looks at the quota. Two creates at one time may both find the last
// place free; it guards the machine, not an invoice.
func (s *service) roomForAPI(c *wire.Call) error {
	if s.Limits.APIs < 0 {
		return nil
	}
	n, err := s.repo.Count(c.Context, c.Region)
	if err != nil {
		return storeError(err)
	}
	return room(n, s.Limits.APIs, "APIs", "account")
}

// insertAPI writes a new API with what a quick create adds.
func (s *service) insertAPI(c *wire.Call, base types.Api, in *v2.CreateApiInput) (*definition.HTTPAPI, error) {
	return s.insert(c, in.Tags, func(id string) (*definition.HTTPAPI, error) {
		a := &definition.HTTPAPI{Region: c.Region, API: base}
		a.API.ApiId = &id
		if in.Target == nil {
			return a, nil
		}
		return a, s.quickCreate(a, in)
	})
}

// insert writes what build makes under the id that a tag chooses, or under a
// random one that is free.
func (s *service) insert(c *wire.Call, tags map[string]string, build func(id string) (*definition.HTTPAPI, error)) (*definition.HTTPAPI, error) {
	id, chosen := tags[customIDTag]
	if chosen && !customID.MatchString(id) {
		return nil, badRequest("Invalid API identifier in tag %s: it must be 1 to 63 characters [a-z0-9-], and neither begin nor end with -", customIDTag)
	}
	for {
		if !chosen {
			id = newID(apiIDLength)
		}
		a, err := build(id)
		if err != nil {
			return nil, err
		}
		err = s.repo.Create(c.Context, a)
		if !errors.Is(err, store.ErrConflict) {
			return a, storeError(err)
		}
		if chosen {
			return nil, errIDTaken
		}
	}
}

func (s *service) getAPI(c *wire.Call, in *v2.GetApiInput) (*v2.GetApiOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	return reply[v2.GetApiOutput](s.view(a)), nil
}

func (s *service) getAPIs(c *wire.Call, in *v2.GetApisInput) (*v2.GetApisOutput, error) {
	list, err := s.repo.List(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	if err != nil {
		s.Log.Error("some APIs cannot be listed", "err", err)
	}
	views := make([]types.Api, len(list))
	for i, a := range list {
		views[i] = *s.view(a)
	}
	items, next, err := page(views, createdThenID, in.MaxResults, in.NextToken)
	return &v2.GetApisOutput{Items: items, NextToken: next}, err
}

func createdThenID(a types.Api) string {
	return a.CreatedDate.Format(time.RFC3339) + *a.ApiId
}

// page cuts a list for one answer, in the order of key.
func page[T any](items []T, key func(T) string, maxResults, token *string) ([]T, *string, error) {
	limit, err := wire.MaxResults(maxResults)
	if err != nil {
		return nil, nil, err
	}
	return wire.Page(items, key, limit, token)
}

func (s *service) updateAPI(c *wire.Call, in *v2.UpdateApiInput) (*v2.UpdateApiOutput, error) {
	var changed *definition.HTTPAPI
	err := s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		changed = a
		merge(&a.API, in)
		if err := checkAPI(&a.API); err != nil {
			return err
		}
		tidy(&a.API)
		restoreDefaults(&a.API)
		return s.updateQuick(a, in)
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.UpdateApiOutput](s.view(changed)), nil
}

// restoreDefaults fills what an update has emptied and HTTP APIs always have.
func restoreDefaults(a *types.Api) {
	if a.ApiKeySelectionExpression == nil {
		a.ApiKeySelectionExpression = ptr(defaultKeySelection)
	}
	if a.RouteSelectionExpression == nil {
		a.RouteSelectionExpression = ptr(defaultRouteSelection)
	}
}

func (s *service) deleteAPI(c *wire.Call, in *v2.DeleteApiInput) (*v2.DeleteApiOutput, error) {
	err := s.repo.Delete(c.Context, str(in.ApiId), func(a *definition.HTTPAPI) error {
		if a.Region != c.Region {
			return store.ErrNotFound
		}
		return s.checkUnmapped(c.Context, a.Region, a.ID())
	})
	return nil, apiError(c, str(in.ApiId), err)
}

func (s *service) deleteCORS(c *wire.Call, in *v2.DeleteCorsConfigurationInput) (*v2.DeleteCorsConfigurationOutput, error) {
	return nil, s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		a.API.CorsConfiguration = nil
		return nil
	})
}

// view is an API as it is shown.
func (s *service) view(a *definition.HTTPAPI) *types.Api {
	v := a.API
	v.ApiEndpoint = ptr(s.Endpoint(a.ID()))
	v.Tags = shown(v.Tags)
	return &v
}

// shown makes an absent map an empty one: AWS shows tags, stage variables and
// route settings even when there are none.
func shown[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}
