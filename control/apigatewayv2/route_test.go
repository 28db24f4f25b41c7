package apigatewayv2

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

func TestCreateRouteRefuses(t *testing.T) {
	g := start(t)
	id := g.api()
	j := g.jwt(id)
	l := ok[*v2.CreateAuthorizerOutput](t)(g.CreateAuthorizer(ctx, requestInput(id))).AuthorizerId
	g.route(id, "GET /pets/{id}")
	g.route(id, "$default")
	for _, c := range []struct {
		name          string
		key           string
		edit          func(*v2.CreateRouteInput)
		code, message string
	}{
		{"no path", "GET", nil, badCode, "The provided route key is neither $default nor a method and a path"},
		{"method", "FETCH /", nil, badCode, "The provided route key has a method that is not GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or ANY"},
		{"trailing slash", "GET /a/", nil, badCode, "The provided route key has a path that ends in a slash"},
		{"greedy inside", "GET /{a+}/b", nil, badCode, "The provided route key has a greedy parameter that is not last"},
		{"equal key", "GET /pets/{id}", nil, conflictCode, "Route with key GET /pets/{id} already exists for this API"},
		{"equal default", "$default", nil, conflictCode, "Route with key $default already exists for this API"},
		{"variable", "GET /pets/{pet}/toys", nil, conflictCode, `The provided route key "GET /pets/{pet}/toys" has a conflicting variable on the same hierarchical level as "GET /pets/{id}"`},
		{"target form", "GET /a", func(in *v2.CreateRouteInput) { in.Target = aws.String("abc") }, badCode, "Invalid target specified: abc"},
		{"target unknown", "GET /a", func(in *v2.CreateRouteInput) { in.Target = aws.String("integrations/abc") }, missingCode, "Invalid Integration identifier specified"},
		{"authorizer missing", "GET /a", func(in *v2.CreateRouteInput) { in.AuthorizationType = "JWT" }, badCode, "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or JWT requires a valid authorizer."},
		{"authorizer unknown", "GET /a", func(in *v2.CreateRouteInput) {
			in.AuthorizationType, in.AuthorizerId = "CUSTOM", aws.String("zzz")
		}, missingCode, "Invalid Authorizer identifier specified"},
		{"authorizer of other type", "GET /a", func(in *v2.CreateRouteInput) { in.AuthorizationType, in.AuthorizerId = "CUSTOM", j }, badCode,
			"Authorizer " + *j + " of type JWT cannot be used by route GET /a with authorizationType CUSTOM"},
		{"Lambda authorizer for JWT", "GET /a", func(in *v2.CreateRouteInput) { in.AuthorizationType, in.AuthorizerId = "JWT", l }, badCode,
			"Authorizer " + *l + " of type REQUEST cannot be used by route GET /a with authorizationType JWT"},
		{"authorizer without a type", "GET /a", func(in *v2.CreateRouteInput) { in.AuthorizerId = j }, badCode, "AuthorizerId can only be specified with authorizationType JWT or CUSTOM"},
		{"authorizer for IAM", "GET /a", func(in *v2.CreateRouteInput) { in.AuthorizationType, in.AuthorizerId = "AWS_IAM", j }, badCode, "AuthorizerId can only be specified with authorizationType JWT or CUSTOM"},
		{"scopes without JWT", "GET /a", func(in *v2.CreateRouteInput) { in.AuthorizationScopes = []string{"s"} }, badCode, "AuthorizationScopes can only be specified with authorizationType JWT"},
		{"many scopes", "GET /a", func(in *v2.CreateRouteInput) {
			in.AuthorizationType, in.AuthorizerId, in.AuthorizationScopes = "JWT", j, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}
		}, badCode, "A route can have at most 10 authorization scopes"},
		{"bad scope", "GET /a", func(in *v2.CreateRouteInput) {
			in.AuthorizationType, in.AuthorizerId, in.AuthorizationScopes = "JWT", j, []string{"a b"}
		}, badCode, "Invalid authorization scope specified: a b"},
		{"API key", "GET /a", func(in *v2.CreateRouteInput) { in.ApiKeyRequired = aws.Bool(true) }, badCode, "ApiKeyRequired is not supported for HTTP APIs"},
		{"model selection", "GET /a", func(in *v2.CreateRouteInput) { in.ModelSelectionExpression = aws.String("x") }, badCode, "ModelSelectionExpression is not supported for HTTP APIs"},
		{"models", "GET /a", func(in *v2.CreateRouteInput) { in.RequestModels = map[string]string{"a": "b"} }, badCode, "RequestModels is not supported for HTTP APIs"},
		{"parameters", "GET /a", func(in *v2.CreateRouteInput) {
			in.RequestParameters = map[string]types.ParameterConstraints{"route.request.header.x": {Required: aws.Bool(true)}}
		}, badCode, "RequestParameters is not supported for HTTP APIs"},
		{"response selection", "GET /a", func(in *v2.CreateRouteInput) { in.RouteResponseSelectionExpression = aws.String("$default") }, badCode, "RouteResponseSelectionExpression is not supported for HTTP APIs"},
		{"operation name", "GET /a", func(in *v2.CreateRouteInput) { in.OperationName = aws.String(string(make([]byte, 65))) }, badCode, "Invalid operationName specified: it can have at most 64 characters"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &v2.CreateRouteInput{ApiId: id, RouteKey: &c.key}
			if c.edit != nil {
				c.edit(in)
			}
			_, err := g.CreateRoute(ctx, in)
			wantError(t, err, c.code, c.message)
		})
	}
	if list := ok[*v2.GetRoutesOutput](t)(g.GetRoutes(ctx, &v2.GetRoutesInput{ApiId: id})).Items; len(list) != 2 {
		t.Errorf("%d routes after refusals, want 2", len(list))
	}
}

