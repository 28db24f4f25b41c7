package e2e

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/smithy-go"

	"gatehouse/internal/gwtest"
)

// TestRESTInUse wants AWS's refusals to delete what is in use, then that the same
// goes once it is not.
func TestRESTInUse(t *testing.T) {
	t.Parallel()
	r, ctx, get := restClient(t, gwtest.Start(t)), t.Context(), aws.String("GET")
	r.create("used")
	auth := must[apigateway.CreateAuthorizerOutput](t)(r.CreateAuthorizer(ctx, &apigateway.CreateAuthorizerInput{RestApiId: r.id, Name: aws.String("pool"),
		Type: types.AuthorizerTypeCognitoUserPools, IdentitySource: aws.String("method.request.header.Authorization"),
		ProviderARNs: []string{"arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_x"}}))
	r.method(r.root, "GET", func(in *apigateway.PutIntegrationInput) { in.Type = types.IntegrationTypeMock })
	r.deploy("dev")
	must[apigateway.UpdateMethodOutput](t)(r.UpdateMethod(ctx, &apigateway.UpdateMethodInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: get, PatchOperations: []types.PatchOperation{
		{Op: types.OpReplace, Path: aws.String("/authorizationType"), Value: aws.String("COGNITO_USER_POOLS")}, {Op: types.OpReplace, Path: aws.String("/authorizerId"), Value: auth.Id}}}))
	canary := must[apigateway.CreateDeploymentOutput](t)(r.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: r.id, StageName: aws.String("dev"),
		CanarySettings: &types.DeploymentCanarySettings{PercentTraffic: 1}}))
	plan := must[apigateway.CreateUsagePlanOutput](t)(r.CreateUsagePlan(ctx, &apigateway.CreateUsagePlanInput{Name: aws.String("p"),
		ApiStages: []types.ApiStage{{ApiId: r.id, Stage: aws.String("dev")}}}))
	must[apigateway.CreateDomainNameOutput](t)(r.CreateDomainName(ctx, &apigateway.CreateDomainNameInput{DomainName: aws.String("shop.example"),
		RegionalCertificateArn: aws.String("arn:aws:acm:us-east-1:000000000000:certificate/x"), EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}}}))
	must[apigateway.CreateBasePathMappingOutput](t)(r.CreateBasePathMapping(ctx, &apigateway.CreateBasePathMappingInput{DomainName: aws.String("shop.example"), RestApiId: r.id, Stage: aws.String("dev")}))
	for _, c := range []struct {
		name            string
		remove, release func() error
		code, text      string
	}{
		{"authorizer", func() error {
			_, err := r.DeleteAuthorizer(ctx, &apigateway.DeleteAuthorizerInput{RestApiId: r.id, AuthorizerId: auth.Id})
			return err
		}, func() error {
			_, err := r.DeleteMethod(ctx, &apigateway.DeleteMethodInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: get})
			return err
		}, "ConflictException", "Cannot delete authorizer 'pool', is referenced in method: GET//"},
		{"deployment of a canary", func() error {
			_, err := r.DeleteDeployment(ctx, &apigateway.DeleteDeploymentInput{RestApiId: r.id, DeploymentId: canary.Id})
			return err
		}, func() error {
			_, err := r.UpdateStage(ctx, &apigateway.UpdateStageInput{RestApiId: r.id, StageName: aws.String("dev"), PatchOperations: []types.PatchOperation{{Op: types.OpRemove, Path: aws.String("/canarySettings")}}})
			return err
		}, "BadRequestException", "Active stages pointing to this deployment must be moved or deleted"},
		{"usage plan", func() error {
			_, err := r.DeleteUsagePlan(ctx, &apigateway.DeleteUsagePlanInput{UsagePlanId: plan.Id})
			return err
		}, func() error {
			_, err := r.UpdateUsagePlan(ctx, &apigateway.UpdateUsagePlanInput{UsagePlanId: plan.Id, PatchOperations: []types.PatchOperation{{Op: types.OpRemove, Path: aws.String("/apiStages"), Value: aws.String(*r.id + ":dev")}}})
			return err
		}, "BadRequestException", "Cannot delete Usage Plan " + *plan.Id + " because there are API Stages associated with it, including " + *r.id + ":dev"},
		{"API", func() error {
			_, err := r.DeleteRestApi(ctx, &apigateway.DeleteRestApiInput{RestApiId: r.id})
			return err
		}, func() error {
			_, err := r.DeleteDomainName(ctx, &apigateway.DeleteDomainNameInput{DomainName: aws.String("shop.example")})
			return err
		}, "BadRequestException", ""},
	} {
		var fault smithy.APIError
		if err := c.remove(); !errors.As(err, &fault) || fault.ErrorCode() != c.code || !strings.Contains(fault.ErrorMessage(), c.text) {
			t.Errorf("%s in use: %v; want %s: %s", c.name, err, c.code, c.text)
		}
		if err := c.release(); err != nil {
			t.Fatalf("release %s: %v", c.name, err)
		}
		if err := c.remove(); err != nil {
			t.Errorf("%s no longer in use: %v", c.name, err)
		}
	}
}
