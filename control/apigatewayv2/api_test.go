package apigatewayv2

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

func TestCreateAPIDefaults(t *testing.T) {
	g := start(t)
	a := ok[*v2.CreateApiOutput](t)(g.CreateApi(ctx, &v2.CreateApiInput{Name: aws.String("shop"), ProtocolType: types.ProtocolTypeHttp}))
	if !regexp.MustCompile(`^[a-z0-9]{10}$`).MatchString(*a.ApiId) {
		t.Errorf("ApiId = %q", *a.ApiId)
	}
	for _, c := range []struct{ what, got, want string }{
		{"apiEndpoint", *a.ApiEndpoint, "http://" + *a.ApiId + ".execute-api.localhost:8080"},
		{"apiKeySelectionExpression", *a.ApiKeySelectionExpression, "$request.header.x-api-key"},
		{"routeSelectionExpression", *a.RouteSelectionExpression, "$request.method $request.path"},
		{"ipAddressType", string(a.IpAddressType), "ipv4"},
		{"createdDate", a.CreatedDate.Format(time.RFC3339Nano), "2026-01-02T03:04:05Z"},
	} {
		if c.got != c.want {
			t.Errorf("%s = %q, want %q", c.what, c.got, c.want)
		}
	}
	if a.DisableExecuteApiEndpoint == nil || *a.DisableExecuteApiEndpoint || a.Tags == nil || len(a.Tags) != 0 {
		t.Errorf("disableExecuteApiEndpoint, tags = %v, %v, want false and {}", a.DisableExecuteApiEndpoint, a.Tags)
	}
	if a.Description != nil || a.Version != nil || a.CorsConfiguration != nil || a.ApiGatewayManaged != nil {
		t.Errorf("unset members are shown: %s", show(a))
	}
}

func TestCreateAPIRefuses(t *testing.T) {
	g := start(t)
	long := strings.Repeat("x", 1025)
	many := map[string]string{}
	for i := range 51 {
		many[strings.Repeat("k", i+1)] = ""
	}
	for _, c := range []struct {
		name    string
		edit    func(*v2.CreateApiInput)
		message string
	}{
		{"empty name", func(in *v2.CreateApiInput) { in.Name = aws.String("") }, "Invalid name specified: it must have 1 to 128 characters"},
		{"long name", func(in *v2.CreateApiInput) { in.Name = aws.String(long[:129]) }, "Invalid name specified: it must have 1 to 128 characters"},
		{"long description", func(in *v2.CreateApiInput) { in.Description = &long }, "Invalid description specified: it can have at most 1024 characters"},
		{"long version", func(in *v2.CreateApiInput) { in.Version = aws.String(long[:65]) }, "Invalid version specified: it can have at most 64 characters"},
		{"route selection", func(in *v2.CreateApiInput) { in.RouteSelectionExpression = aws.String("$request.body.x") }, "Invalid routeSelectionExpression specified: $request.body.x"},
		{"key selection", func(in *v2.CreateApiInput) { in.ApiKeySelectionExpression = aws.String("$x") }, "Invalid apiKeySelectionExpression specified: $x"},
		{"route key alone", func(in *v2.CreateApiInput) { in.RouteKey = aws.String("GET /") }, "Target must be specified with routeKey or credentialsArn"},
		{"credentials alone", func(in *v2.CreateApiInput) { in.CredentialsArn = aws.String(roleForIt) }, "Target must be specified with routeKey or credentialsArn"},
		{"target", func(in *v2.CreateApiInput) { in.Target = aws.String("ftp://x") }, "Invalid function ARN or invalid uri"},
		{"target URL", func(in *v2.CreateApiInput) { in.Target = aws.String("http://") }, "Invalid HTTP endpoint specified for URI"},
		{"target route key", func(in *v2.CreateApiInput) { in.Target, in.RouteKey = aws.String(shopURL), aws.String("/x") }, "The provided route key is neither $default nor a method and a path"},
		{"too many tags", func(in *v2.CreateApiInput) { in.Tags = many }, "A resource can have at most 50 tags"},
		{"reserved tag", func(in *v2.CreateApiInput) { in.Tags = map[string]string{"aws:x": "y"} }, "Invalid tag key aws:x: the prefix aws: is reserved"},
		{"long tag key", func(in *v2.CreateApiInput) { in.Tags = map[string]string{long[:129]: "y"} }, "Invalid tag key: it must have 1 to 128 characters"},
		{"long tag value", func(in *v2.CreateApiInput) { in.Tags = map[string]string{"k": long[:257]} }, "Invalid value of tag k: it can have at most 256 characters"},
		{"bad custom id", func(in *v2.CreateApiInput) { in.Tags = map[string]string{"_custom_id_": "Shop!"} }, "Invalid API identifier in tag _custom_id_: it must be 1 to 63 characters [a-z0-9-], and neither begin nor end with -"},
		{"credentials with star", func(in *v2.CreateApiInput) {
			in.CorsConfiguration = &types.Cors{AllowCredentials: aws.Bool(true), AllowOrigins: []string{"*"}}
		}, "allowCredentials is not allowed with allowOrigins *"},
		{"max age", func(in *v2.CreateApiInput) { in.CorsConfiguration = &types.Cors{MaxAge: aws.Int32(86401)} }, "Invalid maxAge specified: it must be between -1 and 86400"},
		{"origin", func(in *v2.CreateApiInput) { in.CorsConfiguration = &types.Cors{AllowOrigins: []string{"a.test"}} }, "Invalid allowOrigins specified: a.test"},
		{"origin with path", func(in *v2.CreateApiInput) { in.CorsConfiguration = &types.Cors{AllowOrigins: []string{"https://a/b"}} }, "Invalid allowOrigins specified: https://a/b"},
		{"method", func(in *v2.CreateApiInput) { in.CorsConfiguration = &types.Cors{AllowMethods: []string{"get"}} }, "Invalid allowMethods specified: get"},
		{"header", func(in *v2.CreateApiInput) { in.CorsConfiguration = &types.Cors{AllowHeaders: []string{"a b"}} }, "Invalid allowHeaders specified: a b"},
		{"exposed header", func(in *v2.CreateApiInput) { in.CorsConfiguration = &types.Cors{ExposeHeaders: []string{""}} }, "Invalid exposeHeaders specified: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &v2.CreateApiInput{Name: aws.String("shop"), ProtocolType: types.ProtocolTypeHttp}
			c.edit(in)
			_, err := g.CreateApi(ctx, in)
			wantError(t, err, badCode, c.message)
		})
	}
	if list := ok[*v2.GetApisOutput](t)(g.GetApis(ctx, &v2.GetApisInput{})); len(list.Items) != 0 {
		t.Errorf("%d APIs exist after refusals", len(list.Items))
	}
}

