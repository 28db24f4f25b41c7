package port

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

const (
	head3 = `{"openapi":"3.0.1","info":{"title":"t","version":"1"},`
	head2 = `{"swagger":"2.0","info":{"title":"t","version":"1"},`
	mock  = `"x-amazon-apigateway-integration":{"type":"mock"}`
)

// with is a document of one method, GET /a, with members of its own.
func with(members string) string { return head3 + `"paths":{"/a":{"get":{` + members + `}}}}` }

func integration(members string) string {
	return with(`"x-amazon-apigateway-integration":{` + members + `}`)
}

func authorizer(members string) string {
	return head3 + `"paths":{},"components":{"securitySchemes":{"s":{"type":"apiKey","name":"A","in":"header","x-amazon-apigateway-authorizer":{` + members + `}}}}}`
}

// TestImportWarnings: each is a warning, and a refusal with failonwarnings that
// leaves nothing behind.
func TestImportWarnings(t *testing.T) {
	g := start(t)
	for _, c := range []struct{ name, doc, want string }{
		{"lost model", with(`"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Nope"}}}}`), "Reference to model 'Nope' not found. Ignoring."},
		{"lost model in a model", head3 + `"paths":{},"components":{"schemas":{"A":{"type":"object","properties":{"b":{"$ref":"#/components/schemas/B"}}}}}}`, "Reference to model 'B' not found. Ignoring."},
		{"foreign model", with(`"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"http://x/y"}}}}}`), "Reference to model 'http://x/y' not found. Ignoring."},
		{"request parameter no text", integration(`"type":"mock","requestParameters":{"integration.request.header.a":true}`),
			"Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.a' of resource '/a' and method 'GET' but got 'true'"},
		{"template no text", integration(`"type":"mock","requestTemplates":{"application/json":{"statusCode":200}}`),
			`Invalid format for 'requestTemplates'. Expected type string for property 'application/json' of resource '/a' and method 'GET' but got '{"statusCode":200}'`},
		{"time-out text", integration(`"type":"mock","timeoutInMillis":"soon"`), "Invalid timeoutInMillis of resource '/a' and method 'GET': 'soon'. Ignoring."},
		{"response without code", integration(`"type":"mock","responses":{"default":{}}`), "Integration response 'default' of resource '/a' and method 'GET' has no statusCode. Ignoring."},
		{"cookie", with(`"parameters":[{"name":"c","in":"cookie"}]`), "Parameter 'c' in 'cookie' of method 'GET' at path '/a' is not supported. Ignoring."},
		{"form data", head2 + `"paths":{"/a":{"get":{"parameters":[{"name":"c","in":"formData"}]}}}}`, "Parameter 'c' in 'formData' of method 'GET' at path '/a' is not supported. Ignoring."},
		{"response range", with(`"responses":{"2XX":{}}`), "Response '2XX' of method 'GET' at path '/a' is not supported. Ignoring."},
		{"lost response", with(`"responses":{"200":{"$ref":"#/x"}}`), "Response '200' of method 'GET' at path '/a' is ignored: reference '#/x' not found"},
		{"lost parameter", with(`"parameters":[{"$ref":"#/x"}]`), "A parameter of method 'GET' at path '/a' is ignored: reference '#/x' not found"},
		{"trace", head3 + `"paths":{"/a":{"trace":{}}}}`, "Method 'TRACE' of path '/a' is not supported. Ignoring."},
		{"scheme type", head3 + `"paths":{},"components":{"securitySchemes":{"o":{"type":"oauth2"}}}}`, "Unsupported security definition type 'oauth2' for 'o'. Ignoring."},
		{"validator", with(`"x-amazon-apigateway-request-validator":"all"`), "Request validator 'all' of method 'GET' at path '/a' not found. Ignoring."},
		{"auth type", with(`"x-amazon-apigateway-auth":{"type":"odd"}`), "Invalid authorization type 'ODD' of method 'GET' at path '/a'. Ignoring."},
		{"gateway response", head3 + `"x-amazon-apigateway-gateway-responses":{"TEAPOT":{}}}`, "Invalid gateway response type 'TEAPOT'. Ignoring."},
		{"key source", head3 + `"x-amazon-apigateway-api-key-source":"body"}`, "Invalid API key source specified: 'BODY'. Ignoring."},
		{"documentation type", head3 + `"x-amazon-apigateway-documentation":{"documentationParts":[{"location":{"type":"X"},"properties":{}}]}}`,
			"Unable to create a documentation part of type 'X': Invalid documentation part location type specified: X"},
		{"VPC endpoints", head2 + `"x-amazon-apigateway-endpoint-configuration":{"vpcEndpointIds":["vpce-1"]}}`, "VPC endpoint ids are only supported for Private APIs. Ignoring."},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ok[*v1.ImportRestApiOutput](t)(g.bring(c.doc)).Warnings
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("warnings %q, want %q", got, c.want)
			}
			before := len(g.list())
			_, err := g.ImportRestApi(ctx, &v1.ImportRestApiInput{Body: []byte(c.doc), FailOnWarnings: true})
			wantError(t, err, "Warnings found during import:\n\t"+c.want)
			if after := len(g.list()); after != before {
				t.Errorf("a refused import made an API")
			}
		})
	}
}

