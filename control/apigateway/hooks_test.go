package apigateway

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

// naming imports a document by taking its text for the API's name and for a
// resource's.
func naming(seen *[]Import) func(*wire.Call, *definition.RestAPI, Import) ([]string, error) {
	return func(_ *wire.Call, a *definition.RestAPI, in Import) ([]string, error) {
		*seen = append(*seen, in)
		name := string(in.Document)
		if name == "wrong" {
			return nil, badRequest("Invalid OpenAPI input.")
		}
		a.API.Name = &name
		_, err := AddResource(a, *Root(a).Id, name)
		return []string{"w"}, err
	}
}

func TestImportHook(t *testing.T) {
	var seen []Import
	d := openWith(t, func(c *Config) { c.Import = naming(&seen) })
	out, err := d.ImportRestApi(ctx, &v1.ImportRestApiInput{Body: []byte("pets"), FailOnWarnings: true, Parameters: map[string]string{"basepath": "prepend"}})
	if a := done(t, out, err); *a.Name != "pets" || len(a.Warnings) != 1 || a.RootResourceId == nil || a.ApiKeySource != "HEADER" {
		t.Errorf("ImportRestApi = %s", printed(out))
	}
	if in := seen[0]; !in.New || !in.FailOnWarnings || in.Parameters["basepath"] != "prepend" || in.Mode != "merge" || len(in.Parameters) != 1 {
		t.Errorf("the hook got %+v", in)
	}
	models, err := d.GetModels(ctx, &v1.GetModelsInput{RestApiId: out.Id})
	if len(done(t, models, err).Items) != 0 {
		t.Error("an imported API has default models")
	}
	put, err := d.PutRestApi(ctx, &v1.PutRestApiInput{RestApiId: out.Id, Body: []byte("owners"), Mode: types.PutModeOverwrite})
	if a := done(t, put, err); *a.Name != "owners" || *a.Id != *out.Id || a.Tags == nil || len(a.Warnings) != 1 {
		t.Errorf("PutRestApi = %s", printed(put))
	}
	if in := seen[len(seen)-1]; in.New || in.Mode != "overwrite" || in.FailOnWarnings {
		t.Errorf("the hook got %+v", in)
	}
	fails(t, only(d.PutRestApi(ctx, &v1.PutRestApiInput{RestApiId: out.Id, Body: []byte("wrong")})), isBad, "Invalid OpenAPI input.")
	fails(t, only(d.ImportRestApi(ctx, &v1.ImportRestApiInput{Body: []byte("wrong")})), isBad, "Invalid OpenAPI input.")
	a, err := d.GetRestApi(ctx, &v1.GetRestApiInput{RestApiId: out.Id})
	if got := done(t, a, err); *got.Name != "owners" || got.Warnings != nil {
		t.Errorf("GetRestApi = %s", printed(a))
	}
}

func TestExportHook(t *testing.T) {
	r := openWith(t, func(c *Config) {
		c.Export = func(_ *wire.Call, e Export) (*v1.GetExportOutput, error) {
			return &v1.GetExportOutput{Body: []byte(strings.Join([]string{e.API.ID(), *e.Stage.StageName, e.Deployment.ID, e.Type, e.Accepts, e.Parameters["extensions"]}, " ")),
				ContentType: aws.String("application/octet-stream"), ContentDisposition: aws.String(`attachment; filename="x"`)}, nil
		}
	}).rest()
	r.mock(r.root, "GET")
	id := r.deploy("prod")
	get := func(stage, kind string) (*v1.GetExportOutput, error) {
		return r.GetExport(ctx, &v1.GetExportInput{RestApiId: r.id, StageName: &stage, ExportType: &kind, Parameters: map[string]string{"extensions": "apigateway"}})
	}
	out, err := get("prod", "oas30")
	if got, want := string(done(t, out, err).Body), *r.id+" prod "+*id+" oas30 application/json apigateway"; got != want {
		t.Errorf("GetExport = %q, want %q", got, want)
	}
	if *out.ContentDisposition != `attachment; filename="x"` {
		t.Errorf("Content-Disposition = %s", *out.ContentDisposition)
	}
	if got := r.yaml("/restapis/" + *r.id + "/stages/prod/exports/swagger"); !strings.HasSuffix(got, " swagger application/yaml ") {
		t.Errorf("asked for YAML, GetExport = %q", got)
	}
	fails(t, only(get("nope", "oas30")), isMissing, "Invalid stage identifier specified")
	fails(t, only(get("prod", "raml")), isBad, "Invalid export type specified")
}

// yaml gets a path as a client that prefers YAML; the SDK's always asks for JSON.
func (d *desk) yaml(path string) string {
	d.t.Helper()
	req, err := http.NewRequest("GET", d.url+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/yaml")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return string(body)
}

func TestTestInvokeHook(t *testing.T) {
	r := openWith(t, func(c *Config) {
		c.TestMethod = func(_ *wire.Call, m MethodTest) (*v1.TestInvokeMethodOutput, error) {
			return &v1.TestInvokeMethodOutput{Status: 200, Body: aws.String(*m.Resource.Path + " " + m.Verb + " " + *m.Input.Body + " " + string(m.Resource.ResourceMethods[m.Verb].MethodIntegration.Type))}, nil
		}
	}).rest()
	r.mock(r.resource("pets"), "GET")
	r.method(r.root, "PUT")
	test := func(resource *string, verb string) (*v1.TestInvokeMethodOutput, error) {
		return r.TestInvokeMethod(ctx, &v1.TestInvokeMethodInput{RestApiId: r.id, ResourceId: resource, HttpMethod: &verb, Body: aws.String("b")})
	}
	all, err := r.GetResources(ctx, &v1.GetResourcesInput{RestApiId: r.id})
	out, err2 := test(done(t, all, err).Items[1].Id, "GET")
	if got, want := *done(t, out, err2).Body, "/pets GET b MOCK"; got != want {
		t.Errorf("TestInvokeMethod = %q, want %q", got, want)
	}
	fails(t, only(test(r.root, "GET")), isMissing, "Invalid Method identifier specified")
	fails(t, only(test(r.root, "PUT")), isBad, "No integration defined for method")
}

// TestCheckDeployment: what can't be compiled is refused and leaves nothing.
func TestCheckDeployment(t *testing.T) {
	r := openWith(t, func(c *Config) {
		c.CheckDeployment = func(d *definition.RestDeployment) error {
			return badRequest("Invalid template").Wrap(errors.New("line 1"))
		}
	}).rest()
	r.mock(r.root, "GET")
	fails(t, only(r.CreateDeployment(ctx, &v1.CreateDeploymentInput{RestApiId: r.id})), isBad, "Invalid template")
	list, err := r.GetDeployments(ctx, &v1.GetDeploymentsInput{RestApiId: r.id})
	if len(done(t, list, err).Items) != 0 {
		t.Error("a refused deployment stays")
	}
}
