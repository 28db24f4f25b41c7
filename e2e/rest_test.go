package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/internal/gwtest"
)

// rest is the Go SDK's client of REST APIs, and one API under test.
type rest struct {
	*apigateway.Client
	t        *testing.T
	gw       *gwtest.Gateway
	id, root *string
}

func restClient(t *testing.T, g *gwtest.Gateway) *rest {
	t.Helper()
	return &rest{t: t, gw: g, Client: apigateway.New(apigateway.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(g.AdminURL()), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "x"}, nil
		}),
	})}
}

// must fails the test unless the call succeeded.
func must[T any](t *testing.T) func(out *T, err error) *T {
	t.Helper()
	return func(out *T, err error) *T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// create makes the API under test.
func (r *rest) create(name string) {
	r.t.Helper()
	out := must[apigateway.CreateRestApiOutput](r.t)(r.CreateRestApi(r.t.Context(), &apigateway.CreateRestApiInput{Name: &name}))
	r.id, r.root = out.Id, out.RootResourceId
}

// method makes a method with an integration that edit completes.
func (r *rest) method(resource *string, verb string, edit func(*apigateway.PutIntegrationInput)) {
	r.t.Helper()
	must[apigateway.PutMethodOutput](r.t)(r.PutMethod(r.t.Context(), &apigateway.PutMethodInput{
		RestApiId: r.id, ResourceId: resource, HttpMethod: &verb, AuthorizationType: aws.String("NONE")}))
	in := &apigateway.PutIntegrationInput{RestApiId: r.id, ResourceId: resource, HttpMethod: &verb}
	edit(in)
	must[apigateway.PutIntegrationOutput](r.t)(r.PutIntegration(r.t.Context(), in))
}

func (r *rest) deploy(stage string) {
	r.t.Helper()
	must[apigateway.CreateDeploymentOutput](r.t)(r.CreateDeployment(r.t.Context(), &apigateway.CreateDeploymentInput{RestApiId: r.id, StageName: &stage}))
	stageServes(r.t, r.gw, *r.id, stage)
}

// stageServes waits until a new stage is in force, which on a busy machine can
// be after the call that made it was answered.
func stageServes(t *testing.T, g *gwtest.Gateway, id, stage string) {
	t.Helper()
	gwtest.Eventually(t, "stage "+stage+" is served", func() bool {
		a := g.Send(t, gwtest.Request{Host: g.Host(id), Target: "/" + stage + "/-/none/such"})
		return a.Headers.Get("X-Amzn-Errortype") != "ForbiddenException"
	})
}

// events is a back end that sends three events, each once the one before has
// been seen, or after patience.
func events(t *testing.T, seen <-chan bool, patience time.Duration) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-seen:
			case <-time.After(patience):
			case <-r.Context().Done():
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// TestRESTStream wants each event before the back end sends the next one.
func TestRESTStream(t *testing.T) {
	t.Parallel()
	g := gwtest.Start(t)
	for mode, patience := range map[types.ResponseTransferMode]time.Duration{
		types.ResponseTransferModeStream:   time.Minute,
		types.ResponseTransferModeBuffered: 50 * time.Millisecond,
	} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			seen := make(chan bool)
			b := events(t, seen, patience)
			r := restClient(t, g)
			r.create("events")
			r.method(r.root, "GET", func(in *apigateway.PutIntegrationInput) {
				in.Type, in.IntegrationHttpMethod, in.Uri, in.ResponseTransferMode = types.IntegrationTypeHttpProxy, aws.String("GET"), &b.URL, mode
			})
			r.deploy("dev")
			if got, want := r.watch(seen), mode == types.ResponseTransferModeStream; got != want {
				t.Errorf("mode %s: events come one by one = %v, want %v", mode, got, want)
			}
		})
	}
}

// watch reads three events, tells the back end of each, and reports whether it
// waited for that every time.
func (r *rest) watch(seen chan<- bool) bool {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+r.gw.Listen+"/dev", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Host = r.gw.Host(*r.id)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	if ct := res.Header.Get("Content-Type"); res.StatusCode != 200 || ct != "text/event-stream" {
		r.t.Errorf("status %d, Content-Type %q; want 200 text/event-stream", res.StatusCode, ct)
	}
	lines, waited := bufio.NewScanner(res.Body), true
	for i := range 3 {
		for lines.Scan() && lines.Text() == "" {
		}
		if want := fmt.Sprintf("data: %d", i); lines.Text() != want {
			r.t.Fatalf("event %d = %q (%v), want %q", i, lines.Text(), lines.Err(), want)
		}
		if !waited {
			continue
		}
		select {
		case seen <- true:
		case <-time.After(time.Second):
			waited = false
		}
	}
	return waited
}

