package apigateway

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

const (
	shopURL  = "http://127.0.0.1:9001/base"
	echoARN  = "arn:aws:lambda:us-east-1:000000000000:function:echo"
	echoURI  = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + echoARN + "/invocations"
	sqsURI   = "arn:aws:apigateway:us-east-1:sqs:path/000000000000/queue"
	anyRole  = "arn:aws:iam::000000000000:role/r"
	logGroup = "arn:aws:logs:us-east-1:000000000000:log-group:shop"
	poolARN  = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_x"
)

// openWith starts the service as openDesk does, with settings of the caller's.
func openWith(t *testing.T, edit func(*Config)) *desk {
	t.Helper()
	s := store.OpenMemory()
	t.Cleanup(func() { s.Close() })
	d := &desk{t: t, store: s, repo: definition.New(s), now: time.Date(2026, 1, 14, 3, 4, 5, 6e8, time.UTC)}
	c := Config{Repository: d.repo, Now: func() time.Time { return d.now }}
	edit(&c)
	srv := httptest.NewServer(wire.New(wire.Config{}, Service(c)))
	t.Cleanup(srv.Close)
	d.url = srv.URL
	d.Client = d.in("us-east-1")
	return d
}

// rest is one REST API under test.
type rest struct {
	*desk
	id, root *string
}

func (d *desk) rest() *rest {
	d.t.Helper()
	out, err := d.CreateRestApi(ctx, &v1.CreateRestApiInput{Name: aws.String("shop")})
	done(d.t, out, err)
	return &rest{d, out.Id, out.RootResourceId}
}

// resource makes a child of parent, or of the root.
func (r *rest) resource(part string, parent ...*string) *string {
	r.t.Helper()
	in := &v1.CreateResourceInput{RestApiId: r.id, ParentId: r.root, PathPart: &part}
	if len(parent) > 0 {
		in.ParentId = parent[0]
	}
	out, err := r.CreateResource(ctx, in)
	return done(r.t, out, err).Id
}

// method makes a method without authorization.
func (r *rest) method(resource *string, verb string, edit ...func(*v1.PutMethodInput)) {
	r.t.Helper()
	in := &v1.PutMethodInput{RestApiId: r.id, ResourceId: resource, HttpMethod: &verb, AuthorizationType: aws.String("NONE")}
	for _, e := range edit {
		e(in)
	}
	out, err := r.PutMethod(ctx, in)
	done(r.t, out, err)
}

// mock makes a method with a mock integration.
func (r *rest) mock(resource *string, verb string) {
	r.t.Helper()
	r.method(resource, verb)
	out, err := r.PutIntegration(ctx, &v1.PutIntegrationInput{RestApiId: r.id, ResourceId: resource, HttpMethod: &verb, Type: types.IntegrationTypeMock,
		RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`}})
	done(r.t, out, err)
}

// deploy makes a deployment, for a stage when it is named.
func (r *rest) deploy(stage string) *string {
	r.t.Helper()
	in := &v1.CreateDeploymentInput{RestApiId: r.id}
	if stage != "" {
		in.StageName = &stage
	}
	out, err := r.CreateDeployment(ctx, in)
	return done(r.t, out, err).Id
}

func (r *rest) token(name string) *string {
	r.t.Helper()
	out, err := r.CreateAuthorizer(ctx, &v1.CreateAuthorizerInput{RestApiId: r.id, Name: &name, Type: types.AuthorizerTypeToken,
		AuthorizerUri: aws.String(echoURI), IdentitySource: aws.String("method.request.header.Authorization")})
	return done(r.t, out, err).Id
}

func (r *rest) validator(name string) *string {
	r.t.Helper()
	out, err := r.CreateRequestValidator(ctx, &v1.CreateRequestValidatorInput{RestApiId: r.id, Name: &name})
	return done(r.t, out, err).Id
}

func (r *rest) stage(name string) *v1.GetStageOutput {
	r.t.Helper()
	out, err := r.GetStage(ctx, &v1.GetStageInput{RestApiId: r.id, StageName: &name})
	return done(r.t, out, err)
}

// edit patches the stage "prod".
func (r *rest) edit(ops ...types.PatchOperation) (*v1.UpdateStageOutput, error) {
	return r.UpdateStage(ctx, &v1.UpdateStageInput{RestApiId: r.id, StageName: aws.String("prod"), PatchOperations: ops})
}

func copyOp(path, from string) types.PatchOperation {
	return types.PatchOperation{Op: types.OpCopy, Path: &path, From: &from}
}
