package apigateway

import "gatehouse/control/wire"

func (s *service) accountOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("GetAccount", "GET", "/account"),
		wire.NotBuilt("UpdateAccount", "PATCH", "/account"),
	}
}
