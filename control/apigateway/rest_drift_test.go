package apigateway

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// lifeOf is what a configuration tool does with a resource: create, read twice,
// update, read, delete, read. Nothing may differ between an answer and a later
// read, or the tool would want to change it again for ever. drop names members
// that a creation leaves out, as AWS does.
func lifeOf[C, R, U any](t *testing.T, create func() (*C, error), read func() (*R, error), update func() (*U, error), remove func() error, drop ...string) {
	t.Helper()
	out, err := create()
	made := done(t, out, err)
	get := func() *R { t.Helper(); out, err := read(); return done(t, out, err) }
	first := get()
	alike(t, "read after create", first, reply[R](made), drop...)
	alike(t, "second read", get(), first)
	changed, err := update()
	alike(t, "read after update", get(), reply[R](done(t, changed, err)))
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := read(); err == nil {
		t.Error("read after delete succeeds")
	}
}

func TestNoDrift(t *testing.T) {
	t.Run("api", func(t *testing.T) {
		d := openDesk(t)
		var id *string
		lifeOf(t, func() (*v1.CreateRestApiOutput, error) {
			out, err := d.CreateRestApi(ctx, &v1.CreateRestApiInput{Name: aws.String("a"), Description: aws.String("d"), Version: aws.String("v1"),
				BinaryMediaTypes: []string{"image/png", "b/b", "image/png"}, MinimumCompressionSize: aws.Int32(0), ApiKeySource: "AUTHORIZER", DisableExecuteApiEndpoint: true,
				EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{"PRIVATE"}, VpcEndpointIds: []string{"vpce-1"}},
				Policy:                aws.String(`{"Version": "2012-10-17", "Statement": []}`), Tags: map[string]string{"a": "b"},
				SecurityPolicy: types.SecurityPolicyTls12})
			if err == nil {
				id = out.Id
			}
			return out, err
		},
			func() (*v1.GetRestApiOutput, error) { return d.GetRestApi(ctx, &v1.GetRestApiInput{RestApiId: id}) },
			func() (*v1.UpdateRestApiOutput, error) {
				return d.UpdateRestApi(ctx, &v1.UpdateRestApiInput{RestApiId: id, PatchOperations: []types.PatchOperation{
					patch("replace", "/name", "b"), patch("replace", "/description", ""), patch("replace", "/policy", ""), patch("replace", "/apiKeySource", "HEADER"),
					patch("remove", "/endpointConfiguration/vpcEndpointIds", "vpce-1"), patch("replace", "/endpointConfiguration/types/0", "REGIONAL"),
					patch("replace", "/minimumCompressionSize", ""), patch("remove", "/binaryMediaTypes/b~1b", ""), patch("replace", "/disableExecuteApiEndpoint", "false")}})
			},
			func() error { _, err := d.DeleteRestApi(ctx, &v1.DeleteRestApiInput{RestApiId: id}); return err })
	})
	t.Run("resource", func(t *testing.T) {
		r := openDesk(t).rest()
		other := r.resource("other")
		var id *string
		lifeOf(t, func() (*v1.CreateResourceOutput, error) {
			out, err := r.CreateResource(ctx, &v1.CreateResourceInput{RestApiId: r.id, ParentId: r.root, PathPart: aws.String("{pet}")})
			if err == nil {
				id = out.Id
			}
			return out, err
		},
			func() (*v1.GetResourceOutput, error) {
				return r.GetResource(ctx, &v1.GetResourceInput{RestApiId: r.id, ResourceId: id})
			},
			func() (*v1.UpdateResourceOutput, error) {
				return r.UpdateResource(ctx, &v1.UpdateResourceInput{RestApiId: r.id, ResourceId: id, PatchOperations: []types.PatchOperation{
					patch("replace", "/parentId", *other), patch("replace", "/pathPart", "pets")}})
			},
			func() error {
				_, err := r.DeleteResource(ctx, &v1.DeleteResourceInput{RestApiId: r.id, ResourceId: id})
				return err
			})
	})
	t.Run("method", func(t *testing.T) {
		r := openDesk(t).rest()
		x, v, verb := r.token("a"), r.validator("v"), aws.String("ANY")
		lifeOf(t, func() (*v1.PutMethodOutput, error) {
			return r.PutMethod(ctx, &v1.PutMethodInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, AuthorizationType: aws.String("CUSTOM"), AuthorizerId: x,
				ApiKeyRequired: true, OperationName: aws.String("op"), RequestValidatorId: v, RequestModels: map[string]string{"application/json": "Empty"},
				RequestParameters: map[string]bool{"method.request.header.a": true, "method.request.querystring.b": false}, AuthorizationScopes: []string{"s"}})
		},
			func() (*v1.GetMethodOutput, error) {
				return r.GetMethod(ctx, &v1.GetMethodInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb})
			},
			func() (*v1.UpdateMethodOutput, error) {
				return r.UpdateMethod(ctx, &v1.UpdateMethodInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, PatchOperations: []types.PatchOperation{
					patch("replace", "/authorizationType", "NONE"), patch("replace", "/apiKeyRequired", "maybe"), patch("replace", "/requestValidatorId", ""),
					patch("remove", "/requestModels/application~1json", ""), patch("add", "/requestModels/text~1plain", "Error"),
					patch("remove", "/requestParameters/method.request.header.a", ""), patch("replace", "/requestParameters/method.request.querystring.b", "true"),
					patch("add", "/authorizationScopes", "t"), patch("remove", "/authorizationScopes", "s"), patch("replace", "/operationName", "")}})
			},
			func() error {
				_, err := r.DeleteMethod(ctx, &v1.DeleteMethodInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb})
				return err
			})
	})
	t.Run("method response", func(t *testing.T) {
		r := openDesk(t).rest()
		r.method(r.root, "GET")
		verb, code := aws.String("GET"), aws.String("200")
		lifeOf(t, func() (*v1.PutMethodResponseOutput, error) {
			return r.PutMethodResponse(ctx, &v1.PutMethodResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: code,
				ResponseModels: map[string]string{}, ResponseParameters: map[string]bool{"method.response.header.a": true}})
		},
			func() (*v1.GetMethodResponseOutput, error) {
				return r.GetMethodResponse(ctx, &v1.GetMethodResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: code})
			},
			func() (*v1.UpdateMethodResponseOutput, error) {
				return r.UpdateMethodResponse(ctx, &v1.UpdateMethodResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: code, PatchOperations: []types.PatchOperation{
					patch("replace", "/responseParameters/method.response.header.a", "false"), patch("add", "/responseParameters/method.response.header.b", "true"),
					patch("add", "/responseModels/application~1json", "Error")}})
			},
			func() error {
				_, err := r.DeleteMethodResponse(ctx, &v1.DeleteMethodResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: code})
				return err
			})
	})
	t.Run("integration", func(t *testing.T) {
		r := openDesk(t).rest()
		verb := aws.String("GET")
		r.method(r.root, "GET", func(in *v1.PutMethodInput) {
			in.RequestParameters = map[string]bool{"method.request.header.a": false, "method.request.querystring.q": true}
		})
		lifeOf(t, func() (*v1.PutIntegrationOutput, error) {
			return r.PutIntegration(ctx, &v1.PutIntegrationInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, Type: "HTTP", IntegrationHttpMethod: aws.String("POST"),
				Uri: aws.String("https://${stageVariables.host}:${stageVariables.port}/{x}"), ConnectionType: "VPC_LINK", ConnectionId: aws.String("${stageVariables.link}"),
				RequestParameters: map[string]string{"integration.request.header.b": "method.request.header.a", "integration.request.path.x": "'x'",
					"integration.request.querystring.c": "context.identity.sourceIp", "integration.request.header.m": "method.request.multivaluequerystring.q"},
				RequestTemplates: map[string]string{"application/json": "", "text/plain": "$input.body"}, PassthroughBehavior: aws.String("NEVER"), TimeoutInMillis: aws.Int32(50),
				CacheNamespace: aws.String("n"), CacheKeyParameters: []string{"method.request.header.a"}, ContentHandling: "CONVERT_TO_TEXT", TlsConfig: &types.TlsConfig{InsecureSkipVerification: true},
				ResponseTransferMode: "BUFFERED"})
		},
			func() (*v1.GetIntegrationOutput, error) {
				return r.GetIntegration(ctx, &v1.GetIntegrationInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb})
			},
			func() (*v1.UpdateIntegrationOutput, error) {
				return r.UpdateIntegration(ctx, &v1.UpdateIntegrationInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, PatchOperations: []types.PatchOperation{
					patch("replace", "/uri", shopURL), patch("replace", "/httpMethod", "GET"), patch("replace", "/connectionType", "INTERNET"), patch("replace", "/connectionId", ""),
					patch("replace", "/timeoutInMillis", "29000"), patch("replace", "/passthroughBehavior", "WHEN_NO_TEMPLATES"), patch("replace", "/contentHandling", ""),
					patch("remove", "/cacheKeyParameters/method.request.header.a", ""), patch("add", "/cacheKeyParameters/method.request.querystring.q", ""), patch("replace", "/cacheNamespace", ""),
					patch("remove", "/requestTemplates/text~1plain", ""), patch("replace", "/requestTemplates/application~1json", "{}"),
					patch("remove", "/requestParameters/integration.request.path.x", ""), patch("replace", "/tlsConfig/insecureSkipVerification", "false")}})
			},
			func() error {
				_, err := r.DeleteIntegration(ctx, &v1.DeleteIntegrationInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb})
				return err
			})
	})
	t.Run("integration response", func(t *testing.T) {
		r := openDesk(t).rest()
		r.mock(r.root, "GET")
		verb, code := aws.String("GET"), aws.String("200")
		out, err := r.PutMethodResponse(ctx, &v1.PutMethodResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: code, ResponseParameters: map[string]bool{"method.response.header.a": true}})
		done(t, out, err)
		lifeOf(t, func() (*v1.PutIntegrationResponseOutput, error) {
			return r.PutIntegrationResponse(ctx, &v1.PutIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: code, SelectionPattern: aws.String(""),
				ResponseTemplates: map[string]string{"application/json": "", "text/plain": "x"}, ResponseParameters: map[string]string{"method.response.header.a": "integration.response.body.a.b"},
				ContentHandling: "CONVERT_TO_BINARY"})
		},
			func() (*v1.GetIntegrationResponseOutput, error) {
				return r.GetIntegrationResponse(ctx, &v1.GetIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: code})
			},
			func() (*v1.UpdateIntegrationResponseOutput, error) {
				return r.UpdateIntegrationResponse(ctx, &v1.UpdateIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: code, PatchOperations: []types.PatchOperation{
					patch("replace", "/selectionPattern", "(?!4)\\d{3}"), patch("remove", "/responseTemplates/text~1plain", ""), patch("replace", "/contentHandling", ""),
					patch("replace", "/responseParameters/method.response.header.a", "'*'")}})
			},
			func() error {
				_, err := r.DeleteIntegrationResponse(ctx, &v1.DeleteIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: code})
				return err
			})
	})
	t.Run("model", func(t *testing.T) {
		r := openDesk(t).rest()
		name := aws.String("Pet")
		lifeOf(t, func() (*v1.CreateModelOutput, error) {
			return r.CreateModel(ctx, &v1.CreateModelInput{RestApiId: r.id, Name: name, ContentType: aws.String("application/json"), Description: aws.String("d"), Schema: aws.String(`{"type": "object"}`)})
		},
			func() (*v1.GetModelOutput, error) {
				return r.GetModel(ctx, &v1.GetModelInput{RestApiId: r.id, ModelName: name})
			},
			func() (*v1.UpdateModelOutput, error) {
				return r.UpdateModel(ctx, &v1.UpdateModelInput{RestApiId: r.id, ModelName: name, PatchOperations: []types.PatchOperation{
					patch("replace", "/description", ""), patch("replace", "/schema", `{"type":"array","items":{}}`)}})
			},
			func() error {
				_, err := r.DeleteModel(ctx, &v1.DeleteModelInput{RestApiId: r.id, ModelName: name})
				return err
			})
	})
	t.Run("request validator", func(t *testing.T) {
		r := openDesk(t).rest()
		var id *string
		lifeOf(t, func() (*v1.CreateRequestValidatorOutput, error) {
			out, err := r.CreateRequestValidator(ctx, &v1.CreateRequestValidatorInput{RestApiId: r.id, Name: aws.String("v"), ValidateRequestBody: true})
			if err == nil {
				id = out.Id
			}
			return out, err
		},
			func() (*v1.GetRequestValidatorOutput, error) {
				return r.GetRequestValidator(ctx, &v1.GetRequestValidatorInput{RestApiId: r.id, RequestValidatorId: id})
			},
			func() (*v1.UpdateRequestValidatorOutput, error) {
				return r.UpdateRequestValidator(ctx, &v1.UpdateRequestValidatorInput{RestApiId: r.id, RequestValidatorId: id, PatchOperations: []types.PatchOperation{
					patch("replace", "/name", "w"), patch("replace", "/validateRequestParameters", "true"), {Op: "replace", Path: aws.String("/validateRequestBody")}}})
			},
			func() error {
				_, err := r.DeleteRequestValidator(ctx, &v1.DeleteRequestValidatorInput{RestApiId: r.id, RequestValidatorId: id})
				return err
			})
	})
	t.Run("authorizer", func(t *testing.T) {
		r := openDesk(t).rest()
		var id *string
		lifeOf(t, func() (*v1.CreateAuthorizerOutput, error) {
			out, err := r.CreateAuthorizer(ctx, &v1.CreateAuthorizerInput{RestApiId: r.id, Name: aws.String("x"), Type: "REQUEST", AuthorizerUri: aws.String(echoURI), AuthorizerCredentials: aws.String(anyRole),
				IdentitySource: aws.String("method.request.header.a, context.identity.sourceIp"), AuthorizerResultTtlInSeconds: aws.Int32(0)})
			if err == nil {
				id = out.Id
			}
			return out, err
		},
			func() (*v1.GetAuthorizerOutput, error) {
				return r.GetAuthorizer(ctx, &v1.GetAuthorizerInput{RestApiId: r.id, AuthorizerId: id})
			},
			func() (*v1.UpdateAuthorizerOutput, error) {
				return r.UpdateAuthorizer(ctx, &v1.UpdateAuthorizerInput{RestApiId: r.id, AuthorizerId: id, PatchOperations: []types.PatchOperation{
					patch("replace", "/name", "y"), patch("replace", "/type", "COGNITO_USER_POOLS"), patch("add", "/providerARNs", poolARN), patch("replace", "/authorizerUri", ""),
					patch("replace", "/identitySource", "method.request.header.Authorization"), patch("replace", "/authorizerResultTtlInSeconds", "3600"), patch("replace", "/identityValidationExpression", "^a(?=b)"),
					patch("replace", "/authorizerCredentials", ""), patch("replace", "/authType", "cognito_user_pools")}})
			},
			func() error {
				_, err := r.DeleteAuthorizer(ctx, &v1.DeleteAuthorizerInput{RestApiId: r.id, AuthorizerId: id})
				return err
			})
	})
	t.Run("deployment", func(t *testing.T) {
		r := openDesk(t).rest()
		r.mock(r.root, "GET")
		var id *string
		lifeOf(t, func() (*v1.CreateDeploymentOutput, error) {
			out, err := r.CreateDeployment(ctx, &v1.CreateDeploymentInput{RestApiId: r.id, Description: aws.String("d")})
			if err == nil {
				id = out.Id
			}
			return out, err
		},
			func() (*v1.GetDeploymentOutput, error) {
				return r.GetDeployment(ctx, &v1.GetDeploymentInput{RestApiId: r.id, DeploymentId: id})
			},
			func() (*v1.UpdateDeploymentOutput, error) {
				return r.UpdateDeployment(ctx, &v1.UpdateDeploymentInput{RestApiId: r.id, DeploymentId: id, PatchOperations: []types.PatchOperation{patch("replace", "/description", "e")}})
			},
			func() error {
				_, err := r.DeleteDeployment(ctx, &v1.DeleteDeploymentInput{RestApiId: r.id, DeploymentId: id})
				return err
			})
	})
	t.Run("stage", func(t *testing.T) {
		r := openDesk(t).rest()
		r.mock(r.root, "GET")
		first, second, name := r.deploy(""), r.deploy(""), aws.String("prod")
		lifeOf(t, func() (*v1.CreateStageOutput, error) {
			return r.CreateStage(ctx, &v1.CreateStageInput{RestApiId: r.id, StageName: name, DeploymentId: first, Description: aws.String("d"), CacheClusterEnabled: true, CacheClusterSize: "1.6",
				Variables: map[string]string{"a": "1"}, TracingEnabled: true, Tags: map[string]string{"a": "b"},
				CanarySettings: &types.CanarySettings{DeploymentId: second, PercentTraffic: 33.33, StageVariableOverrides: map[string]string{"a": "2"}, UseStageCache: true}})
		},
			func() (*v1.GetStageOutput, error) {
				return r.GetStage(ctx, &v1.GetStageInput{RestApiId: r.id, StageName: name})
			},
			func() (*v1.UpdateStageOutput, error) {
				return r.edit(patch("replace", "/description", ""), patch("replace", "/cacheClusterEnabled", "false"), patch("replace", "/tracingEnabled", "false"),
					patch("replace", "/accessLogSettings/destinationArn", logGroup), patch("add", "/accessLogSettings/format", "$context.requestId"), patch("remove", "/variables/a", ""),
					patch("replace", "/variables/b", "2"), patch("replace", "/*/*/throttling/rateLimit", "0.5"), patch("replace", "/~1pets~1{id}/GET/logging/loglevel", "INFO"),
					patch("replace", "/canarySettings/percentTraffic", "50.000000"))
			},
			func() error {
				_, err := r.DeleteStage(ctx, &v1.DeleteStageInput{RestApiId: r.id, StageName: name})
				return err
			})
	})
}

