package apigateway

import "gatehouse/control/wire"

func (s *service) authorizerOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("CreateAuthorizer", "POST", authorizers),
		wire.NotBuilt("GetAuthorizer", "GET", authorizer),
		wire.NotBuilt("GetAuthorizers", "GET", authorizers),
		wire.NotBuilt("UpdateAuthorizer", "PATCH", authorizer),
		wire.NotBuilt("DeleteAuthorizer", "DELETE", authorizer),
		wire.NotBuilt("TestInvokeAuthorizer", "POST", authorizer),
	}
}
