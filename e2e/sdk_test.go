package e2e

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"gatehouse/internal/gwtest"
)

// pythons finds every Python that has boto3.
func pythons(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if path, err := exec.LookPath(name); err == nil && exec.Command(path, "-c", "import boto3").Run() == nil && !slices.Contains(found, path) {
			found = append(found, path)
		}
	}
	if len(found) == 0 {
		t.Skip("skipped: no Python on this machine has boto3; make deps installs python3-boto3 where it can")
	}
	return found
}

// script is a client program in another language.
type script struct {
	name string
	dir  string
	argv []string
}

func scripts(t *testing.T) []script {
	var all []script
	for i, python := range pythons(t) {
		all = append(all, script{"boto3-" + string('a'+rune(i)), "py", []string{python, "lifecycle.py"}})
	}
	return all
}

func javascript(t *testing.T) script {
	t.Helper()
	node := need(t, "node")
	if _, err := os.Stat(filepath.Join("js", "node_modules", "@aws-sdk", "client-apigatewayv2")); err != nil {
		t.Skip("skipped: e2e/js has no node_modules; make deps installs them")
	}
	return script{"javascript", "js", []string{node, "lifecycle.mjs"}}
}

func (s script) run(t *testing.T, env []string, args ...string) {
	t.Helper()
	out := mustTool(t, s.dir, env, s.argv[0], append(s.argv[1:], args...)...)
	if !strings.HasSuffix(out, "ok\n") {
		t.Errorf("%s: does not end with ok: %s", s.name, out)
	}
}

func TestBoto3(t *testing.T) {
	t.Parallel()
	for _, s := range scripts(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.run(t, gwtest.Start(t).Environ(), "all")
		})
	}
}

func TestJavaScriptSDK(t *testing.T) {
	t.Parallel()
	javascript(t).run(t, gwtest.Start(t).Environ(), "all")
}

// goClient is the Go SDK's client for a gateway.
func goClient(g *gwtest.Gateway, id, secret string) *apigatewayv2.Client {
	return apigatewayv2.New(apigatewayv2.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(g.AdminURL()), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret}, nil
		}),
	})
}

// TestGoSDK drives an API through its life.
func TestGoSDK(t *testing.T) {
	t.Parallel()
	c, ctx := goClient(gwtest.Start(t), "x", "x"), t.Context()
	api, err := c.CreateApi(ctx, &apigatewayv2.CreateApiInput{Name: aws.String("go"), ProtocolType: types.ProtocolTypeHttp,
		CorsConfiguration: &types.Cors{AllowOrigins: []string{"*"}, MaxAge: aws.Int32(60)}})
	if err != nil {
		t.Fatal(err)
	}
	in, err := c.CreateIntegration(ctx, &apigatewayv2.CreateIntegrationInput{ApiId: api.ApiId, IntegrationType: types.IntegrationTypeHttpProxy,
		IntegrationMethod: aws.String("ANY"), IntegrationUri: aws.String("http://127.0.0.1:9"), PayloadFormatVersion: aws.String("1.0")})
	if err != nil {
		t.Fatal(err)
	}
	goRoutes(t, c, api.ApiId, aws.String("integrations/"+*in.IntegrationId))
	goStages(t, c, api.ApiId)
	if got, err := c.UpdateApi(ctx, &apigatewayv2.UpdateApiInput{ApiId: api.ApiId, Name: aws.String("go2")}); err != nil || *got.Name != "go2" || *got.CorsConfiguration.MaxAge != 60 {
		t.Errorf("UpdateApi = %+v, %v; want the name go2 and the CORS kept", got, err)
	}
	if _, err := c.DeleteApi(ctx, &apigatewayv2.DeleteApiInput{ApiId: api.ApiId}); err != nil {
		t.Error(err)
	}
	_, err = c.GetApi(ctx, &apigatewayv2.GetApiInput{ApiId: api.ApiId})
	var missing *types.NotFoundException
	if !errors.As(err, &missing) || aws.ToString(missing.ResourceType) != "Api" {
		t.Errorf("GetApi of a deleted API = %v, want *types.NotFoundException of an Api", err)
	}
	goErrors(t, c)
}

func goRoutes(t *testing.T, c *apigatewayv2.Client, api, target *string) {
	t.Helper()
	ctx := t.Context()
	want := []string{"GET /a", "GET /b", "GET /c", "GET /d", "GET /e"}
	var last *string
	for _, key := range want {
		r, err := c.CreateRoute(ctx, &apigatewayv2.CreateRouteInput{ApiId: api, RouteKey: aws.String(key), Target: target})
		if err != nil {
			t.Fatal(err)
		}
		last = r.RouteId
	}
	var got []string
	in := &apigatewayv2.GetRoutesInput{ApiId: api, MaxResults: aws.String("2")}
	for {
		page, err := c.GetRoutes(ctx, in)
		if err != nil || len(page.Items) == 0 || len(page.Items) > 2 {
			t.Fatalf("GetRoutes = %d items, %v; want 1 or 2", len(page.Items), err)
		}
		for _, r := range page.Items {
			got = append(got, *r.RouteKey)
		}
		if in.NextToken = page.NextToken; in.NextToken == nil {
			break
		}
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("paged routes = %v, want %v", got, want)
	}
	_, err := c.CreateRoute(ctx, &apigatewayv2.CreateRouteInput{ApiId: api, RouteKey: aws.String("GET /a")})
	var conflict *types.ConflictException
	if !errors.As(err, &conflict) {
		t.Errorf("CreateRoute of a key in use = %v, want *types.ConflictException", err)
	}
	if _, err := c.DeleteRoute(ctx, &apigatewayv2.DeleteRouteInput{ApiId: api, RouteId: last}); err != nil {
		t.Error(err)
	}
}

