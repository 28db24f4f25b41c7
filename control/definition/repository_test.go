package definition

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/core/gwerr"
	"gatehouse/store"
)

var birth = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func memory(t *testing.T) store.Store {
	s := store.OpenMemory()
	t.Cleanup(func() { s.Close() })
	return s
}

func newAPI(id string) *HTTPAPI {
	return &HTTPAPI{Region: "us-east-1", API: types.Api{ApiId: &id, Name: aws.String("n"), ProtocolType: types.ProtocolTypeHttp}}
}

func meta(id string) types.Deployment {
	return types.Deployment{DeploymentId: &id, CreatedDate: &birth}
}

func keys(t *testing.T, s store.Store) []string {
	t.Helper()
	entries, err := s.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, e := range entries {
		keys = append(keys, e.Key)
	}
	return keys
}

func wantKeys(t *testing.T, s store.Store, want ...string) {
	t.Helper()
	if got := keys(t, s); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("stored keys = %v, want %v", got, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPILife(t *testing.T) {
	s := memory(t)
	r := New(s)
	a := newAPI("abc")
	a.Deploy(meta("d1"))
	must(t, r.Create(t.Context(), a))
	wantKeys(t, s, "apis/abc", "deployments/abc/d1")
	if err := r.Create(t.Context(), newAPI("abc")); !errors.Is(err, store.ErrConflict) {
		t.Errorf("second Create = %v, want ErrConflict", err)
	}

	must(t, r.Change(t.Context(), "abc", func(a *HTTPAPI) error {
		a.Routes = append(a.Routes, types.Route{RouteId: aws.String("r1"), RouteKey: aws.String("GET /")})
		a.Deploy(meta("d2"))
		a.Deployments = a.Deployments[1:]
		return nil
	}))
	wantKeys(t, s, "apis/abc", "deployments/abc/d2")
	d, err := r.Deployment(t.Context(), "abc", "d2")
	must(t, err)
	if len(d.Routes) != 1 || d.Region != "us-east-1" || d.APIID != "abc" || !d.Created.Equal(birth) {
		t.Errorf("Deployment = %+v", d)
	}

	must(t, r.Delete(t.Context(), "abc", func(*HTTPAPI) error { return nil }))
	wantKeys(t, s)
	if _, err := r.Get(t.Context(), "abc"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Get after Delete = %v, want ErrNotFound", err)
	}
}

func TestCreateConflictLeavesNothing(t *testing.T) {
	s := memory(t)
	r := New(s)
	must(t, r.Create(t.Context(), newAPI("abc")))
	second := newAPI("abc")
	second.Deploy(meta("d9"))
	if err := r.Create(t.Context(), second); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("Create = %v, want ErrConflict", err)
	}
	wantKeys(t, s, "apis/abc")
}

func TestChangeErrorWritesNothing(t *testing.T) {
	s := memory(t)
	r := New(s)
	must(t, r.Create(t.Context(), newAPI("abc")))
	refused := errors.New("refused")
	err := r.Change(t.Context(), "abc", func(a *HTTPAPI) error {
		a.Deploy(meta("d1"))
		return refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("Change = %v, want the error of change", err)
	}
	wantKeys(t, s, "apis/abc")
	if err := r.Delete(t.Context(), "abc", func(*HTTPAPI) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("Delete = %v, want the error of check", err)
	}
	wantKeys(t, s, "apis/abc")
}

func TestUnknownIDs(t *testing.T) {
	r := New(memory(t))
	for _, id := range []string{"", "nope", "UPPER", "a/b", "../x", string(make([]byte, 65))} {
		if _, err := r.Get(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Get(%q) = %v, want ErrNotFound", id, err)
		}
		if _, err := r.Deployment(t.Context(), "abc", id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Deployment(%q) = %v, want ErrNotFound", id, err)
		}
		if _, err := r.VPCLink(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("VPCLink(%q) = %v, want ErrNotFound", id, err)
		}
	}
}

// TestOneUnreadableHidesNoOther also has an API of another kind and one of
// another Region.
func TestOneUnreadableHidesNoOther(t *testing.T) {
	s := memory(t)
	r := New(s)
	must(t, r.Create(t.Context(), newAPI("good")))
	far := newAPI("far")
	far.Region = "eu-west-1"
	must(t, r.Create(t.Context(), far))
	put(t, s, "apis/rest", `{"Format":7,"Kind":"rest-api","Region":"us-east-1"}`+"\n{}")
	put(t, s, "apis/later", `{"Format":2,"Kind":"http-api","Region":"us-east-1"}`+"\n{}")
	list, err := r.List(t.Context(), "us-east-1")
	if len(list) != 1 || list[0].ID() != "good" || !errors.Is(err, ErrFormat) {
		t.Errorf("List = %v, %v, want good and an ErrFormat", list, err)
	}
	if n, err := r.Count(t.Context(), "us-east-1"); n != 3 || err != nil {
		t.Errorf("Count = %d, %v, want 3", n, err)
	}
	if _, err := r.Get(t.Context(), "rest"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Get of another kind = %v, want ErrNotFound", err)
	}
	if _, err := r.Get(t.Context(), "later"); !errors.Is(err, ErrFormat) {
		t.Errorf("Get of a later format = %v, want ErrFormat", err)
	}
}

func put(t *testing.T, s store.Store, key, value string) {
	t.Helper()
	if _, err := s.Create(t.Context(), key, []byte(value)); err != nil {
		t.Fatal(err)
	}
}

// TestChangesOfManyNodes gives each writer its own Repository, so that only
// compare-and-set keeps them from losing each other's work.
func TestChangesOfManyNodes(t *testing.T) {
	s := memory(t)
	must(t, New(s).Create(t.Context(), newAPI("abc")))
	const nodes, each = 4, 20
	var wg sync.WaitGroup
	for n := range nodes {
		wg.Go(func() {
			r := New(s)
			for i := range each {
				key := fmt.Sprintf("GET /%d/%d", n, i)
				err := r.Change(context.Background(), "abc", func(a *HTTPAPI) error {
					a.Routes = append(a.Routes, types.Route{RouteKey: &key})
					a.Deploy(meta(fmt.Sprintf("d%d-%d-%d", n, i, time.Now().UnixNano())))
					a.Deployments = a.Deployments[len(a.Deployments)-1:]
					return nil
				})
				if err != nil {
					t.Errorf("node %d, change %d: %v", n, i, err)
				}
			}
		})
	}
	wg.Wait()
	a, err := New(s).Get(t.Context(), "abc")
	must(t, err)
	if len(a.Routes) != nodes*each {
		t.Errorf("%d routes after all changes, want %d", len(a.Routes), nodes*each)
	}
	wantKeys(t, s, "apis/abc", "deployments/abc/"+*a.Deployments[0].DeploymentId)
}

// loser is a store whose updates always lose.
type loser struct{ store.Store }

func (loser) Update(context.Context, string, []byte, uint64) (uint64, error) {
	return 0, store.ErrConflict
}

func TestPersistentConflict(t *testing.T) {
	s := memory(t)
	r := New(loser{s})
	must(t, r.Create(t.Context(), newAPI("abc")))
	runs := 0
	err := r.Change(t.Context(), "abc", func(a *HTTPAPI) error {
		runs++
		a.Deploy(meta(fmt.Sprint("d", runs)))
		return nil
	})
	var e *gwerr.Error
	if !errors.As(err, &e) || e.Type != "ConflictException" || e.Status != 409 ||
		e.Message != "Unable to complete operation due to concurrent modification. Please try again later." {
		t.Errorf("Change = %v, want AWS's ConflictException", err)
	}
	if runs != maxAttempts {
		t.Errorf("change ran %d times, want %d", runs, maxAttempts)
	}
	wantKeys(t, s, "apis/abc")
}

// doubtful does what it is asked and then says that the server went away.
type doubtful struct{ store.Store }

func (d doubtful) Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	_, _ = d.Store.Update(ctx, key, value, revision)
	return 0, store.ErrUnavailable
}

// TestUnknownOutcomeKeepsSnapshot: the API may point to it.
func TestUnknownOutcomeKeepsSnapshot(t *testing.T) {
	s := memory(t)
	must(t, New(s).Create(t.Context(), newAPI("abc")))
	err := New(doubtful{s}).Change(t.Context(), "abc", func(a *HTTPAPI) error { a.Deploy(meta("d1")); return nil })
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Change = %v, want ErrUnavailable", err)
	}
	wantKeys(t, s, "apis/abc", "deployments/abc/d1")
}

