package apigateway

import "gatehouse/control/wire"

func (s *service) deploymentOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("CreateDeployment", "POST", deployments),
		wire.NotBuilt("GetDeployment", "GET", deployment),
		wire.NotBuilt("GetDeployments", "GET", deployments),
		wire.NotBuilt("UpdateDeployment", "PATCH", deployment),
		wire.NotBuilt("DeleteDeployment", "DELETE", deployment),
	}
}
