package apigateway

import (
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) integrationOperations() []wire.Operation {
	return append([]wire.Operation{
		wire.Op("PutIntegration", "PUT", integration, 201, s.putIntegration),
		wire.Op("GetIntegration", "GET", integration, 200, s.getIntegration),
		wire.Op("UpdateIntegration", "PATCH", integration, 200, s.updateIntegration),
		wire.Op("DeleteIntegration", "DELETE", integration, 204, s.deleteIntegration),
	}, s.integrationResponseOperations()...)
}

const defaultTimeout = 29000 // milliseconds

// SetIntegration gives a method its back end, in place of an earlier one and its
// responses; i may bring responses of its own. resourceID is the method's
// resource, the default cache namespace. Errors are AWS's.
func SetIntegration(a *definition.RestAPI, resourceID string, m *types.Method, i types.Integration, limits Limits) error {
	if i.TimeoutInMillis == 0 {
		i.TimeoutInMillis = defaultTimeout
	}
	if i.PassthroughBehavior == nil {
		i.PassthroughBehavior = ptr("WHEN_NO_MATCH")
	}
	if i.CacheNamespace == nil {
		i.CacheNamespace = &resourceID
	}
	if i.ConnectionType == "" && isHTTP(i.Type) {
		i.ConnectionType = types.ConnectionTypeInternet
	}
	if err := prepareIntegration(m, &i, limits.withDefaults()); err != nil {
		return err
	}
	m.MethodIntegration = &i
	return nil
}

func isHTTP(t types.IntegrationType) bool {
	return t == types.IntegrationTypeHttp || t == types.IntegrationTypeHttpProxy
}

func (s *service) putIntegration(c *wire.Call, in *v1.PutIntegrationInput) (*v1.PutIntegrationOutput, error) {
	i := types.Integration{}
	copyMembers(&i, in)
	i.HttpMethod = in.IntegrationHttpMethod
	if in.TimeoutInMillis != nil {
		if i.TimeoutInMillis = *in.TimeoutInMillis; i.TimeoutInMillis == 0 {
			return nil, s.errTimeout()
		}
	}
	var made types.Integration
	err := s.changeMethod(c, in.RestApiId, in.ResourceId, in.HttpMethod, func(a *definition.RestAPI, m *types.Method) error {
		err := SetIntegration(a, *in.ResourceId, m, i, s.Limits)
		if err == nil {
			made = *m.MethodIntegration
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.PutIntegrationOutput](&made), nil
}

func (s *service) findIntegration(c *wire.Call, apiID, resourceID, verb *string) (*types.Integration, error) {
	m, err := s.findMethod(c, apiID, resourceID, verb)
	if err == nil && m.MethodIntegration == nil {
		err = errNoIntegration
	}
	if err != nil {
		return nil, err
	}
	return m.MethodIntegration, nil
}

func (s *service) getIntegration(c *wire.Call, in *v1.GetIntegrationInput) (*v1.GetIntegrationOutput, error) {
	i, err := s.findIntegration(c, in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	return reply[v1.GetIntegrationOutput](i), nil
}

var integrationPatches = patchRules[types.Integration]{rules: []rule[types.Integration]{
	{"/uri", "replace", setText(func(i *types.Integration) **string { return &i.Uri })},
	{"/httpMethod", "replace", setText(func(i *types.Integration) **string { return &i.HttpMethod })},
	{"/credentials", "replace", setText(func(i *types.Integration) **string { return &i.Credentials })},
	{"/connectionId", "replace", setText(func(i *types.Integration) **string { return &i.ConnectionId })},
	{"/connectionType", "replace", setEnum(func(i *types.Integration) *types.ConnectionType { return &i.ConnectionType })},
	{"/contentHandling", "replace", setEnum(func(i *types.Integration) *types.ContentHandlingStrategy { return &i.ContentHandling })},
	{"/responseTransferMode", "replace", setEnum(func(i *types.Integration) *types.ResponseTransferMode { return &i.ResponseTransferMode })},
	{"/integrationTarget", "replace", setText(func(i *types.Integration) **string { return &i.IntegrationTarget })},
	{"/passthroughBehavior", "replace", setText(func(i *types.Integration) **string { return &i.PassthroughBehavior })},
	{"/timeoutInMillis", "replace", setInt(func(i *types.Integration) *int32 { return &i.TimeoutInMillis })},
	{"/cacheNamespace", "replace", setText(func(i *types.Integration) **string { return &i.CacheNamespace })},
	{"/cacheKeyParameters", "add remove replace", setMember(func(i *types.Integration) *[]string { return &i.CacheKeyParameters })},
	{"/cacheKeyParameters/{}", "add remove", func(i *types.Integration, p patchOp) error {
		if p.op == types.OpRemove {
			i.CacheKeyParameters = removeFrom(i.CacheKeyParameters, p.args[0])
		} else {
			i.CacheKeyParameters = addTo(i.CacheKeyParameters, p.args[0])
		}
		return nil
	}},
	{"/tlsConfig/insecureSkipVerification", "replace", func(i *types.Integration, p patchOp) error {
		i.TlsConfig = &types.TlsConfig{InsecureSkipVerification: isTrueText(p.value)}
		return nil
	}},
	{"/requestParameters/{}", "add remove replace",
		setEntry(func(i *types.Integration) *map[string]string { return &i.RequestParameters }, asIs, errNoParameter, false)},
	{"/requestTemplates/{}", "add remove replace",
		setEntry(func(i *types.Integration) *map[string]string { return &i.RequestTemplates }, asIs, errNoContentType, false)},
}}

// changeIntegration is change for one integration.
func (s *service) changeIntegration(c *wire.Call, apiID, resourceID, verb *string, f func(*types.Method, *types.Integration) error) error {
	return s.changeMethod(c, apiID, resourceID, verb, func(_ *definition.RestAPI, m *types.Method) error {
		if m.MethodIntegration == nil {
			return errNoIntegration
		}
		return f(m, m.MethodIntegration)
	})
}

func (s *service) updateIntegration(c *wire.Call, in *v1.UpdateIntegrationInput) (*v1.UpdateIntegrationOutput, error) {
	var changed types.Integration
	err := s.changeIntegration(c, in.RestApiId, in.ResourceId, in.HttpMethod, func(m *types.Method, i *types.Integration) error {
		if err := integrationPatches.apply(i, in.PatchOperations); err != nil {
			return err
		}
		if i.CacheNamespace == nil {
			i.CacheNamespace = in.ResourceId
		}
		err := prepareIntegration(m, i, s.Limits)
		changed = *i
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateIntegrationOutput](&changed), nil
}

func (s *service) deleteIntegration(c *wire.Call, in *v1.DeleteIntegrationInput) (*v1.DeleteIntegrationOutput, error) {
	return nil, s.changeIntegration(c, in.RestApiId, in.ResourceId, in.HttpMethod, func(m *types.Method, _ *types.Integration) error {
		m.MethodIntegration = nil
		return nil
	})
}
