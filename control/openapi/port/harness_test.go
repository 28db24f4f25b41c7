package port

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/smithy-go"

	"gatehouse/control/apigateway"
	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

var golden = flag.Bool("golden", false, "rewrite golden files")

var ctx = context.Background()

// gate is the service with the hooks behind the real wire, used through AWS's own
// client.
type gate struct {
	*v1.Client
	t    *testing.T
	repo *definition.Repository
	url  string
}

func start(t *testing.T) *gate {
	t.Helper()
	s := store.OpenMemory()
	t.Cleanup(func() { s.Close() })
	g := &gate{t: t, repo: definition.New(s)}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	clock := func() time.Time { return now }
	srv := httptest.NewServer(wire.New(wire.Config{Now: clock}, apigateway.Service(apigateway.Config{Repository: g.repo, Now: clock,
		Import: Import(apigateway.Limits{}), Export: Export})))
	t.Cleanup(srv.Close)
	g.url = srv.URL
	g.Client = v1.New(v1.Options{BaseEndpoint: &g.url, Region: "us-east-1", RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "x"}, nil
		})})
	return g
}

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

func wantError(t *testing.T, err error, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "BadRequestException" || api.ErrorMessage() != message {
		t.Errorf("error = %v\nwant BadRequestException: %s", err, message)
	}
}

// bring imports a document as a new API. Parameters come in pairs.
func (g *gate) bring(text string, parameters ...string) (*v1.ImportRestApiOutput, error) {
	return g.ImportRestApi(ctx, &v1.ImportRestApiInput{Body: []byte(text), Parameters: pairs(parameters)})
}

func pairs(list []string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(list); i += 2 {
		m[list[i]] = list[i+1]
	}
	return m
}

func (g *gate) put(id *string, mode types.PutMode, text string, parameters ...string) (*v1.PutRestApiOutput, error) {
	return g.PutRestApi(ctx, &v1.PutRestApiInput{RestApiId: id, Mode: mode, Body: []byte(text), Parameters: pairs(parameters)})
}

// stored reads an API as it is stored.
func (g *gate) stored(id *string) *definition.RestAPI {
	g.t.Helper()
	a, err := g.repo.Rest(ctx, *id)
	return ok[*definition.RestAPI](g.t)(a, err)
}

func (g *gate) method(id *string, path, verb string) types.Method {
	g.t.Helper()
	for _, r := range g.stored(id).Resources {
		if m, found := r.ResourceMethods[verb]; found && *r.Path == path {
			return m
		}
	}
	g.t.Fatalf("no method %s %s", verb, path)
	return types.Method{}
}

// deploy deploys to the stage prod.
func (g *gate) deploy(id *string) {
	g.t.Helper()
	out, err := g.CreateDeployment(ctx, &v1.CreateDeploymentInput{RestApiId: id, StageName: ptr("prod")})
	ok[*v1.CreateDeploymentOutput](g.t)(out, err)
}

// form is one way to ask for an export.
type form struct{ kind, accept, extensions string }

func (f form) name() string {
	return f.kind + "-" + strings.ReplaceAll(cmp.Or(f.extensions, "plain"), ",", "-") + "." + strings.TrimPrefix(f.accept, "application/")
}

// export is an export of the stage prod, with APIID for the API's id. It asks
// without the client, which always accepts JSON.
func (g *gate) export(id *string, f form) string {
	g.t.Helper()
	text, _ := g.fetch("/restapis/"+*id+"/stages/prod/exports/"+f.kind+"?extensions="+f.extensions, f.accept)
	return strings.ReplaceAll(text, *id, "APIID")
}

func (g *gate) fetch(path, accept string) (string, *http.Response) {
	g.t.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", g.url+path, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return string(body), res
}

func ptr[T any](v T) *T { return &v }

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func wantGolden(t *testing.T, name, got string) {
	t.Helper()
	name = "testdata/" + name
	if *golden {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := readFile(t, name); got != want {
		t.Errorf("%s differs:\n%s", name, got)
	}
}
