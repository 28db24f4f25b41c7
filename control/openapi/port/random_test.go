package port

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

// TestRandomAPIs: what any API exports imports as that API, and exports as the
// same document.
func TestRandomAPIs(t *testing.T) {
	g := start(t)
	for seed := range uint64(20) {
		id := g.random(rand.New(rand.NewPCG(seed, 7)))
		g.deploy(id)
		f := form{[]string{"oas30", "swagger"}[seed%2], []string{"application/json", "application/yaml"}[seed/2%2], "apigateway"}
		again := g.wantFixed(g.export(id, f), f)
		if a, b := g.shape(id), g.shape(again); a != b {
			t.Errorf("seed %d: imported\n%s\nwant\n%s", seed, b, a)
		}
		if t.Failed() {
			return
		}
	}
}

const lambda = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations"

// random makes an API through the operations.
func (g *gate) random(r *rand.Rand) *string {
	in := &v1.CreateRestApiInput{Name: ptr(fmt.Sprintf("api \"%d\" ü: #", r.IntN(9))), Version: ptr("yes"),
		BinaryMediaTypes: []string{"a/b", "*/*"}[:r.IntN(3)], ApiKeySource: []types.ApiKeySourceType{types.ApiKeySourceTypeHeader, types.ApiKeySourceTypeAuthorizer}[r.IntN(2)]}
	if r.IntN(2) == 0 {
		in.Description, in.MinimumCompressionSize = ptr("- a\n\tb: \u0085 'q'"), ptr[int32](0)
		in.Policy = ptr(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"*"}]}`)
	}
	out := ok[*v1.CreateRestApiOutput](g.t)(g.CreateRestApi(ctx, in))
	id := out.Id
	g.objects(id, r)
	a := g.stored(id)
	parent := *out.RootResourceId
	for i, part := range []string{"pets", "{id}", "a.b-c", "{proxy+}"} {
		if r.IntN(5) == 0 && i < 3 {
			continue
		}
		res := ok[*v1.CreateResourceOutput](g.t)(g.CreateResource(ctx, &v1.CreateResourceInput{RestApiId: id, ParentId: &parent, PathPart: &part}))
		parent = *res.Id
		for _, verb := range []string{"ANY", "GET", "OPTIONS", "POST"}[r.IntN(4):] {
			g.randomMethod(a, res.Id, verb, r)
		}
	}
	if *a.API.RootResourceId == parent {
		g.t.Fatal("no resource")
	}
	return id
}

// objects gives an API what methods name.
func (g *gate) objects(id *string, r *rand.Rand) {
	ref := "https://apigateway.amazonaws.com/restapis/" + *id + "/models/"
	for name, schema := range map[string]string{
		"Pet":  `{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","properties":{"next":{"$ref":"` + ref + `Pet"},"$ref":{"type":"string"},"x":{"type":"integer","minimum":1.50}}}`,
		"Pets": `{"type":"array","items":{"$ref":"` + ref + `Pet"}}`,
	} {
		ok[*v1.CreateModelOutput](g.t)(g.CreateModel(ctx, &v1.CreateModelInput{RestApiId: id, Name: &name, ContentType: ptr("application/json"), Schema: &schema}))
	}
	ok[*v1.CreateRequestValidatorOutput](g.t)(g.CreateRequestValidator(ctx, &v1.CreateRequestValidatorInput{RestApiId: id, Name: ptr("on off"), ValidateRequestBody: true}))
	for _, x := range []*v1.CreateAuthorizerInput{
		{Name: ptr("tok"), Type: types.AuthorizerTypeToken, AuthorizerUri: ptr(lambda), IdentitySource: ptr("method.request.header.X-T"), IdentityValidationExpression: ptr("^a\\d")},
		{Name: ptr("r q"), Type: types.AuthorizerTypeRequest, AuthorizerUri: ptr(lambda), AuthorizerResultTtlInSeconds: ptr[int32](0)},
		{Name: ptr("pool"), Type: types.AuthorizerTypeCognitoUserPools, ProviderARNs: []string{"arn:aws:cognito-idp:us-east-1:000000000000:userpool/p"}, IdentitySource: ptr("method.request.header.Authorization")},
	} {
		x.RestApiId = id
		ok[*v1.CreateAuthorizerOutput](g.t)(g.CreateAuthorizer(ctx, x))
	}
	if r.IntN(2) == 0 {
		ok[*v1.PutGatewayResponseOutput](g.t)(g.PutGatewayResponse(ctx, &v1.PutGatewayResponseInput{RestApiId: id, ResponseType: types.GatewayResponseTypeDefault5xx,
			ResponseParameters: map[string]string{"gatewayresponse.header.A": "'x'"}}))
		ok[*v1.PutGatewayResponseOutput](g.t)(g.PutGatewayResponse(ctx, &v1.PutGatewayResponseInput{RestApiId: id, ResponseType: types.GatewayResponseTypeThrottled, StatusCode: ptr("430")}))
	}
}

