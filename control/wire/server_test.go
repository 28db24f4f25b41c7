package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/core/gwerr"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// memory is a small apigatewayv2 over a map, for real clients to talk to.
type memory struct {
	mu   sync.Mutex
	next int
	apis map[string]types.Api
}

func (m *memory) create(c *Call, in *apigatewayv2.CreateApiInput) (*apigatewayv2.CreateApiOutput, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next++
	id := fmt.Sprintf("api%07d", m.next)
	tags := in.Tags
	if tags == nil {
		tags = map[string]string{}
	}
	m.apis[id] = types.Api{ApiId: &id, Name: in.Name, ProtocolType: in.ProtocolType, CreatedDate: aws.Time(c.Now), Tags: tags, CorsConfiguration: in.CorsConfiguration}
	return &apigatewayv2.CreateApiOutput{ApiId: &id, Name: in.Name, ProtocolType: in.ProtocolType, CreatedDate: aws.Time(c.Now), Tags: tags, CorsConfiguration: in.CorsConfiguration}, nil
}

func (m *memory) get(c *Call, in *apigatewayv2.GetApiInput) (*apigatewayv2.GetApiOutput, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.apis[*in.ApiId]
	if !ok {
		return nil, &gwerr.Error{Type: "NotFoundException", Status: 404,
			Message: "Invalid API identifier specified " + c.Account + ":" + *in.ApiId, Members: map[string]string{"resourceType": "API"}}
	}
	return &apigatewayv2.GetApiOutput{ApiId: a.ApiId, Name: a.Name, ProtocolType: a.ProtocolType, CreatedDate: a.CreatedDate, Tags: a.Tags, CorsConfiguration: a.CorsConfiguration}, nil
}

func (m *memory) list(_ *Call, in *apigatewayv2.GetApisInput) (*apigatewayv2.GetApisOutput, error) {
	limit, err := MaxResults(in.MaxResults)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	items := []types.Api{}
	for _, a := range m.apis {
		items = append(items, a)
	}
	page, next, err := Page(items, func(a types.Api) string { return *a.ApiId }, limit, in.NextToken)
	return &apigatewayv2.GetApisOutput{Items: page, NextToken: next}, err
}

func (m *memory) remove(_ *Call, in *apigatewayv2.DeleteApiInput) (*apigatewayv2.DeleteApiOutput, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.apis, *in.ApiId)
	return nil, nil
}

func (m *memory) export(*Call, *apigatewayv2.ExportApiInput) (*apigatewayv2.ExportApiOutput, error) {
	return &apigatewayv2.ExportApiOutput{Body: []byte("openapi: 3.0.1\n")}, nil
}

func boom(*Call, *apigatewayv2.GetModelInput) (*apigatewayv2.GetModelOutput, error) { panic("boom") }

func slow(c *Call, _ *apigatewayv2.GetRouteInput) (*apigatewayv2.GetRouteOutput, error) {
	c.Answer.Set("Retry-After", "7")
	return nil, &gwerr.Error{Type: "TooManyRequestsException", Status: 429, Message: "Slow down", Members: map[string]string{"limitType": "x"}}
}

func broken(*Call, *apigatewayv2.GetRoutesInput) (*apigatewayv2.GetRoutesOutput, error) {
	return nil, errors.New("disk on fire at 10.0.0.7")
}

func testService() Service {
	m := &memory{apis: map[string]types.Api{}}
	return Service{Name: "apigatewayv2", SigningName: "apigateway", Times: ISO8601, Operations: []Operation{
		Op("CreateApi", "POST", "/v2/apis", 201, m.create),
		Op("GetApi", "GET", "/v2/apis/{ApiId}", 200, m.get),
		Op("GetApis", "GET", "/v2/apis", 200, m.list),
		Op("DeleteApi", "DELETE", "/v2/apis/{ApiId}", 204, m.remove),
		Op("ExportApi", "GET", "/v2/apis/{ApiId}/exports/{Specification}", 200, m.export, OutPayload("Body")),
		Op("GetModel", "GET", "/v2/apis/{ApiId}/models/{ModelId}", 200, boom),
		Op("GetRoute", "GET", "/v2/apis/{ApiId}/routes/{RouteId}", 200, slow),
		Op("GetRoutes", "GET", "/v2/apis/{ApiId}/routes", 200, broken),
		NotBuilt("CreateVpcLink", "POST", "/v2/vpclinks"),
	}}
}

