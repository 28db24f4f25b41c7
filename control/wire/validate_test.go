package wire

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// rowFor makes a row of I that never runs.
func rowFor[I any](name, path string, opts ...Option) *row {
	do := func(*Call, *I) (*struct{}, error) { return nil, nil }
	svc := &Service{Violations: "ValidationException"}
	return newRow(svc, newShaper(LowerCamel), Op(name, "PUT", path, 200, do, opts...))
}

func TestValidate(t *testing.T) {
	one := "1 validation error detected: "
	long := aws.String("ééééé")
	for _, c := range []struct {
		name string
		row  *row
		in   any
		want string
	}{
		{"good", rowFor[apigateway.CreateRestApiInput]("CreateRestApi", "/restapis"),
			apigateway.CreateRestApiInput{Name: aws.String("n")}, ""},
		{"enum", rowFor[apigateway.CreateRestApiInput]("CreateRestApi", "/restapis"),
			apigateway.CreateRestApiInput{Name: aws.String("n"), EndpointConfiguration: &v1.EndpointConfiguration{IpAddressType: "wrong"}},
			one + "Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy constraint: Member must satisfy enum value set: [ipv4, dualstack]"},
		{"enum in list", rowFor[apigateway.CreateRestApiInput]("CreateRestApi", "/restapis"),
			apigateway.CreateRestApiInput{Name: aws.String("n"), EndpointConfiguration: &v1.EndpointConfiguration{Types: []v1.EndpointType{"wrong"}}},
			one + "Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]"},
		{"enum in list of structures", rowFor[apigateway.UpdateMethodResponseInput]("UpdateMethodResponse", "/r/{RestApiId}/{ResourceId}/{HttpMethod}/{StatusCode}"),
			apigateway.UpdateMethodResponseInput{RestApiId: long, ResourceId: long, HttpMethod: long, StatusCode: long, PatchOperations: []v1.PatchOperation{{Op: "wrong"}}},
			one + "Value 'wrong' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]"},
		{"body before path", rowFor[apigateway.PutIntegrationInput]("PutIntegration", "/r/{RestApiId}/{ResourceId}/{HttpMethod}", Pattern("HttpMethod", `[A-Z]+`)),
			apigateway.PutIntegrationInput{RestApiId: long, ResourceId: long, HttpMethod: aws.String("get"), Type: "wrong"},
			"2 validation errors detected: Value 'wrong' at 'putIntegrationInput.type' failed to satisfy constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]; " +
				"Value 'get' at 'httpMethod' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Z]+"},
		{"pattern of a path member", rowFor[apigateway.GetMethodResponseInput]("GetMethodResponse", "/r/{RestApiId}/{ResourceId}/{HttpMethod}/{StatusCode}", Pattern("StatusCode", `[1-5]\d\d`)),
			apigateway.GetMethodResponseInput{RestApiId: long, ResourceId: long, HttpMethod: long, StatusCode: aws.String("2000")},
			one + `Value '2000' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`},
		{"nested required", rowFor[apigatewayv2.CreateRoutingRuleInput]("CreateRoutingRule", "/d/{DomainName}"),
			apigatewayv2.CreateRoutingRuleInput{DomainName: long, Priority: aws.Int32(1), Conditions: []v2.RoutingRuleCondition{}, Actions: []v2.RoutingRuleAction{{InvokeApi: &v2.RoutingRuleActionInvokeApi{Stage: long}}}},
			one + "Value null at 'createRoutingRuleInput.actions.1.member.invokeApi.apiId' failed to satisfy constraint: Member must not be null"},
		{"map of structures", rowFor[apigatewayv2.CreateStageInput]("CreateStage", "/a/{ApiId}"),
			apigatewayv2.CreateStageInput{ApiId: long, StageName: long, RouteSettings: map[string]v2.RouteSettings{"GET /": {LoggingLevel: "LOUD"}}},
			one + "Value 'LOUD' at 'createStageInput.routeSettings.GET /.member.loggingLevel' failed to satisfy constraint: Member must satisfy enum value set: [ERROR, INFO, OFF]"},
		{"row's required", rowFor[apigatewayv2.UpdateStageInput]("UpdateStage", "/a/{ApiId}/{StageName}", Required("Description")),
			apigatewayv2.UpdateStageInput{ApiId: long, StageName: long},
			one + "Value null at 'updateStageInput.description' failed to satisfy constraint: Member must not be null"},
		{"too long", rowFor[apigatewayv2.UpdateStageInput]("UpdateStage", "/a/{ApiId}/{StageName}", Length("StageName", 1, 4)),
			apigatewayv2.UpdateStageInput{ApiId: long, StageName: long},
			one + "Value 'ééééé' at 'stageName' failed to satisfy constraint: Member must have length less than or equal to 4"},
		{"just long enough", rowFor[apigatewayv2.UpdateStageInput]("UpdateStage", "/a/{ApiId}/{StageName}", Length("StageName", 5, 5)),
			apigatewayv2.UpdateStageInput{ApiId: long, StageName: long}, ""},
		{"too short", rowFor[apigatewayv2.UpdateStageInput]("UpdateStage", "/a/{ApiId}/{StageName}", Length("Description", 1, 4)),
			apigatewayv2.UpdateStageInput{ApiId: long, StageName: long, Description: aws.String("")},
			one + "Value '' at 'updateStageInput.description' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"number too small", rowFor[apigatewayv2.CreateIntegrationInput]("CreateIntegration", "/a/{ApiId}", Range("TimeoutInMillis", 50, 30000)),
			apigatewayv2.CreateIntegrationInput{ApiId: long, IntegrationType: "HTTP", TimeoutInMillis: aws.Int32(49)},
			one + "Value '49' at 'createIntegrationInput.timeoutInMillis' failed to satisfy constraint: Member must have value greater than or equal to 50"},
	} {
		v := reflect.New(c.row.Operation.in).Elem()
		v.Set(reflect.ValueOf(c.in))
		if got := faultText(c.row.validate(v)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
