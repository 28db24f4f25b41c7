package apigateway

import "gatehouse/control/wire"

func (s *service) integrationOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("PutIntegration", "PUT", integration),
		wire.NotBuilt("GetIntegration", "GET", integration),
		wire.NotBuilt("UpdateIntegration", "PATCH", integration),
		wire.NotBuilt("DeleteIntegration", "DELETE", integration),
		wire.NotBuilt("PutIntegrationResponse", "PUT", intResponse),
		wire.NotBuilt("GetIntegrationResponse", "GET", intResponse),
		wire.NotBuilt("UpdateIntegrationResponse", "PATCH", intResponse),
		wire.NotBuilt("DeleteIntegrationResponse", "DELETE", intResponse),
	}
}
