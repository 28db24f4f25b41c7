package apigateway

import (
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) methodResponseOperations() []wire.Operation {
	code := wire.Pattern("StatusCode", statusCodeForm)
	return []wire.Operation{
		wire.Op("PutMethodResponse", "PUT", response, 201, s.putMethodResponse, code),
		wire.Op("GetMethodResponse", "GET", response, 200, s.getMethodResponse, code),
		wire.Op("UpdateMethodResponse", "PATCH", response, 201, s.updateMethodResponse, code),
		wire.Op("DeleteMethodResponse", "DELETE", response, 204, s.deleteMethodResponse, code),
	}
}

var errResponseExists = conflict("Response already exists for this resource")

// AddMethodResponse declares a response of a method. Errors are AWS's.
func AddMethodResponse(a *definition.RestAPI, m *types.Method, r types.MethodResponse) error {
	if _, exists := m.MethodResponses[str(r.StatusCode)]; exists {
		return errResponseExists
	}
	if err := checkMethodResponse(a, &r); err != nil {
		return err
	}
	if m.MethodResponses == nil {
		m.MethodResponses = map[string]types.MethodResponse{}
	}
	m.MethodResponses[*r.StatusCode] = r
	return nil
}

func checkMethodResponse(a *definition.RestAPI, r *types.MethodResponse) error {
	for _, key := range sorted(r.ResponseParameters) {
		if name, ok := strings.CutPrefix(key, responseHeader); !ok || !parameterName.MatchString(name) {
			return badMapping(key)
		}
	}
	return checkModels(a, r.ResponseModels)
}

func (s *service) putMethodResponse(c *wire.Call, in *v1.PutMethodResponseInput) (*v1.PutMethodResponseOutput, error) {
	r := types.MethodResponse{StatusCode: in.StatusCode, ResponseParameters: in.ResponseParameters, ResponseModels: in.ResponseModels}
	err := s.changeMethod(c, in.RestApiId, in.ResourceId, in.HttpMethod, func(a *definition.RestAPI, m *types.Method) error {
		return AddMethodResponse(a, m, r)
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.PutMethodResponseOutput](&r), nil
}

func (s *service) getMethodResponse(c *wire.Call, in *v1.GetMethodResponseInput) (*v1.GetMethodResponseOutput, error) {
	m, err := s.findMethod(c, in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	r, ok := m.MethodResponses[str(in.StatusCode)]
	if !ok {
		return nil, errNoResponse
	}
	return reply[v1.GetMethodResponseOutput](&r), nil
}

var methodResponsePatches = patchRules[types.MethodResponse]{rules: []rule[types.MethodResponse]{
	{"/responseParameters/{}", "add remove replace",
		setEntry(func(r *types.MethodResponse) *map[string]bool { return &r.ResponseParameters }, isTrueText, errNoParameter, true)},
	{"/responseModels/{}", "add remove replace",
		setEntry(func(r *types.MethodResponse) *map[string]string { return &r.ResponseModels }, asIs, errNoContentType, true)},
}}

func (s *service) updateMethodResponse(c *wire.Call, in *v1.UpdateMethodResponseInput) (*v1.UpdateMethodResponseOutput, error) {
	var changed types.MethodResponse
	err := s.changeMethod(c, in.RestApiId, in.ResourceId, in.HttpMethod, func(a *definition.RestAPI, m *types.Method) error {
		r, ok := m.MethodResponses[str(in.StatusCode)]
		if !ok {
			return errNoResponse
		}
		if err := methodResponsePatches.apply(&r, in.PatchOperations); err != nil {
			return err
		}
		m.MethodResponses[*in.StatusCode] = r
		changed = r
		return checkMethodResponse(a, &r)
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateMethodResponseOutput](&changed), nil
}

func (s *service) deleteMethodResponse(c *wire.Call, in *v1.DeleteMethodResponseInput) (*v1.DeleteMethodResponseOutput, error) {
	return nil, s.changeMethod(c, in.RestApiId, in.ResourceId, in.HttpMethod, func(_ *definition.RestAPI, m *types.Method) error {
		if _, ok := m.MethodResponses[str(in.StatusCode)]; !ok {
			return errNoResponse
		}
		if delete(m.MethodResponses, *in.StatusCode); len(m.MethodResponses) == 0 {
			m.MethodResponses = nil
		}
		return nil
	})
}
