package apigateway

import "gatehouse/control/wire"

func (s *service) resourceOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("CreateResource", "POST", resources+"/{ParentId}"),
		wire.NotBuilt("GetResource", "GET", resource),
		wire.NotBuilt("GetResources", "GET", resources),
		wire.NotBuilt("UpdateResource", "PATCH", resource),
		wire.NotBuilt("DeleteResource", "DELETE", resource),
	}
}
