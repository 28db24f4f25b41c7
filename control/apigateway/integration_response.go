package apigateway

import (
	"github.com/dlclark/regexp2"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/wire"
)

func (s *service) integrationResponseOperations() []wire.Operation {
	code := wire.Pattern("StatusCode", statusCodeForm)
	return []wire.Operation{
		wire.Op("PutIntegrationResponse", "PUT", intResponse, 201, s.putIntegrationResponse, code),
		wire.Op("GetIntegrationResponse", "GET", intResponse, 200, s.getIntegrationResponse, code),
		wire.Op("UpdateIntegrationResponse", "PATCH", intResponse, 200, s.updateIntegrationResponse, code),
		wire.Op("DeleteIntegrationResponse", "DELETE", intResponse, 204, s.deleteIntegrationResponse, code),
	}
}

// SetIntegrationResponse maps a back end's answers of method m, which has an
// integration, to a status code. Errors are AWS's.
func SetIntegrationResponse(m *types.Method, r types.IntegrationResponse) error {
	i := m.MethodIntegration
	if i == nil {
		return errNoIntegration
	}
	if err := checkIntegrationResponse(m, &r); err != nil {
		return err
	}
	if i.IntegrationResponses == nil {
		i.IntegrationResponses = map[string]types.IntegrationResponse{}
	}
	i.IntegrationResponses[*r.StatusCode] = r
	return nil
}

func checkIntegrationResponse(m *types.Method, r *types.IntegrationResponse) error {
	if p := str(r.SelectionPattern); !isPattern(p) {
		return badRequest("Invalid selection pattern specified: %s", p)
	}
	if err := checkContentTypes(r.ResponseTemplates); err != nil {
		return err
	}
	return checkResponseMapping(m, *r.StatusCode, r.ResponseParameters)
}

// isPattern reports whether p is a regular expression as Java, and so AWS, reads
// it.
func isPattern(p string) bool {
	_, err := regexp2.Compile(p, regexp2.None)
	return err == nil
}

func (s *service) putIntegrationResponse(c *wire.Call, in *v1.PutIntegrationResponseInput) (*v1.PutIntegrationResponseOutput, error) {
	r := types.IntegrationResponse{}
	copyMembers(&r, in)
	if len(r.ResponseParameters) == 0 {
		r.ResponseParameters = nil
	}
	if len(r.ResponseTemplates) == 0 {
		r.ResponseTemplates = nil
	}
	err := s.changeIntegration(c, in.RestApiId, in.ResourceId, in.HttpMethod, func(m *types.Method, _ *types.Integration) error {
		return SetIntegrationResponse(m, r)
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.PutIntegrationResponseOutput](&r), nil
}

func (s *service) getIntegrationResponse(c *wire.Call, in *v1.GetIntegrationResponseInput) (*v1.GetIntegrationResponseOutput, error) {
	i, err := s.findIntegration(c, in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	r, ok := i.IntegrationResponses[str(in.StatusCode)]
	if !ok {
		return nil, errNoResponse
	}
	return reply[v1.GetIntegrationResponseOutput](&r), nil
}

var integrationResponsePatches = patchRules[types.IntegrationResponse]{rules: []rule[types.IntegrationResponse]{
	{"/contentHandling", "replace", setEnum(func(r *types.IntegrationResponse) *types.ContentHandlingStrategy { return &r.ContentHandling })},
	{"/selectionPattern", "replace", func(r *types.IntegrationResponse, p patchOp) error {
		if r.SelectionPattern = nil; p.given {
			r.SelectionPattern = &p.value
		}
		return nil
	}},
	{"/responseParameters/{}", "add remove replace",
		setEntry(func(r *types.IntegrationResponse) *map[string]string { return &r.ResponseParameters }, asIs, errNoParameter, true)},
	{"/responseTemplates/{}", "add remove replace",
		setEntry(func(r *types.IntegrationResponse) *map[string]string { return &r.ResponseTemplates }, asIs, errNoContentType, true)},
}}

func (s *service) updateIntegrationResponse(c *wire.Call, in *v1.UpdateIntegrationResponseInput) (*v1.UpdateIntegrationResponseOutput, error) {
	var changed types.IntegrationResponse
	err := s.changeIntegration(c, in.RestApiId, in.ResourceId, in.HttpMethod, func(m *types.Method, i *types.Integration) error {
		r, ok := i.IntegrationResponses[str(in.StatusCode)]
		if !ok {
			return errNoResponse
		}
		if err := integrationResponsePatches.apply(&r, in.PatchOperations); err != nil {
			return err
		}
		i.IntegrationResponses[*in.StatusCode] = r
		changed = r
		return checkIntegrationResponse(m, &r)
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateIntegrationResponseOutput](&changed), nil
}

func (s *service) deleteIntegrationResponse(c *wire.Call, in *v1.DeleteIntegrationResponseInput) (*v1.DeleteIntegrationResponseOutput, error) {
	return nil, s.changeIntegration(c, in.RestApiId, in.ResourceId, in.HttpMethod, func(_ *types.Method, i *types.Integration) error {
		if _, ok := i.IntegrationResponses[str(in.StatusCode)]; !ok {
			return errNoResponse
		}
		if delete(i.IntegrationResponses, *in.StatusCode); len(i.IntegrationResponses) == 0 {
			i.IntegrationResponses = nil
		}
		return nil
	})
}