func TestSweep(t *testing.T) {
	s := memory(t)
	r := New(s)
	a := newAPI("abc")
	a.Deploy(meta("kept"))
	must(t, r.Create(t.Context(), a))
	orphan := func(api, id string, created time.Time) {
		value, err := encode(kindDeployment, "us-east-1", &Deployment{APIID: api, ID: id, Created: created})
		must(t, err)
		put(t, s, DeploymentKey(api, id), string(value))
	}
	now := birth.Add(time.Hour)
	orphan("abc", "old", birth)
	orphan("abc", "young", now.Add(-SweepAge/2))
	orphan("gone", "old", birth)
	put(t, s, "deployments/rest/x", `{"Format":7,"Kind":"other-deployment"}`+"\n{}")
	if n, err := r.Sweep(t.Context(), now); n != 2 || err != nil {
		t.Errorf("Sweep = %d, %v, want 2", n, err)
	}
	wantKeys(t, s, "apis/abc", "deployments/abc/kept", "deployments/abc/young", "deployments/rest/x")
}

func TestUnchangedIsNotWritten(t *testing.T) {
	s := memory(t)
	r := New(s)
	must(t, r.Create(t.Context(), newAPI("abc")))
	before, err := s.Get(t.Context(), "apis/abc")
	must(t, err)
	must(t, r.Change(t.Context(), "abc", func(*HTTPAPI) error { return nil }))
	after, err := s.Get(t.Context(), "apis/abc")
	must(t, err)
	if before.Revision != after.Revision {
		t.Errorf("revision %d became %d without a change", before.Revision, after.Revision)
	}
}

