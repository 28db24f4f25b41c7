package apigatewayv2

import "gatehouse/control/wire"

// webSocketOperations work on objects that only WebSocket APIs have.
func webSocketOperations() []wire.Operation {
	rr, ir, model := routeResponse+"/{RouteResponseId}", intResponse+"/{IntegrationResponseId}", models+"/{ModelId}"
	return []wire.Operation{
		wire.NotBuilt("DeleteRouteRequestParameter", "DELETE", route+"/requestparameters/{RequestParameterKey}"),
		wire.NotBuilt("CreateRouteResponse", "POST", routeResponse),
		wire.NotBuilt("GetRouteResponse", "GET", rr),
		wire.NotBuilt("GetRouteResponses", "GET", routeResponse),
		wire.NotBuilt("UpdateRouteResponse", "PATCH", rr),
		wire.NotBuilt("DeleteRouteResponse", "DELETE", rr),
		wire.NotBuilt("CreateIntegrationResponse", "POST", intResponse),
		wire.NotBuilt("GetIntegrationResponse", "GET", ir),
		wire.NotBuilt("GetIntegrationResponses", "GET", intResponse),
		wire.NotBuilt("UpdateIntegrationResponse", "PATCH", ir),
		wire.NotBuilt("DeleteIntegrationResponse", "DELETE", ir),
		wire.NotBuilt("CreateModel", "POST", models),
		wire.NotBuilt("GetModel", "GET", model),
		wire.NotBuilt("GetModels", "GET", models),
		wire.NotBuilt("UpdateModel", "PATCH", model),
		wire.NotBuilt("DeleteModel", "DELETE", model),
		wire.NotBuilt("GetModelTemplate", "GET", model+"/template"),
	}
}

func portalOperations() []wire.Operation {
	page, endpointPage := pages+"/{ProductPageId}", endpointPages+"/{ProductRestEndpointPageId}"
	policy := product + "/sharingpolicy"
	return []wire.Operation{
		wire.NotBuilt("CreatePortal", "POST", portals),
		wire.NotBuilt("GetPortal", "GET", portal),
		wire.NotBuilt("ListPortals", "GET", portals),
		wire.NotBuilt("UpdatePortal", "PATCH", portal),
		wire.NotBuilt("DeletePortal", "DELETE", portal),
		wire.NotBuilt("PreviewPortal", "POST", portal+"/preview"),
		wire.NotBuilt("PublishPortal", "POST", portal+"/publish"),
		wire.NotBuilt("DisablePortal", "DELETE", portal+"/publish"),
		wire.NotBuilt("CreatePortalProduct", "POST", products),
		wire.NotBuilt("GetPortalProduct", "GET", product),
		wire.NotBuilt("ListPortalProducts", "GET", products),
		wire.NotBuilt("UpdatePortalProduct", "PATCH", product),
		wire.NotBuilt("DeletePortalProduct", "DELETE", product),
		wire.NotBuilt("PutPortalProductSharingPolicy", "PUT", policy),
		wire.NotBuilt("GetPortalProductSharingPolicy", "GET", policy),
		wire.NotBuilt("DeletePortalProductSharingPolicy", "DELETE", policy),
		wire.NotBuilt("CreateProductPage", "POST", pages),
		wire.NotBuilt("GetProductPage", "GET", page),
		wire.NotBuilt("ListProductPages", "GET", pages),
		wire.NotBuilt("UpdateProductPage", "PATCH", page),
		wire.NotBuilt("DeleteProductPage", "DELETE", page),
		wire.NotBuilt("CreateProductRestEndpointPage", "POST", endpointPages),
		wire.NotBuilt("GetProductRestEndpointPage", "GET", endpointPage),
		wire.NotBuilt("ListProductRestEndpointPages", "GET", endpointPages),
		wire.NotBuilt("UpdateProductRestEndpointPage", "PATCH", endpointPage),
		wire.NotBuilt("DeleteProductRestEndpointPage", "DELETE", endpointPage),
	}
}
