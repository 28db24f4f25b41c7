package apigatewayv2

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

func TestCreateAuthorizerRefuses(t *testing.T) {
	g := start(t)
	id := g.api()
	const oneSource = "A JWT authorizer needs exactly one identity source, $request.header.{name} or $request.querystring.{name}"
	issuer := func(s string) func(*v2.CreateAuthorizerInput) {
		return func(in *v2.CreateAuthorizerInput) { in.JwtConfiguration.Issuer = &s }
	}
	for _, c := range []struct {
		name    string
		make    func(*string) *v2.CreateAuthorizerInput
		edit    func(*v2.CreateAuthorizerInput)
		message string
	}{
		{"empty name", jwtInput, func(in *v2.CreateAuthorizerInput) { in.Name = aws.String("") }, "Invalid name specified: it must have 1 to 128 characters"},
		{"JWT with URI", jwtInput, func(in *v2.CreateAuthorizerInput) { in.AuthorizerUri = aws.String(echoURI) }, "AuthorizerUri is not supported for JWT authorizers"},
		{"JWT with role", jwtInput, func(in *v2.CreateAuthorizerInput) { in.AuthorizerCredentialsArn = aws.String(roleForIt) }, "AuthorizerCredentialsArn is not supported for JWT authorizers"},
		{"JWT with version", jwtInput, func(in *v2.CreateAuthorizerInput) { in.AuthorizerPayloadFormatVersion = aws.String("1.0") }, "AuthorizerPayloadFormatVersion is not supported for JWT authorizers"},
		{"JWT with TTL", jwtInput, func(in *v2.CreateAuthorizerInput) { in.AuthorizerResultTtlInSeconds = aws.Int32(1) }, "AuthorizerResultTtlInSeconds is not supported for JWT authorizers"},
		{"JWT with simple responses", jwtInput, func(in *v2.CreateAuthorizerInput) { in.EnableSimpleResponses = aws.Bool(true) }, "EnableSimpleResponses is not supported for JWT authorizers"},
		{"no configuration", jwtInput, func(in *v2.CreateAuthorizerInput) { in.JwtConfiguration = nil }, "JwtConfiguration must be specified for JWT authorizers"},
		{"two sources", jwtInput, func(in *v2.CreateAuthorizerInput) { in.IdentitySource = append(in.IdentitySource, "$request.header.a") }, oneSource},
		{"no source", jwtInput, func(in *v2.CreateAuthorizerInput) { in.IdentitySource = []string{} }, oneSource},
		{"context as source", jwtInput, func(in *v2.CreateAuthorizerInput) { in.IdentitySource = []string{"$context.x"} }, oneSource},
		{"plain issuer", jwtInput, issuer("http://issuer.test"), "Invalid issuer: http://issuer.test. Issuer must be a valid HTTPS URL"},
		{"no issuer", jwtInput, issuer("me"), "Invalid issuer: me. Issuer must be a valid HTTPS URL"},
		{"issuer with query", jwtInput, issuer("https://a?b"), "Invalid issuer: https://a?b. Issuer must be a valid HTTPS URL"},
		{"no audience", jwtInput, func(in *v2.CreateAuthorizerInput) { in.JwtConfiguration.Audience = nil }, "Audience must be specified for JWT authorizers"},
		{"many audiences", jwtInput, func(in *v2.CreateAuthorizerInput) {
			in.JwtConfiguration.Audience = strings.Split(strings.Repeat("a,", 50)+"a", ",")
		}, "A JWT authorizer can have at most 50 audiences"},
		{"empty audience", jwtInput, func(in *v2.CreateAuthorizerInput) { in.JwtConfiguration.Audience = []string{""} }, "Invalid audience specified: "},
		{"validation expression", requestInput, func(in *v2.CreateAuthorizerInput) { in.IdentityValidationExpression = aws.String(".*") }, "IdentityValidationExpression is not supported for HTTP APIs"},

		{"REQUEST with JWT", requestInput, func(in *v2.CreateAuthorizerInput) { in.JwtConfiguration = jwtInput(nil).JwtConfiguration }, "JwtConfiguration is not supported for REQUEST authorizers"},
		{"plain ARN", requestInput, func(in *v2.CreateAuthorizerInput) { in.AuthorizerUri = aws.String(echoARN) },
			"Invalid Authorizer URI: " + echoARN + ". Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation."},
		{"no version", requestInput, func(in *v2.CreateAuthorizerInput) { in.AuthorizerPayloadFormatVersion = nil }, "AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer"},
		{"version", requestInput, func(in *v2.CreateAuthorizerInput) { in.AuthorizerPayloadFormatVersion = aws.String("3") }, "Invalid authorizerPayloadFormatVersion specified: 3"},
		{"simple responses of 1.0", requestInput, func(in *v2.CreateAuthorizerInput) {
			in.AuthorizerPayloadFormatVersion, in.EnableSimpleResponses = aws.String("1.0"), aws.Bool(true)
		}, "EnableSimpleResponses is only supported with authorizerPayloadFormatVersion 2.0"},
		{"TTL", requestInput, func(in *v2.CreateAuthorizerInput) { in.AuthorizerResultTtlInSeconds = aws.Int32(3601) }, "Invalid authorizerResultTtlInSeconds specified: it must be between 0 and 3600"},
		{"cached without source", requestInput, func(in *v2.CreateAuthorizerInput) {
			in.AuthorizerResultTtlInSeconds, in.IdentitySource = aws.Int32(1), []string{}
		}, "Identity source must be specified when caching is enabled"},
		{"source of WebSocket APIs", requestInput, func(in *v2.CreateAuthorizerInput) { in.IdentitySource = []string{"route.request.header.a"} }, "Invalid identity source specified: route.request.header.a"},
		{"body as source", requestInput, func(in *v2.CreateAuthorizerInput) { in.IdentitySource = []string{"$request.body.a"} }, "Invalid identity source specified: $request.body.a"},
		{"role", requestInput, func(in *v2.CreateAuthorizerInput) { in.AuthorizerCredentialsArn = aws.String("x") }, "Invalid authorizerCredentialsArn specified: x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := c.make(id)
			c.edit(in)
			_, err := g.CreateAuthorizer(ctx, in)
			wantError(t, err, badCode, c.message)
		})
	}
}