func testV1() Service {
	return Service{Name: "apigateway", SigningName: "apigateway", Violations: "ValidationException", Operations: []Operation{
		Op("CreateRestApi", "POST", "/restapis", 201, func(*Call, *apigateway.CreateRestApiInput) (*apigateway.CreateRestApiOutput, error) { return nil, nil }),
		Op("ImportRestApi", "POST", "/restapis", 201, func(_ *Call, in *apigateway.ImportRestApiInput) (*apigateway.ImportRestApiOutput, error) {
			return &apigateway.ImportRestApiOutput{Name: aws.String(string(in.Body) + " " + in.Parameters["basepath"]), DisableExecuteApiEndpoint: in.FailOnWarnings}, nil
		}, When("mode", "import"), Payload("Body"), Query("FailOnWarnings"), Spread("Parameters")),
		NotBuilt("GetRestApi", "GET", "/restapis/{RestApiId}"),
	}}
}

var testNow = time.Date(2026, 2, 4, 10, 20, 0, 0, time.UTC)

func start(t *testing.T, cfg Config) *httptest.Server {
	cfg.Now = func() time.Time { return testNow }
	return listen(t, cfg, testService(), testV1())
}

func listen(t *testing.T, cfg Config, services ...Service) *httptest.Server {
	srv := httptest.NewServer(New(cfg, services...))
	t.Cleanup(srv.Close)
	return srv
}

func unsignedV4(service string) string {
	return "AWS4-HMAC-SHA256 Credential=x/20260101/eu-central-1/" + service + "/aws4_request, SignedHeaders=host, Signature=x"
}

