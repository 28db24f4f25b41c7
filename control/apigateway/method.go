package apigateway

import (
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) methodOperations() []wire.Operation {
	return append([]wire.Operation{
		wire.Op("PutMethod", "PUT", method, 201, s.putMethod),
		wire.Op("GetMethod", "GET", method, 200, s.getMethod),
		wire.Op("UpdateMethod", "PATCH", method, 200, s.updateMethod),
		wire.Op("DeleteMethod", "DELETE", method, 204, s.deleteMethod),
		s.testInvokeOperation(),
	}, s.methodResponseOperations()...)
}

var verbs = []string{"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"}

// Authorization types of a method.
const (
	authNone    = "NONE"
	authIAM     = "AWS_IAM"
	authCustom  = "CUSTOM"
	authCognito = "COGNITO_USER_POOLS"
)

var (
	errVerb           = badRequest("Invalid HttpMethod specified. Valid options are %s", strings.Join(verbs, ","))
	errMethodExists   = conflict("Method already exists for this resource")
	errAuthType       = badRequest("Invalid authorization type specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS")
	errMethodAuth     = badRequest("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.")
	errMethodChecker  = badRequest("Invalid Request Validator identifier specified")
	errParameterNames = badRequest("Parameter names must be unique across querystring, header and path")
)

// AddMethod gives a resource a method; m's integration and responses are taken
// as they are. Errors are AWS's.
func AddMethod(a *definition.RestAPI, resourceID, verb string, m types.Method) error {
	r := a.Resource(resourceID)
	if r == nil {
		return errNoResource
	}
	if !slices.Contains(verbs, verb) {
		return errVerb
	}
	if _, exists := r.ResourceMethods[verb]; exists {
		return errMethodExists
	}
	m.HttpMethod = &verb
	if m.ApiKeyRequired == nil {
		m.ApiKeyRequired = ptr(false)
	}
	if err := prepareMethod(a, &m); err != nil {
		return err
	}
	if r.ResourceMethods == nil {
		r.ResourceMethods = map[string]types.Method{}
	}
	r.ResourceMethods[verb] = m
	return nil
}

// prepareMethod checks a method that is to be in a and takes out what is empty.
func prepareMethod(a *definition.RestAPI, m *types.Method) error {
	tidy(m)
	switch str(m.AuthorizationType) {
	case authNone, authIAM:
		m.AuthorizerId = nil // AWS ignores it
	case authCustom, authCognito:
		if a.Authorizer(str(m.AuthorizerId)) == nil {
			return errMethodAuth
		}
	default:
		return errAuthType
	}
	if m.RequestValidatorId != nil && a.RequestValidator(*m.RequestValidatorId) == nil {
		return errMethodChecker
	}
	if err := checkModels(a, m.RequestModels); err != nil {
		return err
	}
	return checkMethodParameters(m.RequestParameters)
}

func checkModels(a *definition.RestAPI, byType map[string]string) error {
	for _, contentType := range sorted(byType) {
		if name := byType[contentType]; a.Model(name) == nil {
			return badRequest("Invalid model identifier specified: %s", name)
		}
	}
	return checkContentTypes(byType)
}

// checkMethodParameters wants the form of each key, and each name in one place
// only.
func checkMethodParameters(parameters map[string]bool) error {
	places := map[string]string{}
	for _, key := range sorted(parameters) {
		m := methodSource.FindStringSubmatch(key)
		if m == nil {
			return badMapping(key)
		}
		place, name := strings.TrimPrefix(m[1], "multivalue"), m[2]
		if before, known := places[name]; known && before != place {
			return errParameterNames
		}
		places[name] = place
	}
	return nil
}

// editMethod applies f to a method of a resource.
func editMethod(a *definition.RestAPI, resourceID, verb string, f func(*types.Method) error) error {
	r := a.Resource(resourceID)
	if r == nil {
		return errNoResource
	}
	m, ok := r.ResourceMethods[verb]
	if !ok {
		return errNoMethod
	}
	if err := f(&m); err != nil {
		return err
	}
	r.ResourceMethods[verb] = m
	return nil
}

// changeMethod is change for one method. Below resources AWS takes an unknown
// API for an unknown resource.
func (s *service) changeMethod(c *wire.Call, apiID, resourceID, verb *string, f func(*definition.RestAPI, *types.Method) error) error {
	return s.changeResource(c, apiID, func(a *definition.RestAPI) error {
		return editMethod(a, str(resourceID), str(verb), func(m *types.Method) error { return f(a, m) })
	})
}

