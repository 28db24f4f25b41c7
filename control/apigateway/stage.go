package apigateway

import "gatehouse/control/wire"

func (s *service) stageOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("CreateStage", "POST", stages),
		wire.NotBuilt("GetStage", "GET", stage),
		wire.NotBuilt("GetStages", "GET", stages),
		wire.NotBuilt("UpdateStage", "PATCH", stage),
		wire.NotBuilt("DeleteStage", "DELETE", stage),
		wire.NotBuilt("FlushStageCache", "DELETE", stage+"/cache/data"),
		wire.NotBuilt("FlushStageAuthorizersCache", "DELETE", stage+"/cache/authorizers"),
	}
}