// TestGatewayResponseDrift is apart: reading after a delete gives the default.
func TestGatewayResponseDrift(t *testing.T) {
	r := openDesk(t).rest()
	kind := types.GatewayResponseTypeThrottled
	read := func() *v1.GetGatewayResponseOutput {
		out, err := r.GetGatewayResponse(ctx, &v1.GetGatewayResponseInput{RestApiId: r.id, ResponseType: kind})
		return done(t, out, err)
	}
	before := read()
	put, err := r.PutGatewayResponse(ctx, &v1.PutGatewayResponseInput{RestApiId: r.id, ResponseType: kind, ResponseParameters: map[string]string{"gatewayresponse.header.Retry": "'1'"}})
	alike(t, "read after put", read(), reply[v1.GetGatewayResponseOutput](done(t, put, err)))
	if *put.StatusCode != "429" || put.DefaultResponse || put.ResponseTemplates["application/json"] == "" {
		t.Errorf("PutGatewayResponse = %s", printed(put))
	}
	up, err := r.UpdateGatewayResponse(ctx, &v1.UpdateGatewayResponseInput{RestApiId: r.id, ResponseType: kind, PatchOperations: []types.PatchOperation{
		patch("replace", "/statusCode", "430"), patch("add", "/responseTemplates/application~1xml", "<m/>"), patch("remove", "/responseTemplates/application~1json", "")}})
	alike(t, "read after update", read(), reply[v1.GetGatewayResponseOutput](done(t, up, err)))
	_, err = r.DeleteGatewayResponse(ctx, &v1.DeleteGatewayResponseInput{RestApiId: r.id, ResponseType: kind})
	if err != nil {
		t.Fatal(err)
	}
	alike(t, "read after delete", read(), before)
}
