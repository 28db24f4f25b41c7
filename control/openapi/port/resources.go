package port

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/apigateway"
	"gatehouse/control/openapi"
)

// parts are the segments of a path; none of the root's.
func parts(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// wantedPaths are the document's paths with all that lead to them.
func (m *importer) wantedPaths() map[string]bool {
	wanted := map[string]bool{}
	for _, path := range m.doc.Paths {
		at := ""
		for _, part := range parts(path) {
			at += "/" + part
			wanted[at] = true
		}
	}
	return wanted
}

// resources makes the tree of the document's paths, and their methods.
func (m *importer) resources() {
	ids := make(map[string]string, len(m.api.Resources))
	for _, r := range m.api.Resources {
		ids[*r.Path] = *r.Id
	}
	failed := map[string]bool{}
	for _, path := range m.doc.Paths {
		if at, err := m.resource(ids, path); err != nil {
			m.report.Errorf("Unable to create resource at path '%s': %s", at, said(err))
			failed[path] = true
		}
	}
	for i := range m.doc.Methods {
		if from := &m.doc.Methods[i]; !failed[from.Path] {
			m.method(ids["/"+strings.Join(parts(from.Path), "/")], from)
		}
	}
}

// resource makes what a path lacks. at is how far it came.
func (m *importer) resource(ids map[string]string, path string) (at string, err error) {
	id := *apigateway.Root(m.api).Id
	for _, part := range parts(path) {
		at += "/" + part
		if known, ok := ids[at]; ok {
			id = known
			continue
		}
		if m.limits.Resources >= 0 && len(m.api.Resources) >= m.limits.Resources {
			return at, badRequest("Maximum number of resources for this API has been reached.  Please contact AWS if you need additional resources.")
		}
		r, err := apigateway.AddResource(m.api, id, part)
		if err != nil {
			return at, err
		}
		id = *r.Id
		ids[at] = id
	}
	return at, nil
}

// method puts a method in the place of an earlier one.
func (m *importer) method(resourceID string, from *openapi.Method) {
	method, err := m.prepared(resourceID, from)
	if err != nil {
		return // reported
	}
	r := m.api.Resource(resourceID)
	delete(r.ResourceMethods, from.Verb)
	if err := apigateway.AddMethod(m.api, resourceID, from.Verb, *method); err != nil {
		m.report.Errorf("Unable to put method '%s' on resource at path '%s': %s", from.Verb, from.Path, said(err))
	}
}

// prepared is the method with its integration and responses, checked, and with
// ids in the place of names.
func (m *importer) prepared(resourceID string, from *openapi.Method) (*types.Method, error) {
	method := from.Method
	method.MethodIntegration, method.MethodResponses = nil, nil
	if x := m.authorizer(from.Authorizer); x != nil && from.Authorizer != "" {
		method.AuthorizerId = x.Id
	}
	if v := m.validator(from.Validator); v != nil && from.Validator != "" {
		method.RequestValidatorId = v.Id
	}
	for _, code := range sortedKeys(from.MethodResponses) {
		if err := apigateway.AddMethodResponse(m.api, &method, from.MethodResponses[code]); err != nil {
			m.report.Errorf("Unable to put method response '%s' on '%s' for resource at path '%s': %s", code, from.Verb, from.Path, said(err))
			return nil, err
		}
	}
	if from.MethodIntegration == nil {
		return &method, nil
	}
	return &method, m.integrate(resourceID, from, &method)
}

func (m *importer) integrate(resourceID string, from *openapi.Method, method *types.Method) error {
	i := *from.MethodIntegration
	i.IntegrationResponses = nil
	err := checkEnums(&i)
	if err == nil {
		err = apigateway.SetIntegration(m.api, resourceID, method, i, m.limits)
	}
	if err != nil {
		m.report.Errorf("Unable to put integration on '%s' for resource at path '%s': %s", from.Verb, from.Path, said(err))
		return err
	}
	for _, code := range sortedKeys(from.MethodIntegration.IntegrationResponses) {
		r := from.MethodIntegration.IntegrationResponses[code]
		err := member("contentHandling", r.ContentHandling)
		if err == nil {
			err = apigateway.SetIntegrationResponse(method, r)
		}
		if err != nil {
			m.report.Errorf("Unable to put integration response on '%s' for resource at path '%s': %s", from.Verb, from.Path, said(err))
			return err
		}
	}
	return nil
}

// checkEnums refuses what the shapes of the operations would have.
func checkEnums(i *types.Integration) error {
	for _, err := range []error{member("integration type", i.Type), member("connectionType", i.ConnectionType),
		member("contentHandling", i.ContentHandling), member("responseTransferMode", i.ResponseTransferMode)} {
		if err != nil {
			return err
		}
	}
	if i.Type == "" {
		return badRequest("Enumeration value for IntegrationType must be non-empty")
	}
	return nil
}

// member refuses a value that its enumeration doesn't have.
func member[T interface {
	~string
	Values() []T
}](what string, v T) error {
	if v == "" || slices.Contains(v.Values(), v) {
		return nil
	}
	return badRequest("Invalid %s specified: %s", what, v)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
