package apigateway

import "gatehouse/control/wire"

func (s *service) methodOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("PutMethod", "PUT", method),
		wire.NotBuilt("GetMethod", "GET", method),
		wire.NotBuilt("UpdateMethod", "PATCH", method),
		wire.NotBuilt("DeleteMethod", "DELETE", method),
		wire.NotBuilt("PutMethodResponse", "PUT", response),
		wire.NotBuilt("GetMethodResponse", "GET", response),
		wire.NotBuilt("UpdateMethodResponse", "PATCH", response),
		wire.NotBuilt("DeleteMethodResponse", "DELETE", response),
		wire.NotBuilt("TestInvokeMethod", "POST", method),
	}
}