func TestAuthorizerAccepts(t *testing.T) {
	g := start(t)
	id := g.api()
	local := jwtInput(id)
	local.JwtConfiguration.Issuer, local.IdentitySource = aws.String("http://127.0.0.1:9000/oidc"), []string{"$request.querystring.token"}
	ok[*v2.CreateAuthorizerOutput](t)(g.CreateAuthorizer(ctx, local))
	r := requestInput(id)
	r.IdentitySource = []string{"$request.header.a", "$request.querystring.b", "$context.routeKey", "$stageVariables.c"}
	r.AuthorizerResultTtlInSeconds, r.EnableSimpleResponses = aws.Int32(3600), aws.Bool(true)
	ok[*v2.CreateAuthorizerOutput](t)(g.CreateAuthorizer(ctx, r))
	none := requestInput(id)
	none.IdentitySource = []string{}
	out := ok[*v2.CreateAuthorizerOutput](t)(g.CreateAuthorizer(ctx, none))
	if *out.AuthorizerResultTtlInSeconds != 0 || *out.EnableSimpleResponses || len(*out.AuthorizerId) != 6 {
		t.Errorf("defaults: %s", show(out))
	}
}

func TestAuthorizerInUse(t *testing.T) {
	g := start(t)
	id := g.api()
	x := ok[*v2.CreateAuthorizerOutput](t)(g.CreateAuthorizer(ctx, requestInput(id))).AuthorizerId
	r := ok[*v2.CreateRouteOutput](t)(g.CreateRoute(ctx, &v2.CreateRouteInput{ApiId: id, RouteKey: aws.String("GET /a"), AuthorizationType: "CUSTOM", AuthorizerId: x})).RouteId
	_, err := g.DeleteAuthorizer(ctx, &v2.DeleteAuthorizerInput{ApiId: id, AuthorizerId: x})
	wantError(t, err, conflictCode, "Cannot delete authorizer 'l', is referenced in route: GET /a")
	_, err = g.UpdateAuthorizer(ctx, &v2.UpdateAuthorizerInput{ApiId: id, AuthorizerId: x, AuthorizerType: "JWT", AuthorizerUri: aws.String(""),
		AuthorizerPayloadFormatVersion: aws.String(""), JwtConfiguration: jwtInput(nil).JwtConfiguration})
	wantError(t, err, badCode, "Authorizer "+*x+" of type JWT cannot be used by route GET /a with authorizationType CUSTOM")
	ok[*v2.DeleteRouteOutput](t)(g.DeleteRoute(ctx, &v2.DeleteRouteInput{ApiId: id, RouteId: r}))
	out := ok[*v2.UpdateAuthorizerOutput](t)(g.UpdateAuthorizer(ctx, &v2.UpdateAuthorizerInput{ApiId: id, AuthorizerId: x, AuthorizerType: "JWT", AuthorizerUri: aws.String(""),
		AuthorizerPayloadFormatVersion: aws.String(""), JwtConfiguration: jwtInput(nil).JwtConfiguration}))
	if out.AuthorizerUri != nil || out.AuthorizerType != types.AuthorizerTypeJwt {
		t.Errorf("after the change of type: %s", show(out))
	}
	ok[*v2.DeleteAuthorizerOutput](t)(g.DeleteAuthorizer(ctx, &v2.DeleteAuthorizerInput{ApiId: id, AuthorizerId: x}))
	const gone = "Invalid Authorizer identifier specified"
	_, err = g.DeleteAuthorizer(ctx, &v2.DeleteAuthorizerInput{ApiId: id, AuthorizerId: x})
	wantError(t, err, missingCode, gone)
	_, err = g.GetAuthorizer(ctx, &v2.GetAuthorizerInput{ApiId: id, AuthorizerId: x})
	wantError(t, err, missingCode, gone)
	_, err = g.UpdateAuthorizer(ctx, &v2.UpdateAuthorizerInput{ApiId: id, AuthorizerId: x})
	wantError(t, err, missingCode, gone)
}

func TestResetAuthorizersCache(t *testing.T) {
	g := start(t)
	id := g.api()
	_, err := g.ResetAuthorizersCache(ctx, &v2.ResetAuthorizersCacheInput{ApiId: id, StageName: aws.String("$default")})
	wantError(t, err, missingCode, "Invalid stage identifier specified")
	g.autoStage(id, "$default")
	ok[*v2.ResetAuthorizersCacheOutput](t)(g.ResetAuthorizersCache(ctx, &v2.ResetAuthorizersCacheInput{ApiId: id, StageName: aws.String("$default")}))
	if len(g.reset) != 1 || g.reset[0] != *id+"/$default" {
		t.Errorf("reset = %v", g.reset)
	}
}
