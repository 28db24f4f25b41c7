package apigateway

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

func (r *rest) paths() string {
	r.t.Helper()
	out, err := r.GetResources(ctx, &v1.GetResourcesInput{RestApiId: r.id})
	var paths []string
	for _, x := range done(r.t, out, err).Items {
		paths = append(paths, *x.Path)
	}
	return fmt.Sprint(paths)
}

// TestTree moves, renames and deletes with all that is below.
func TestTree(t *testing.T) {
	r := openDesk(t).rest()
	a := r.resource("a")
	b := r.resource("{b}", a)
	r.resource("{rest+}", b)
	r.resource("static", b)
	if got, want := r.paths(), "[/ /a /a/{b} /a/{b}/static /a/{b}/{rest+}]"; got != want {
		t.Errorf("paths = %s, want %s", got, want)
	}
	if err := r.patchResource(b, "replace", "/parentId", *r.root); err != nil {
		t.Fatal(err)
	}
	if err := r.patchResource(b, "replace", "/pathPart", "x"); err != nil {
		t.Fatal(err)
	}
	if got, want := r.paths(), "[/ /a /x /x/static /x/{rest+}]"; got != want {
		t.Errorf("moved, paths = %s, want %s", got, want)
	}
	fails(t, r.patchResource(b, "replace", "/pathPart", "{all+}"), isBad, "Cannot create a child of a resource with a greedy path variable: {all+}")
	if err := only(r.DeleteResource(ctx, &v1.DeleteResourceInput{RestApiId: r.id, ResourceId: b})); err != nil {
		t.Fatal(err)
	}
	if got := r.paths(); got != "[/ /a]" {
		t.Errorf("after a delete paths = %s", got)
	}
	fails(t, only(r.DeleteResource(ctx, &v1.DeleteResourceInput{RestApiId: r.id, ResourceId: r.root})), isBad, "Root resource cannot be deleted.")
}

func TestEmbedMethods(t *testing.T) {
	r := openDesk(t).rest()
	r.mock(r.root, "GET")
	bare, err := r.GetResource(ctx, &v1.GetResourceInput{RestApiId: r.id, ResourceId: r.root})
	if m, ok := done(t, bare, err).ResourceMethods["GET"]; !ok || m.HttpMethod != nil {
		t.Errorf("without embed methods are %v", bare.ResourceMethods)
	}
	whole, err := r.GetResource(ctx, &v1.GetResourceInput{RestApiId: r.id, ResourceId: r.root, Embed: []string{"methods"}})
	if m := done(t, whole, err).ResourceMethods["GET"]; m.MethodIntegration == nil || m.MethodIntegration.Type != "MOCK" {
		t.Errorf("with embed methods are %s", printed(whole))
	}
}

// TestNoneForgetsTheAuthorizer, and one patch may set both in any order.
func TestNoneForgetsTheAuthorizer(t *testing.T) {
	r := openDesk(t).rest()
	x := r.token("a")
	r.method(r.root, "GET", func(in *v1.PutMethodInput) { in.AuthorizerId = x })
	up := func(ops ...types.PatchOperation) *v1.UpdateMethodOutput {
		out, err := r.UpdateMethod(ctx, &v1.UpdateMethodInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("GET"), PatchOperations: ops})
		return done(t, out, err)
	}
	if m := up(patch("replace", "/apiKeyRequired", "true")); m.AuthorizerId != nil {
		t.Errorf("NONE keeps authorizer %s", *m.AuthorizerId)
	}
	if m := up(patch("replace", "/authorizationType", "CUSTOM"), patch("replace", "/authorizerId", *x)); *m.AuthorizerId != *x || !*m.ApiKeyRequired {
		t.Errorf("CUSTOM is %s", printed(m))
	}
	if m := up(patch("replace", "/authorizationType", "NONE")); m.AuthorizerId != nil {
		t.Errorf("back to NONE keeps authorizer %s", *m.AuthorizerId)
	}
}

func TestIntegrations(t *testing.T) {
	stream := func(in *v1.PutIntegrationInput) {
		in.ResponseTransferMode, in.TimeoutInMillis = "STREAM", aws.Int32(900000)
	}
	role := func(in *v1.PutIntegrationInput) { in.Credentials = aws.String(anyRole) }
	r := openDesk(t).rest()
	r.method(r.root, "GET")
	for _, c := range []struct {
		name       string
		kind       types.IntegrationType
		verb, uri  string
		edit       func(*v1.PutIntegrationInput)
		connection types.ConnectionType
	}{
		{"mock", "MOCK", "", "", nil, ""},
		{"http", "HTTP", "ANY", shopURL, nil, "INTERNET"},
		{"all variable", "HTTP_PROXY", "GET", "https://${stageVariables.host}:${stageVariables.port}/${stageVariables.path}/{proxy}?a={b}", nil, "INTERNET"},
		{"stream", "HTTP_PROXY", "GET", shopURL, stream, "INTERNET"},
		{"function", "AWS_PROXY", "POST", echoURI, stream, ""},
		{"variable function", "AWS_PROXY", "POST", "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${stageVariables.f}/invocations", nil, ""},
		{"queue", "AWS", "POST", sqsURI, role, ""},
		{"subdomain", "AWS", "POST", "arn:aws:apigateway:us-east-1:a.iot:action/Publish&Version=1", role, ""},
	} {
		edit := []func(*v1.PutIntegrationInput){}
		if c.edit != nil {
			edit = append(edit, c.edit)
		}
		if err := r.back(c.kind, c.verb, c.uri, edit...); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		out, err := r.GetIntegration(ctx, &v1.GetIntegrationInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("GET")})
		if done(t, out, err).ConnectionType != c.connection || *out.CacheNamespace != *r.root || out.CacheKeyParameters == nil || out.Type != c.kind {
			t.Errorf("%s: %s", c.name, printed(out))
		}
	}
}