func TestCreateWebSocketAPI(t *testing.T) {
	_, err := start(t).CreateApi(ctx, &v2.CreateApiInput{Name: aws.String("chat"), ProtocolType: types.ProtocolTypeWebsocket,
		RouteSelectionExpression: aws.String("$request.body.action")})
	wantError(t, err, "NotImplementedException", "CreateApi with protocolType WEBSOCKET is not built yet")
}

func TestCustomID(t *testing.T) {
	g := start(t)
	in := &v2.CreateApiInput{Name: aws.String("shop"), ProtocolType: types.ProtocolTypeHttp, Target: aws.String(shopURL),
		Tags: map[string]string{"_custom_id_": "my-shop"}}
	if a := ok[*v2.CreateApiOutput](t)(g.CreateApi(ctx, in)); *a.ApiId != "my-shop" || a.Tags["_custom_id_"] != "my-shop" {
		t.Errorf("ApiId, Tags = %q, %v", *a.ApiId, a.Tags)
	}
	for _, region := range []string{"us-east-1", "eu-west-1"} { // one host name in all Regions
		_, err := g.in(region).CreateApi(ctx, in)
		wantError(t, err, conflictCode, "API identifier already exists")
	}
}

func TestAPIsOfRegions(t *testing.T) {
	g := start(t)
	id := g.api()
	far := g.in("eu-west-1")
	if list := ok[*v2.GetApisOutput](t)(far.GetApis(ctx, &v2.GetApisInput{})); len(list.Items) != 0 {
		t.Errorf("another Region lists %d APIs", len(list.Items))
	}
	message := "Invalid API identifier specified 000000000000:" + *id
	_, err := far.GetApi(ctx, &v2.GetApiInput{ApiId: id})
	wantError(t, err, missingCode, message)
	_, err = far.UpdateApi(ctx, &v2.UpdateApiInput{ApiId: id, Name: aws.String("n")})
	wantError(t, err, missingCode, message)
	_, err = far.DeleteApi(ctx, &v2.DeleteApiInput{ApiId: id})
	wantError(t, err, missingCode, message)
}

