package apigatewayv2

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// life is what a configuration tool does with a resource: create, read twice,
// update, read, delete, read. Nothing may differ between an answer and a later
// read, or the tool would want to change it again for ever.
func life[C, R, U any](t *testing.T, create func() (*C, error), read func() (*R, error), update func() (*U, error), remove func() error) {
	t.Helper()
	c := ok[*C](t)(create())
	first := ok[*R](t)(read())
	same(t, "read after create", first, reply[R](c))
	same(t, "second read", ok[*R](t)(read()), first)
	u := ok[*U](t)(update())
	same(t, "read after update", ok[*R](t)(read()), reply[R](u))
	again := ok[*U](t)(update())
	same(t, "the same update again", again, u)
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := read(); err == nil {
		t.Error("read after delete succeeds")
	}
}

func TestNoDrift(t *testing.T) {
	t.Run("api", func(t *testing.T) {
		g := start(t)
		var id *string
		life(t, func() (*v2.CreateApiOutput, error) {
			out, err := g.CreateApi(ctx, &v2.CreateApiInput{Name: aws.String("a"), ProtocolType: "HTTP", Description: aws.String("d"),
				RouteSelectionExpression: aws.String("${request.method} ${request.path}"), ApiKeySelectionExpression: aws.String("$context.authorizer.usageIdentifierKey"),
				DisableExecuteApiEndpoint: aws.Bool(true), DisableSchemaValidation: aws.Bool(false), IpAddressType: "dualstack", Tags: map[string]string{"a": "b"}, Version: aws.String("v"),
				CorsConfiguration: &types.Cors{AllowCredentials: aws.Bool(false), AllowHeaders: []string{"*"}, AllowMethods: []string{"GET", "*"},
					AllowOrigins: []string{"https://a.test:8443", "http://*", "*"}, ExposeHeaders: []string{"x-a"}, MaxAge: aws.Int32(0)}})
			if err == nil {
				id = out.ApiId
			}
			return out, err
		},
			func() (*v2.GetApiOutput, error) { return g.GetApi(ctx, &v2.GetApiInput{ApiId: id}) },
			func() (*v2.UpdateApiOutput, error) {
				return g.UpdateApi(ctx, &v2.UpdateApiInput{ApiId: id, Name: aws.String("b"), Description: aws.String(""), DisableExecuteApiEndpoint: aws.Bool(false),
					CorsConfiguration: &types.Cors{MaxAge: aws.Int32(-1)}, IpAddressType: "ipv4"})
			},
			func() error { _, err := g.DeleteApi(ctx, &v2.DeleteApiInput{ApiId: id}); return err })
	})
	t.Run("route", func(t *testing.T) {
		g := start(t)
		id := g.api()
		i, j := g.integration(id), g.jwt(id)
		var r *string
		life(t, func() (*v2.CreateRouteOutput, error) {
			out, err := g.CreateRoute(ctx, &v2.CreateRouteInput{ApiId: id, RouteKey: aws.String("ANY /{proxy+}"), ApiKeyRequired: aws.Bool(false), Target: aws.String("integrations/" + *i),
				AuthorizationType: "JWT", AuthorizerId: j, AuthorizationScopes: []string{"a", "b"}, OperationName: aws.String("op")})
			if err == nil {
				r = out.RouteId
			}
			return out, err
		},
			func() (*v2.GetRouteOutput, error) {
				return g.GetRoute(ctx, &v2.GetRouteInput{ApiId: id, RouteId: r})
			},
			func() (*v2.UpdateRouteOutput, error) {
				return g.UpdateRoute(ctx, &v2.UpdateRouteInput{ApiId: id, RouteId: r, RouteKey: aws.String("$default"), AuthorizationType: "NONE", AuthorizerId: aws.String(""), AuthorizationScopes: []string{}, OperationName: aws.String("")})
			},
			func() error {
				_, err := g.DeleteRoute(ctx, &v2.DeleteRouteInput{ApiId: id, RouteId: r})
				return err
			})
	})
	t.Run("integration", func(t *testing.T) {
		g := start(t)
		id := g.api()
		var i *string
		life(t, func() (*v2.CreateIntegrationOutput, error) {
			in := httpIntegration(id)
			in.PassthroughBehavior, in.ConnectionType = "WHEN_NO_MATCH", "INTERNET" // Terraform's defaults
			in.RequestParameters = map[string]string{"append:header.a": "b", "remove:header.c": "''"}
			in.ResponseParameters = map[string]map[string]string{"403": {"append:header.a": "b"}}
			out, err := g.CreateIntegration(ctx, in)
			if err == nil {
				i = out.IntegrationId
			}
			return out, err
		},
			func() (*v2.GetIntegrationOutput, error) {
				return g.GetIntegration(ctx, &v2.GetIntegrationInput{ApiId: id, IntegrationId: i})
			},
			func() (*v2.UpdateIntegrationOutput, error) {
				return g.UpdateIntegration(ctx, &v2.UpdateIntegrationInput{ApiId: id, IntegrationId: i, IntegrationType: "HTTP_PROXY", Description: aws.String("d"), ConnectionType: "VPC_LINK", ConnectionId: aws.String("abc"),
					IntegrationUri:    aws.String("arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/net/l/5/6"),
					TlsConfig:         &types.TlsConfigInput{ServerNameToVerify: aws.String("b.test")},
					RequestParameters: map[string]string{"append:header.a": ""}, ResponseParameters: map[string]map[string]string{"403": {}}})
			},
			func() error {
				_, err := g.DeleteIntegration(ctx, &v2.DeleteIntegrationInput{ApiId: id, IntegrationId: i})
				return err
			})
	})
	t.Run("authorizer", func(t *testing.T) {
		g := start(t)
		id := g.api()
		var x *string
		life(t, func() (*v2.CreateAuthorizerOutput, error) {
			out, err := g.CreateAuthorizer(ctx, requestInput(id))
			if err == nil {
				x = out.AuthorizerId
			}
			return out, err
		},
			func() (*v2.GetAuthorizerOutput, error) {
				return g.GetAuthorizer(ctx, &v2.GetAuthorizerInput{ApiId: id, AuthorizerId: x})
			},
			func() (*v2.UpdateAuthorizerOutput, error) {
				return g.UpdateAuthorizer(ctx, &v2.UpdateAuthorizerInput{ApiId: id, AuthorizerId: x, AuthorizerCredentialsArn: aws.String(roleForIt), AuthorizerResultTtlInSeconds: aws.Int32(300),
					EnableSimpleResponses: aws.Bool(true), IdentitySource: []string{"$request.header.a", "$context.routeKey"}})
			},
			func() error {
				_, err := g.DeleteAuthorizer(ctx, &v2.DeleteAuthorizerInput{ApiId: id, AuthorizerId: x})
				return err
			})
	})
	t.Run("stage", func(t *testing.T) {
		g := start(t)
		id := g.api()
		g.route(id, "GET /pets/{id}")
		name := aws.String("$default")
		life(t, func() (*v2.CreateStageOutput, error) {
			return g.CreateStage(ctx, &v2.CreateStageInput{ApiId: id, StageName: name, AutoDeploy: aws.Bool(true), Description: aws.String("d"), Tags: map[string]string{"a": "b"},
				StageVariables: map[string]string{"a": "1"}, AccessLogSettings: &types.AccessLogSettings{DestinationArn: aws.String(logARN), Format: aws.String("$context.requestId")},
				DefaultRouteSettings: &types.RouteSettings{DetailedMetricsEnabled: aws.Bool(true), ThrottlingBurstLimit: aws.Int32(10), ThrottlingRateLimit: aws.Float64(0.5)},
				RouteSettings:        map[string]types.RouteSettings{"GET /pets/{id}": {ThrottlingBurstLimit: aws.Int32(1), ThrottlingRateLimit: aws.Float64(1)}}})
		},
			func() (*v2.GetStageOutput, error) {
				return g.GetStage(ctx, &v2.GetStageInput{ApiId: id, StageName: name})
			},
			func() (*v2.UpdateStageOutput, error) {
				return g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: name, AutoDeploy: aws.Bool(true), Description: aws.String(""), StageVariables: map[string]string{"a": "", "b": "2"},
					DefaultRouteSettings: &types.RouteSettings{DetailedMetricsEnabled: aws.Bool(false), ThrottlingBurstLimit: aws.Int32(0), ThrottlingRateLimit: aws.Float64(0)}})
			},
			func() error {
				_, err := g.DeleteStage(ctx, &v2.DeleteStageInput{ApiId: id, StageName: name})
				return err
			})
	})
	t.Run("deployment", func(t *testing.T) {
		g := start(t)
		id := g.api()
		g.route(id, "GET /")
		var d *string
		life(t, func() (*v2.CreateDeploymentOutput, error) {
			out, err := g.CreateDeployment(ctx, &v2.CreateDeploymentInput{ApiId: id, Description: aws.String("d")})
			if err == nil {
				d = out.DeploymentId
			}
			return out, err
		},
			func() (*v2.GetDeploymentOutput, error) {
				return g.GetDeployment(ctx, &v2.GetDeploymentInput{ApiId: id, DeploymentId: d})
			},
			func() (*v2.UpdateDeploymentOutput, error) {
				return g.UpdateDeployment(ctx, &v2.UpdateDeploymentInput{ApiId: id, DeploymentId: d, Description: aws.String("")})
			},
			func() error {
				_, err := g.DeleteDeployment(ctx, &v2.DeleteDeploymentInput{ApiId: id, DeploymentId: d})
				return err
			})
	})
}
