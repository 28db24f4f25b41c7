package apigateway

import (
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"

	"gatehouse/control/wire"
)

func (s *service) exportOperations() []wire.Operation {
	path := stage + "/exports/{ExportType}"
	if s.Export == nil {
		return []wire.Operation{wire.NotBuilt("GetExport", "GET", path)}
	}
	return []wire.Operation{
		wire.Op("GetExport", "GET", path, 200, s.getExport, wire.Header("Accepts", "Accept"), wire.Spread("Parameters"),
			wire.OutPayload("Body"), wire.OutHeader("ContentType", "Content-Type"), wire.OutHeader("ContentDisposition", "Content-Disposition")),
	}
}

func (s *service) getExport(c *wire.Call, in *v1.GetExportInput) (*v1.GetExportOutput, error) {
	a, st, err := s.findStage(c, in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	if t := str(in.ExportType); t != "swagger" && t != "oas30" {
		return nil, errNoExportOfType
	}
	d, err := s.repo.RestDeployment(c.Context, a.ID(), *st.DeploymentId)
	if err != nil {
		return nil, storeError(err)
	}
	return s.Export(c, Export{API: a, Stage: st, Deployment: d, Type: *in.ExportType, Accepts: str(in.Accepts), Parameters: in.Parameters})
}
