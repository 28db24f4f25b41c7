package apigatewayv2

import (
	"strings"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
)

const defaultStage = "$default"

// checkQuickInput refuses parts of a quick create without a target.
func checkQuickInput(in *v2.CreateApiInput) error {
	if in.Target == nil && (in.RouteKey != nil || in.CredentialsArn != nil) {
		return badRequest("Target must be specified with routeKey or credentialsArn")
	}
	return nil
}

// quickCreate gives a new API the integration, route, stage and deployment that
// in.Target asks for.
func (s *service) quickCreate(a *definition.HTTPAPI, in *v2.CreateApiInput) error {
	i := types.Integration{
		ApiGatewayManaged: ptr(true),
		IntegrationId:     ptr(newID(integrationIDLength)),
		ConnectionType:    types.ConnectionTypeInternet,
		CredentialsArn:    in.CredentialsArn,
		TimeoutInMillis:   ptr[int32](maxTimeout),
	}
	setTarget(&i, *in.Target)
	if err := prepareIntegration(&i); err != nil {
		return err
	}
	a.Integrations = append(a.Integrations, i)
	r := types.Route{
		ApiGatewayManaged: ptr(true),
		RouteId:           ptr(newID(routeIDLength)),
		RouteKey:          ptr(defaultStage),
		ApiKeyRequired:    ptr(false),
		AuthorizationType: types.AuthorizationTypeNone,
		Target:            ptr("integrations/" + *i.IntegrationId),
	}
	if in.RouteKey != nil {
		r.RouteKey = in.RouteKey
	}
	if err := s.checkRoute(a, &r); err != nil {
		return err
	}
	a.Routes = append(a.Routes, r)
	st := s.newStage(defaultStage)
	st.ApiGatewayManaged, st.AutoDeploy = ptr(true), ptr(true)
	a.Stages = append(a.Stages, st)
	s.autoDeploy(a, autoStages(a))
	return nil
}

// setTarget points a managed integration at a URL, or else at a function.
func setTarget(i *types.Integration, target string) {
	i.IntegrationUri = &target
	if isURL(target) {
		i.IntegrationType = types.IntegrationTypeHttpProxy
		i.IntegrationMethod, i.PayloadFormatVersion = ptr("ANY"), ptr("1.0")
		return
	}
	i.IntegrationType = types.IntegrationTypeAwsProxy
	i.IntegrationMethod, i.PayloadFormatVersion = ptr("POST"), ptr("2.0")
}

func isURL(target string) bool {
	return strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://")
}

// updateQuick edits the managed objects of a quick create.
func (s *service) updateQuick(a *definition.HTTPAPI, in *v2.UpdateApiInput) error {
	if in.Target != nil || in.CredentialsArn != nil {
		if err := updateManagedIntegration(a, in); err != nil {
			return err
		}
	}
	if in.RouteKey == nil {
		return nil
	}
	for i := range a.Routes {
		if r := a.Routes[i]; isTrue(r.ApiGatewayManaged) {
			return s.renameManaged(a, &a.Routes[i], in.RouteKey)
		}
	}
	return badRequest("RouteKey can only be updated for an API created with quick create")
}

func updateManagedIntegration(a *definition.HTTPAPI, in *v2.UpdateApiInput) error {
	for n := range a.Integrations {
		i := &a.Integrations[n]
		if !isTrue(i.ApiGatewayManaged) {
			continue
		}
		if in.Target != nil {
			setTarget(i, *in.Target)
		}
		if in.CredentialsArn != nil {
			i.CredentialsArn = in.CredentialsArn
		}
		return prepareIntegration(i)
	}
	return badRequest("Target and credentialsArn can only be updated for an API created with quick create")
}

func (s *service) renameManaged(a *definition.HTTPAPI, r *types.Route, key *string) error {
	if err := checkManagedKey(r, *key); err != nil {
		return err
	}
	renamed := *r
	renamed.RouteKey = key
	if err := s.checkRoute(a, &renamed); err != nil {
		return err
	}
	*r = renamed
	return nil
}

// checkManagedKey keeps the key of a managed $default route.
func checkManagedKey(r *types.Route, key string) error {
	if isTrue(r.ApiGatewayManaged) && *r.RouteKey == defaultStage && key != defaultStage {
		return badRequest("The route key of a managed $default route cannot be changed")
	}
	return nil
}
