package apigateway

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

// FuzzPatch: no operation panics, whatever its path, and what a stage has after
// one can be stored.
func FuzzPatch(f *testing.F) {
	for _, seed := range [][3]string{{"replace", "/*/*/caching/ttlInSeconds", "1"}, {"remove", "/a/b", ""}, {"copy", "/variables", "/canarySettings/stageVariableOverrides"},
		{"add", "/canarySettings/stageVariableOverrides/~1", "x"}, {"add", "", ""}, {"replace", "//", "~"}, {"add", "/requestModels/a~1b", "Empty"}, {"add", "/endpointConfiguration/types/0", ""}} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, op, path, value string) {
		p := types.PatchOperation{Op: types.Op(op), Path: &path, Value: &value, From: &value}
		list := []types.PatchOperation{p, p}
		st := stageEdit{Stage: &types.Stage{StageName: ptr("s"), DeploymentId: ptr("d"), CanarySettings: &types.CanarySettings{}},
			api: &definition.RestAPI{Deployments: []types.Deployment{{Id: ptr("d")}}}}
		for _, p := range list {
			_ = st.apply(p)
		}
		if prepareStage(st.api, st.Stage) == nil {
			if _, err := json.Marshal(st.Stage); err != nil {
				t.Error(err)
			}
		}
		_ = apiPatches.apply(&types.RestApi{}, list)
		_ = methodPatches.apply(&types.Method{}, list)
		_ = methodResponsePatches.apply(&types.MethodResponse{}, list)
		_ = integrationPatches.apply(&types.Integration{}, list)
		_ = integrationResponsePatches.apply(&types.IntegrationResponse{}, list)
		_ = gatewayResponsePatches.apply(&types.GatewayResponse{}, list)
		_ = authorizerPatches.apply(&types.Authorizer{}, list)
		_ = modelPatches.apply(&types.Model{}, list)
		_ = validatorPatches.apply(&types.RequestValidator{}, list)
		_ = resourcePatches.apply(&types.Resource{}, list)
	})
}

// FuzzPolicy: what is stored is an object, and what is shown can be sent back
// and gives the same.
func FuzzPolicy(f *testing.F) {
	for _, seed := range []string{`{}`, `{"Resource":"execute-api:/*"}`, `{\"a\":\"b\"}`, `{"a":"<\\\"é\u2028"}`, ` {} `, `"`, `[]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		stored, err := Policy(text, "r", "a", "i")
		if err != nil {
			return
		}
		if !isObject(stored) {
			t.Fatalf("Policy(%q) = %q, no object", text, stored)
		}
		again, err := Policy(escapePolicy(stored), "r", "a", "i")
		if err != nil && len(stored) < maxPolicy || err == nil && again != stored {
			t.Errorf("Policy(%q) = %q, sent back %q, %v", text, stored, again, err)
		}
	})
}

// FuzzSchema: models are foreign text; flattening and sampling end.
func FuzzSchema(f *testing.F) {
	f.Add(`{"$ref":"https://apigateway.amazonaws.com/restapis/a/models/A"}`)
	f.Add(`{"type":"array","items":{"$ref":"#/definitions/x"},"definitions":{"x":{"$ref":"#/definitions/x"}}}`)
	f.Add(`{"properties":{"a":1,"b":{"type":["x"]}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		m := types.Model{Name: ptr("A"), Schema: &text}
		flat := Flatten([]types.Model{m}, &m)
		var schema map[string]any
		if json.Unmarshal([]byte(flat), &schema) == nil {
			if s := sampleTemplate(schema); !strings.HasPrefix(s, "#set($inputRoot") {
				t.Errorf("sampleTemplate = %q", s)
			}
		}
	})
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		rule, path string
		args       []string
		ok         bool
	}{
		{"/name", "/name", nil, true},
		{"/name", "name", nil, true},
		{"/name", "/name/x", nil, false},
		{"/a/{}", "/a/b~1c", []string{"b~1c"}, true},
		{"/a/{}", "/a", nil, false},
		{"/a/{}", "/a/", nil, false},
		{"/a/{}", "/a/b/c", nil, false},
	} {
		args, ok := match(c.rule, strings.Split(strings.TrimPrefix(c.path, "/"), "/"))
		if ok != c.ok || ok && !slices.Equal(args, c.args) {
			t.Errorf("match(%q, %q) = %v, %v, want %v, %v", c.rule, c.path, args, ok, c.args, c.ok)
		}
	}
}
