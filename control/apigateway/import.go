package apigateway

import (
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) importOperations() []wire.Operation {
	if s.Import == nil {
		return []wire.Operation{
			wire.NotBuilt("ImportRestApi", "POST", apis, wire.When("mode", "import")),
			wire.NotBuilt("PutRestApi", "PUT", api),
		}
	}
	return []wire.Operation{
		wire.Op("ImportRestApi", "POST", apis, 201, s.importAPI, wire.When("mode", "import"), wire.Payload("Body"),
			wire.Query("FailOnWarnings"), wire.Spread("Parameters")),
		wire.Op("PutRestApi", "PUT", api, 200, s.putAPI, wire.Payload("Body"),
			wire.Query("FailOnWarnings", "Mode"), wire.Spread("Parameters")),
	}
}

func (s *service) importAPI(c *wire.Call, in *v1.ImportRestApiInput) (*v1.ImportRestApiOutput, error) {
	a := emptyAPI(c.Region, s.now())
	a.API.Id = ptr(newID(apiIDLength)) // for references within the document; insertAPI may choose another
	a.API.RootResourceId = a.Resources[0].Id
	warnings, err := s.Import(c, a, Import{Document: in.Body, Mode: types.PutModeMerge, New: true,
		Parameters: in.Parameters, FailOnWarnings: in.FailOnWarnings})
	if err != nil {
		return nil, err
	}
	if err := s.insertAPI(c, a); err != nil {
		return nil, err
	}
	view := apiView(a)
	view.Warnings = warnings
	if len(view.Tags) == 0 {
		view.Tags = nil
	}
	return reply[v1.ImportRestApiOutput](view), nil
}

func (s *service) putAPI(c *wire.Call, in *v1.PutRestApiInput) (*v1.PutRestApiOutput, error) {
	mode := in.Mode
	if mode == "" {
		mode = types.PutModeMerge
	}
	var changed *definition.RestAPI
	var warnings []string
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) (err error) {
		changed = a
		warnings, err = s.Import(c, a, Import{Document: in.Body, Mode: mode,
			Parameters: in.Parameters, FailOnWarnings: in.FailOnWarnings})
		return err
	})
	if err != nil {
		return nil, err
	}
	view := apiView(changed)
	view.Warnings = warnings
	return reply[v1.PutRestApiOutput](view), nil
}
