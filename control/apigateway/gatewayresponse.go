package apigateway

import "gatehouse/control/wire"

func (s *service) gatewayResponseOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("PutGatewayResponse", "PUT", gwResponse),
		wire.NotBuilt("GetGatewayResponse", "GET", gwResponse),
		wire.NotBuilt("GetGatewayResponses", "GET", gwResponses),
		wire.NotBuilt("UpdateGatewayResponse", "PATCH", gwResponse),
		wire.NotBuilt("DeleteGatewayResponse", "DELETE", gwResponse),
	}
}
