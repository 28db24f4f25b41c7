package apigatewayv2

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/smithy-go"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

// gate is the service behind the real wire, used through AWS's own client.
type gate struct {
	*v2.Client
	t     *testing.T
	repo  *definition.Repository
	store store.Store
	url   string
	reset []string // what ResetAuthorizers was called with
}

const (
	shopURL   = "http://127.0.0.1:9001/base"
	echoARN   = "arn:aws:lambda:us-east-1:000000000000:function:echo"
	echoURI   = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + echoARN + "/invocations"
	roleForIt = "arn:aws:iam::000000000000:role/r"
)

func start(t *testing.T, edit ...func(*Config)) *gate {
	t.Helper()
	s := store.OpenMemory()
	t.Cleanup(func() { s.Close() })
	return startOver(t, s, edit...)
}

// startOver starts the service over a store of the caller's.
func startOver(t *testing.T, s store.Store, edit ...func(*Config)) *gate {
	t.Helper()
	g := &gate{t: t, store: s}
	g.repo = definition.New(g.store)
	now := time.Date(2026, 1, 2, 3, 4, 5, 6e8, time.UTC)
	c := Config{
		Repository:       g.repo,
		Endpoint:         func(id string) string { return "http://" + id + ".execute-api.localhost:8080" },
		Now:              func() time.Time { return now },
		ResetAuthorizers: func(api, stage string) error { g.reset = append(g.reset, api+"/"+stage); return nil },
	}
	for _, e := range edit {
		e(&c)
	}
	srv := httptest.NewServer(wire.New(wire.Config{}, Service(c)))
	t.Cleanup(srv.Close)
	g.url = srv.URL
	g.Client = g.in("us-east-1")
	return g
}

// in is a client that calls from another Region.
func (g *gate) in(region string) *v2.Client {
	return v2.New(v2.Options{BaseEndpoint: &g.url, Region: region, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "x"}, nil
		})})
}

var ctx = context.Background()

// ok fails the test unless the call succeeded.
func ok[T any](t *testing.T) func(out T, err error) T {
	t.Helper()
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// api makes an API without anything.
func (g *gate) api() *string {
	g.t.Helper()
	out, err := g.CreateApi(ctx, &v2.CreateApiInput{Name: aws.String("shop"), ProtocolType: types.ProtocolTypeHttp})
	return ok[*v2.CreateApiOutput](g.t)(out, err).ApiId
}

// route makes a route without a target.
func (g *gate) route(api *string, key string) *string {
	g.t.Helper()
	out, err := g.CreateRoute(ctx, &v2.CreateRouteInput{ApiId: api, RouteKey: &key})
	return ok[*v2.CreateRouteOutput](g.t)(out, err).RouteId
}

func (g *gate) integration(api *string) *string {
	g.t.Helper()
	out, err := g.CreateIntegration(ctx, &v2.CreateIntegrationInput{ApiId: api, IntegrationType: types.IntegrationTypeHttpProxy,
		IntegrationMethod: aws.String("ANY"), IntegrationUri: aws.String(shopURL)})
	return ok[*v2.CreateIntegrationOutput](g.t)(out, err).IntegrationId
}

func (g *gate) jwt(api *string) *string {
	g.t.Helper()
	out, err := g.CreateAuthorizer(ctx, jwtInput(api))
	return ok[*v2.CreateAuthorizerOutput](g.t)(out, err).AuthorizerId
}

func jwtInput(api *string) *v2.CreateAuthorizerInput {
	return &v2.CreateAuthorizerInput{ApiId: api, AuthorizerType: types.AuthorizerTypeJwt, Name: aws.String("j"),
		IdentitySource:   []string{"$request.header.Authorization"},
		JwtConfiguration: &types.JWTConfiguration{Issuer: aws.String("https://issuer.test/"), Audience: []string{"a"}}}
}

func requestInput(api *string) *v2.CreateAuthorizerInput {
	return &v2.CreateAuthorizerInput{ApiId: api, AuthorizerType: types.AuthorizerTypeRequest, Name: aws.String("l"),
		IdentitySource: []string{"$request.header.Authorization"}, AuthorizerUri: aws.String(echoURI),
		AuthorizerPayloadFormatVersion: aws.String("2.0")}
}

// stage makes a stage that deploys by itself.
func (g *gate) autoStage(api *string, name string) {
	g.t.Helper()
	out, err := g.CreateStage(ctx, &v2.CreateStageInput{ApiId: api, StageName: &name, AutoDeploy: aws.Bool(true)})
	ok[*v2.CreateStageOutput](g.t)(out, err)
}

func (g *gate) stage(api *string, name string) *v2.GetStageOutput {
	g.t.Helper()
	out, err := g.GetStage(ctx, &v2.GetStageInput{ApiId: api, StageName: &name})
	return ok[*v2.GetStageOutput](g.t)(out, err)
}

// wantError demands an exception of a type with a text.
func wantError(t *testing.T, err error, code, message string) {
	t.Helper()
	var api smithy.APIError
	switch {
	case err == nil:
		t.Errorf("no error, want %s: %s", code, message)
	case !errors.As(err, &api):
		t.Errorf("error = %v, want %s: %s", err, code, message)
	case api.ErrorCode() != code || api.ErrorMessage() != message:
		t.Errorf("error = %s: %s\nwant    %s: %s", api.ErrorCode(), api.ErrorMessage(), code, message)
	}
}

const (
	badCode      = "BadRequestException"
	conflictCode = "ConflictException"
	missingCode  = "NotFoundException"
)

// show prints an answer without what the client adds to it.
func show(out any) string {
	v := reflect.ValueOf(out).Elem()
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	if f := c.FieldByName("ResultMetadata"); f.IsValid() {
		f.SetZero()
	}
	text, _ := json.MarshalIndent(c.Interface(), "", " ")
	return string(text)
}

// same demands that two answers of maybe different operations have the same
// members.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := show(got), show(want); g != w {
		t.Errorf("%s drifts:\n%s\nwant\n%s", what, g, w)
	}
}