func TestWaitForLockEnds(t *testing.T) {
	r := New(memory(t))
	must(t, r.Create(t.Context(), newAPI("abc")))
	inside, leave := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		done <- r.Change(context.Background(), "abc", func(*HTTPAPI) error { close(inside); <-leave; return nil })
	}()
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Change(ctx, "abc", func(*HTTPAPI) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("Change with an ended context = %v, want context.Canceled", err)
	}
	close(leave)
	must(t, <-done)
	if len(r.locks.queue) != 0 {
		t.Errorf("%d locks are left", len(r.locks.queue))
	}
}

func TestVPCLinkLife(t *testing.T) {
	s := memory(t)
	r := New(s)
	must(t, r.CreateVPCLink(t.Context(), &VPCLink{Region: "us-east-1", Link: types.VpcLink{VpcLinkId: aws.String("l1")}}))
	must(t, r.ChangeVPCLink(t.Context(), "l1", func(l *VPCLink) error { l.Link.Name = aws.String("new"); return nil }))
	l, err := r.VPCLink(t.Context(), "l1")
	must(t, err)
	if *l.Link.Name != "new" {
		t.Errorf("name = %q, want new", *l.Link.Name)
	}
	if list, err := r.VPCLinks(t.Context(), "us-east-1"); len(list) != 1 || err != nil {
		t.Errorf("VPCLinks = %v, %v", list, err)
	}
	must(t, r.DeleteVPCLink(t.Context(), "l1"))
	if err := r.DeleteVPCLink(t.Context(), "l1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("second DeleteVPCLink = %v, want ErrNotFound", err)
	}
	wantKeys(t, s)
}

func TestIntegrationID(t *testing.T) {
	for _, c := range []struct {
		target *string
		id     string
		ok     bool
	}{
		{nil, "", false},
		{aws.String("integrations/abc"), "abc", true},
		{aws.String("integrations/"), "", false},
		{aws.String("abc"), "abc", false},
	} {
		if id, ok := IntegrationID(c.target); ok != c.ok || ok && id != c.id {
			t.Errorf("IntegrationID(%v) = %q, %v, want %q, %v", aws.ToString(c.target), id, ok, c.id, c.ok)
		}
	}
}
