package apigateway

import "gatehouse/control/wire"

func (s *service) exportOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("GetExport", "GET", stage+"/exports/{ExportType}"),
	}
}
