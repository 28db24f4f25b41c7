package apigateway

import "gatehouse/control/wire"

func (s *service) usageOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("CreateUsagePlan", "POST", usagePlans),
		wire.NotBuilt("GetUsagePlan", "GET", usagePlan),
		wire.NotBuilt("GetUsagePlans", "GET", usagePlans),
		wire.NotBuilt("UpdateUsagePlan", "PATCH", usagePlan),
		wire.NotBuilt("DeleteUsagePlan", "DELETE", usagePlan),
		wire.NotBuilt("CreateUsagePlanKey", "POST", usagePlanKeys),
		wire.NotBuilt("GetUsagePlanKey", "GET", usagePlanKey),
		wire.NotBuilt("GetUsagePlanKeys", "GET", usagePlanKeys),
		wire.NotBuilt("DeleteUsagePlanKey", "DELETE", usagePlanKey),
		wire.NotBuilt("GetUsage", "GET", usagePlan+"/usage"),
		wire.NotBuilt("UpdateUsage", "PATCH", usagePlanKey+"/usage"),
	}
}
