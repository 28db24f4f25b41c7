package apigateway

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/smithy-go"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

// desk is the service behind the real wire, used through AWS's own client, for
// the tests of what an account has. Its clock stands still until set.
type desk struct {
	*v1.Client
	t     *testing.T
	repo  *definition.Repository
	store store.Store
	url   string
	now   time.Time
}

var ctx = context.Background()

func openDesk(t *testing.T) *desk {
	t.Helper()
	s := store.OpenMemory()
	t.Cleanup(func() { s.Close() })
	d := &desk{t: t, store: s, repo: definition.New(s), now: time.Date(2026, 1, 14, 3, 4, 5, 6e8, time.UTC)} // a Wednesday
	srv := httptest.NewServer(wire.New(wire.Config{}, Service(Config{Repository: d.repo, Now: func() time.Time { return d.now }})))
	t.Cleanup(srv.Close)
	d.url = srv.URL
	d.Client = d.in("us-east-1")
	return d
}

// in is a client that calls from another Region.
func (d *desk) in(region string) *v1.Client {
	return v1.New(v1.Options{BaseEndpoint: &d.url, Region: region, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "x"}, nil
		})})
}

// shop stores a REST API "shop" with the stages.
func (d *desk) shop(id string, stages ...string) string {
	d.t.Helper()
	a := &definition.RestAPI{Region: "us-east-1", API: types.RestApi{Id: &id, Name: aws.String("shop")},
		Resources: []types.Resource{{Id: aws.String("root"), Path: aws.String("/")}}}
	for _, name := range stages {
		a.Stages = append(a.Stages, types.Stage{StageName: &name})
	}
	if err := d.repo.CreateRest(ctx, a); err != nil {
		d.t.Fatal(err)
	}
	return id
}

// key makes an API key.
func (d *desk) key(name string) *v1.CreateApiKeyOutput {
	d.t.Helper()
	out, err := d.CreateApiKey(ctx, &v1.CreateApiKeyInput{Name: &name, Enabled: true})
	return done(d.t, out, err)
}

// plan makes a usage plan over the stages, "{api}", "{stage}" in turn.
func (d *desk) plan(name string, stages ...string) *string {
	d.t.Helper()
	in := &v1.CreateUsagePlanInput{Name: &name}
	for i := 0; i < len(stages); i += 2 {
		in.ApiStages = append(in.ApiStages, types.ApiStage{ApiId: &stages[i], Stage: &stages[i+1]})
	}
	out, err := d.CreateUsagePlan(ctx, in)
	return done(d.t, out, err).Id
}

// done fails the test unless the call succeeded, and gives its answer.
func done[T any](t *testing.T, out T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// fails demands an exception of a type with a text.
func fails(t *testing.T, err error, code, message string) {
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
	isBad      = "BadRequestException"
	isConflict = "ConflictException"
	isMissing  = "NotFoundException"
	isInvalid  = "ValidationException"
)

func patch(op types.Op, path, value string) types.PatchOperation {
	return types.PatchOperation{Op: op, Path: &path, Value: &value}
}

// printed shows an answer without what the client adds to it, and without the
// members in drop.
func printed(out any, drop ...string) string {
	text, err := json.Marshal(out)
	if err != nil {
		return err.Error()
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return err.Error()
	}
	for _, name := range append(drop, "ResultMetadata") {
		delete(members, name)
	}
	text, _ = json.MarshalIndent(members, "", " ")
	return string(text)
}

// alike demands that two answers, maybe of different operations, have the same
// members.
func alike(t *testing.T, what string, got, want any, drop ...string) {
	t.Helper()
	if g, w := printed(got, drop...), printed(want, drop...); g != w {
		t.Errorf("%s drifts:\n%s\nwant\n%s", what, g, w)
	}
}
