package apigateway

import "gatehouse/control/wire"

func (s *service) domainOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("CreateDomainName", "POST", domains),
		wire.NotBuilt("GetDomainName", "GET", domain),
		wire.NotBuilt("GetDomainNames", "GET", domains),
		wire.NotBuilt("UpdateDomainName", "PATCH", domain),
		wire.NotBuilt("DeleteDomainName", "DELETE", domain),
		wire.NotBuilt("CreateBasePathMapping", "POST", mappings),
		wire.NotBuilt("GetBasePathMapping", "GET", mapping),
		wire.NotBuilt("GetBasePathMappings", "GET", mappings),
		wire.NotBuilt("UpdateBasePathMapping", "PATCH", mapping),
		wire.NotBuilt("DeleteBasePathMapping", "DELETE", mapping),
		wire.NotBuilt("CreateDomainNameAccessAssociation", "POST", associations),
		wire.NotBuilt("GetDomainNameAccessAssociations", "GET", associations),
		wire.NotBuilt("DeleteDomainNameAccessAssociation", "DELETE", associations+"/{DomainNameAccessAssociationArn}"),
		wire.NotBuilt("RejectDomainNameAccessAssociation", "POST", "/rejectdomainnameaccessassociations"),
	}
}