func TestUpdateAPI(t *testing.T) {
	g := start(t)
	id := g.api()
	update := func(in v2.UpdateApiInput) *v2.UpdateApiOutput {
		t.Helper()
		in.ApiId = id
		return ok[*v2.UpdateApiOutput](t)(g.UpdateApi(ctx, &in))
	}
	a := update(v2.UpdateApiInput{Description: aws.String("d"), Version: aws.String("1"), CorsConfiguration: &types.Cors{AllowOrigins: []string{"https://*"}}})
	if *a.Description != "d" || *a.Version != "1" || *a.Name != "shop" || a.CorsConfiguration.AllowOrigins[0] != "https://*" {
		t.Errorf("after setting: %s", show(a))
	}
	a = update(v2.UpdateApiInput{Description: aws.String(""), Version: aws.String(""), Name: aws.String("new"), CorsConfiguration: &types.Cors{}})
	if a.Description != nil || a.Version != nil || *a.Name != "new" || a.CorsConfiguration == nil || a.CorsConfiguration.AllowOrigins != nil {
		t.Errorf("after clearing: %s", show(a))
	}
	ok[*v2.DeleteCorsConfigurationOutput](t)(g.DeleteCorsConfiguration(ctx, &v2.DeleteCorsConfigurationInput{ApiId: id}))
	if got := ok[*v2.GetApiOutput](t)(g.GetApi(ctx, &v2.GetApiInput{ApiId: id})); got.CorsConfiguration != nil {
		t.Errorf("CORS after its deletion: %s", show(got))
	}
	for _, c := range []struct {
		name    string
		in      v2.UpdateApiInput
		message string
	}{
		{"empty name", v2.UpdateApiInput{Name: aws.String("")}, "Invalid name specified: it must have 1 to 128 characters"},
		{"target", v2.UpdateApiInput{Target: aws.String(shopURL)}, "Target and credentialsArn can only be updated for an API created with quick create"},
		{"credentials", v2.UpdateApiInput{CredentialsArn: aws.String(roleForIt)}, "Target and credentialsArn can only be updated for an API created with quick create"},
		{"route key", v2.UpdateApiInput{RouteKey: aws.String("GET /")}, "RouteKey can only be updated for an API created with quick create"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.ApiId = id
			_, err := g.UpdateApi(ctx, &c.in)
			wantError(t, err, badCode, c.message)
		})
	}
}

func TestUnknownAPI(t *testing.T) {
	g := start(t)
	message := "Invalid API identifier specified 000000000000:nope"
	id, x := aws.String("nope"), aws.String("x")
	for name, call := range map[string]func() error{
		"GetApi":    func() error { _, err := g.GetApi(ctx, &v2.GetApiInput{ApiId: id}); return err },
		"DeleteApi": func() error { _, err := g.DeleteApi(ctx, &v2.DeleteApiInput{ApiId: id}); return err },
		"DeleteCorsConfiguration": func() error {
			_, err := g.DeleteCorsConfiguration(ctx, &v2.DeleteCorsConfigurationInput{ApiId: id})
			return err
		},
		"CreateRoute": func() error { _, err := g.CreateRoute(ctx, &v2.CreateRouteInput{ApiId: id, RouteKey: x}); return err },
		"GetRoute":    func() error { _, err := g.GetRoute(ctx, &v2.GetRouteInput{ApiId: id, RouteId: x}); return err },
		"GetRoutes":   func() error { _, err := g.GetRoutes(ctx, &v2.GetRoutesInput{ApiId: id}); return err },
		"CreateIntegration": func() error {
			_, err := g.CreateIntegration(ctx, &v2.CreateIntegrationInput{ApiId: id, IntegrationType: "MOCK"})
			return err
		},
		"GetIntegrations":  func() error { _, err := g.GetIntegrations(ctx, &v2.GetIntegrationsInput{ApiId: id}); return err },
		"GetAuthorizers":   func() error { _, err := g.GetAuthorizers(ctx, &v2.GetAuthorizersInput{ApiId: id}); return err },
		"CreateAuthorizer": func() error { _, err := g.CreateAuthorizer(ctx, jwtInput(id)); return err },
		"CreateStage":      func() error { _, err := g.CreateStage(ctx, &v2.CreateStageInput{ApiId: id, StageName: x}); return err },
		"GetStage":         func() error { _, err := g.GetStage(ctx, &v2.GetStageInput{ApiId: id, StageName: x}); return err },
		"GetStages":        func() error { _, err := g.GetStages(ctx, &v2.GetStagesInput{ApiId: id}); return err },
		"CreateDeployment": func() error { _, err := g.CreateDeployment(ctx, &v2.CreateDeploymentInput{ApiId: id}); return err },
		"GetDeployments":   func() error { _, err := g.GetDeployments(ctx, &v2.GetDeploymentsInput{ApiId: id}); return err },
		"ResetAuthorizersCache": func() error {
			_, err := g.ResetAuthorizersCache(ctx, &v2.ResetAuthorizersCacheInput{ApiId: id, StageName: x})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, call(), missingCode, message) })
	}
}