func (g *gate) randomMethod(a *definition.RestAPI, resource *string, verb string, r *rand.Rand) {
	id := a.API.Id
	m := &v1.PutMethodInput{RestApiId: id, ResourceId: resource, HttpMethod: &verb, AuthorizationType: ptr("NONE"), ApiKeyRequired: r.IntN(2) == 0}
	switch r.IntN(5) {
	case 0:
		m.AuthorizationType = ptr("AWS_IAM")
	case 1:
		m.AuthorizationType, m.AuthorizerId = ptr("CUSTOM"), a.Authorizers[r.IntN(2)].Id
	case 2:
		m.AuthorizationType, m.AuthorizerId, m.AuthorizationScopes = ptr("COGNITO_USER_POOLS"), a.Authorizers[2].Id, []string{"b", "a"}[:r.IntN(3)]
	case 3:
		m.RequestModels, m.RequestValidatorId, m.OperationName = map[string]string{"application/json": "Pet"}, a.RequestValidators[0].Id, ptr("op")
	}
	if r.IntN(2) == 0 {
		m.RequestParameters = map[string]bool{"method.request.header.H": true, "method.request.querystring.q": false, "method.request.path.id": true}
	}
	ok[*v1.PutMethodOutput](g.t)(g.PutMethod(ctx, m))
	resp := &v1.PutMethodResponseInput{RestApiId: id, ResourceId: resource, HttpMethod: &verb, StatusCode: ptr("200")}
	if r.IntN(2) == 0 {
		resp.ResponseModels, resp.ResponseParameters = map[string]string{"application/json": "Pets"}, map[string]bool{"method.response.header.X": false}
	}
	ok[*v1.PutMethodResponseOutput](g.t)(g.PutMethodResponse(ctx, resp))
	i := &v1.PutIntegrationInput{RestApiId: id, ResourceId: resource, HttpMethod: &verb, Type: types.IntegrationTypeMock,
		RequestTemplates: map[string]string{"application/json": "{\"statusCode\": 200}\n#set($a = 1)"}}
	switch r.IntN(3) {
	case 0:
		i.Type, i.IntegrationHttpMethod, i.Uri = types.IntegrationTypeHttp, ptr("GET"), ptr("http://127.0.0.1:9/${stageVariables.x}")
		i.PassthroughBehavior, i.TimeoutInMillis, i.ContentHandling = ptr("NEVER"), ptr[int32](77), types.ContentHandlingStrategyConvertToText
		i.CacheNamespace, i.CacheKeyParameters = ptr("mine"), []string{"method.request.querystring.q"}[:len(m.RequestParameters)/3]
		i.TlsConfig = &types.TlsConfig{InsecureSkipVerification: r.IntN(2) == 0}
	case 1:
		i.Type, i.IntegrationHttpMethod, i.Uri = types.IntegrationTypeAwsProxy, ptr("POST"), ptr(lambda)
		i.Credentials = ptr("arn:aws:iam::000000000000:role/r")
	}
	ok[*v1.PutIntegrationOutput](g.t)(g.PutIntegration(ctx, i))
	for code, pattern := range map[string]*string{"200": nil, "404": ptr(`4\d{2}|".*\n`)} {
		ok[*v1.PutIntegrationResponseOutput](g.t)(g.PutIntegrationResponse(ctx, &v1.PutIntegrationResponseInput{RestApiId: id, ResourceId: resource, HttpMethod: &verb,
			StatusCode: &code, SelectionPattern: pattern, ResponseTemplates: map[string]string{"application/json": "$input.json('$')"}}))
	}
}