// TestAnswers walks every answer of the frame without signatures.
func TestAnswers(t *testing.T) {
	srv := start(t, Config{MaxBody: 2000})
	for _, c := range []struct {
		name, method, path, auth, body string
		status                         int
		errType, want                  string
	}{
		{"create", "POST", "/v2/apis", "", `{"name":"n","protocolType":"HTTP"}`, 201, "", `{"apiId":"api0000001","createdDate":"2026-02-04T10:20:00Z","name":"n","protocolType":"HTTP","tags":{}}`},
		{"get", "GET", "/v2/apis/api0000001", unsignedV4("apigateway"), "", 200, "", `{"apiId":"api0000001","createdDate":"2026-02-04T10:20:00Z","name":"n","protocolType":"HTTP","tags":{}}`},
		{"list", "GET", "/v2/apis?maxResults=7", "", "", 200, "", `{"items":[{"name":"n","protocolType":"HTTP","apiId":"api0000001","createdDate":"2026-02-04T10:20:00Z","tags":{}}]}`},
		{"delete", "DELETE", "/v2/apis/api0000001", "", "", 204, "", ""},
		{"empty list", "GET", "/v2/apis", "", "", 200, "", `{"items":[]}`},
		{"raw", "GET", "/v2/apis/a/exports/OAS30?outputType=YAML", "", "", 200, "", "openapi: 3.0.1\n"},
		{"import", "POST", "/restapis?mode=import&basepath=split&failonwarnings=true", "", "openapi", 201, "", `{"disableExecuteApiEndpoint":true,"name":"openapi split"}`},
		{"import without a body", "POST", "/restapis?mode=import", "", "", 400, "ValidationException", `{"message":"1 validation error detected: Value null at 'body' failed to satisfy constraint: Member must not be null"}`},
		{"create beside import", "POST", "/restapis?mode=other", "", `{"name":"n"}`, 201, "", `{"disableExecuteApiEndpoint":false}`},
		{"exception", "GET", "/v2/apis/nope", "", "", 404, "NotFoundException", `{"message":"Invalid API identifier specified 000000000000:nope","resourceType":"API"}`},
		{"throttle", "GET", "/v2/apis/a/routes/r", "", "", 429, "TooManyRequestsException", `{"message":"Slow down","limitType":"x"}`},
		{"other error", "GET", "/v2/apis/a/routes", "", "", 500, "InternalFailure", `{"message":"The request processing has failed because of an unknown error, exception or failure."}`},
		{"panic", "GET", "/v2/apis/a/models/m", "", "", 500, "InternalFailure", `{"message":"The request processing has failed because of an unknown error, exception or failure."}`},
		{"not built", "POST", "/v2/vpclinks", "", "{}", 501, "NotImplementedException", `{"message":"apigatewayv2 CreateVpcLink is not built yet."}`},
		{"unknown path", "GET", "/v2/nothing", "", "", 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`},
		{"unknown verb", "PUT", "/v2/apis/a", "", "", 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`},
		{"empty parameter", "GET", "/v2/apis/", "", "", 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`},
		{"unknown service", "GET", "/v2/apis", unsignedV4("s3"), "", 501, "NotImplementedException", `{"message":"The service s3 is not built yet."}`},
		{"malformed", "POST", "/v2/apis", "", `{"name"`, 400, "SerializationException", `{"message":"Could not parse request body into json"}`},
		{"wrong type", "POST", "/v2/apis", "", `{"name":true}`, 400, "SerializationException", `{"message":"class java.lang.Boolean can not be converted to an String"}`},
		{"missing, v2", "POST", "/v2/apis", "", `{}`, 400, "BadRequestException", `{"message":"2 validation errors detected: Value null at 'createApiInput.name' failed to satisfy constraint: Member must not be null; Value null at 'createApiInput.protocolType' failed to satisfy constraint: Member must not be null"}`},
		{"missing, v1", "POST", "/restapis", "", ``, 400, "ValidationException", `{"message":"1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null"}`},
		{"missing query", "GET", "/v2/apis/a/exports/OAS30", "", "", 400, "BadRequestException", `{"message":"1 validation error detected: Value null at 'outputType' failed to satisfy constraint: Member must not be null"}`},
		{"bad token", "GET", "/v2/apis?nextToken=zz", "", "", 400, "BadRequestException", `{"message":"Invalid token specified"}`},
		{"bad query", "GET", "/v2/apis?nextToken=%zz", "", "", 400, "BadRequestException", `{"message":"Invalid query string"}`},
		{"bad boolean", "POST", "/restapis?mode=import&failonwarnings=maybe", "", "x", 400, "BadRequestException", `{"message":"Invalid value for parameter failonwarnings"}`},
		{"bad UTF-8", "GET", "/v2/apis/%ff", "", "", 400, "BadRequestException", `{"message":"Invalid value for parameter apiId"}`},
		{"too large", "POST", "/v2/apis", "", strings.Repeat(" ", 2001), 413, "RequestEntityTooLargeException", `{"message":"Request size exceeded the limit"}`},
	} {
		res, body := send(t, srv, c.method, c.path, c.auth, strings.NewReader(c.body))
		if res.StatusCode != c.status || body != c.want || res.Header.Get("X-Amzn-ErrorType") != c.errType {
			t.Errorf("%s: %d %s %s\nwant %d %s %s", c.name, res.StatusCode, res.Header.Get("X-Amzn-ErrorType"), body, c.status, c.errType, c.want)
		}
		commonHeaders(t, c.name, res)
	}
}

func send(t *testing.T, srv *httptest.Server, method, path, auth string, body io.Reader) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, srv.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if auth != "" {
		req.Header.Set("Authorization", auth)
	}
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

var (
	uuidForm     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	extendedForm = regexp.MustCompile(`^[A-Za-z0-9_-]{15}=$`)
)

func commonHeaders(t *testing.T, name string, res *http.Response) {
	t.Helper()
	h := res.Header
	if !uuidForm.MatchString(h.Get("X-Amzn-RequestId")) || !extendedForm.MatchString(h.Get("X-Amz-Apigw-Id")) {
		t.Errorf("%s: ids %q %q", name, h.Get("X-Amzn-RequestId"), h.Get("X-Amz-Apigw-Id"))
	}
	if h.Get("Date") != "Wed, 04 Feb 2026 10:20:00 GMT" {
		t.Errorf("%s: Date %q", name, h.Get("Date"))
	}
	want := "application/json"
	if name == "delete" {
		want = ""
	}
	if name == "raw" {
		want = "application/octet-stream"
	}
	if got := h.Get("Content-Type"); got != want {
		t.Errorf("%s: Content-Type %q, want %q", name, got, want)
	}
	if name == "throttle" && h.Get("Retry-After") != "7" {
		t.Errorf("Retry-After %q, want 7", h.Get("Retry-After"))
	}
}

// TestCall tells what an operation sees of the credential scope.
func TestCall(t *testing.T) {
	var got *Call
	svc := Service{Name: "apigatewayv2", SigningName: "apigateway", Operations: []Operation{
		Op("GetTags", "GET", "/v2/tags/{ResourceArn}", 200, func(c *Call, in *apigatewayv2.GetTagsInput) (*apigatewayv2.GetTagsOutput, error) {
			got = c
			return &apigatewayv2.GetTagsOutput{Tags: map[string]string{"arn": *in.ResourceArn}}, nil
		}),
	}}
	srv := listen(t, Config{Account: "123456789012"}, svc)
	_, body := send(t, srv, "GET", "/v2/tags/arn%3Aaws%3Aapigateway%3Aeu-central-1%3A%3A%2Fapis%2Fabc", unsignedV4("apigateway"), nil)
	if want := `{"tags":{"arn":"arn:aws:apigateway:eu-central-1::/apis/abc"}}`; body != want {
		t.Errorf("%s, want %s", body, want)
	}
	if got.Region != "eu-central-1" || got.AccessKey != "x" || got.Service != "apigateway" || got.Operation != "GetTags" || got.Account != "123456789012" {
		t.Errorf("signed: %+v", got)
	}
	send(t, srv, "GET", "/v2/tags/a", "", nil)
	if got.Region != "us-east-1" || got.AccessKey != "" || got.Service != "apigateway" {
		t.Errorf("unsigned: %+v", got)
	}
}

// TestLog: one line per call with the fixed keys and the cause of our own
// failures, and neither bodies nor queries.
func TestLog(t *testing.T) {
	var lines bytes.Buffer
	srv := start(t, Config{Log: slog.New(slog.NewTextHandler(&lines, nil))})
	send(t, srv, "POST", "/v2/apis?password=hunter2", unsignedV4("apigateway"), strings.NewReader(`{"name":"hunter3","protocolType":"HTTP"}`))
	send(t, srv, "GET", "/v2/apis/a/routes", "", nil)
	send(t, srv, "GET", "/v2/apis/a/models/m", "", nil)
	srv.Close()
	got := strings.Split(strings.TrimSpace(lines.String()), "\n")
	wants := []string{
		`level=INFO msg="management call" operation=CreateApi status=201 duration=\S+ request=\S{36} access_key=x region=eu-central-1 service=apigatewayv2$`,
		`level=ERROR msg="management call" operation=GetRoutes status=500 .* error=InternalFailure cause="disk on fire at 10.0.0.7"$`,
		`level=ERROR msg="management call" operation=GetModel status=500 .* service=apigatewayv2 error=InternalFailure cause="panic: boom\\n.*server_test.go`,
	}
	if len(got) != len(wants) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(wants), lines.String())
	}
	for i, want := range wants {
		if !regexp.MustCompile(want).MatchString(got[i]) {
			t.Errorf("line %s\nwant %s", got[i], want)
		}
	}
	if strings.Contains(lines.String(), "hunter") {
		t.Errorf("the log tells bodies or queries: %s", lines.String())
	}
}