func (s *service) changeResource(c *wire.Call, apiID *string, f func(*definition.RestAPI) error) error {
	found := false
	err := s.change(c, apiID, func(a *definition.RestAPI) error {
		found = true
		return f(a)
	})
	if !found && isNotFound(err) {
		return errNoResource
	}
	return err
}

// findMethod reads one method.
func (s *service) findMethod(c *wire.Call, apiID, resourceID, verb *string) (*types.Method, error) {
	a, err := s.api(c, apiID)
	if isNotFound(err) {
		return nil, errNoResource
	}
	if err != nil {
		return nil, err
	}
	var found types.Method
	err = editMethod(a, str(resourceID), str(verb), func(m *types.Method) error { found = *m; return nil })
	return &found, err
}

func (s *service) putMethod(c *wire.Call, in *v1.PutMethodInput) (*v1.PutMethodOutput, error) {
	var made types.Method
	err := s.changeResource(c, in.RestApiId, func(a *definition.RestAPI) error {
		m := types.Method{ApiKeyRequired: &in.ApiKeyRequired, AuthorizationType: in.AuthorizationType, AuthorizerId: in.AuthorizerId,
			AuthorizationScopes: in.AuthorizationScopes, OperationName: in.OperationName, RequestModels: in.RequestModels,
			RequestParameters: in.RequestParameters, RequestValidatorId: in.RequestValidatorId}
		if err := AddMethod(a, str(in.ResourceId), str(in.HttpMethod), m); err != nil {
			return err
		}
		made = a.Resource(*in.ResourceId).ResourceMethods[*in.HttpMethod]
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.PutMethodOutput](&made), nil
}

func (s *service) getMethod(c *wire.Call, in *v1.GetMethodInput) (*v1.GetMethodOutput, error) {
	m, err := s.findMethod(c, in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	return reply[v1.GetMethodOutput](m), nil
}

var methodPatches = patchRules[types.Method]{rules: []rule[types.Method]{
	{"/authorizationType", "replace", setText(func(m *types.Method) **string { return &m.AuthorizationType })},
	{"/authorizerId", "replace", setText(func(m *types.Method) **string { return &m.AuthorizerId })},
	{"/operationName", "replace", setText(func(m *types.Method) **string { return &m.OperationName })},
	{"/requestValidatorId", "replace", setText(func(m *types.Method) **string { return &m.RequestValidatorId })},
	{"/apiKeyRequired", "replace", func(m *types.Method, p patchOp) error {
		m.ApiKeyRequired = ptr(isTrueText(p.value))
		return nil
	}},
	{"/authorizationScopes", "add remove", setMember(func(m *types.Method) *[]string { return &m.AuthorizationScopes })},
	{"/requestParameters/{}", "add remove replace",
		setEntry(func(m *types.Method) *map[string]bool { return &m.RequestParameters }, isTrueText, errNoParameter, false)},
	{"/requestModels/{}", "add remove replace",
		setEntry(func(m *types.Method) *map[string]string { return &m.RequestModels }, asIs, errNoContentType, false)},
}}

func (s *service) updateMethod(c *wire.Call, in *v1.UpdateMethodInput) (*v1.UpdateMethodOutput, error) {
	var changed types.Method
	err := s.changeMethod(c, in.RestApiId, in.ResourceId, in.HttpMethod, func(a *definition.RestAPI, m *types.Method) error {
		if err := methodPatches.apply(m, in.PatchOperations); err != nil {
			return err
		}
		err := prepareMethod(a, m)
		changed = *m
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateMethodOutput](&changed), nil
}

func (s *service) deleteMethod(c *wire.Call, in *v1.DeleteMethodInput) (*v1.DeleteMethodOutput, error) {
	return nil, s.changeResource(c, in.RestApiId, func(a *definition.RestAPI) error {
		r := a.Resource(str(in.ResourceId))
		if r == nil {
			return errNoResource
		}
		if _, ok := r.ResourceMethods[str(in.HttpMethod)]; !ok {
			return errNoMethod
		}
		delete(r.ResourceMethods, *in.HttpMethod)
		return nil
	})
}