// object of an SDK as JSON, which leaves out what only the call has.
func printed(t *testing.T, out any) string {
	t.Helper()
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// kept wants every member of in that was set, in out too. Members of in that
// out lacks say where it is (ids) and don't count. What PutIntegration calls
// IntegrationHttpMethod, answers call HttpMethod.
func kept(t *testing.T, what string, in, out any) {
	t.Helper()
	i, o := reflect.ValueOf(in).Elem(), reflect.ValueOf(out).Elem()
	compared := 0
	for n := range i.NumField() {
		name := i.Type().Field(n).Name
		if name == "HttpMethod" && i.FieldByName("IntegrationHttpMethod").IsValid() {
			continue
		}
		got := o.FieldByName(strings.TrimPrefix(name, "Integration"))
		if !i.Type().Field(n).IsExported() || i.Field(n).IsZero() || !got.IsValid() {
			continue
		}
		compared++
		if printed(t, got.Interface()) != printed(t, i.Field(n).Interface()) {
			t.Errorf("%s: %s is read as %s, want %s", what, name, printed(t, got.Interface()), printed(t, i.Field(n).Interface()))
		}
	}
	if compared == 0 {
		t.Errorf("%s: nothing to compare in %s and %s", what, i.Type(), o.Type())
	}
}

// reading reads one object again.
type reading struct {
	what string
	read func() (any, error)
	want string
}

// wrote checks what a creation answers and what is read afterwards against the
// input, and keeps the reading for later.
func wrote[In, Out, Got any](r *rest, list *[]reading, in *In, create func(context.Context, *In, ...func(*apigateway.Options)) (*Out, error), read func(*Out) (*Got, error)) *Out {
	r.t.Helper()
	what := strings.TrimSuffix(reflect.TypeFor[In]().Name(), "Input")
	out := must[Out](r.t)(create(r.t.Context(), in))
	got := must[Got](r.t)(read(out))
	kept(r.t, what+", read", in, got)
	again := must[Got](r.t)(read(out))
	if printed(r.t, got) != printed(r.t, again) {
		r.t.Errorf("%s: two readings differ:\n%s", what, diff(printed(r.t, got), printed(r.t, again)))
	}
	*list = append(*list, reading{what, func() (any, error) { return read(out) }, ""})
	return out
}

// TestRESTOutlivesKill writes a whole API as Terraform would, reads each part as
// it was written, kills the process, and wants all of it again: what is read and
// what is served.
func TestRESTOutlivesKill(t *testing.T) {
	t.Parallel()
	g, b := gwtest.Start(t), gwtest.Backend(t)
	r := restClient(t, g)
	list := writeShop(r, b.URL)
	for i := range list {
		got, err := list[i].read()
		if err != nil {
			t.Fatal(err)
		}
		list[i].want = printed(t, got)
	}
	stageServes(t, g, *r.id, "dev")
	wantOrder(r)
	g.Kill()
	g.Launch()
	r.Client = restClient(t, g).Client
	for _, l := range list {
		got, err := l.read()
		if err != nil {
			t.Errorf("%s: read after a kill: %v", l.what, err)
		} else if text := printed(t, got); text != l.want {
			t.Errorf("%s: read after a kill:\n%s", l.what, diff(l.want, text))
		}
	}
	wantOrder(r)
}

// wantOrder sends an order that is valid and one that is not.
func wantOrder(r *rest) {
	r.t.Helper()
	order := gwtest.Request{Method: "POST", Host: r.gw.Host(*r.id), Target: "/dev/orders/7?n=3", Headers: map[string]string{"Content-Type": "application/json"}, Body: `{"item": "tea"}`}
	a := r.gw.Send(r.t, order)
	if want := `{"made": "/base/7 of Bern", "sent": {"tea": 3}}`; a.Status != 201 || a.Body != want || a.Headers.Get("X-Kind") != "order" {
		r.t.Errorf("a valid order: %d %v %s; want 201 %s", a.Status, a.Headers, a.Body, want)
	}
	order.Body = `{"item": 7}`
	if a := r.gw.Send(r.t, order); a.Status != 422 || a.Body != `{"no": "BAD_REQUEST_BODY"}` {
		r.t.Errorf("an invalid order: %d %s, want 422", a.Status, a.Body)
	}
}
