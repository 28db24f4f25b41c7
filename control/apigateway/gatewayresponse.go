package apigateway

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) gatewayResponseOperations() []wire.Operation {
	code := wire.Pattern("StatusCode", statusCodeForm)
	return []wire.Operation{
		wire.Op("PutGatewayResponse", "PUT", gwResponse, 201, s.putGatewayResponse, code),
		wire.Op("GetGatewayResponse", "GET", gwResponse, 200, s.getGatewayResponse),
		wire.Op("GetGatewayResponses", "GET", gwResponses, 200, s.getGatewayResponses),
		wire.Op("UpdateGatewayResponse", "PATCH", gwResponse, 200, s.updateGatewayResponse),
		wire.Op("DeleteGatewayResponse", "DELETE", gwResponse, 202, s.deleteGatewayResponse),
	}
}

const gatewayHeader = "gatewayresponse.header."

var (
	gatewaySource = regexp.MustCompile(`^method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\.[a-zA-Z0-9._$:-]+$`)
	statusCode    = regexp.MustCompile(`^` + statusCodeForm + `$`)
)

// SetGatewayResponse customises a gateway response: members that r lacks are the
// built-in ones. Errors are AWS's.
func SetGatewayResponse(a *definition.RestAPI, r types.GatewayResponse) (*types.GatewayResponse, error) {
	builtin := definition.BuiltinResponse(r.ResponseType)
	if str(r.StatusCode) == "" {
		r.StatusCode = builtin.StatusCode
	}
	if r.ResponseParameters == nil {
		r.ResponseParameters = builtin.ResponseParameters
	}
	if r.ResponseTemplates == nil {
		r.ResponseTemplates = builtin.ResponseTemplates
	}
	r.DefaultResponse = false
	if err := checkGatewayResponse(&r); err != nil {
		return nil, err
	}
	stored := a.GatewayResponse(r.ResponseType)
	if stored == nil {
		a.GatewayResponses = append(a.GatewayResponses, r)
		return &r, nil
	}
	*stored = r
	return &r, nil
}

func checkGatewayResponse(r *types.GatewayResponse) error {
	if r.StatusCode != nil && !statusCode.MatchString(*r.StatusCode) {
		return badRequest("Invalid status code specified: %s", *r.StatusCode)
	}
	for _, target := range sorted(r.ResponseParameters) {
		if name, ok := strings.CutPrefix(target, gatewayHeader); !ok || !parameterName.MatchString(name) {
			return badMapping(target)
		}
		if source := r.ResponseParameters[target]; !isLiteral(source) && !gatewaySource.MatchString(source) && !ownSource.MatchString(source) {
			return badMapping(source)
		}
	}
	return checkContentTypes(r.ResponseTemplates)
}

func (s *service) putGatewayResponse(c *wire.Call, in *v1.PutGatewayResponseInput) (*v1.PutGatewayResponseOutput, error) {
	var given types.GatewayResponse
	copyMembers(&given, in)
	var made *types.GatewayResponse
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) (err error) {
		made, err = SetGatewayResponse(a, given)
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.PutGatewayResponseOutput](made), nil
}

func (s *service) getGatewayResponse(c *wire.Call, in *v1.GetGatewayResponseInput) (*v1.GetGatewayResponseOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	r := definition.Effective(a.GatewayResponses, in.ResponseType)
	return reply[v1.GetGatewayResponseOutput](&r), nil
}

func (s *service) getGatewayResponses(c *wire.Call, in *v1.GetGatewayResponsesInput) (*v1.GetGatewayResponsesOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	var all []types.GatewayResponse
	for _, t := range types.GatewayResponseType("").Values() {
		all = append(all, definition.Effective(a.GatewayResponses, t))
	}
	items, next, err := page(all, func(r types.GatewayResponse) string { return string(r.ResponseType) }, in.Limit, in.Position)
	return &v1.GetGatewayResponsesOutput{Items: items, Position: next}, err
}

var gatewayResponsePatches = patchRules[types.GatewayResponse]{rules: []rule[types.GatewayResponse]{
	{"/statusCode", "replace", setText(func(r *types.GatewayResponse) **string { return &r.StatusCode })},
	{"/responseParameters/{}", "add remove replace", gatewayEntry("responseParameters", errNoParameter,
		func(r *types.GatewayResponse) *map[string]string { return &r.ResponseParameters })},
	{"/responseTemplates/{}", "add remove replace", gatewayEntry("responseTemplates", errNoContentType,
		func(r *types.GatewayResponse) *map[string]string { return &r.ResponseTemplates })},
}}

// gatewayEntry is setEntry for what may not be empty.
func gatewayEntry(name string, missing error, member func(*types.GatewayResponse) *map[string]string) func(*types.GatewayResponse, patchOp) error {
	set := setEntry(member, asIs, missing, true)
	return func(r *types.GatewayResponse, p patchOp) error {
		if p.value == "" && p.op != types.OpRemove {
			return badRequest("Invalid null or empty value in %s", name)
		}
		return set(r, p)
	}
}

func (s *service) updateGatewayResponse(c *wire.Call, in *v1.UpdateGatewayResponseInput) (*v1.UpdateGatewayResponseOutput, error) {
	var changed *types.GatewayResponse
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) (err error) {
		r := definition.Effective(a.GatewayResponses, in.ResponseType)
		r.ResponseParameters, r.ResponseTemplates = maps.Clone(r.ResponseParameters), maps.Clone(r.ResponseTemplates)
		if err := gatewayResponsePatches.apply(&r, in.PatchOperations); err != nil {
			return err
		}
		changed, err = SetGatewayResponse(a, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateGatewayResponseOutput](changed), nil
}

func (s *service) deleteGatewayResponse(c *wire.Call, in *v1.DeleteGatewayResponseInput) (*v1.DeleteGatewayResponseOutput, error) {
	return nil, s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if a.GatewayResponse(in.ResponseType) == nil {
			return errNotCustomised
		}
		a.GatewayResponses = slices.DeleteFunc(a.GatewayResponses, func(r types.GatewayResponse) bool { return r.ResponseType == in.ResponseType })
		return nil
	})
}
