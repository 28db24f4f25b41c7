package e2e

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// writeShop writes one of each part of a REST API, in Terraform's order, and
// returns how to read them.
func writeShop(r *rest, backend string) (list []reading) {
	r.t.Helper()
	ctx := r.t.Context()
	api := wrote(r, &list, &apigateway.CreateRestApiInput{Name: aws.String("shop"), Description: aws.String("d"), Version: aws.String("1"),
		BinaryMediaTypes: []string{"image/png"}, MinimumCompressionSize: aws.Int32(1024), ApiKeySource: types.ApiKeySourceTypeHeader, Tags: map[string]string{"team": "web"},
		EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}, IpAddressType: types.IpAddressTypeIpv4}}, r.CreateRestApi,
		func(out *apigateway.CreateRestApiOutput) (*apigateway.GetRestApiOutput, error) {
			return r.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: out.Id})
		})
	r.id, r.root = api.Id, api.RootResourceId
	wrote(r, &list, &apigateway.CreateModelInput{RestApiId: r.id, Name: aws.String("Item"), ContentType: aws.String("application/json"), Schema: aws.String(`{"type": "string"}`)}, r.CreateModel, r.readModel)
	wrote(r, &list, &apigateway.CreateModelInput{RestApiId: r.id, Name: aws.String("Order"), ContentType: aws.String("application/json"), Description: aws.String("d"),
		Schema: aws.String(`{"type": "object", "properties": {"item": {"$ref": "https://apigateway.amazonaws.com/restapis/` + *r.id + `/models/Item"}}}`)}, r.CreateModel, r.readModel)
	validator := wrote(r, &list, &apigateway.CreateRequestValidatorInput{RestApiId: r.id, Name: aws.String("v"), ValidateRequestBody: true, ValidateRequestParameters: true}, r.CreateRequestValidator,
		func(out *apigateway.CreateRequestValidatorOutput) (*apigateway.GetRequestValidatorOutput, error) {
			return r.GetRequestValidator(ctx, &apigateway.GetRequestValidatorInput{RestApiId: r.id, RequestValidatorId: out.Id})
		})
	wrote(r, &list, &apigateway.PutGatewayResponseInput{RestApiId: r.id, ResponseType: types.GatewayResponseTypeBadRequestBody, StatusCode: aws.String("422"),
		ResponseTemplates:  map[string]string{"application/json": `{"no": "$context.error.responseType"}`},
		ResponseParameters: map[string]string{"gatewayresponse.header.x-why": "'body'"}}, r.PutGatewayResponse,
		func(*apigateway.PutGatewayResponseOutput) (*apigateway.GetGatewayResponseOutput, error) {
			return r.GetGatewayResponse(ctx, &apigateway.GetGatewayResponseInput{RestApiId: r.id, ResponseType: types.GatewayResponseTypeBadRequestBody})
		})
	orders := writeResource(r, &list, r.root, "orders")
	order := writeResource(r, &list, orders, "{id}")
	list = append(list, writeMethod(r, order, validator.Id, backend)...)
	return append(list, writeStage(r)...)
}

func (r *rest) readModel(out *apigateway.CreateModelOutput) (*apigateway.GetModelOutput, error) {
	return r.GetModel(r.t.Context(), &apigateway.GetModelInput{RestApiId: r.id, ModelName: out.Name})
}

func writeResource(r *rest, list *[]reading, parent *string, part string) *string {
	r.t.Helper()
	return wrote(r, list, &apigateway.CreateResourceInput{RestApiId: r.id, ParentId: parent, PathPart: &part}, r.CreateResource,
		func(out *apigateway.CreateResourceOutput) (*apigateway.GetResourceOutput, error) {
			return r.GetResource(r.t.Context(), &apigateway.GetResourceInput{RestApiId: r.id, ResourceId: out.Id})
		}).Id
}

