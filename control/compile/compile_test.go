package compile

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/core/bufs"
	"gatehouse/core/clock"
	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/core/snapshot"
	"gatehouse/core/upstream"
	"gatehouse/plugins/accesslog"
	"gatehouse/store"
)

// engine is what an upstream client needs; no test here calls a back end.
type engine struct{ c clock.Clock }

func (e *engine) RoomToDial() bool     { return false }
func (e *engine) Clock() *clock.Clock  { return &e.c }
func (e *engine) Budget() *bufs.Budget { return bufs.NewBudget(0) }

// rig is a compiler that follows a store in memory.
type rig struct {
	*Compiler
	repo   *definition.Repository
	holder *snapshot.Holder
}

func start(t *testing.T, before ...*definition.HTTPAPI) *rig {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := store.OpenMemory()
	logs := accesslog.Open(accesslog.Config{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	holder := &snapshot.Holder{}
	client := upstream.New(&engine{}, upstream.Config{Loops: 1})
	c := New(Config{Store: s, Holder: holder, Upstream: client, Logs: logs, Account: "123456789012", Log: slog.New(slog.DiscardHandler)})
	r := &rig{c, definition.New(c.Applied(s)), holder}
	for _, a := range before {
		if err := definition.New(s).Create(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- c.Run(ctx, func() { close(ready) }) }()
	<-ready
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil at the end of its context", err)
		}
		logs.Close()
		client.Close()
		_ = s.Close()
	})
	return r
}

// api is an HTTP API with one deployed route; change may alter it before.
func api(id string, change func(*definition.HTTPAPI)) *definition.HTTPAPI {
	a := &definition.HTTPAPI{Region: "us-east-1",
		API: types.Api{ApiId: aws.String(id), Name: aws.String(id), ProtocolType: types.ProtocolTypeHttp},
		Routes: []types.Route{{RouteId: aws.String("r1"), RouteKey: aws.String("GET /x"), AuthorizationType: types.AuthorizationTypeNone,
			Target: aws.String("integrations/i1")}},
		Integrations: []types.Integration{{IntegrationId: aws.String("i1"), IntegrationType: types.IntegrationTypeHttpProxy,
			ConnectionType: types.ConnectionTypeInternet, IntegrationMethod: aws.String("ANY"), PayloadFormatVersion: aws.String("1.0"),
			IntegrationUri: aws.String("http://127.0.0.1:1/"), TimeoutInMillis: aws.Int32(30000)}},
		Stages: []types.Stage{{StageName: aws.String("$default"), DeploymentId: aws.String("d1")}},
	}
	if change != nil {
		change(a)
	}
	a.Deploy(types.Deployment{DeploymentId: aws.String("d1"), CreatedDate: aws.Time(time.Unix(1, 0))})
	return a
}

// client keeps the status it was answered with.
type client struct{ status int }

func (c *client) Respond(x *exchange.Exchange)                        { c.status = x.Res.Status; pipeline.Done(x) }
func (*client) Begin(*exchange.Exchange, int64)                       {}
func (*client) WriteBody(*exchange.Exchange, []byte) bool             { return true }
func (*client) EndBody(*exchange.Exchange, error)                     {}
func (*client) Leave(*exchange.Exchange) (exchange.BodyWriter, error) { return nil, nil }

type oneLoop struct{}

func (oneLoop) Post(func()) {}
func (oneLoop) Now() int64  { return 0 }
func (oneLoop) Index() int  { return 0 }

// get serves GET path of an API with the snapshot in force.
func (r *rig) get(id, path string) int {
	x, c := exchange.New(), &client{}
	x.Loop, x.Conn = oneLoop{}, c
	x.Req.Method, x.Req.Path, x.Req.Host = "GET", []byte(path), []byte(id+".execute-api.localhost:8080")
	r.holder.Serve(x)
	return c.status
}

// soon waits until GET path is answered with want. A write waits only for a
// while until it is in force, which a busy machine can outlast.
func (r *rig) soon(t *testing.T, id, path string, want int) {
	t.Helper()
	got := 0
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if got = r.get(id, path); got == want {
			return
		}
	}
	t.Fatalf("GET %s of %s = %d, want %d", path, id, got, want)
}

