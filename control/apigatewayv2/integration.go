package apigatewayv2

import (
	"maps"
	"slices"
	"strings"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) createIntegration(c *wire.Call, in *v2.CreateIntegrationInput) (*v2.CreateIntegrationOutput, error) {
	var i types.Integration
	merge(&i, in)
	i.TlsConfig = tlsConfig(in.TlsConfig)
	err := s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		if err := room(len(a.Integrations), s.Limits.Integrations, "Integrations", "API"); err != nil {
			return err
		}
		if err := prepareIntegration(&i); err != nil {
			return err
		}
		i.IntegrationId = freeID(integrationIDLength, func(id string) bool { return a.Integration(id) != nil })
		a.Integrations = append(a.Integrations, i)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.CreateIntegrationOutput](&i), nil
}

// tlsConfig is nil for an absent or empty one.
func tlsConfig(in *types.TlsConfigInput) *types.TlsConfig {
	if in == nil || str(in.ServerNameToVerify) == "" {
		return nil
	}
	return &types.TlsConfig{ServerNameToVerify: in.ServerNameToVerify}
}

func (s *service) getIntegration(c *wire.Call, in *v2.GetIntegrationInput) (*v2.GetIntegrationOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	i := a.Integration(str(in.IntegrationId))
	if i == nil {
		return nil, errNoIntegration
	}
	return reply[v2.GetIntegrationOutput](i), nil
}

func (s *service) getIntegrations(c *wire.Call, in *v2.GetIntegrationsInput) (*v2.GetIntegrationsOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := page(a.Integrations, func(i types.Integration) string { return *i.IntegrationId }, in.MaxResults, in.NextToken)
	return &v2.GetIntegrationsOutput{Items: items, NextToken: next}, err
}

func (s *service) updateIntegration(c *wire.Call, in *v2.UpdateIntegrationInput) (*v2.UpdateIntegrationOutput, error) {
	var i types.Integration
	err := s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		stored := a.Integration(str(in.IntegrationId))
		if stored == nil {
			return errNoIntegration
		}
		i = *stored
		mergeIntegration(&i, in)
		if err := prepareIntegration(&i); err != nil {
			return err
		}
		*stored = i
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.UpdateIntegrationOutput](&i), nil
}

func mergeIntegration(i *types.Integration, in *v2.UpdateIntegrationInput) {
	request, response := i.RequestParameters, i.ResponseParameters
	merge(i, in)
	i.RequestParameters = mergeMap(request, in.RequestParameters, func(v string) bool { return v == "" })
	i.ResponseParameters = mergeMap(response, in.ResponseParameters, func(v map[string]string) bool { return len(v) == 0 })
	if in.TlsConfig != nil {
		i.TlsConfig = tlsConfig(in.TlsConfig)
	}
	if in.ConnectionType == types.ConnectionTypeInternet && in.ConnectionId == nil {
		i.ConnectionId = nil // it named the VPC link of the old type
	}
}

// mergeMap updates a map by key: a value that is empty removes its key, others
// replace theirs. An absent input changes nothing, {} removes all.
func mergeMap[V any](old, in map[string]V, empty func(V) bool) map[string]V {
	if in == nil {
		return old
	}
	if len(in) == 0 {
		return nil
	}
	merged := map[string]V{}
	maps.Copy(merged, old)
	for k, v := range in {
		if empty(v) {
			delete(merged, k)
		} else {
			merged[k] = v
		}
	}
	return merged
}

func (s *service) deleteIntegration(c *wire.Call, in *v2.DeleteIntegrationInput) (*v2.DeleteIntegrationOutput, error) {
	id := str(in.IntegrationId)
	return nil, s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) error {
		i := a.Integration(id)
		if i == nil {
			return errNoIntegration
		}
		if users := routesTo(a, id); len(users) > 0 {
			return conflict("Cannot delete Integration because it is referenced by the following Routes with Ids: [%s]", strings.Join(users, ", "))
		}
		if isTrue(i.ApiGatewayManaged) {
			return badRequest("An integration that is managed by API Gateway cannot be deleted")
		}
		a.Integrations = slices.DeleteFunc(a.Integrations, func(i types.Integration) bool { return *i.IntegrationId == id })
		return nil
	})
}

// routesTo gives the ids of the routes that call an integration.
func routesTo(a *definition.HTTPAPI, id string) []string {
	var ids []string
	for _, r := range a.Routes {
		if target, ok := definition.IntegrationID(r.Target); ok && target == id {
			ids = append(ids, *r.RouteId)
		}
	}
	return ids
}
