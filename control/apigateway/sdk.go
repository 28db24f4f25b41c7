package apigateway

import "gatehouse/control/wire"

func (s *service) sdkOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("GetSdk", "GET", stage+"/sdks/{SdkType}"),
		wire.NotBuilt("GetSdkType", "GET", "/sdktypes/{Id}"),
		wire.NotBuilt("GetSdkTypes", "GET", "/sdktypes"),
	}
}