func (g *gate) list() []types.RestApi {
	g.t.Helper()
	out, err := g.GetRestApis(ctx, &v1.GetRestApisInput{Limit: ptr[int32](500)})
	return ok[*v1.GetRestApisOutput](g.t)(out, err).Items
}

func TestImportRefusals(t *testing.T) {
	g := start(t)
	for _, c := range []struct{ name, doc, want string }{
		{"no object", "[]", "Invalid OpenAPI input."},
		{"no version", "{}", "Invalid OpenAPI input."},
		{"OpenAPI 3.1", `{"openapi":"3.1.0"}`, "Invalid OpenAPI input."},
		{"too deep", strings.Repeat("[", 1000), "Invalid OpenAPI input."},
		{"bad URL", head3 + `"paths":{"/":{"get":{"x-amazon-apigateway-integration":{"type":"http","httpMethod":"GET","uri":"nope"}}}}}`,
			"Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/': Invalid HTTP endpoint specified for URI"},
		{"all at once", head3 + `"paths":{"/a b":{"get":{}},"/c":{"get":{"x-amazon-apigateway-integration":{"type":"odd"}}}}}`,
			"Errors found during import:\n\tUnable to create resource at path '/a b': Resource's path part only allow a-zA-Z0-9._-: and curly braces at the beginning and the end and an optional plus sign before the closing brace." +
				"\n\tUnable to put integration on 'GET' for resource at path '/c': Invalid integration type specified: ODD"},
		{"two variables", head3 + `"paths":{"/{a}":{},"/{b}":{}}}`,
			"Errors found during import:\n\tUnable to create resource at path '/{b}': A sibling ({a}) of this resource already has a variable path part -- only one is allowed"},
		{"no integration type", integration(`"uri":"http://a"`), "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/a': Enumeration value for IntegrationType must be non-empty"},
		{"bad mapping", integration(`"type":"mock","requestParameters":{"integration.request.header.a":"nope"}`),
			"Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/a': Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: nope]"},
		{"model name", head3 + `"components":{"schemas":{"A-1":{"type":"object"}}}}`, "Errors found during import:\n\tUnable to create model 'A-1': Model name must be alphanumeric: A-1"},
		{"compression", head3 + `"x-amazon-apigateway-minimum-compression-size":-1}`, "Errors found during import:\n\tInvalid minimum compression size, must be between 0 and 10485760"},
		{"authorizer type", authorizer(`"type":"jwt"`), "Errors found during import:\n\tUnable to create authorizer 's': Invalid authorizer type specified: JWT"},
		{"parameter twice", with(`"parameters":[{"name":"p","in":"query"},{"name":"p","in":"header"}]`),
			"Errors found during import:\n\tUnable to put method 'GET' on resource at path '/a': Parameter names must be unique across querystring, header and path"},
		{"unknown scheme", with(`"security":[{"s":[]}]`), "Errors found during import:\n\tUnable to put method 'GET' on resource at path '/a': Invalid authorizer ID specified. Security definition 's' not found"},
		{"policy", head3 + `"x-amazon-apigateway-policy":"no"}`, "Errors found during import:\n\tInvalid policy document. Please check the policy syntax and ensure that Principals are valid."},
		{"models", head3 + `"components":{"schemas":{` + members(maxModels+1) + `}}}`, "Errors found during import:\n\tMaximum number of models for this API has been reached.  Please contact AWS if you need additional models."},
		{"validators", head3 + `"x-amazon-apigateway-request-validators":{` + members(maxValidators+1) + `}}`,
			"Errors found during import:\n\tMaximum number of request validators for this API has been reached.  Please contact AWS if you need additional request validators."},
		{"documentation", head3 + `"x-amazon-apigateway-documentation":{"documentationParts":[` + strings.Repeat(`{"location":{"type":"API"},"properties":{}},`, maxParts) + `{"location":{"type":"API"},"properties":{}}]}}`,
			"Errors found during import:\n\tMaximum number of documentation parts for this API has been reached.  Please contact AWS if you need additional documentation parts."},
		{"resources", head3 + `"paths":{` + strings.ReplaceAll(members(300), `"m`, `"/m`) + `}}`,
			"Errors found during import:\n\tUnable to create resource at path '/m299': Maximum number of resources for this API has been reached.  Please contact AWS if you need additional resources."},
		{"long names", head3 + `"paths":{"/` + strings.Repeat(" ", 5000) + `":{}}}`, "Errors found during import:\n\tUnable to create resource at path '/" + strings.Repeat(" ", 1000-len("Unable to create resource at path '/")) + "..."},
		{"no title", `{"openapi":"3.0.0"}`, "Errors found during import:\n\tThe title of the API is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := g.bring(c.doc)
			wantError(t, err, c.want)
		})
	}
	if n := len(g.list()); n > 0 {
		t.Errorf("refused imports left %d APIs", n)
	}
	for name, value := range map[string][2]string{
		"basepath":                   {"up", "Invalid basepath specified: up. Valid options are ignore, prepend, split"},
		"endpointConfigurationTypes": {"EDGE,REGIONAL", "Errors found during import:\n\tCannot create an api with multiple Endpoint Types."},
	} {
		_, err := g.bring(with(mock), name, value[0])
		wantError(t, err, value[1])
	}
	_, err := g.bring(with(mock), "endpointConfigurationTypes", "MOON")
	wantError(t, err, "Errors found during import:\n\tInvalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
}

