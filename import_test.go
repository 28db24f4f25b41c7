package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gatehouse/control/apigateway"
	"gatehouse/control/apigatewayv2"
	"gatehouse/control/definition"
	"gatehouse/control/openapi/port"
	"gatehouse/control/wire"
	"gatehouse/store"
)

// management is a management API without a data plane; it gives its address.
func management(t *testing.T) string {
	t.Helper()
	s := store.OpenMemory()
	t.Cleanup(func() { s.Close() })
	repo := definition.New(s)
	srv := httptest.NewServer(wire.New(wire.Config{},
		apigateway.Service(apigateway.Config{Repository: repo, Import: port.Import(apigateway.Limits{}), Export: port.Export}),
		apigatewayv2.Service(apigatewayv2.Config{Repository: repo, Endpoint: func(id string) string { return "http://" + id + ".execute-api.localhost:8080" }})))
	t.Cleanup(srv.Close)
	return strings.TrimPrefix(srv.URL, "http://")
}

// command runs gatehouse with arguments.
func command(args ...string) (out, notes string, err error) {
	cmd := root()
	var o, n bytes.Buffer
	cmd.SetOut(&o)
	cmd.SetErr(&n)
	cmd.SetArgs(args)
	err = cmd.Execute()
	return o.String(), n.String(), err
}

const (
	plainDocument = `{"openapi":"3.0.1","info":{"title":"t"},"paths":{"/a":{"get":{"x-amazon-apigateway-integration":{"type":"http_proxy","httpMethod":"GET","uri":"http://127.0.0.1:9/","payloadFormatVersion":"1.0"}}}}}`
	lossyDocument = `{"openapi":"3.0.1","info":{"title":"t"},"x-amazon-apigateway-cors":7,"paths":{"/a":{"get":{}}}}`
	socketText    = `{"openapi":"3.0.1","info":{"title":"t"},"paths":{"/$connect":{}}}`
)

func document(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "api.json")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestImportCommand(t *testing.T) {
	admin := management(t)
	for _, c := range []struct {
		name, file, want string // want is a pattern of the URL
		flags            []string
	}{
		{"REST", "examples/petstore/openapi.yaml", `^http://[a-z0-9]{10}\.execute-api\.localhost:8080/prod\n$`, nil},
		{"REST elsewhere", "examples/petstore/openapi.yaml", `^http://[a-z0-9]{10}\.execute-api\.gate\.test:99/v1\n$`,
			[]string{"--stage", "v1", "--domain", "gate.test", "--listen", "0.0.0.0:99"}},
		{"HTTP", document(t, plainDocument), `^http://[a-z0-9]{10}\.execute-api\.localhost:8080\n$`, nil},
		{"HTTP stage", document(t, plainDocument), `^http://[a-z0-9]{10}\.execute-api\.localhost:8080/v1\n$`, []string{"--stage", "v1"}},
		{"by flag", document(t, plainDocument), `^http://[a-z0-9]{10}\.execute-api\.localhost:8080/prod\n$`, []string{"--protocol", "rest"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"import", "--admin", admin}, c.flags...)
			out, notes, err := command(append(args, c.file)...)
			if err != nil || notes != "" || !regexp.MustCompile(c.want).MatchString(out) {
				t.Fatalf("import = %q, %q, %v; want %s", out, notes, err, c.want)
			}
			id := out[len("http://"):strings.IndexByte(out, '.')]
			again, _, err := command(append(args, "--api-id", id, c.file)...)
			if err != nil || again != out {
				t.Errorf("a second import = %q, %v; want %q", again, err, out)
			}
		})
	}
}

func TestImportCommandRefusals(t *testing.T) {
	admin := management(t)
	for _, c := range []struct {
		name, text, want string
		flags            []string
	}{
		{"no document", "7", "not a document: it is no object", nil},
		{"no OpenAPI", "{}", "not an OpenAPI document", nil},
		{"WebSocket", socketText, "WebSocket definitions cannot be imported yet", nil},
		{"WebSocket by flag", plainDocument, "WebSocket definitions cannot be imported yet", []string{"--protocol", "websocket"}},
		{"protocol", plainDocument, `protocol "soap": it is rest or http`, []string{"--protocol", "soap"}},
		{"base path", plainDocument, "BadRequestException: Invalid basepath specified: up. Valid options are ignore, prepend, split", []string{"--basepath", "up"}},
		{"warnings", lossyDocument, "BadRequestException: Warnings found during import:\n\tCORS Scheme is malformed, ignoring.", []string{"--fail-on-warnings"}},
		{"unknown API", plainDocument, "NotFoundException: Invalid API identifier specified 000000000000:nope", []string{"--api-id", "nope"}},
		{"nothing to deploy", `{"swagger":"2.0","info":{"title":"t"}}`, "but not deployed: BadRequestException: The REST API doesn't contain any methods", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"import", "--admin", admin}, c.flags...)
			out, _, err := command(append(args, document(t, c.text))...)
			if err == nil || !strings.HasSuffix(err.Error(), c.want) || out != "" {
				t.Errorf("import = %q, %v; want %s", out, err, c.want)
			}
		})
	}
	_, notes, err := command("import", "--admin", admin, document(t, lossyDocument))
	if err != nil || notes != "warning: CORS Scheme is malformed, ignoring.\n" {
		t.Errorf("import with a warning = %q, %v", notes, err)
	}
	if _, _, err := command("import", "--admin", admin, "/nowhere"); err == nil {
		t.Error("a file that isn't there is imported")
	}
}
