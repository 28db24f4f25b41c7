package apigateway

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// TestBytes looks at what no client shows: spelling, what is absent, numbers.
func TestBytes(t *testing.T) {
	d := openDesk(t)
	out, err := d.CreateRestApi(ctx, &v1.CreateRestApiInput{Name: aws.String("shop"), Tags: map[string]string{"_custom_id_": "shop"}})
	done(t, out, err)
	r := &rest{d, out.Id, out.RootResourceId}
	r.mock(r.root, "GET")
	deployment := r.deploy("prod")
	put, err := r.PutIntegrationResponse(ctx, &v1.PutIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("GET"), StatusCode: aws.String("200"),
		ResponseTemplates: map[string]string{"application/json": ""}})
	done(t, put, err)
	root := *r.root
	for _, c := range []struct {
		path, kind, want string
		status           int
	}{
		{"/restapis/shop", "", `{"apiKeySource":"HEADER","createdDate":1768359845,"disableExecuteApiEndpoint":false,"endpointConfiguration":{"ipAddressType":"ipv4","types":["EDGE"]},"id":"shop","name":"shop","rootResourceId":"` + root + `","tags":{"_custom_id_":"shop"}}`, 200},
		{"/restapis/shop/resources", "", `{"item":[{"id":"` + root + `","path":"/","resourceMethods":{"GET":{}}}]}`, 200},
		{"/restapis/shop/resources/" + root + "/methods/GET", "", `{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"GET","methodIntegration":{"cacheKeyParameters":[],"cacheNamespace":"` + root +
			`","integrationResponses":{"200":{"responseTemplates":{"application/json":null},"statusCode":"200"}},"passthroughBehavior":"WHEN_NO_MATCH","requestTemplates":{"application/json":"{\"statusCode\": 200}"},"timeoutInMillis":29000,"type":"MOCK"}}`, 200},
		{"/restapis/shop/stages/prod", "", `{"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","createdDate":1768359845,"deploymentId":"` + *deployment +
			`","lastUpdatedDate":1768359845,"methodSettings":{},"stageName":"prod","tags":{},"tracingEnabled":false}`, 200},
		{"/restapis/shop/stages", "", `{"item":[{"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","createdDate":1768359845,"deploymentId":"` + *deployment +
			`","lastUpdatedDate":1768359845,"methodSettings":{},"stageName":"prod","tracingEnabled":false}]}`, 200},
		{"/restapis/shop/deployments/" + *deployment, "", `{"createdDate":1768359845,"id":"` + *deployment + `"}`, 200},
		{"/restapis/shop/authorizers", "", `{"item":[]}`, 200},
		{"/restapis/shop/gatewayresponses/THROTTLED", "", `{"defaultResponse":true,"responseParameters":{},"responseTemplates":{"application/json":"{\"message\":$context.error.messageString}"},"responseType":"THROTTLED","statusCode":"429"}`, 200},
		{"/restapis/nope", isMissing, `{"message":"Invalid API identifier specified 000000000000:nope"}`, 404},
	} {
		res, err := http.Get(r.url + c.path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != c.status || res.Header.Get("x-amzn-ErrorType") != c.kind || string(body) != c.want {
			t.Errorf("GET %s = %d %s %s (%v)\nwant %d %s %s", c.path, res.StatusCode, res.Header.Get("x-amzn-ErrorType"), body, err, c.status, c.kind, c.want)
		}
	}
}

func TestCreateRestApi(t *testing.T) {
	d := openDesk(t)
	out, err := d.CreateRestApi(ctx, &v1.CreateRestApiInput{Name: aws.String("a")})
	done(t, out, err)
	if len(*out.Id) != 10 || len(*out.RootResourceId) != 10 || out.Tags != nil || out.Policy != nil {
		t.Errorf("CreateRestApi = %s", printed(out))
	}
	models, err := d.GetModels(ctx, &v1.GetModelsInput{RestApiId: out.Id})
	if m := done(t, models, err).Items; len(m) != 2 || *m[0].Name != "Empty" || *m[1].Name != "Error" || *m[0].Schema != emptySchema || *m[0].Description != "This is a default empty schema model" {
		t.Errorf("models of a new API: %s", printed(models))
	}
	for kind, ip := range map[types.EndpointType]types.IpAddressType{"EDGE": "ipv4", "REGIONAL": "ipv4", "PRIVATE": "dualstack"} {
		out, err := d.CreateRestApi(ctx, &v1.CreateRestApiInput{Name: aws.String("a"), EndpointConfiguration: endpoints(kind)})
		if e := done(t, out, err).EndpointConfiguration; e.IpAddressType != ip {
			t.Errorf("%s gets ipAddressType %s, want %s", kind, e.IpAddressType, ip)
		}
	}
}

