package compile

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/core/bufs"
	"gatehouse/core/loop"
	"gatehouse/core/snapshot"
	"gatehouse/core/upstream"
	"gatehouse/protocols/http1"
	"gatehouse/store"
)

// node is a data plane that follows a store.
type node struct {
	t        *testing.T
	repo     *definition.Repository
	compiler *Compiler
	loops    *loop.Server
}

func startNode(t *testing.T) *node {
	t.Helper()
	mem := store.OpenMemory()
	holder := &snapshot.Holder{}
	n := &node{t: t}
	stopped := make(chan struct{})
	budget := bufs.NewBudget(1 << 30)
	srv := http1.New(http1.Config{Serve: holder.Serve, Budget: budget, Stopped: stopped, Draining: func() bool { return n.loops.Draining() }}, 1)
	var err error
	if n.loops, err = loop.New(loop.Config{Loops: 1, Budget: budget, Listeners: []loop.Listener{{Addr: "127.0.0.1:0", Accept: srv.Accept}}}); err != nil {
		t.Fatal(err)
	}
	client := upstream.New(n.loops, upstream.Config{Loops: 1})
	n.compiler = New(Config{Store: mem, Holder: holder, Upstream: client, Account: "000000000000", Log: slog.New(slog.DiscardHandler)})
	n.repo = definition.New(n.compiler.Applied(mem))
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan struct{})
	go func() {
		if err := n.compiler.Run(ctx, func() { close(ready) }); err != nil {
			t.Error(err)
		}
	}()
	<-ready
	go func() { _ = n.loops.Run(); close(stopped) }()
	<-n.loops.Ready()
	t.Cleanup(func() {
		stop, done := context.WithTimeout(context.Background(), time.Second)
		defer done()
		_ = n.loops.Drain(stop)
		<-stopped
		cancel()
		client.Close()
	})
	return n
}

