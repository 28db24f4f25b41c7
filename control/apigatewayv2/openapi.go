package apigatewayv2

import (
	"errors"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/openapi"
	"gatehouse/control/wire"
)

func (s *service) openAPIOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("ImportApi", "PUT", apis, 201, s.importAPI, wire.Query("Basepath", "FailOnWarnings")),
		wire.Op("ReimportApi", "PUT", api, 201, s.reimportAPI, wire.Query("Basepath", "FailOnWarnings")),
		wire.Op("ExportApi", "GET", api+"/exports/{Specification}", 200, s.exportAPI, wire.OutPayload("Body")),
	}
}

func (s *service) importAPI(c *wire.Call, in *v2.ImportApiInput) (*v2.ImportApiOutput, error) {
	doc, err := readDocument(c, in.Body, in.Basepath)
	if err != nil {
		return nil, err
	}
	if err := s.roomForAPI(c); err != nil {
		return nil, err
	}
	var report openapi.Report
	a, err := s.insert(c, doc.Tags, func(id string) (*definition.HTTPAPI, error) {
		a := &definition.HTTPAPI{Region: c.Region, API: s.newAPI()}
		a.API.ApiId = &id
		report, err = s.replace(a, doc, isTrue(in.FailOnWarnings))
		return a, err
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.ImportApiOutput](s.reported(a, &report)), nil
}

func (s *service) reimportAPI(c *wire.Call, in *v2.ReimportApiInput) (*v2.ReimportApiOutput, error) {
	doc, err := readDocument(c, in.Body, in.Basepath)
	if err != nil {
		return nil, err
	}
	var report openapi.Report
	var changed *definition.HTTPAPI
	err = s.changeDeployed(c, in.ApiId, func(a *definition.HTTPAPI) (err error) {
		changed = a
		report, err = s.replace(a, doc, isTrue(in.FailOnWarnings))
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.ReimportApiOutput](s.reported(changed, &report)), nil
}

// reported is the API as it is shown after an import.
func (s *service) reported(a *definition.HTTPAPI, r *openapi.Report) *types.Api {
	v := s.view(a)
	v.ImportInfo, v.Warnings = r.Info, r.Warnings
	return v
}

func readDocument(c *wire.Call, body, basePath *string) (*openapi.HTTP, error) {
	doc, err := openapi.ReadHTTP([]byte(str(body)), openapi.Options{BasePath: str(basePath), Region: c.Region, Account: c.Account})
	switch {
	case err == nil:
		return doc, nil
	case errors.Is(err, openapi.ErrBasePath):
		return nil, badRequest("Invalid basepath specified: %s. Valid options are ignore, prepend, split", *basePath)
	case errors.Is(err, openapi.ErrVersion):
		return nil, badRequest("Invalid OpenAPI input. HTTP APIs support OpenAPI 3.0 only").Wrap(err)
	}
	return nil, badRequest("Invalid OpenAPI input.").Wrap(err)
}

const (
	exportSpecification = "OAS30"
	exportVersion       = "1.0"
)

func (s *service) exportAPI(c *wire.Call, in *v2.ExportApiInput) (*v2.ExportApiOutput, error) {
	switch {
	case str(in.Specification) != exportSpecification:
		return nil, badRequest("Invalid specification specified: %s. Valid options are %s", str(in.Specification), exportSpecification)
	case in.ExportVersion != nil && *in.ExportVersion != exportVersion:
		return nil, badRequest("Invalid exportVersion specified: %s. Valid options are %s", *in.ExportVersion, exportVersion)
	case str(in.OutputType) != "JSON" && str(in.OutputType) != "YAML":
		return nil, badRequest("Invalid outputType specified: %s. Valid options are JSON, YAML", str(in.OutputType))
	}
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	e, err := s.exported(c, a, in)
	if err != nil {
		return nil, err
	}
	if doc := openapi.WriteHTTP(e); *in.OutputType == "YAML" {
		return &v2.ExportApiOutput{Body: doc.YAML()}, nil
	} else {
		return &v2.ExportApiOutput{Body: doc.JSON()}, nil
	}
}

// exported is what is written: what a stage serves, or what the API is now.
func (s *service) exported(c *wire.Call, a *definition.HTTPAPI, in *v2.ExportApiInput) (*openapi.HTTPExport, error) {
	e := &openapi.HTTPExport{API: a.API, Routes: a.Routes, Integrations: a.Integrations, Authorizers: a.Authorizers,
		Endpoint: s.Endpoint(a.ID()), Stage: in.StageName, Extensions: in.IncludeExtensions == nil || *in.IncludeExtensions}
	if in.StageName == nil {
		return e, nil
	}
	st := a.Stage(*in.StageName)
	if st == nil {
		return nil, errNoStage
	}
	if st.DeploymentId == nil {
		return nil, errNotDeployed
	}
	d, err := s.repo.Deployment(c.Context, a.ID(), *st.DeploymentId)
	if err != nil {
		return nil, storeError(err)
	}
	e.Routes, e.Integrations, e.Authorizers = d.Routes, d.Integrations, d.Authorizers
	e.API.CorsConfiguration, e.API.DisableExecuteApiEndpoint = d.API.CorsConfiguration, d.API.DisableExecuteApiEndpoint
	if created := a.DeploymentInfo(*st.DeploymentId); created != nil {
		e.API.CreatedDate = created.CreatedDate
	}
	return e, nil
}

var errNotDeployed = badRequest("The stage has no deployment to export")
