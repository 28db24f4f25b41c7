package definition

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	rest "github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/store"
)

func newRest(id string) *RestAPI {
	return &RestAPI{Region: "us-east-1", API: rest.RestApi{Id: &id, Name: aws.String("n"), RootResourceId: aws.String("r"), Tags: map[string]string{"a": "b"}},
		Resources: []rest.Resource{{Id: aws.String("r"), Path: aws.String("/")}}}
}

func restMeta(id string) rest.Deployment { return rest.Deployment{Id: &id, CreatedDate: &birth} }

func TestRestLife(t *testing.T) {
	s := memory(t)
	r := New(s)
	a := newRest("abc")
	a.Deploy(restMeta("d1"))
	must(t, r.CreateRest(t.Context(), a))
	wantKeys(t, s, "apis/abc", "deployments/abc/d1")
	must(t, r.ChangeRest(t.Context(), "abc", func(a *RestAPI) error {
		a.Resources = append(a.Resources, rest.Resource{Id: aws.String("x"), Path: aws.String("/x")})
		a.Deploy(restMeta("d2"))
		a.Deployments = a.Deployments[1:]
		return nil
	}))
	wantKeys(t, s, "apis/abc", "deployments/abc/d2")
	d, err := r.RestDeployment(t.Context(), "abc", "d2")
	must(t, err)
	if len(d.Resources) != 2 || d.Resource("x") == nil || d.API.Tags != nil || d.ID != "d2" || !d.Created.Equal(birth) {
		t.Errorf("RestDeployment = %+v", d)
	}
	must(t, r.DeleteRest(t.Context(), "abc", func(*RestAPI) error { return nil }))
	wantKeys(t, s)
}

// TestKindsShareIDs: one id is one API, and each kind's calls pass over the
// other's.
func TestKindsShareIDs(t *testing.T) {
	s := memory(t)
	r := New(s)
	must(t, r.Create(t.Context(), newAPI("http")))
	must(t, r.CreateRest(t.Context(), newRest("rest")))
	if err := r.CreateRest(t.Context(), newRest("http")); !errors.Is(err, store.ErrConflict) {
		t.Errorf("CreateRest of a taken id = %v, want ErrConflict", err)
	}
	if _, err := r.Rest(t.Context(), "http"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Rest of an HTTP API = %v, want ErrNotFound", err)
	}
	if _, err := r.Get(t.Context(), "rest"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Get of a REST API = %v, want ErrNotFound", err)
	}
	list, err := r.Rests(t.Context(), "us-east-1")
	if len(list) != 1 || list[0].ID() != "rest" || err != nil {
		t.Errorf("Rests = %v, %v", list, err)
	}
	if n, _ := r.Count(t.Context(), "us-east-1"); n != 2 {
		t.Errorf("Count = %d, want 2", n)
	}
	e, err := s.Get(t.Context(), "apis/rest")
	must(t, err)
	if !IsRestAPI(e.Value) || IsHTTPAPI(e.Value) {
		t.Errorf("a REST API's document is taken for another's")
	}
}

// TestSweepRest: an orphan goes, a listed snapshot stays, whatever its kind.
func TestSweepRest(t *testing.T) {
	s := memory(t)
	r := New(s)
	a := newRest("abc")
	a.Deploy(restMeta("d1"))
	must(t, r.CreateRest(t.Context(), a))
	value, err := encode(kindRestDeployment, "us-east-1", &RestDeployment{APIID: "abc", ID: "lost", Created: birth})
	must(t, err)
	put(t, s, "deployments/abc/lost", string(value))
	n, err := r.Sweep(t.Context(), birth.Add(time.Hour))
	if n != 1 || err != nil {
		t.Errorf("Sweep = %d, %v, want 1", n, err)
	}
	wantKeys(t, s, "apis/abc", "deployments/abc/d1")
}

func TestEffective(t *testing.T) {
	custom := []rest.GatewayResponse{
		{ResponseType: "DEFAULT_4XX", StatusCode: aws.String("418"), ResponseParameters: map[string]string{"p": "q"}, ResponseTemplates: map[string]string{"t": "u"}},
		{ResponseType: "THROTTLED", StatusCode: aws.String("430")},
	}
	for _, c := range []struct {
		of       rest.GatewayResponseType
		status   string
		byItself bool
		shows    bool
	}{
		{"THROTTLED", "430", true, false},
		{"UNAUTHORIZED", "418", false, true},
		{"DEFAULT_4XX", "418", true, true},
		{"INTEGRATION_TIMEOUT", "504", false, false},
		{"DEFAULT_5XX", "", false, false},
	} {
		r := Effective(custom, c.of)
		if aws.ToString(r.StatusCode) != c.status || r.DefaultResponse == c.byItself || (r.ResponseTemplates["t"] == "u") != c.shows {
			t.Errorf("Effective(%s) = %+v", c.of, r)
		}
	}
	if n := len(rest.GatewayResponseType("").Values()); len(responseStatus) != n {
		t.Errorf("%d types have a status, the SDK knows %d", len(responseStatus), n)
	}
}

func TestSettingKey(t *testing.T) {
	for _, c := range []struct {
		key, path, verb string
		ok              bool
	}{
		{"*/*", "*", "*", true},
		{"test/GET", "/test", "GET", true},
		{"~1test/GET", "/test", "GET", true},
		{"~1/GET", "/", "GET", true},
		{"~1pets~1{id}/*", "/pets/{id}", "*", true},
		{"~1a~0b/GET", "/a~b", "GET", true},
		{"accessLogSettings", "", "", false},
		{"x/", "", "", false},
	} {
		if path, verb, ok := SettingKey(c.key); path != c.path || verb != c.verb || ok != c.ok {
			t.Errorf("SettingKey(%q) = %q, %q, %v, want %q, %q, %v", c.key, path, verb, ok, c.path, c.verb, c.ok)
		}
	}
}