// shape prints an API by names and paths, without what only its history explains:
// ids, dates, descriptions of models, which a document has no place for.
func (g *gate) shape(id *string) string {
	g.t.Helper()
	a := g.stored(id)
	names := map[string]string{}
	for _, x := range a.Authorizers {
		names[*x.Id] = *x.Name
	}
	for _, v := range a.RequestValidators {
		names[*v.Id] = *v.Name
	}
	shape := map[string]any{"name": a.API.Name, "version": a.API.Version, "description": a.API.Description, "media": a.API.BinaryMediaTypes,
		"source": a.API.ApiKeySource, "compression": a.API.MinimumCompressionSize, "policy": a.API.Policy}
	for _, r := range a.Resources {
		for verb, m := range r.ResourceMethods {
			if m.AuthorizerId != nil {
				m.AuthorizerId = ptr(names[*m.AuthorizerId])
			}
			if m.RequestValidatorId != nil {
				m.RequestValidatorId = ptr(names[*m.RequestValidatorId])
			}
			if i := m.MethodIntegration; i != nil && *i.CacheNamespace == *r.Id {
				i.CacheNamespace = nil
			}
			shape[verb+" "+*r.Path] = m
		}
	}
	for _, x := range a.Authorizers {
		x.Id = nil
		shape["authorizer "+*x.Name] = x
	}
	for _, v := range a.RequestValidators {
		v.Id = nil
		shape["validator "+*v.Name] = v
	}
	for _, v := range a.GatewayResponses {
		shape[string(v.ResponseType)] = v
	}
	for _, m := range a.Models {
		var schema map[string]any
		if err := json.Unmarshal([]byte(*m.Schema), &schema); err != nil {
			g.t.Fatal(err)
		}
		delete(schema, "$schema")
		shape["model "+*m.Name] = schema
	}
	text, err := json.MarshalIndent(shape, "", " ")
	if err != nil {
		g.t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), *id, "APIID")
}

// TestImportLarge: 10, 100 and 298 methods with models and mappings, imported in
// under a second each, survive export and import.
func TestImportLarge(t *testing.T) {
	g := start(t)
	for _, n := range []int{10, 100, 298} {
		for _, kind := range []string{"oas30", "swagger"} {
			doc := largeDocument(n)
			began := time.Now()
			out := ok[*v1.ImportRestApiOutput](t)(g.bring(doc))
			took := time.Since(began)
			t.Logf("%d methods, %d bytes: %v", n, len(doc), took)
			if !raceEnabled && took > time.Second {
				t.Errorf("%d methods took %v", n, took)
			}
			if len(out.Warnings) > 0 {
				t.Fatalf("warnings %q", out.Warnings)
			}
			g.deploy(out.Id)
			f := form{kind, "application/yaml", "apigateway"}
			text := g.export(out.Id, f)
			if got := strings.Count(text, "x-amazon-apigateway-integration:"); got != n {
				t.Errorf("the export has %d methods, want %d", got, n)
			}
			g.wantFixed(text, f)
		}
	}
}

// largeDocument has n methods, as a grown API has them: inline and shared
// schemas, parameters, keys, validators, mappings.
func largeDocument(n int) string {
	var b strings.Builder
	b.WriteString("openapi: 3.0.3\ninfo: {title: large, version: '1'}\nx-amazon-apigateway-request-validators: {all: {validateRequestBody: true, validateRequestParameters: true}}\nx-amazon-apigateway-request-validator: all\npaths:\n")
	for i := range n {
		if i%2 == 0 {
			fmt.Fprintf(&b, "  /things%d/{id}:\n", i/2)
		}
		fmt.Fprintf(&b, `    %s:
      operationId: op%d
      security: [{api_key: []}]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: depth, in: query, schema: {type: integer}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing%d'}}}}
      responses: {'200': {description: ok, headers: {X-Count: {schema: {type: string}}}, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing%d'}}}}}}
      x-amazon-apigateway-integration:
        type: http
        httpMethod: %s
        uri: 'http://127.0.0.1:9001/things/{id}'
        requestParameters: {integration.request.path.id: method.request.path.id}
        requestTemplates: {application/json: "#set($in = $input.path('$'))\n{\"n\": $in.n}"}
        responses:
          default: {statusCode: '200', responseParameters: {method.response.header.X-Count: integration.response.header.X-Count}, responseTemplates: {application/json: "$input.json('$.items')"}}
`, []string{"get", "put"}[i%2], i, i, i, []string{"GET", "PUT"}[i%2])
	}
	b.WriteString("components:\n  securitySchemes:\n    api_key: {type: apiKey, name: x-api-key, in: header}\n  schemas:\n")
	for i := range n {
		fmt.Fprintf(&b, "    Thing%d: {type: object, required: [id], properties: {id: {type: string}, next: {$ref: '#/components/schemas/Thing%d'}}}\n", i, (i+1)%n)
	}
	return b.String()
}