func TestCustomID(t *testing.T) {
	d := openDesk(t)
	create := func(id string) error {
		return only(d.CreateRestApi(ctx, &v1.CreateRestApiInput{Name: aws.String("a"), Tags: map[string]string{"_custom_id_": id}}))
	}
	if err := create("my-api"); err != nil {
		t.Fatal(err)
	}
	fails(t, create("my-api"), isConflict, "API identifier already exists")
	fails(t, create("A_b"), isBad, "Invalid API identifier in tag _custom_id_: it must be 1 to 63 characters [a-z0-9-], and neither begin nor end with -")
}

// TestPolicyEscapes: what Terraform reads has to be unquoted once more, and what
// it reads can be sent back.
func TestPolicyEscapes(t *testing.T) {
	d := openDesk(t)
	policy := `{"Version": "2012-10-17", "Statement": [{"Resource": "execute-api:/*", "Sid": "a\"b"}]}`
	out, err := d.CreateRestApi(ctx, &v1.CreateRestApiInput{Name: aws.String("a"), Policy: &policy, Tags: map[string]string{"_custom_id_": "shop"}})
	want := `{\"Version\":\"2012-10-17\",\"Statement\":[{\"Resource\":\"arn:aws:execute-api:us-east-1:000000000000:shop/*\",\"Sid\":\"a\\\"b\"}]}`
	if got := *done(t, out, err).Policy; got != want {
		t.Errorf("Policy = %s\nwant     %s", got, want)
	}
	up, err := d.UpdateRestApi(ctx, &v1.UpdateRestApiInput{RestApiId: out.Id, PatchOperations: []types.PatchOperation{patch("replace", "/policy", want)}})
	if got := *done(t, up, err).Policy; got != want {
		t.Errorf("sent back, Policy = %s\nwant               %s", got, want)
	}
	a, err := d.repo.Rest(ctx, "shop")
	if err != nil || !strings.HasPrefix(*a.API.Policy, `{"Version":"2012-10-17"`) {
		t.Errorf("stored policy = %s, %v", *a.API.Policy, err)
	}
}

func TestClone(t *testing.T) {
	r := openDesk(t).rest()
	r.mock(r.resource("pets"), "GET")
	model, err := r.CreateModel(ctx, &v1.CreateModelInput{RestApiId: r.id, Name: aws.String("Pet"), ContentType: aws.String("application/json"),
		Schema: aws.String(`{"items":{"$ref":"https://apigateway.amazonaws.com/restapis/` + *r.id + `/models/Empty"}}`)})
	done(t, model, err)
	r.deploy("prod")
	out, err := r.CreateRestApi(ctx, &v1.CreateRestApiInput{Name: aws.String("copy"), CloneFrom: r.id})
	done(t, out, err)
	c := &rest{r.desk, out.Id, out.RootResourceId}
	all, err := c.GetResources(ctx, &v1.GetResourcesInput{RestApiId: c.id, Embed: []string{"methods"}})
	items := done(t, all, err).Items
	if len(items) != 2 || *items[0].Id != *c.root || items[1].ResourceMethods["GET"].MethodIntegration == nil {
		t.Errorf("the copy's resources are %s", printed(all))
	}
	m, err := c.GetModel(ctx, &v1.GetModelInput{RestApiId: c.id, ModelName: aws.String("Pet")})
	if !strings.Contains(*done(t, m, err).Schema, *c.id) {
		t.Errorf("the copy's model refers to another API: %s", *m.Schema)
	}
	stages, err := c.GetStages(ctx, &v1.GetStagesInput{RestApiId: c.id})
	if len(done(t, stages, err).Item) != 0 {
		t.Error("the copy has a stage")
	}
}