// members are n empty objects with names of their own.
func members(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"m%d":{}`, i)
	}
	return b.String()
}

func (g *gate) paths(id *string) string {
	var paths []string
	for _, r := range g.stored(id).Resources {
		paths = append(paths, *r.Path)
	}
	slices.Sort(paths)
	return strings.Join(paths, " ")
}

func TestImportBasePath(t *testing.T) {
	g := start(t)
	byVariable := head3 + `"servers":[{"url":"https://x/other","variables":{"basePath":{"default":"a/b/c"}}}],"paths":{"/e":{"get":{` + mock + `}}}}`
	byURL := head3 + `"servers":[{"url":"https://x/a/b/c/"}],"paths":{"/e":{"get":{` + mock + `}}}}`
	swagger := head2 + `"basePath":"/a/b/c","paths":{"/e":{"get":{` + mock + `}}}}`
	for _, c := range []struct{ mode, want string }{
		{"ignore", "/ /e"}, {"prepend", "/ /a /a/b /a/b/c /a/b/c/e"}, {"split", "/ /b /b/c /b/c/e"},
	} {
		for i, doc := range []string{byVariable, byURL, swagger} {
			if got := g.paths(ok[*v1.ImportRestApiOutput](t)(g.bring(doc, "basepath", c.mode)).Id); got != c.want {
				t.Errorf("document %d, basepath %s: %q, want %q", i, c.mode, got, c.want)
			}
		}
	}
}

func TestEndpointTypes(t *testing.T) {
	g := start(t)
	doc := head3 + `"servers":[{"url":"/","x-amazon-apigateway-endpoint-configuration":{"vpcEndpointIds":["vpce-1"]}}]}`
	out := ok[*v1.ImportRestApiOutput](t)(g.bring(doc, "endpointConfigurationTypes", "PRIVATE"))
	e := out.EndpointConfiguration
	if e.Types[0] != types.EndpointTypePrivate || e.IpAddressType != types.IpAddressTypeDualstack || len(e.VpcEndpointIds) != 1 {
		t.Errorf("endpoint configuration %+v", e)
	}
}

// second is put over the document of TestPut's first.
const (
	first = head3 + `"x-amazon-apigateway-binary-media-types":["a/a","b/b"],"paths":{"/keep":{"get":{"operationId":"old",` + mock + `},"post":{` + mock + `}},"/gone/deep":{"get":{` + mock + `}}},` +
		`"components":{"schemas":{"Gone":{"type":"object"},"Stays":{"type":"object"}}},"x-amazon-apigateway-request-validators":{"gone":{"validateRequestBody":true}},` +
		`"x-amazon-apigateway-gateway-responses":{"THROTTLED":{"statusCode":420}}}`
	second = `{"openapi":"3.0.1","info":{"title":"two","version":"2"},"x-amazon-apigateway-binary-media-types":["b/b","c/c"],"paths":{"/keep":{"get":{"operationId":"new",` + mock + `}},"/fresh":{"get":{` + mock + `}}},` +
		`"components":{"schemas":{"Stays":{"type":"object","title":"two"},"Fresh":{"type":"object"}}}}`
)

func TestPut(t *testing.T) {
	g := start(t)
	for _, c := range []struct {
		mode                        types.PutMode
		paths, media, models, verbs string
		validators, responses       int
	}{
		{types.PutModeMerge, "/ /fresh /gone /gone/deep /keep", "a/a b/b c/c", "Gone Stays Fresh", "GET POST", 1, 1},
		{types.PutModeOverwrite, "/ /fresh /keep", "b/b c/c", "Stays Fresh", "GET", 0, 0},
		{"", "/ /fresh /gone /gone/deep /keep", "a/a b/b c/c", "Gone Stays Fresh", "GET POST", 1, 1},
	} {
		t.Run(string(c.mode), func(t *testing.T) {
			id := ok[*v1.ImportRestApiOutput](t)(g.bring(first)).Id
			ok[*v1.TagResourceOutput](t)(g.TagResource(ctx, &v1.TagResourceInput{ResourceArn: ptr("arn:aws:apigateway:us-east-1::/restapis/" + *id), Tags: map[string]string{"a": "b"}}))
			g.deploy(id)
			before := g.stored(id)
			out := ok[*v1.PutRestApiOutput](t)(g.put(id, c.mode, second))
			if *out.Id != *id || *out.Name != "two" || *out.Version != "2" || out.Tags["a"] != "b" {
				t.Errorf("PutRestApi = %+v", out)
			}
			a := g.stored(id)
			var models []string
			for _, m := range a.Models {
				models = append(models, *m.Name)
			}
			keep := at(a, "/keep")
			if got := []string{g.paths(id), strings.Join(a.API.BinaryMediaTypes, " "), strings.Join(models, " "), strings.Join(definition.Verbs(keep), " ")}; !slices.Equal(got, []string{c.paths, c.media, c.models, c.verbs}) {
				t.Errorf("after the put: %q", got)
			}
			if len(a.RequestValidators) != c.validators || len(a.GatewayResponses) != c.responses || len(a.Stages) != 1 || len(a.Deployments) != 1 {
				t.Errorf("after the put: %d validators, %d gateway responses, %d stages, %d deployments", len(a.RequestValidators), len(a.GatewayResponses), len(a.Stages), len(a.Deployments))
			}
			if *keep.Id != *at(before, "/keep").Id || *a.API.RootResourceId != *before.API.RootResourceId {
				t.Error("a resource whose path stays has another id")
			}
			if *keep.ResourceMethods["GET"].OperationName != "new" || !strings.Contains(*a.Model("Stays").Schema, "two") {
				t.Error("what the document names was not replaced")
			}
		})
	}
}

func at(a *definition.RestAPI, path string) *types.Resource {
	for i := range a.Resources {
		if *a.Resources[i].Path == path {
			return &a.Resources[i]
		}
	}
	return nil
}

// TestPutRefusalChangesNothing: an error comes before any change.
func TestPutRefusalChangesNothing(t *testing.T) {
	g := start(t)
	id := ok[*v1.ImportRestApiOutput](t)(g.bring(first)).Id
	before := g.paths(id)
	_, err := g.put(id, types.PutModeOverwrite, head3+`"paths":{"/new":{},"/a b":{}}}`)
	if err == nil || g.paths(id) != before {
		t.Errorf("a refused put: %v; paths %s, want %s", err, g.paths(id), before)
	}
	if m := g.method(id, "/keep", "GET"); *m.OperationName != "old" {
		t.Errorf("a refused put changed a method")
	}
}

func TestIgnoreDocumentation(t *testing.T) {
	g := start(t)
	doc := head3 + `"x-amazon-apigateway-documentation":{"version":"1","documentationParts":[{"location":{"type":"API"},"properties":{"a":1}}]}}`
	for ignore, want := range map[string]int{"": 1, "documentation": 0} {
		a := g.stored(ok[*v1.ImportRestApiOutput](t)(g.bring(doc, "ignore", ignore)).Id)
		if len(a.DocumentationParts) != want || len(a.DocumentationVersions) != want {
			t.Errorf("ignore=%q: %d parts, %d versions, want %d", ignore, len(a.DocumentationParts), len(a.DocumentationVersions), want)
		}
	}
}
