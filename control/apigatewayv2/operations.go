package apigatewayv2

import "gatehouse/control/wire"

const (
	apis          = "/v2/apis"
	api           = apis + "/{ApiId}"
	routes        = api + "/routes"
	route         = routes + "/{RouteId}"
	integrations  = api + "/integrations"
	integration   = integrations + "/{IntegrationId}"
	authorizers   = api + "/authorizers"
	authorizer    = authorizers + "/{AuthorizerId}"
	deployments   = api + "/deployments"
	deployment    = deployments + "/{DeploymentId}"
	stages        = api + "/stages"
	stage         = stages + "/{StageName}"
	vpcLinks      = "/v2/vpclinks"
	vpcLink       = vpcLinks + "/{VpcLinkId}"
	tags          = "/v2/tags/{ResourceArn}"
	routeResponse = route + "/routeresponses"
	intResponse   = integration + "/integrationresponses"
	models        = api + "/models"
	domains       = "/v2/domainnames"
	domain        = domains + "/{DomainName}"
	mappings      = domain + "/apimappings"
	rules         = domain + "/routingrules"
	portals       = "/v2/portals"
	portal        = portals + "/{PortalId}"
	products      = "/v2/portalproducts"
	product       = products + "/{PortalProductId}"
	pages         = product + "/productpages"
	endpointPages = product + "/productrestendpointpages"
)

// operations lists all 103, in the order of AWS's reference by resource.
func (s *service) operations() []wire.Operation {
	var all []wire.Operation
	for _, part := range [][]wire.Operation{
		s.apiOperations(), s.openAPIOperations(), s.routeOperations(), s.integrationOperations(), s.authorizerOperations(),
		s.stageOperations(), s.vpcLinkOperations(), webSocketOperations(), s.domainOperations(), portalOperations(),
	} {
		all = append(all, part...)
	}
	return all
}

func (s *service) apiOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateApi", "POST", apis, 201, s.createAPI),
		wire.Op("GetApi", "GET", api, 200, s.getAPI),
		wire.Op("GetApis", "GET", apis, 200, s.getAPIs),
		wire.Op("UpdateApi", "PATCH", api, 200, s.updateAPI),
		wire.Op("DeleteApi", "DELETE", api, 204, s.deleteAPI),
		wire.Op("DeleteCorsConfiguration", "DELETE", api+"/cors", 204, s.deleteCORS),
	}
}

func (s *service) routeOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateRoute", "POST", routes, 201, s.createRoute),
		wire.Op("GetRoute", "GET", route, 200, s.getRoute),
		wire.Op("GetRoutes", "GET", routes, 200, s.getRoutes),
		wire.Op("UpdateRoute", "PATCH", route, 200, s.updateRoute),
		wire.Op("DeleteRoute", "DELETE", route, 204, s.deleteRoute),
	}
}

func (s *service) integrationOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateIntegration", "POST", integrations, 201, s.createIntegration),
		wire.Op("GetIntegration", "GET", integration, 200, s.getIntegration),
		wire.Op("GetIntegrations", "GET", integrations, 200, s.getIntegrations),
		wire.Op("UpdateIntegration", "PATCH", integration, 200, s.updateIntegration),
		wire.Op("DeleteIntegration", "DELETE", integration, 204, s.deleteIntegration),
	}
}

func (s *service) authorizerOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateAuthorizer", "POST", authorizers, 201, s.createAuthorizer),
		wire.Op("GetAuthorizer", "GET", authorizer, 200, s.getAuthorizer),
		wire.Op("GetAuthorizers", "GET", authorizers, 200, s.getAuthorizers),
		wire.Op("UpdateAuthorizer", "PATCH", authorizer, 200, s.updateAuthorizer),
		wire.Op("DeleteAuthorizer", "DELETE", authorizer, 204, s.deleteAuthorizer),
		wire.Op("ResetAuthorizersCache", "DELETE", stage+"/cache/authorizers", 204, s.resetAuthorizersCache),
	}
}

func (s *service) stageOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateDeployment", "POST", deployments, 201, s.createDeployment),
		wire.Op("GetDeployment", "GET", deployment, 200, s.getDeployment),
		wire.Op("GetDeployments", "GET", deployments, 200, s.getDeployments),
		wire.Op("UpdateDeployment", "PATCH", deployment, 200, s.updateDeployment),
		wire.Op("DeleteDeployment", "DELETE", deployment, 204, s.deleteDeployment),
		wire.Op("CreateStage", "POST", stages, 201, s.createStage),
		wire.Op("GetStage", "GET", stage, 200, s.getStage),
		wire.Op("GetStages", "GET", stages, 200, s.getStages),
		wire.Op("UpdateStage", "PATCH", stage, 200, s.updateStage),
		wire.Op("DeleteStage", "DELETE", stage, 204, s.deleteStage),
		wire.Op("DeleteAccessLogSettings", "DELETE", stage+"/accesslogsettings", 204, s.deleteAccessLogSettings),
		wire.Op("DeleteRouteSettings", "DELETE", stage+"/routesettings/{RouteKey}", 204, s.deleteRouteSettings),
	}
}

func (s *service) vpcLinkOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateVpcLink", "POST", vpcLinks, 201, s.createVPCLink),
		wire.Op("GetVpcLink", "GET", vpcLink, 200, s.getVPCLink),
		wire.Op("GetVpcLinks", "GET", vpcLinks, 200, s.getVPCLinks),
		wire.Op("UpdateVpcLink", "PATCH", vpcLink, 200, s.updateVPCLink),
		wire.Op("DeleteVpcLink", "DELETE", vpcLink, 202, s.deleteVPCLink),
		wire.Op("TagResource", "POST", tags, 201, s.tagResource),
		wire.Op("UntagResource", "DELETE", tags, 204, s.untagResource),
		wire.Op("GetTags", "GET", tags, 200, s.getTags),
	}
}
