// Package port brings REST APIs in from OpenAPI documents and takes them out: the
// hooks Import and Export of package apigateway.
//
// What a document says passes the checks of the operations that would have made
// each part. All that they refuse is told at once; then nothing is changed.
package port

import (
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/apigateway"
	"gatehouse/control/definition"
	"gatehouse/control/openapi"
	"gatehouse/control/wire"
	"gatehouse/core/gwerr"
)

func badRequest(format string, args ...any) *gwerr.Error {
	return (&gwerr.Error{Type: "BadRequestException", Status: 400}).WithMessage(format, args...)
}

// withDefaults fills in AWS's quotas of what an import counts.
func withDefaults(l apigateway.Limits) apigateway.Limits {
	if l.Resources == 0 {
		l.Resources = 300
	}
	if l.Authorizers == 0 {
		l.Authorizers = 10
	}
	return l
}

// Import makes the hook apigateway.Config.Import for the limits that the service
// has.
func Import(l apigateway.Limits) func(*wire.Call, *definition.RestAPI, apigateway.Import) ([]string, error) {
	l = withDefaults(l)
	return func(c *wire.Call, a *definition.RestAPI, in apigateway.Import) ([]string, error) {
		doc, err := read(c, in)
		if err != nil {
			return nil, err
		}
		m := &importer{Call: c, Import: in, limits: l, api: a, doc: doc, report: doc.Report.Clone()}
		m.run()
		if refusal := m.report.Refusal(in.FailOnWarnings); refusal != "" {
			return nil, badRequest("%s", refusal)
		}
		return m.report.Warnings, nil
	}
}

func read(c *wire.Call, in apigateway.Import) (*openapi.REST, error) {
	ignore := strings.Split(in.Parameters["ignore"], ",")
	doc, err := openapi.ReadREST(in.Document, openapi.Options{BasePath: in.Parameters["basepath"], Region: c.Region, Account: c.Account,
		NoDocumentation: slices.Contains(ignore, "documentation")})
	switch {
	case errors.Is(err, openapi.ErrBasePath):
		return nil, badRequest("Invalid basepath specified: %s. Valid options are ignore, prepend, split", in.Parameters["basepath"])
	case err != nil:
		return nil, badRequest("Invalid OpenAPI input.").Wrap(err)
	}
	return doc, nil
}

// importer puts a document into an API.
type importer struct {
	*wire.Call
	apigateway.Import
	limits apigateway.Limits
	api    *definition.RestAPI
	doc    *openapi.REST
	report openapi.Report
}

func (m *importer) run() {
	m.settings()
	m.endpoints()
	if m.Mode == types.PutModeOverwrite {
		m.prune()
	}
	m.models()
	m.validators()
	m.authorizers()
	for _, r := range m.doc.GatewayResponses {
		if _, err := apigateway.SetGatewayResponse(m.api, r); err != nil {
			m.report.Errorf("Unable to put gateway response '%s': %s", r.ResponseType, said(err))
		}
	}
	m.resources()
	m.documentation()
}

// said is an exception's message without what surrounds it.
func said(err error) string { return gwerr.As(err).Message }

func str(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
