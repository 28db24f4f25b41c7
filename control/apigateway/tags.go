package apigateway

import "gatehouse/control/wire"

func (s *service) tagOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("TagResource", "PUT", tags),
		wire.NotBuilt("UntagResource", "DELETE", tags),
		wire.NotBuilt("GetTags", "GET", tags),
	}
}
