package apigateway

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) modelOperations() []wire.Operation {
	return append([]wire.Operation{
		wire.Op("CreateModel", "POST", models, 201, s.createModel),
		wire.Op("GetModel", "GET", model, 200, s.getModel),
		wire.Op("GetModels", "GET", models, 200, s.getModels),
		wire.Op("UpdateModel", "PATCH", model, 200, s.updateModel),
		wire.Op("DeleteModel", "DELETE", model, 202, s.deleteModel),
		wire.Op("GetModelTemplate", "GET", model+"/default_template", 200, s.getModelTemplate),
	}, s.validatorOperations()...)
}

const (
	emptySchema = "{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"Empty Schema\",\n  \"type\" : \"object\"\n}"
	errorSchema = "{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"Error Schema\",\n  \"type\" : \"object\",\n  \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }\n}"
)

// defaultModels are what every API that isn't imported begins with.
func defaultModels() []types.Model {
	return []types.Model{
		{Id: ptr(newID(childIDLength)), Name: ptr("Empty"), ContentType: ptr("application/json"),
			Description: ptr("This is a default empty schema model"), Schema: ptr(emptySchema)},
		{Id: ptr(newID(childIDLength)), Name: ptr("Error"), ContentType: ptr("application/json"),
			Description: ptr("This is a default error schema model"), Schema: ptr(errorSchema)},
	}
}

var (
	modelName      = regexp.MustCompile(`^[A-Za-z0-9]+$`)
	modelReference = regexp.MustCompile(`/restapis/[^/"]*/models/`)

	errModelName   = badRequest("Model name must be non-empty")
	errModelExists = conflict("Model name already exists for this REST API")
	errModelSchema = badRequest("Model schema must have at least 1 property or array items defined")
	errBadSchema   = mappingErrors("Invalid model specified: ", []string{"Invalid model schema specified"})
)

func noModel(name string) error { return notFound("Invalid model name specified: %s", name) }

// renameModels makes references between models name the API apiID.
func renameModels(a *definition.RestAPI, apiID string) {
	for i := range a.Models {
		if m := &a.Models[i]; m.Schema != nil {
			m.Schema = ptr(modelReference.ReplaceAllString(*m.Schema, "/restapis/"+apiID+"/models/"))
		}
	}
}

// AddModel makes a model of m, whose id is given here. Errors are AWS's.
func AddModel(a *definition.RestAPI, m types.Model) (*types.Model, error) {
	name := str(m.Name)
	switch {
	case name == "":
		return nil, errModelName
	case !modelName.MatchString(name):
		return nil, badRequest("Model name must be alphanumeric: %s", name)
	case a.Model(name) != nil:
		return nil, errModelExists
	}
	if err := checkSchema(&m); err != nil {
		return nil, err
	}
	m.Id = freeID(childIDLength, func(id string) bool {
		return slices.ContainsFunc(a.Models, func(m types.Model) bool { return *m.Id == id })
	})
	tidy(&m)
	a.Models = append(a.Models, m)
	return &a.Models[len(a.Models)-1], nil
}

// checkSchema wants a JSON object as the schema of a JSON model.
func checkSchema(m *types.Model) error {
	schema := strings.TrimSpace(str(m.Schema))
	if schema == "" {
		return errModelSchema
	}
	if strings.Contains(str(m.ContentType), "json") && !isObject(schema) {
		return errBadSchema
	}
	return nil
}

func (s *service) createModel(c *wire.Call, in *v1.CreateModelInput) (*v1.CreateModelOutput, error) {
	var made types.Model
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		m, err := AddModel(a, types.Model{Name: in.Name, ContentType: in.ContentType, Description: in.Description, Schema: in.Schema})
		if err == nil {
			made = *m
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.CreateModelOutput](&made), nil
}

// findModel reads one model with its API.
func (s *service) findModel(c *wire.Call, apiID, name *string) (*definition.RestAPI, *types.Model, error) {
	a, err := s.api(c, apiID)
	if err != nil {
		return nil, nil, err
	}
	m := a.Model(str(name))
	if m == nil {
		return nil, nil, noModel(str(name))
	}
	return a, m, nil
}

func (s *service) getModel(c *wire.Call, in *v1.GetModelInput) (*v1.GetModelOutput, error) {
	a, m, err := s.findModel(c, in.RestApiId, in.ModelName)
	if err != nil {
		return nil, err
	}
	if in.Flatten {
		m.Schema = ptr(Flatten(a.Models, m))
	}
	return reply[v1.GetModelOutput](m), nil
}

func (s *service) getModels(c *wire.Call, in *v1.GetModelsInput) (*v1.GetModelsOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := page(a.Models, func(m types.Model) string { return *m.Name }, in.Limit, in.Position)
	return &v1.GetModelsOutput{Items: items, Position: next}, err
}

var modelPatches = patchRules[types.Model]{
	listed: "/description, /schema",
	rules: []rule[types.Model]{
		{"/description", "replace", setText(func(m *types.Model) **string { return &m.Description })},
		{"/schema", "replace", setText(func(m *types.Model) **string { return &m.Schema })},
	},
}

func (s *service) updateModel(c *wire.Call, in *v1.UpdateModelInput) (*v1.UpdateModelOutput, error) {
	var changed types.Model
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		m := a.Model(str(in.ModelName))
		if m == nil {
			return noModel(str(in.ModelName))
		}
		if err := modelPatches.apply(m, in.PatchOperations); err != nil {
			return err
		}
		changed = *m
		return checkSchema(m)
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateModelOutput](&changed), nil
}

// RemoveModel deletes a model that no method names.
func RemoveModel(a *definition.RestAPI, name string) error {
	if a.Model(name) == nil {
		return noModel(name)
	}
	if kind, at := modelUser(a, name); at != "" {
		return conflict("Cannot delete model '%s', is referenced in method %s: %s", name, kind, at)
	}
	a.Models = slices.DeleteFunc(a.Models, func(m types.Model) bool { return *m.Name == name })
	return nil
}

// modelUser finds a method request or response that names a model.
func modelUser(a *definition.RestAPI, name string) (kind, at string) {
	for _, r := range a.Resources {
		for _, verb := range definition.Verbs(&r) {
			m := r.ResourceMethods[verb]
			if hasValue(m.RequestModels, name) {
				return "request", *r.Path + "/" + verb
			}
			for _, code := range sorted(m.MethodResponses) {
				if hasValue(m.MethodResponses[code].ResponseModels, name) {
					return "response", *r.Path + "/" + verb + "/" + code
				}
			}
		}
	}
	return "", ""
}

func (s *service) deleteModel(c *wire.Call, in *v1.DeleteModelInput) (*v1.DeleteModelOutput, error) {
	return nil, s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		return RemoveModel(a, str(in.ModelName))
	})
}

func (s *service) getModelTemplate(c *wire.Call, in *v1.GetModelTemplateInput) (*v1.GetModelTemplateOutput, error) {
	a, m, err := s.findModel(c, in.RestApiId, in.ModelName)
	if err != nil {
		return nil, err
	}
	var schema map[string]any
	if err := json.Unmarshal([]byte(Flatten(a.Models, m)), &schema); err != nil {
		return nil, errBadSchema.Wrap(err)
	}
	return &v1.GetModelTemplateOutput{Value: ptr(sampleTemplate(schema))}, nil
}
