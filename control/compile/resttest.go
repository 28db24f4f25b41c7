package compile

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/plugins/restapi"
)

// testTime bounds a test invocation (AWS: 35 s with streaming).
const testTime = 35 * time.Second

// TestRest runs one method of a draft on the loop l, deployed or not, without
// authorization. AWS: TestInvokeMethod.
func (c *Compiler) TestRest(ctx context.Context, l restapi.Loop, draft *definition.RestDeployment, r *types.Resource, verb string, in *v1.TestInvokeMethodInput) (*v1.TestInvokeMethodOutput, error) {
	method, ok := r.ResourceMethods[verb]
	if !ok {
		return nil, fmt.Errorf("resource %s has no method %s", str(r.Path), verb)
	}
	method.AuthorizationType, method.ApiKeyRequired = nil, nil
	b := &restBuilder{Compiler: c, api: &definition.RestAPI{API: draft.API, Region: draft.Region}}
	open := *draft
	open.API.Policy = nil
	stage := restapi.TestStage
	m := b.methods(&open, &types.Stage{StageName: &stage}, in.StageVariables)
	t, err := restapi.NewTester(restapi.Config{Account: c.cfg.Account, Region: draft.Region, API: draft.APIID},
		restapi.Variant{Variables: in.StageVariables, Responses: gatewayResponses(draft)},
		restapi.Method{ResourceID: str(r.Id), Path: str(r.Path), Verb: verb, Settings: m.settings(r, verb, &method)})
	if err != nil {
		return nil, err
	}
	if verb == "ANY" {
		verb = "GET"
	}
	ctx, cancel := context.WithTimeout(ctx, testTime)
	defer cancel()
	result, err := t.Invoke(ctx, l, restapi.Invocation{Verb: verb, Path: str(in.PathWithQueryString),
		Headers: testHeaders(in), Body: []byte(str(in.Body))})
	if err != nil {
		return nil, err
	}
	return testOutput(&result), nil
}

// testHeaders returns the lines of a test's headers: the single ones, and those
// with several values in their place.
func testHeaders(in *v1.TestInvokeMethodInput) [][2]string {
	var out [][2]string
	for _, name := range slices.Sorted(maps.Keys(in.Headers)) {
		if _, several := in.MultiValueHeaders[name]; !several {
			out = append(out, [2]string{name, in.Headers[name]})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.MultiValueHeaders)) {
		for _, v := range in.MultiValueHeaders[name] {
			out = append(out, [2]string{name, v})
		}
	}
	return out
}

func testOutput(r *restapi.Result) *v1.TestInvokeMethodOutput {
	body, log := strings.ToValidUTF8(string(r.Body), "\uFFFD"), r.Log
	out := &v1.TestInvokeMethodOutput{Status: int32(r.Status), Body: &body, Log: &log, Latency: r.Latency.Milliseconds(),
		Headers: map[string]string{}, MultiValueHeaders: map[string][]string{}}
	for _, h := range r.Headers {
		out.Headers[h[0]] = h[1]
		out.MultiValueHeaders[h[0]] = append(out.MultiValueHeaders[h[0]], h[1])
	}
	return out
}
