package port

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/apigateway"
	"gatehouse/control/definition"
	"gatehouse/control/openapi"
)

const jsonType = "application/json"

// Bounds of what an import makes, beside the service's quotas. Those of models and
// validators are ours: AWS names none.
const (
	maxModels     = 5000
	maxValidators = 1000
	maxParts      = 2000 // of documentation
)

// tooMany refuses a document with more than limit of something.
func (m *importer) tooMany(n, limit int, plural string) bool {
	if n <= limit {
		return false
	}
	m.report.Errorf("Maximum number of %s for this API has been reached.  Please contact AWS if you need additional %s.", plural, plural)
	return true
}

// prune takes out what the document doesn't name. Resources whose path stays
// keep their ids.
func (m *importer) prune() {
	a := m.api
	wanted := m.wantedPaths()
	a.Resources = slices.DeleteFunc(a.Resources, func(r types.Resource) bool { return r.ParentId != nil && !wanted[*r.Path] })
	for i := range a.Resources {
		a.Resources[i].ResourceMethods = nil
	}
	a.GatewayResponses = nil
	keep(&a.Models, names(m.doc.Models, func(x *openapi.Model) string { return x.Name }), func(x *types.Model) string { return str(x.Name) })
	keep(&a.RequestValidators, names(m.doc.Validators, validatorName), validatorName)
	keep(&a.Authorizers, names(m.doc.Authorizers, authorizerName), authorizerName)
}

func validatorName(v *types.RequestValidator) string { return str(v.Name) }

func authorizerName(x *types.Authorizer) string { return str(x.Name) }

func names[T any](list []T, name func(*T) string) map[string]bool {
	all := make(map[string]bool, len(list))
	for i := range list {
		all[name(&list[i])] = true
	}
	return all
}

func keep[T any](list *[]T, wanted map[string]bool, name func(*T) string) {
	*list = slices.DeleteFunc(*list, func(x T) bool { return !wanted[name(&x)] })
}

// models adds the document's, and gives those that are there their new schemas.
func (m *importer) models() {
	if m.tooMany(len(m.doc.Models)+len(m.api.Models), maxModels, "models") {
		return
	}
	known := make(map[string]int, len(m.api.Models))
	for i := range m.api.Models {
		known[*m.api.Models[i].Name] = i
	}
	for i := range m.doc.Models {
		from := &m.doc.Models[i]
		schema, contentType := from.Schema(m.api.ID()), jsonType
		if at, ok := known[from.Name]; ok {
			m.api.Models[at].Schema, m.api.Models[at].ContentType = &schema, &contentType
			continue
		}
		if _, err := apigateway.AddModel(m.api, types.Model{Name: &from.Name, ContentType: &contentType, Schema: &schema}); err != nil {
			m.report.Errorf("Unable to create model '%s': %s", from.Name, said(err))
		}
	}
}

func (m *importer) validators() {
	if m.tooMany(len(m.doc.Validators)+len(m.api.RequestValidators), maxValidators, "request validators") {
		return
	}
	for _, v := range m.doc.Validators {
		if old := m.validator(*v.Name); old != nil {
			old.ValidateRequestBody, old.ValidateRequestParameters = v.ValidateRequestBody, v.ValidateRequestParameters
			continue
		}
		apigateway.AddRequestValidator(m.api, v)
	}
}

func (m *importer) validator(name string) *types.RequestValidator {
	for i := range m.api.RequestValidators {
		if v := &m.api.RequestValidators[i]; str(v.Name) == name {
			return v
		}
	}
	return nil
}

// authorizers adds the document's; one of the same name keeps its id.
func (m *importer) authorizers() {
	for _, x := range m.doc.Authorizers {
		if err := m.addAuthorizer(x); err != nil {
			m.report.Errorf("Unable to create authorizer '%s': %s", *x.Name, said(err))
		}
	}
}

func (m *importer) addAuthorizer(x types.Authorizer) error {
	if !slices.Contains(x.Type.Values(), x.Type) {
		return badRequest("Invalid authorizer type specified: %s", x.Type)
	}
	old := m.authorizer(*x.Name)
	if old == nil {
		if m.limits.Authorizers >= 0 && len(m.api.Authorizers) >= m.limits.Authorizers {
			return badRequest("Maximum number of Authorizers for this API has been reached.  Please contact AWS if you need additional Authorizers.")
		}
		_, err := apigateway.AddAuthorizer(m.api, x)
		return err
	}
	checked, err := apigateway.AddAuthorizer(&definition.RestAPI{}, x)
	if err != nil {
		return err
	}
	checked.Id = old.Id
	*old = *checked
	return nil
}

func (m *importer) authorizer(name string) *types.Authorizer {
	for i := range m.api.Authorizers {
		if x := &m.api.Authorizers[i]; str(x.Name) == name {
			return x
		}
	}
	return nil
}