// TestPutIntegrationForgetsResponses: it replaces the whole integration.
func TestPutIntegrationForgetsResponses(t *testing.T) {
	r := openDesk(t).rest()
	r.mock(r.root, "GET")
	put, err := r.PutIntegrationResponse(ctx, &v1.PutIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("GET"), StatusCode: aws.String("200")})
	done(t, put, err)
	if err := r.back("MOCK", "", ""); err != nil {
		t.Fatal(err)
	}
	out, err := r.GetIntegration(ctx, &v1.GetIntegrationInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("GET")})
	if done(t, out, err).IntegrationResponses != nil {
		t.Errorf("responses stay: %s", printed(out))
	}
}

// TestGatewayFamilies: a customised DEFAULT_4XX shows in its family.
func TestGatewayFamilies(t *testing.T) {
	r := openDesk(t).rest()
	put, err := r.PutGatewayResponse(ctx, &v1.PutGatewayResponseInput{RestApiId: r.id, ResponseType: "DEFAULT_4XX", ResponseTemplates: map[string]string{"text/plain": "no"}})
	if done(t, put, err); put.StatusCode != nil {
		t.Errorf("DEFAULT_4XX got status %s", *put.StatusCode)
	}
	out, err := r.GetGatewayResponses(ctx, &v1.GetGatewayResponsesInput{RestApiId: r.id})
	if n := len(done(t, out, err).Items); n != 21 {
		t.Errorf("%d gateway responses, want 21", n)
	}
	for _, g := range out.Items {
		shows := g.ResponseTemplates["text/plain"] == "no"
		family4 := g.ResponseType == "DEFAULT_4XX" || g.StatusCode != nil && (*g.StatusCode)[0] == '4'
		if shows != family4 || g.DefaultResponse != (g.ResponseType != "DEFAULT_4XX") {
			t.Errorf("%s = %s", g.ResponseType, printed(&g))
		}
	}
}

func TestModelReferences(t *testing.T) {
	r := openDesk(t).rest()
	ref := func(name string) string {
		return `{"$ref":"https://apigateway.amazonaws.com/restapis/` + *r.id + `/models/` + name + `"}`
	}
	for name, schema := range map[string]string{
		"Owner": `{"type":"object","properties":{"name":{"type":"string"},"pet":` + ref("Pet") + `}}`,
		"Pet":   `{"type":"object","properties":{"id":{"type":"integer"},"owner":` + ref("Owner") + `,"tags":{"type":"array","items":{"type":"string"}}}}`,
	} {
		out, err := r.CreateModel(ctx, &v1.CreateModelInput{RestApiId: r.id, Name: &name, ContentType: aws.String("application/json"), Schema: &schema})
		done(t, out, err)
	}
	out, err := r.GetModel(ctx, &v1.GetModelInput{RestApiId: r.id, ModelName: aws.String("Pet"), Flatten: true})
	var flat struct {
		Definitions map[string]any
		Properties  map[string]map[string]any
	}
	if err := json.Unmarshal([]byte(*done(t, out, err).Schema), &flat); err != nil {
		t.Fatal(err)
	}
	if len(flat.Definitions) != 2 || flat.Properties["owner"]["$ref"] != "#/definitions/Owner" {
		t.Errorf("flattened: %s", *out.Schema)
	}
	sample, err := r.GetModelTemplate(ctx, &v1.GetModelTemplateInput{RestApiId: r.id, ModelName: aws.String("Empty")})
	if got, want := *done(t, sample, err).Value, "#set($inputRoot = $input.path('$'))\n{ }"; got != want {
		t.Errorf("template = %q, want %q", got, want)
	}
	if _, err := r.GetModelTemplate(ctx, &v1.GetModelTemplateInput{RestApiId: r.id, ModelName: aws.String("Pet")}); err != nil { // refers to itself
		t.Error(err)
	}
}

// TestConcurrentCalls loses none of many changes to one API.
func TestConcurrentCalls(t *testing.T) {
	r := openDesk(t).rest()
	const callers, each = 8, 8
	var wg sync.WaitGroup
	for n := range callers {
		wg.Go(func() {
			for i := range each {
				part := fmt.Sprintf("r%d-%d", n, i)
				if err := r.child(*r.root, part); err != nil {
					t.Errorf("CreateResource %s: %v", part, err)
				}
			}
		})
	}
	wg.Wait()
	out, err := r.GetResources(ctx, &v1.GetResourcesInput{RestApiId: r.id, Limit: aws.Int32(500)})
	if n := len(done(t, out, err).Items); n != callers*each+1 {
		t.Errorf("%d resources, want %d", n, callers*each+1)
	}
}