func TestAPIPatches(t *testing.T) {
	for _, c := range []struct {
		name string
		ops  []types.PatchOperation
		want func(*v1.UpdateRestApiOutput) string // of the changed API
		text string
	}{
		{"media types", []types.PatchOperation{patch("add", "/binaryMediaTypes/image~1png", "ignored"), patch("add", "/binaryMediaTypes/a~1b", ""),
			patch("replace", "/binaryMediaTypes/image~1png", "image/jpeg"), patch("add", "/binaryMediaTypes/-", "x"), patch("add", "/binaryMediaTypes/a~1b", "")},
			func(a *v1.UpdateRestApiOutput) string { return fmt.Sprint(a.BinaryMediaTypes) }, "[a/b image/jpeg -]"},
		{"private", []types.PatchOperation{patch("replace", "/endpointConfiguration/types/EDGE", "PRIVATE"), patch("add", "/endpointConfiguration/vpcEndpointIds", "vpce-1")},
			func(a *v1.UpdateRestApiOutput) string {
				return fmt.Sprint(a.EndpointConfiguration.Types, a.EndpointConfiguration.IpAddressType, a.EndpointConfiguration.VpcEndpointIds)
			}, "[PRIVATE]dualstack[vpce-1]"},
		{"add then remove a type", []types.PatchOperation{patch("add", "/endpointConfiguration/types", "REGIONAL"), patch("remove", "/endpointConfiguration/types/EDGE", "")},
			func(a *v1.UpdateRestApiOutput) string { return fmt.Sprint(a.EndpointConfiguration.Types) }, "[REGIONAL]"},
		{"ip type", []types.PatchOperation{patch("replace", "/endpointConfiguration/ipAddressType", "dualstack")},
			func(a *v1.UpdateRestApiOutput) string { return string(a.EndpointConfiguration.IpAddressType) }, "dualstack"},
		{"no boolean is false", []types.PatchOperation{patch("replace", "/disableExecuteApiEndpoint", "yes")},
			func(a *v1.UpdateRestApiOutput) string { return fmt.Sprint(a.DisableExecuteApiEndpoint) }, "false"},
		{"compression off", []types.PatchOperation{patch("replace", "/minimumCompressionSize", "5"), {Op: "replace", Path: aws.String("/minimumCompressionSize")}},
			func(a *v1.UpdateRestApiOutput) string { return fmt.Sprint(a.MinimumCompressionSize == nil) }, "true"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := openDesk(t).rest()
			out, err := r.UpdateRestApi(ctx, &v1.UpdateRestApiInput{RestApiId: r.id, PatchOperations: c.ops})
			if got := c.want(done(t, out, err)); got != c.text {
				t.Errorf("after the patch %s, want %s", got, c.text)
			}
			if out.Tags == nil {
				t.Error("an update without tags")
			}
		})
	}
}

func TestPaging(t *testing.T) {
	d := openDesk(t)
	for range 30 {
		d.rest()
	}
	seen, pages := map[string]bool{}, 0
	var position *string
	for more := true; more; more = position != nil {
		out, err := d.GetRestApis(ctx, &v1.GetRestApisInput{Position: position})
		for _, a := range done(t, out, err).Items {
			seen[*a.Id] = true
			if a.Tags != nil {
				t.Error("a list with empty tags")
			}
		}
		pages, position = pages+1, out.Position
	}
	if len(seen) != 30 || pages != 2 {
		t.Errorf("%d APIs on %d pages, want 30 on 2", len(seen), pages)
	}
	out, err := d.GetRestApis(ctx, &v1.GetRestApisInput{Limit: aws.Int32(-1)})
	if n := len(done(t, out, err).Items); n != 25 {
		t.Errorf("limit -1 gives %d", n)
	}
}

func TestLimits(t *testing.T) {
	r := openWith(t, func(c *Config) { c.Limits = Limits{APIs: 1, Resources: 2, Stages: 1, Authorizers: 1} }).rest()
	text := func(plural, of string) string {
		return "Maximum number of " + plural + " for this " + of + " has been reached.  Please contact AWS if you need additional " + plural + "."
	}
	const full = "LimitExceededException"
	fails(t, r.create(func(*v1.CreateRestApiInput) {}), full, text("APIs", "account"))
	r.mock(r.resource("a"), "GET")
	fails(t, r.child(*r.root, "b"), full, text("resources", "API"))
	id := r.deploy("prod")
	fails(t, only(r.CreateStage(ctx, &v1.CreateStageInput{RestApiId: r.id, StageName: aws.String("b"), DeploymentId: id})), full, text("Stages", "API"))
	r.token("a")
	fails(t, only(r.CreateAuthorizer(ctx, &v1.CreateAuthorizerInput{RestApiId: r.id, Name: aws.String("b"), Type: "TOKEN", AuthorizerUri: aws.String(echoURI)})), full, text("Authorizers", "API"))
}