func TestDeleteAPIRemovesAll(t *testing.T) {
	g := start(t)
	a := ok[*v2.CreateApiOutput](t)(g.CreateApi(ctx, &v2.CreateApiInput{Name: aws.String("s"), ProtocolType: types.ProtocolTypeHttp, Target: aws.String(shopURL)}))
	g.route(a.ApiId, "GET /x")
	ok[*v2.DeleteApiOutput](t)(g.DeleteApi(ctx, &v2.DeleteApiInput{ApiId: a.ApiId}))
	left, err := g.store.List(ctx, "")
	if err != nil || len(left) != 0 {
		t.Errorf("%d documents are left (%v): %v", len(left), err, left)
	}
	_, err = g.DeleteApi(ctx, &v2.DeleteApiInput{ApiId: a.ApiId})
	wantError(t, err, missingCode, "Invalid API identifier specified 000000000000:"+*a.ApiId)
}

func TestGetAPIsPages(t *testing.T) {
	g := start(t)
	want := map[string]bool{}
	for range 7 {
		want[*g.api()] = true
	}
	var token *string
	pages := 0
	for more := true; more; more = token != nil {
		out := ok[*v2.GetApisOutput](t)(g.GetApis(ctx, &v2.GetApisInput{MaxResults: aws.String("3"), NextToken: token}))
		for _, a := range out.Items {
			if !want[*a.ApiId] {
				t.Errorf("%s is listed twice or by mistake", *a.ApiId)
			}
			delete(want, *a.ApiId)
			if a.ApiEndpoint == nil {
				t.Errorf("%s has no endpoint in the list", *a.ApiId)
			}
		}
		pages, token = pages+1, out.NextToken
	}
	if len(want) != 0 || pages != 3 {
		t.Errorf("%d pages, %d APIs missing, want 3 and 0", pages, len(want))
	}
	_, err := g.GetApis(ctx, &v2.GetApisInput{NextToken: aws.String("bogus")})
	wantError(t, err, badCode, "Invalid token specified")
}

func TestQuotas(t *testing.T) {
	g := start(t, func(c *Config) {
		c.Limits = Limits{APIs: 1, Routes: 1, Integrations: 1, Authorizers: 1, Stages: 1, VPCLinks: 1, Audiences: 1, Scopes: 1}
	})
	text := func(plural, of string) string {
		return "Maximum number of " + plural + " for this " + of + " has been reached.  Please contact AWS if you need additional " + plural + "."
	}
	id := g.api()
	_, err := g.CreateApi(ctx, &v2.CreateApiInput{Name: aws.String("n"), ProtocolType: types.ProtocolTypeHttp})
	wantError(t, err, badCode, text("APIs", "account"))
	g.integration(id)
	_, err = g.CreateIntegration(ctx, &v2.CreateIntegrationInput{ApiId: id, IntegrationType: types.IntegrationTypeHttpProxy})
	wantError(t, err, badCode, text("Integrations", "API"))
	j := g.jwt(id)
	_, err = g.CreateAuthorizer(ctx, jwtInput(id))
	wantError(t, err, badCode, text("Authorizers", "API"))
	_, err = g.UpdateAuthorizer(ctx, &v2.UpdateAuthorizerInput{ApiId: id, AuthorizerId: j,
		JwtConfiguration: &types.JWTConfiguration{Issuer: aws.String("https://i"), Audience: []string{"a", "b"}}})
	wantError(t, err, badCode, "A JWT authorizer can have at most 1 audiences")
	_, err = g.CreateRoute(ctx, &v2.CreateRouteInput{ApiId: id, RouteKey: aws.String("GET /"), AuthorizationType: types.AuthorizationTypeJwt,
		AuthorizerId: j, AuthorizationScopes: []string{"a", "b"}})
	wantError(t, err, badCode, "A route can have at most 1 authorization scopes")
	g.route(id, "GET /")
	_, err = g.CreateRoute(ctx, &v2.CreateRouteInput{ApiId: id, RouteKey: aws.String("GET /x")})
	wantError(t, err, badCode, text("Routes", "API"))
	g.autoStage(id, "a")
	_, err = g.CreateStage(ctx, &v2.CreateStageInput{ApiId: id, StageName: aws.String("b")})
	wantError(t, err, badCode, text("Stages", "API"))
	link := &v2.CreateVpcLinkInput{Name: aws.String("l"), SubnetIds: []string{"s"}}
	ok[*v2.CreateVpcLinkOutput](t)(g.CreateVpcLink(ctx, link))
	_, err = g.CreateVpcLink(ctx, link)
	wantError(t, err, badCode, text("VPC links", "account"))
}
