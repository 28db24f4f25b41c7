package apigateway

import "gatehouse/control/wire"

func (s *service) vpcLinkOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("CreateVpcLink", "POST", vpcLinks),
		wire.NotBuilt("GetVpcLink", "GET", vpcLink),
		wire.NotBuilt("GetVpcLinks", "GET", vpcLinks),
		wire.NotBuilt("UpdateVpcLink", "PATCH", vpcLink),
		wire.NotBuilt("DeleteVpcLink", "DELETE", vpcLink),
	}
}
