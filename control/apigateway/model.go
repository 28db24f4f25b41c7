package apigateway

import "gatehouse/control/wire"

func (s *service) modelOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("CreateModel", "POST", models),
		wire.NotBuilt("GetModel", "GET", model),
		wire.NotBuilt("GetModels", "GET", models),
		wire.NotBuilt("UpdateModel", "PATCH", model),
		wire.NotBuilt("DeleteModel", "DELETE", model),
		wire.NotBuilt("GetModelTemplate", "GET", model+"/default_template"),
		wire.NotBuilt("CreateRequestValidator", "POST", validators),
		wire.NotBuilt("GetRequestValidator", "GET", validator),
		wire.NotBuilt("GetRequestValidators", "GET", validators),
		wire.NotBuilt("UpdateRequestValidator", "PATCH", validator),
		wire.NotBuilt("DeleteRequestValidator", "DELETE", validator),
	}
}
