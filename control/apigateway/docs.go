package apigateway

import "gatehouse/control/wire"

func (s *service) documentationOperations() []wire.Operation {
	return []wire.Operation{
		wire.NotBuilt("CreateDocumentationPart", "POST", docParts),
		wire.NotBuilt("GetDocumentationPart", "GET", docPart),
		wire.NotBuilt("GetDocumentationParts", "GET", docParts),
		wire.NotBuilt("UpdateDocumentationPart", "PATCH", docPart),
		wire.NotBuilt("DeleteDocumentationPart", "DELETE", docPart),
		wire.NotBuilt("ImportDocumentationParts", "PUT", docParts),
		wire.NotBuilt("CreateDocumentationVersion", "POST", docVersions),
		wire.NotBuilt("GetDocumentationVersion", "GET", docVersion),
		wire.NotBuilt("GetDocumentationVersions", "GET", docVersions),
		wire.NotBuilt("UpdateDocumentationVersion", "PATCH", docVersion),
		wire.NotBuilt("DeleteDocumentationVersion", "DELETE", docVersion),
	}
}