func TestRoutesThatCannotBeServedAnswer500(t *testing.T) {
	tests := []struct {
		name   string
		change func(*definition.HTTPAPI)
		says   string
	}{
		{"authorizer", func(a *definition.HTTPAPI) { a.Routes[0].AuthorizationType = types.AuthorizationTypeJwt }, "authorization type JWT"},
		{"API key", func(a *definition.HTTPAPI) { a.Routes[0].ApiKeyRequired = aws.Bool(true) }, "API keys"},
		{"Lambda", func(a *definition.HTTPAPI) { a.Integrations[0].IntegrationType = types.IntegrationTypeAwsProxy }, "AWS_PROXY"},
		{"VPC link", func(a *definition.HTTPAPI) { a.Integrations[0].ConnectionType = types.ConnectionTypeVpcLink }, "no VPC here"},
		{"no target", func(a *definition.HTTPAPI) { a.Routes[0].Target = nil }, "no target"},
		{"integration gone", func(a *definition.HTTPAPI) { a.Integrations = nil }, "does not exist"},
		{"no URI", func(a *definition.HTTPAPI) { a.Integrations[0].IntegrationUri = nil }, "no URI"},
		{"bad URI", func(a *definition.HTTPAPI) { a.Integrations[0].IntegrationUri = aws.String("http://") }, "integration URI"},
		{"stage variable not set", func(a *definition.HTTPAPI) {
			a.Integrations[0].IntegrationUri = aws.String("http://${stageVariables.host}/")
		}, "stage variables that the stage does not have: host"},
		{"bad mapping", func(a *definition.HTTPAPI) {
			a.Integrations[0].RequestParameters = map[string]string{"append:header.Via": "x"}
		}, "request parameters"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, api("shop", tt.change))
			if got := r.get("shop", "/x"); got != 500 {
				t.Errorf("GET /x = %d, want 500", got)
			}
			if p := r.Problems()["shop"]; len(p) != 1 || !strings.Contains(p[0].Text, tt.says) {
				t.Errorf("problems = %v, want one that says %q", p, tt.says)
			}
		})
	}
}

func TestWritesAreInForceWhenTheyReturn(t *testing.T) {
	r := start(t)
	ctx := context.Background()
	if got := r.get("shop", "/x"); got != 404 {
		t.Fatalf("before it exists: %d, want 404", got)
	}
	if err := r.repo.Create(ctx, api("shop", nil)); err != nil {
		t.Fatal(err)
	}
	// 503: the route is there, and its back end can't be dialled here.
	r.soon(t, "shop", "/x", 503)
	if got := r.get("shop", "/y"); got != 404 {
		t.Errorf("another path: %d, want 404", got)
	}
	stages := []types.Stage{{StageName: aws.String("$default"), DeploymentId: aws.String("d1")}}
	inForce := 0
	for i := range 100 {
		want := 404
		if i%2 == 1 {
			want = 503
		}
		if err := r.repo.Change(ctx, "shop", func(a *definition.HTTPAPI) error {
			a.Stages = stages[:i%2]
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if r.get("shop", "/x") == want {
			inForce++
		}
		r.soon(t, "shop", "/x", want)
	}
	if inForce < 50 {
		t.Errorf("%d of 100 changes were in force when they returned, want nearly all", inForce)
	}
	if err := r.repo.Delete(ctx, "shop", func(*definition.HTTPAPI) error { return nil }); err != nil {
		t.Fatal(err)
	}
	r.soon(t, "shop", "/x", 404)
}

func TestOneBrokenDocumentLeavesTheOthers(t *testing.T) {
	r := start(t, api("good", nil))
	ctx := context.Background()
	for key, doc := range map[string]string{"apis/torn": "{\"Format\":1,\"Kind\":\"http-api\"}\n{", "apis/odd": `{"Format":99}`, "apis/empty": ""} {
		if _, err := r.cfg.Store.Create(ctx, key, []byte(doc)); err != nil {
			t.Fatal(err)
		}
		r.await(ctx, key, 1)
	}
	for _, id := range []string{"torn", "odd", "empty"} {
		if got := r.get(id, "/x"); got != 500 || len(r.Problems()[id]) != 1 {
			t.Errorf("%s = %d with problems %v, want 500 and one problem", id, got, r.Problems()[id])
		}
	}
	if got := r.get("good", "/x"); got != 503 {
		t.Errorf("good = %d, want 503 of its back end", got)
	}
}

func TestMissingDeployment(t *testing.T) {
	r := start(t, api("shop", func(a *definition.HTTPAPI) { a.Stages[0].DeploymentId = aws.String("d9") }))
	if got := r.get("shop", "/x"); got != 404 {
		t.Errorf("GET /x = %d, want 404: the stage has nothing to serve", got)
	}
	if p := r.Problems()["shop"]; len(p) != 1 || !strings.Contains(p[0].Text, "d9") {
		t.Errorf("problems = %v, want one that names d9", p)
	}
}

func TestThrottleSettingsAreTold(t *testing.T) {
	r := start(t, api("shop", func(a *definition.HTTPAPI) {
		a.Stages[0].DefaultRouteSettings = &types.RouteSettings{ThrottlingRateLimit: aws.Float64(1)}
	}))
	if p := r.Problems()["shop"]; len(p) != 1 || !strings.Contains(p[0].Text, "throttling") {
		t.Errorf("problems = %v, want one about throttling", p)
	}
}