func TestUpdateRoute(t *testing.T) {
	g := start(t)
	id := g.api()
	i, j := g.integration(id), g.jwt(id)
	g.route(id, "GET /taken")
	r := g.route(id, "GET /a")
	update := func(in v2.UpdateRouteInput) *v2.UpdateRouteOutput {
		t.Helper()
		in.ApiId, in.RouteId = id, r
		return ok[*v2.UpdateRouteOutput](t)(g.UpdateRoute(ctx, &in))
	}
	out := update(v2.UpdateRouteInput{Target: aws.String("integrations/" + *i), AuthorizationType: "JWT", AuthorizerId: j, AuthorizationScopes: []string{"s"}, OperationName: aws.String("op")})
	if *out.Target != "integrations/"+*i || *out.AuthorizerId != *j || out.AuthorizationScopes[0] != "s" || *out.RouteKey != "GET /a" {
		t.Errorf("after setting: %s", show(out))
	}
	if out = update(v2.UpdateRouteInput{RouteKey: aws.String("PUT /a")}); *out.RouteKey != "PUT /a" || *out.AuthorizerId != *j {
		t.Errorf("after renaming: %s", show(out))
	}
	if out = update(v2.UpdateRouteInput{AuthorizationType: "NONE"}); out.AuthorizerId != nil || out.AuthorizationScopes != nil {
		t.Errorf("NONE leaves an authorizer: %s", show(out))
	}
	if out = update(v2.UpdateRouteInput{Target: aws.String(""), OperationName: aws.String("")}); out.Target != nil || out.OperationName != nil {
		t.Errorf("after clearing: %s", show(out))
	}
	for _, c := range []struct {
		name          string
		in            v2.UpdateRouteInput
		code, message string
	}{
		{"taken key", v2.UpdateRouteInput{RouteKey: aws.String("GET /taken")}, conflictCode, "Route with key GET /taken already exists for this API"},
		{"empty key", v2.UpdateRouteInput{RouteKey: aws.String("")}, badCode, "The provided route key is neither $default nor a method and a path"},
		{"JWT without authorizer", v2.UpdateRouteInput{AuthorizationType: "JWT"}, badCode, "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or JWT requires a valid authorizer."},
		{"API key", v2.UpdateRouteInput{ApiKeyRequired: aws.Bool(true)}, badCode, "ApiKeyRequired is not supported for HTTP APIs"},
		{"unknown route", v2.UpdateRouteInput{RouteId: aws.String("zzz")}, missingCode, "Invalid Route identifier specified"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.ApiId = id
			if c.in.RouteId == nil {
				c.in.RouteId = r
			}
			_, err := g.UpdateRoute(ctx, &c.in)
			wantError(t, err, c.code, c.message)
		})
	}
}

func TestUnknownRoute(t *testing.T) {
	g := start(t)
	id, x := g.api(), aws.String("zzz")
	_, err := g.GetRoute(ctx, &v2.GetRouteInput{ApiId: id, RouteId: x})
	wantError(t, err, missingCode, "Invalid Route identifier specified")
	_, err = g.DeleteRoute(ctx, &v2.DeleteRouteInput{ApiId: id, RouteId: x})
	wantError(t, err, missingCode, "Invalid Route identifier specified")
}
