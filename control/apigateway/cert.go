package apigateway

import "gatehouse/control/wire"

func (s *service) certificateOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("GenerateClientCertificate", "POST", certificates),
		wire.NotBuilt("GetClientCertificate", "GET", certificate),
		wire.NotBuilt("GetClientCertificates", "GET", certificates),
		wire.NotBuilt("UpdateClientCertificate", "PATCH", certificate),
		wire.NotBuilt("DeleteClientCertificate", "DELETE", certificate),
	}
}