func goStages(t *testing.T, c *apigatewayv2.Client, api *string) {
	t.Helper()
	ctx, name := t.Context(), aws.String("dev")
	if _, err := c.CreateStage(ctx, &apigatewayv2.CreateStageInput{ApiId: api, StageName: name, AutoDeploy: aws.Bool(true),
		RouteSettings: map[string]types.RouteSettings{"GET /b": {ThrottlingBurstLimit: aws.Int32(3)}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeleteRouteSettings(ctx, &apigatewayv2.DeleteRouteSettingsInput{ApiId: api, StageName: name, RouteKey: aws.String("GET /b")}); err != nil {
		t.Error(err)
	}
	st, err := c.GetStage(ctx, &apigatewayv2.GetStageInput{ApiId: api, StageName: name})
	if err != nil || len(st.RouteSettings) != 0 || st.DeploymentId == nil {
		t.Errorf("GetStage = %+v, %v; want a deployment and no route settings", st, err)
	}
	if _, err := c.DeleteStage(ctx, &apigatewayv2.DeleteStageInput{ApiId: api, StageName: name}); err != nil {
		t.Error(err)
	}
}

func goErrors(t *testing.T, c *apigatewayv2.Client) {
	t.Helper()
	_, err := c.CreateApi(t.Context(), &apigatewayv2.CreateApiInput{Name: aws.String("x"), ProtocolType: "SMTP"})
	var bad *types.BadRequestException
	if !errors.As(err, &bad) {
		t.Errorf("CreateApi of protocol SMTP = %v, want *types.BadRequestException", err)
	}
	_, err = c.ListPortals(t.Context(), &apigatewayv2.ListPortalsInput{})
	wantFault(t, err, "NotImplementedException", 501)
}

// wantFault wants a class that the SDK has no type for.
func wantFault(t *testing.T, err error, code string, status int) {
	t.Helper()
	var fault smithy.APIError
	var res *smithyhttp.ResponseError
	if !errors.As(err, &fault) || !errors.As(err, &res) || fault.ErrorCode() != code || res.HTTPStatusCode() != status {
		t.Errorf("error = %v, want %s with status %d", err, code, status)
	}
}

// Error classes of calls whose signature does not pass.
const (
	wrongSecret = "InvalidSignatureException"
	unknownKey  = "UnrecognizedClientException"
)

// TestSignatures runs with keys configured: right signatures pass, others fail
// with AWS's classes, whatever the client.
func TestSignatures(t *testing.T) {
	t.Parallel()
	const id, secret = "AKIDEXAMPLE", "the secret of the example"
	g := gwtest.StartWith(t, []string{"GATEHOUSE_ACCESS_KEYS=OTHER:another secret," + id + ":" + secret})
	env := append(g.Environ(), "AWS_ACCESS_KEY_ID="+id, "AWS_SECRET_ACCESS_KEY="+secret)
	t.Run("go", func(t *testing.T) {
		_, err := goClient(g, id, secret).GetApis(t.Context(), nil)
		if err != nil {
			t.Errorf("GetApis with the right key: %v", err)
		}
		_, err = goClient(g, id, "not the secret").GetApis(t.Context(), nil)
		wantFault(t, err, wrongSecret, 403)
		_, err = goClient(g, "AKIDSTRANGER", secret).GetApis(t.Context(), nil)
		wantFault(t, err, unknownKey, 403)
	})
	t.Run("unsigned", func(t *testing.T) {
		var body map[string]string
		if status := g.Call("GET", "/v2/apis", nil, &body); status != 403 {
			t.Errorf("status %d, %v; want 403", status, body)
		}
		if health := g.Call("GET", "/_gatehouse/health", nil, nil); health != 200 {
			t.Errorf("health = %d, want 200 without a signature", health)
		}
	})
	t.Run("javascript", func(t *testing.T) { javascript(t).run(t, env, "signed", wrongSecret, unknownKey) })
	t.Run("boto3", func(t *testing.T) {
		for _, s := range scripts(t) {
			s.run(t, env, "signed", wrongSecret, unknownKey)
		}
	})
	t.Run("cli", func(t *testing.T) {
		for _, c := range clis(t) {
			signedCLI(t, c, append(env, "PATH="+c.dir(t)+":"+os.Getenv("PATH")))
		}
	})
}

func signedCLI(t *testing.T, c cli, env []string) {
	t.Helper()
	// A path, a query and an ARN whose signature depends on how they are encoded.
	mustTool(t, "", env, "sh", "-c", "aws apigatewayv2 create-api --name 'a b+c/ü' --protocol-type HTTP --tags _custom_id_=signed")
	arn := "arn:aws:apigateway:us-east-1::/apis/signed"
	mustTool(t, "", env, "sh", "-c", "aws apigatewayv2 untag-resource --resource-arn "+arn+" --tag-keys 'a b' '=&'")
	mustTool(t, "", env, "sh", "-c", "aws apigatewayv2 delete-api --api-id signed")
	_, errs, status := tool(t, "", append(env, "AWS_SECRET_ACCESS_KEY=not the secret"), "sh", "-c", "aws apigatewayv2 get-apis")
	if status == 0 || !strings.Contains(errs, "("+wrongSecret+")") {
		t.Errorf("aws %s with a wrong secret: status %d, %s; want %s", c.version, status, errs, wrongSecret)
	}
}