func TestOperationsAndTable(t *testing.T) {
	ops := New(Config{}, testService(), testV1()).Operations()
	var names []string
	for _, o := range ops {
		names = append(names, o.Service+"."+o.Name)
	}
	if len(ops) != 12 || names[0] != "apigatewayv2.CreateApi" || names[11] != "apigateway.GetRestApi" {
		t.Errorf("Operations() = %v", names)
	}
	want := "## apigateway: 2 of 3 operations\n\n| Operation | Request | Built |\n|---|---|---|\n" +
		"| CreateRestApi | POST `/restapis` | yes |\n| ImportRestApi | POST `/restapis?mode=import` | yes |\n| GetRestApi | GET `/restapis/{RestApiId}` | no |\n"
	if got := MarkdownTable([]Service{testV1()}); got != want {
		t.Errorf("MarkdownTable = %s\nwant %s", got, want)
	}
}

// TestBadRows: rows that can't work panic when they are made ready.
func TestBadRows(t *testing.T) {
	get := func(path string, opts ...Option) Operation {
		return Op("GetApi", "GET", path, 200, (&memory{}).get, opts...)
	}
	for _, c := range []struct {
		name string
		rows []Operation
	}{
		{"unknown path member", []Operation{get("/v2/apis/{Nope}")}},
		{"unknown option member", []Operation{get("/v2/apis/{ApiId}", Required("Nope"))}},
		{"unknown output member", []Operation{get("/v2/apis/{ApiId}", OutPayload("Nope"))}},
		{"unknown output header", []Operation{get("/v2/apis/{ApiId}", OutHeader("Nope", "x"))}},
		{"same path twice", []Operation{get("/v2/apis/{ApiId}"), NotBuilt("Other", "GET", "/v2/apis/{Id}")}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: New did not panic", c.name)
				}
			}()
			New(Config{}, Service{Name: "x", Operations: c.rows})
		}()
	}
}
