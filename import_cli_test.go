package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// awsCLI runs the AWS CLI against a management API.
func awsCLI(t *testing.T, admin string, args ...string) string {
	t.Helper()
	cmd := exec.Command("aws", append([]string{"--endpoint-url", "http://" + admin, "--region", "us-east-1", "--output", "json"}, args...)...)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x", "AWS_PAGER=", "AWS_EC2_METADATA_DISABLED=true")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// idOf reads a member of what the AWS CLI printed.
func idOf(t *testing.T, out, member string) string {
	t.Helper()
	var answer map[string]any
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	id, _ := answer[member].(string)
	if id == "" {
		t.Fatalf("no %s in %s", member, out)
	}
	return id
}

func needCLI(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("the AWS CLI takes seconds")
	}
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("no AWS CLI on this machine")
	}
	return management(t)
}

// fixed writes an export, imports it by the AWS CLI and exports again.
func fixed(t *testing.T, first, firstID string, again func(file string) (text, id string)) {
	t.Helper()
	second, id := again(document(t, first))
	if a, b := strings.ReplaceAll(first, firstID, "ID"), strings.ReplaceAll(second, id, "ID"); a != b || len(a) < 100 {
		t.Errorf("export, import, export:\n%s\nwant\n%s", b, a)
	}
}

func TestAWSCLIImportsREST(t *testing.T) {
	admin := needCLI(t)
	deploy := func(id string) {
		awsCLI(t, admin, "apigateway", "create-deployment", "--rest-api-id", id, "--stage-name", "prod")
	}
	export := func(id, kind, accepts string) string {
		file := filepath.Join(t.TempDir(), "export")
		awsCLI(t, admin, "apigateway", "get-export", "--rest-api-id", id, "--stage-name", "prod", "--export-type", kind,
			"--parameters", `{"extensions":"integrations,authorizers"}`, "--accepts", accepts, file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	id := idOf(t, awsCLI(t, admin, "apigateway", "import-rest-api", "--body", "fileb://examples/petstore/openapi.yaml",
		"--parameters", "endpointConfigurationTypes=REGIONAL,basepath=ignore"), "id")
	deploy(id)
	for _, f := range [][2]string{{"oas30", "application/yaml"}, {"swagger", "application/json"}} {
		fixed(t, export(id, f[0], f[1]), id, func(file string) (string, string) {
			again := idOf(t, awsCLI(t, admin, "apigateway", "import-rest-api", "--fail-on-warnings", "--body", "fileb://"+file), "id")
			deploy(again)
			return export(again, f[0], f[1]), again
		})
	}
	out := awsCLI(t, admin, "apigateway", "put-rest-api", "--rest-api-id", id, "--mode", "overwrite", "--body", "fileb://"+document(t, plainDocument))
	if idOf(t, out, "name") != "t" {
		t.Errorf("put-rest-api: %s", out)
	}
}

func TestAWSCLIImportsHTTP(t *testing.T) {
	admin := needCLI(t)
	export := func(id, kind string) string {
		file := filepath.Join(t.TempDir(), "export")
		awsCLI(t, admin, "apigatewayv2", "export-api", "--api-id", id, "--specification", "OAS30", "--output-type", kind, file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	id := idOf(t, awsCLI(t, admin, "apigatewayv2", "import-api", "--body", "file://"+document(t, plainDocument)), "ApiId")
	awsCLI(t, admin, "apigatewayv2", "reimport-api", "--api-id", id, "--fail-on-warnings", "--body", "file://control/apigatewayv2/testdata/import-shop.yaml")
	for _, kind := range []string{"YAML", "JSON"} {
		fixed(t, export(id, kind), id, func(file string) (string, string) {
			again := idOf(t, awsCLI(t, admin, "apigatewayv2", "import-api", "--fail-on-warnings", "--body", "file://"+file), "ApiId")
			return export(again, kind), again
		})
	}
}
