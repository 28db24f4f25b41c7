package apigatewayv2

import (
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/store"
)

// TestConcurrentChanges has 64 clients change routes of one API that deploys by
// itself: none may get lost, and the deployed state is the last one.
func TestConcurrentChanges(t *testing.T) {
	for name, open := range map[string]func(*testing.T) store.Store{
		"memory":   func(*testing.T) store.Store { return store.OpenMemory() },
		"embedded": openEmbedded,
	} {
		t.Run(name, func(t *testing.T) { changeConcurrently(t, open(t)) })
	}
}

func openEmbedded(t *testing.T) store.Store {
	s, err := store.OpenEmbedded(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func changeConcurrently(t *testing.T, s store.Store) {
	t.Cleanup(func() { s.Close() })
	g := startOver(t, s)
	id := g.quick(shopURL, nil)
	var wg sync.WaitGroup
	for n := range 64 {
		wg.Go(func() { createAndRename(t, g, id, n) })
	}
	wg.Wait()
	out := ok[*v2.GetRoutesOutput](t)(g.GetRoutes(ctx, &v2.GetRoutesInput{ApiId: id, MaxResults: aws.String("500")}))
	keys := map[string]bool{}
	for _, r := range out.Items {
		keys[*r.RouteKey] = true
	}
	for n := range 64 {
		if !keys[fmt.Sprintf("POST /%d", n)] {
			t.Errorf("POST /%d is lost", n)
		}
	}
	if len(out.Items) != 65 {
		t.Errorf("%d routes, want 64 and $default", len(out.Items))
	}
	checkSnapshotIsCurrent(t, g, id, *g.stage(id, "$default").DeploymentId)
}

func createAndRename(t *testing.T, g *gate, id *string, n int) {
	r, err := g.CreateRoute(ctx, &v2.CreateRouteInput{ApiId: id, RouteKey: aws.String(fmt.Sprintf("GET /%d", n))})
	if err == nil {
		_, err = g.UpdateRoute(ctx, &v2.UpdateRouteInput{ApiId: id, RouteId: r.RouteId, RouteKey: aws.String(fmt.Sprintf("POST /%d", n))})
	}
	if err != nil {
		t.Errorf("client %d: %v", n, err)
	}
}

// TestOneKeyOneWinner has many clients create the same route.
func TestOneKeyOneWinner(t *testing.T) {
	g := start(t)
	id := g.api()
	var wg sync.WaitGroup
	errs := make(chan error, 32)
	for range cap(errs) {
		wg.Go(func() {
			_, err := g.CreateRoute(ctx, &v2.CreateRouteInput{ApiId: id, RouteKey: aws.String("GET /")})
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	won := 0
	for err := range errs {
		if err == nil {
			won++
			continue
		}
		wantError(t, err, conflictCode, "Route with key GET / already exists for this API")
	}
	if won != 1 {
		t.Errorf("%d creates of one key succeeded", won)
	}
}

// TestOneCustomIDOneWinner does so with the id of an API, in two Regions.
func TestOneCustomIDOneWinner(t *testing.T) {
	g := start(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for n := range 16 {
		wg.Go(func() {
			c := g.in([]string{"us-east-1", "eu-west-1"}[n%2])
			_, err := c.CreateApi(ctx, &v2.CreateApiInput{Name: aws.String("a"), ProtocolType: types.ProtocolTypeHttp, Tags: map[string]string{"_custom_id_": "shop"}, Target: aws.String(shopURL)})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			}
		})
	}
	wg.Wait()
	left, err := g.store.List(ctx, "")
	if won != 1 || err != nil || len(left) != 2 {
		t.Errorf("%d creates succeeded, %d documents are there (%v), want 1 and 2", won, len(left), err)
	}
}
