package apigateway

import "gatehouse/control/wire"

func (s *service) apiOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("CreateRestApi", "POST", apis),
		wire.NotBuilt("GetRestApi", "GET", api),
		wire.NotBuilt("GetRestApis", "GET", apis),
		wire.NotBuilt("UpdateRestApi", "PATCH", api),
		wire.NotBuilt("DeleteRestApi", "DELETE", api),
		wire.NotBuilt("ImportRestApi", "POST", apis, wire.When("mode", "import")),
		wire.NotBuilt("PutRestApi", "PUT", api),
	}
}
