package apigateway

import (
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"

	"gatehouse/control/wire"
)

func (s *service) testInvokeOperation() wire.Operation {
	if s.TestMethod == nil {
		return wire.NotBuilt("TestInvokeMethod", "POST", method)
	}
	return wire.Op("TestInvokeMethod", "POST", method, 200, s.testInvokeMethod)
}

// testInvokeMethod runs a method as it is stored now, deployed or not.
func (s *service) testInvokeMethod(c *wire.Call, in *v1.TestInvokeMethodInput) (*v1.TestInvokeMethodOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if isNotFound(err) {
		return nil, errNoResource
	}
	if err != nil {
		return nil, err
	}
	draft := a.Draft()
	r := draft.Resource(str(in.ResourceId))
	if r == nil {
		return nil, errNoResource
	}
	m, ok := r.ResourceMethods[str(in.HttpMethod)]
	if !ok {
		return nil, errNoMethod
	}
	if m.MethodIntegration == nil {
		return nil, errNotIntegrated
	}
	return s.TestMethod(c, MethodTest{Draft: draft, Resource: r, Verb: *m.HttpMethod, Input: in})
}