// writeMethod writes a method and all that hangs on it.
func writeMethod(r *rest, resource, validator *string, backend string) (list []reading) {
	r.t.Helper()
	ctx, verb, code := r.t.Context(), aws.String("POST"), aws.String("201")
	wrote(r, &list, &apigateway.PutMethodInput{RestApiId: r.id, ResourceId: resource, HttpMethod: verb, AuthorizationType: aws.String("NONE"), OperationName: aws.String("order"),
		RequestValidatorId: validator, RequestModels: map[string]string{"application/json": "Order"},
		RequestParameters: map[string]bool{"method.request.path.id": true, "method.request.querystring.n": true}}, r.PutMethod,
		func(*apigateway.PutMethodOutput) (*apigateway.GetMethodOutput, error) {
			return r.GetMethod(ctx, &apigateway.GetMethodInput{RestApiId: r.id, ResourceId: resource, HttpMethod: verb})
		})
	wrote(r, &list, &apigateway.PutMethodResponseInput{RestApiId: r.id, ResourceId: resource, HttpMethod: verb, StatusCode: code,
		ResponseModels: map[string]string{"application/json": "Empty"}, ResponseParameters: map[string]bool{"method.response.header.x-kind": true}}, r.PutMethodResponse,
		func(*apigateway.PutMethodResponseOutput) (*apigateway.GetMethodResponseOutput, error) {
			return r.GetMethodResponse(ctx, &apigateway.GetMethodResponseInput{RestApiId: r.id, ResourceId: resource, HttpMethod: verb, StatusCode: code})
		})
	wrote(r, &list, &apigateway.PutIntegrationInput{RestApiId: r.id, ResourceId: resource, HttpMethod: verb, Type: types.IntegrationTypeHttp, IntegrationHttpMethod: aws.String("PUT"),
		Uri: aws.String(backend + "/base/{id}"), TimeoutInMillis: aws.Int32(7000), PassthroughBehavior: aws.String("NEVER"),
		RequestParameters:  map[string]string{"integration.request.path.id": "method.request.path.id", "integration.request.header.x-town": "stageVariables.town"},
		RequestTemplates:   map[string]string{"application/json": `{$input.json('$.item'): $input.params('n')}`},
		CacheKeyParameters: []string{"method.request.path.id"}, CacheNamespace: aws.String("shop")}, r.PutIntegration,
		func(*apigateway.PutIntegrationOutput) (*apigateway.GetIntegrationOutput, error) {
			return r.GetIntegration(ctx, &apigateway.GetIntegrationInput{RestApiId: r.id, ResourceId: resource, HttpMethod: verb})
		})
	wrote(r, &list, &apigateway.PutIntegrationResponseInput{RestApiId: r.id, ResourceId: resource, HttpMethod: verb, StatusCode: code, SelectionPattern: aws.String("200"),
		ResponseParameters: map[string]string{"method.response.header.x-kind": "'order'"},
		ResponseTemplates:  map[string]string{"application/json": `#set($b = $input.path('$')){"made": "$b.Target of $b.Headers.get('X-Town')[0]", "sent": $b.Body}`}}, r.PutIntegrationResponse,
		func(*apigateway.PutIntegrationResponseOutput) (*apigateway.GetIntegrationResponseOutput, error) {
			return r.GetIntegrationResponse(ctx, &apigateway.GetIntegrationResponseInput{RestApiId: r.id, ResourceId: resource, HttpMethod: verb, StatusCode: code})
		})
	return list
}

// writeStage writes a deployment, a stage and what hangs on it.
func writeStage(r *rest) (list []reading) {
	r.t.Helper()
	ctx, name := r.t.Context(), aws.String("dev")
	d := wrote(r, &list, &apigateway.CreateDeploymentInput{RestApiId: r.id, Description: aws.String("first")}, r.CreateDeployment,
		func(out *apigateway.CreateDeploymentOutput) (*apigateway.GetDeploymentOutput, error) {
			return r.GetDeployment(ctx, &apigateway.GetDeploymentInput{RestApiId: r.id, DeploymentId: out.Id})
		})
	wrote(r, &list, &apigateway.CreateStageInput{RestApiId: r.id, StageName: name, DeploymentId: d.Id, Description: aws.String("d"), TracingEnabled: true,
		Variables: map[string]string{"town": "Bern"}, Tags: map[string]string{"a": "b"}}, r.CreateStage,
		func(*apigateway.CreateStageOutput) (*apigateway.GetStageOutput, error) {
			return r.GetStage(ctx, &apigateway.GetStageInput{RestApiId: r.id, StageName: name})
		})
	key := wrote(r, &list, &apigateway.CreateApiKeyInput{Name: aws.String("k"), Enabled: true, Value: aws.String("a value of twenty or more"), Tags: map[string]string{"a": "b"}}, r.CreateApiKey,
		func(out *apigateway.CreateApiKeyOutput) (*apigateway.GetApiKeyOutput, error) {
			return r.GetApiKey(ctx, &apigateway.GetApiKeyInput{ApiKey: out.Id, IncludeValue: aws.Bool(true)})
		})
	p := wrote(r, &list, &apigateway.CreateUsagePlanInput{Name: aws.String("p"), ApiStages: []types.ApiStage{{ApiId: r.id, Stage: name}},
		Quota: &types.QuotaSettings{Limit: 10, Period: types.QuotaPeriodTypeWeek, Offset: 1}, Throttle: &types.ThrottleSettings{BurstLimit: 2, RateLimit: 1.5}}, r.CreateUsagePlan,
		func(out *apigateway.CreateUsagePlanOutput) (*apigateway.GetUsagePlanOutput, error) {
			return r.GetUsagePlan(ctx, &apigateway.GetUsagePlanInput{UsagePlanId: out.Id})
		})
	must[apigateway.CreateUsagePlanKeyOutput](r.t)(r.CreateUsagePlanKey(ctx, &apigateway.CreateUsagePlanKeyInput{UsagePlanId: p.Id, KeyId: key.Id, KeyType: aws.String("API_KEY")}))
	return list
}
