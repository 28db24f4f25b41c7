package wire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// Real clients with real signatures, verified, against the little service of
// server_test.go.

func clientServer(t *testing.T) string {
	cfg := Config{Account: "123456789012", Keys: []Key{{ID: testKey, Secret: testSecret}}}
	return listen(t, cfg, testService(), testV1()).URL
}

func TestGoSDK(t *testing.T) {
	ctx, c := context.Background(), clientV2(clientServer(t), nil)
	made := map[string]bool{}
	for i := range 7 {
		out, err := c.CreateApi(ctx, &apigatewayv2.CreateApiInput{Name: aws.String(fmt.Sprint("shop/", i, " é&")), ProtocolType: types.ProtocolTypeHttp})
		if err != nil {
			t.Fatal(err)
		}
		if d := time.Since(*out.CreatedDate); d < -time.Second || d > time.Minute {
			t.Errorf("createdDate is %v ago", d)
		}
		made[*out.ApiId] = true
	}
	n := 0
	in := &apigatewayv2.GetApisInput{MaxResults: aws.String("3")}
	for more := true; more; n++ {
		page, err := c.GetApis(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Items {
			delete(made, *a.ApiId)
		}
		in.NextToken, more = page.NextToken, page.NextToken != nil
	}
	if n != 3 || len(made) != 0 {
		t.Errorf("%d pages left out %v, want 3 and none", n, made)
	}
	if _, err := c.DeleteApi(ctx, &apigatewayv2.DeleteApiInput{ApiId: aws.String("api0000001")}); err != nil {
		t.Errorf("DeleteApi: %v", err)
	}
	goErrors(t, c)
}

func goErrors(t *testing.T, c *apigatewayv2.Client) {
	_, err := c.GetApi(context.Background(), &apigatewayv2.GetApiInput{ApiId: aws.String("a/b c")})
	var missing *types.NotFoundException
	if !errors.As(err, &missing) || aws.ToString(missing.Message) != "Invalid API identifier specified 123456789012:a/b c" || aws.ToString(missing.ResourceType) != "API" {
		t.Errorf("GetApi of none: %v", err)
	}
	_, err = c.GetRoute(context.Background(), &apigatewayv2.GetRouteInput{ApiId: aws.String("a"), RouteId: aws.String("r")})
	var many *types.TooManyRequestsException
	if !errors.As(err, &many) || aws.ToString(many.LimitType) != "x" {
		t.Errorf("GetRoute: %v", err)
	}
	_, err = c.CreateApi(context.Background(), &apigatewayv2.CreateApiInput{Name: aws.String("n"), ProtocolType: "TCP"})
	var bad *types.BadRequestException
	want := "1 validation error detected: Value 'TCP' at 'createApiInput.protocolType' failed to satisfy constraint: Member must satisfy enum value set: [WEBSOCKET, HTTP]"
	if !errors.As(err, &bad) || aws.ToString(bad.Message) != want {
		t.Errorf("CreateApi of TCP: %v, want %s", err, want)
	}
}

// run runs a command as a client of base and returns its output; it skips the
// test when the command isn't on this machine.
func run(t *testing.T, base, secret string, args ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath(args[0]); err != nil {
		t.Skipf("no %s on this machine", args[0])
	}
	if args[0] == "aws" { // releases before 2.13 don't know the variable
		args = append([]string{"aws", "--endpoint-url", base}, args[1:]...)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+base, "AWS_ACCESS_KEY_ID="+testKey, "AWS_SECRET_ACCESS_KEY="+secret,
		"AWS_DEFAULT_REGION=eu-west-1", "AWS_REGION=eu-west-1", "AWS_MAX_ATTEMPTS=1", "AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestAWSCLI(t *testing.T) {
	if testing.Short() {
		t.Skip("the AWS CLI takes seconds")
	}
	base := clientServer(t)
	out, err := run(t, base, testSecret, "aws", "apigatewayv2", "create-api", "--name", "shop", "--protocol-type", "HTTP", "--cors-configuration", "AllowOrigins=*,MaxAge=5")
	var api struct {
		ApiId             string
		CorsConfiguration struct{ MaxAge int }
	}
	if err != nil || json.Unmarshal([]byte(out), &api) != nil || api.ApiId == "" || api.CorsConfiguration.MaxAge != 5 {
		t.Fatalf("create-api: %v %s", err, out)
	}
	if out, err := run(t, base, testSecret, "aws", "apigatewayv2", "get-apis", "--page-size", "1"); err != nil || !strings.Contains(out, api.ApiId) {
		t.Errorf("get-apis: %v %s", err, out)
	}
	if out, err := run(t, base, testSecret, "aws", "apigatewayv2", "delete-api", "--api-id", api.ApiId); err != nil || out != "" {
		t.Errorf("delete-api: %v %s", err, out)
	}
	out, err = run(t, base, "wrong", "aws", "apigatewayv2", "get-apis")
	if err == nil || !strings.Contains(out, "(InvalidSignatureException)") {
		t.Errorf("get-apis with a wrong secret: %v %s", err, out)
	}
}

const botoScript = `
import boto3, botocore, os
url = os.environ["AWS_ENDPOINT_URL"] # releases before 1.29 don't know it
c = boto3.client("apigatewayv2", endpoint_url=url)
ids = [c.create_api(Name="n%d" % i, ProtocolType="HTTP", Tags={"k": "v"})["ApiId"] for i in range(5)]
seen = [a["ApiId"] for p in c.get_paginator("get_apis").paginate(PaginationConfig={"PageSize": 2}) for a in p["Items"]]
assert seen == ids, (seen, ids)
one = c.get_api(ApiId=ids[0])
assert one["Tags"] == {"k": "v"} and one["CreatedDate"].year > 2000, one
assert one["ResponseMetadata"]["RequestId"], one
for i in ids: c.delete_api(ApiId=i)
assert c.get_apis()["Items"] == []
assert c.export_api(ApiId="x", Specification="OAS30", OutputType="YAML")["body"].read() == b"openapi: 3.0.1\n"
try: c.get_api(ApiId="a/b//../\u00e9 $%")
except c.exceptions.NotFoundException as e: assert e.response["Error"]["Message"] == "Invalid API identifier specified 123456789012:a/b//../\u00e9 $%", e
else: raise SystemExit("no error")
v1 = boto3.client("apigateway", endpoint_url=url)
got = v1.import_rest_api(body=b"text", failOnWarnings=True, parameters={"basepath": "prepend"})
assert got["name"] == "text prepend" and got["disableExecuteApiEndpoint"] is True, got
print("good")
`

func TestBoto3(t *testing.T) {
	base := clientServer(t)
	if out, err := run(t, base, testSecret, "python3", "-c", "import boto3"); err != nil {
		t.Skipf("no boto3 on this machine: %s", out)
	}
	if out, err := run(t, base, testSecret, "python3", "-c", botoScript); err != nil || strings.TrimSpace(out) != "good" {
		t.Errorf("%v %s", err, out)
	}
}

func TestCurl(t *testing.T) {
	base := clientServer(t)
	if out, _ := run(t, base, "", "curl", "--help", "all"); !strings.Contains(out, "--aws-sigv4") {
		t.Skip("this curl doesn't sign")
	}
	sign := []string{"curl", "-sS", "--aws-sigv4", "aws:amz:eu-west-1:apigateway", "--user", testKey + ":" + testSecret}
	out, err := run(t, base, "", append(sign, "-H", "Content-Type: application/json", "-d", `{"name":"n","protocolType":"HTTP"}`, base+"/v2/apis")...)
	if err != nil || !strings.Contains(out, `"apiId":"api0000001"`) {
		t.Errorf("POST: %v %s", err, out)
	}
	if out, err := run(t, base, "", append(sign, base+"/v2/apis?maxResults=5")...); err != nil || !strings.Contains(out, `"items":[{`) {
		t.Errorf("GET: %v %s", err, out)
	}
}