// get calls the API a1b2c3d4e5 by its host name.
func (n *node) get(path string) (status int, body string) {
	n.t.Helper()
	req, err := http.NewRequest("GET", "http://"+n.loops.Addrs()[0]+path, nil)
	if err != nil {
		n.t.Fatal(err)
	}
	req.Host = "a1b2c3d4e5.execute-api.localhost"
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		n.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		n.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func p[T any](v T) *T { return &v }

// mockMethod answers a text.
func mockMethod(text string) types.Method {
	return types.Method{HttpMethod: p("GET"), AuthorizationType: p("NONE"),
		MethodResponses: map[string]types.MethodResponse{"200": {StatusCode: p("200"), ResponseParameters: map[string]bool{"method.response.header.X": false}}},
		MethodIntegration: &types.Integration{Type: types.IntegrationTypeMock, RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`},
			IntegrationResponses: map[string]types.IntegrationResponse{"200": {StatusCode: p("200"), ResponseTemplates: map[string]string{"application/json": text},
				ResponseParameters: map[string]string{"method.response.header.X": "'1'"}}}}}
}

func resource(id, path string, m types.Method) types.Resource {
	return types.Resource{Id: p(id), Path: p(path), ResourceMethods: map[string]types.Method{*m.HttpMethod: m}}
}

// restAPI returns an API with one stage, which serves a deployment of the resources.
func restAPI(resources ...types.Resource) *definition.RestAPI {
	a := &definition.RestAPI{Region: "us-east-1", API: types.RestApi{Id: p("a1b2c3d4e5"), Name: p("shop"), RootResourceId: p("root")}, Resources: resources,
		Models:            []types.Model{{Name: p("M"), ContentType: p("application/json"), Schema: p(`{"type":"object","required":["a"]}`)}, {Name: p("Broken"), ContentType: p("application/json"), Schema: p(`{"type":7}`)}},
		RequestValidators: []types.RequestValidator{{Id: p("v"), Name: p("v"), ValidateRequestBody: true, ValidateRequestParameters: true}},
		GatewayResponses:  []types.GatewayResponse{{ResponseType: types.GatewayResponseTypeBadRequestBody, ResponseTemplates: map[string]string{"application/json": "$context.error.validationErrorString"}}}}
	a.Deploy(types.Deployment{Id: p("d1"), CreatedDate: p(time.Now())})
	a.Stages = []types.Stage{{StageName: p("dev"), DeploymentId: p("d1"), Variables: map[string]string{"who": "main"}}}
	return a
}

func TestRestAPI(t *testing.T) {
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s %s", r.Method, r.RequestURI) }))
	defer back.Close()
	checked := mockMethod("ok")
	checked.RequestValidatorId, checked.RequestModels, checked.RequestParameters = p("v"), map[string]string{"application/json": "M"}, map[string]bool{"method.request.querystring.q": true}
	broken := mockMethod("ok")
	broken.RequestValidatorId, broken.RequestModels = p("v"), map[string]string{"application/json": "Broken"}
	proxied := types.Method{HttpMethod: p("ANY"), RequestParameters: map[string]bool{"method.request.path.proxy": true},
		MethodIntegration: &types.Integration{Type: types.IntegrationTypeHttpProxy, HttpMethod: p("ANY"), TimeoutInMillis: 1000,
			Uri: p("http://${stageVariables.host}/base/{proxy}?v=${stageVariables.none}"), RequestParameters: map[string]string{"integration.request.path.proxy": "method.request.path.proxy"}}}
	lambda := types.Method{HttpMethod: p("GET"), MethodIntegration: &types.Integration{Type: types.IntegrationTypeAwsProxy}}
	secured := mockMethod("secret")
	secured.AuthorizationType = p("CUSTOM")
	bad := types.Method{HttpMethod: p("GET"), MethodIntegration: &types.Integration{Type: types.IntegrationTypeHttp, Uri: p("http://"), TimeoutInMillis: 1000}}
	n := startNode(t)
	a := restAPI(resource("r1", "/mock", mockMethod("hello $stageVariables.who $context.resourceId")), resource("r2", "/checked", checked), resource("r3", "/{proxy+}", proxied),
		resource("r4", "/lambda", lambda), resource("r5", "/secured", secured), resource("r6", "/bad", bad), resource("r7", "/broken", broken))
	a.Stages[0].Variables["host"] = strings.TrimPrefix(back.URL, "http://")
	if err := n.repo.CreateRest(context.Background(), a); err != nil {
		t.Fatal(err)
	}
	const internal = `{"message": "Internal server error"}`
	for _, c := range []struct {
		path   string
		status int
		body   string
	}{
		{"/dev/mock", 200, "hello main r1"}, {"/dev/x/y", 200, "GET /base/x/y?v="}, {"/dev/checked", 400, `{"message": "Missing required request parameters: [q]"}`},
		{"/dev/checked?q=1", 400, `[object has missing required properties (["a"])]`}, {"/dev/lambda", 500, internal}, {"/dev/secured", 500, internal}, {"/dev/bad", 500, internal},
		{"/dev/broken", 500, internal}, {"/nope", 403, `{"message":"Forbidden"}`}, {"/dev", 403, `{"message":"Missing Authentication Token"}`},
	} {
		if status, body := n.get(c.path); status != c.status || body != c.body {
			t.Errorf("GET %s = %d %s, want %d %s", c.path, status, body, c.status, c.body)
		}
	}
	var told []string
	for _, problem := range n.compiler.Problems()["a1b2c3d4e5"] {
		told = append(told, problem.Route)
	}
	if got := strings.Join(told, ","); got != "GET /lambda,GET /secured,GET /bad,GET /broken" {
		t.Errorf("problems = %s", got)
	}
}

func TestRestStagesMove(t *testing.T) {
	n, ctx := startNode(t), context.Background()
	if err := n.repo.CreateRest(ctx, restAPI(resource("r1", "/m", mockMethod("one $stageVariables.who $context.isCanaryRequest")))); err != nil {
		t.Fatal(err)
	}
	expect := func(step string, status int, body string) {
		t.Helper()
		if s, b := n.get("/dev/m"); s != status || b != body {
			t.Errorf("%s: %d %s, want %d %s", step, s, b, status, body)
		}
	}
	change := func(f func(a *definition.RestAPI)) {
		t.Helper()
		if err := n.repo.ChangeRest(ctx, "a1b2c3d4e5", func(a *definition.RestAPI) error { f(a); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	expect("first", 200, "one main ")
	change(func(a *definition.RestAPI) {
		a.Resources = []types.Resource{resource("r1", "/m", mockMethod("two $stageVariables.who $context.isCanaryRequest"))}
	})
	expect("not deployed", 200, "one main ")
	change(func(a *definition.RestAPI) {
		a.Deploy(types.Deployment{Id: p("d2"), CreatedDate: p(time.Now())})
		a.Stages[0].CanarySettings = &types.CanarySettings{DeploymentId: p("d2"), PercentTraffic: 100, StageVariableOverrides: map[string]string{"who": "canary"}}
	})
	expect("canary of all", 200, "two canary true")
	change(func(a *definition.RestAPI) { a.Stages[0].CanarySettings.PercentTraffic = 0 })
	expect("canary of none", 200, "one main false")
	change(func(a *definition.RestAPI) { a.Stages[0].CanarySettings, a.Stages[0].DeploymentId = nil, p("d2") })
	expect("promoted", 200, "two main ")
	change(func(a *definition.RestAPI) { a.Stages[0].DeploymentId = p("d1") })
	expect("rolled back", 200, "one main ")
	if err := n.repo.DeleteRest(ctx, "a1b2c3d4e5", func(*definition.RestAPI) error { return nil }); err != nil {
		t.Fatal(err)
	}
	expect("deleted", 404, `{"message":"Not Found"}`)
}

func TestRestVariables(t *testing.T) {
	v := map[string]string{"a": "1"}
	for in, want := range map[string]string{"": "", "http://${stageVariables.a}.x/${stageVariables.b}/${other}": "http://1.x//${other}", "${stageVariables.a": "${stageVariables.a"} {
		if got := restVariables(in, v); got != want {
			t.Errorf("restVariables(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestTestRest(t *testing.T) {
	n, ctx := startNode(t), context.Background()
	m := mockMethod("$context.stage $stageVariables.x")
	m.AuthorizationType, m.ApiKeyRequired = p("CUSTOM"), p(true)
	draft := restAPI(resource("r1", "/m/{id}", m)).Draft()
	l, err := n.loops.Any(ctx)
	if err != nil {
		t.Fatal(err)
	}
	out, err := n.compiler.TestRest(ctx, l, draft, draft.Resource("r1"), "GET", &v1.TestInvokeMethodInput{PathWithQueryString: p("/m/7?q=1"), StageVariables: map[string]string{"x": "y"},
		Headers: map[string]string{"A": "1"}, MultiValueHeaders: map[string][]string{"A": {"2", "3"}}})
	if err != nil {
		t.Fatal(err)
	}
	if out.Status != 200 || *out.Body != "test-invoke-stage y" || out.Headers["X"] != "1" || out.MultiValueHeaders["X"][0] != "1" || !strings.Contains(*out.Log, "Method request headers: {A=2, A=3}") {
		t.Errorf("TestRest = %+v %s %s", out, *out.Body, *out.Log)
	}
}
