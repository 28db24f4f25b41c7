package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/gwtest"
)

// flow sends n requests a second for the given time, each at its moment whether
// or not earlier ones are answered, and counts those that did not give 200.
type flow struct {
	sent, failed atomic.Int64
	first        atomic.Value // of what failed
}

func (f *flow) run(perSecond int, d time.Duration, send func(n int) (gwtest.Answer, error)) {
	var wg sync.WaitGroup
	// A machine that can't keep up gets fewer, never thousands at once.
	slots := make(chan struct{}, 256)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	start := time.Now()
	for n := 0; time.Since(start) < d; <-tick.C {
		for due := int(time.Since(start).Seconds() * float64(perSecond)); n < due; n++ {
			slots <- struct{}{}
			number := n
			wg.Go(func() {
				defer func() { <-slots }()
				f.one(send, number)
			})
		}
	}
	wg.Wait()
}

func (f *flow) one(send func(n int) (gwtest.Answer, error), n int) {
	a, err := send(n)
	f.sent.Add(1)
	if err == nil && a.Status == 200 {
		return
	}
	if f.failed.Add(1) == 1 {
		f.first.Store(fmt.Sprintf("%d %s %v", a.Status, a.Body, err))
	}
}

// TestRouteChurn lets 1,000 requests a second flow while routes are added and
// removed 20 times a second. Not in parallel with others: its rate is a claim.
func TestRouteChurn(t *testing.T) {
	g, b := gwtest.Start(t), gwtest.Backend(t)
	made(t, g, named("churn"), map[string]object{"GET /a/{id}": {"integrationUri": b.URL + "/{id}"}, "$default": {"integrationUri": b.URL}},
		object{"stageName": "$default", "autoDeploy": true})
	in := mustCall(t, g, "POST", "/v2/apis/churn/integrations", object{"integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
		"integrationUri": b.URL + "/new", "payloadFormatVersion": "1.0"})["integrationId"].(string)
	const span, perSecond = 8 * time.Second, 1000
	var changed atomic.Int64
	var changers sync.WaitGroup
	stop := make(chan struct{})
	for w := range 4 { // each call waits for the disk
		changers.Go(func() { changed.Add(int64(churn(t, g, w, in, stop))) })
	}
	var f flow
	start := time.Now()
	f.run(perSecond, span, func(n int) (gwtest.Answer, error) {
		return g.TrySend(gwtest.Request{Host: g.Host("churn"), Target: fmt.Sprintf("/a/%d", n)})
	})
	took := time.Since(start)
	close(stop)
	changers.Wait()
	changes := changed.Load()
	t.Logf("%d requests in %v (%.0f a second), %d failed; %d changes of routes (%.1f a second)", f.sent.Load(), took.Round(time.Millisecond),
		float64(f.sent.Load())/took.Seconds(), f.failed.Load(), changes, float64(changes)/took.Seconds())
	if f.failed.Load() > 0 {
		t.Errorf("%d of %d requests failed; the first: %v", f.failed.Load(), f.sent.Load(), f.first.Load())
	}
	if changes < 16 {
		t.Errorf("only %d changes of routes", changes)
	}
}

// churn adds a route, wants it served, and removes it: five changes a second. It
// returns the number of changes.
func churn(t *testing.T, g *gwtest.Gateway, worker int, integration string, stop chan struct{}) int {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	var id string
	for n := 0; ; n++ {
		select {
		case <-stop:
			return n
		case <-tick.C:
		}
		if id != "" {
			if status := g.Call("DELETE", "/v2/apis/churn/routes/"+id, nil, nil); status != 204 {
				t.Errorf("DeleteRoute = %d", status)
			}
			id = ""
			continue
		}
		var out struct{ RouteID string }
		path := fmt.Sprintf("/new/%d/%d", worker, n)
		if status := g.Call("POST", "/v2/apis/churn/routes", object{"routeKey": "GET " + path, "target": "integrations/" + integration}, &out); status != 201 {
			t.Errorf("CreateRoute = %d", status)
		}
		id = out.RouteID
		if a, err := g.TrySend(gwtest.Request{Host: g.Host("churn"), Target: path}); err != nil || a.Status != 200 || !strings.Contains(a.Body, `"Target":"/new"`) {
			t.Errorf("a route that was just made answers %d, %v", a.Status, err)
		}
	}
}

// TestDrain sends SIGTERM while kept-alive connections are busy: every request
// that was sent on an open connection is answered, and the exit status is 0.
func TestDrain(t *testing.T) {
	t.Parallel()
	g, b := gwtest.Start(t), gwtest.Backend(t)
	mustCall(t, g, "POST", "/v2/apis", object{"name": "d", "protocolType": "HTTP", "target": b.URL, "tags": object{"_custom_id_": "drain"}})
	var wg sync.WaitGroup
	var answered, announced, busy atomic.Int64
	for range 16 {
		wg.Go(func() {
			n, said, err := keepAsking(g)
			if said {
				announced.Add(1)
			}
			if answered.Add(int64(n)); err != nil {
				t.Errorf("after %d answers: %v", n, err)
			}
		})
	}
	slow := make(chan error, 1)
	go func() {
		busy.Store(1)
		a, err := g.TrySend(gwtest.Request{Host: g.Host("drain"), Target: "/slow", Headers: map[string]string{"X-Wait": "1s"}})
		if err == nil && a.Status != 200 {
			err = fmt.Errorf("status %d %s", a.Status, a.Body)
		}
		slow <- err
	}()
	gwtest.Eventually(t, "load", func() bool { return busy.Load() == 1 && backendBusy(t, g) })
	if err := g.Terminate(); err != nil {
		t.Errorf("exit after SIGTERM: %v\n%s", err, g.Log())
	}
	wg.Wait()
	if err := <-slow; err != nil {
		t.Errorf("the answer under way when SIGTERM came: %v", err)
	}
	t.Logf("%d answers on 16 connections; %d ended with Connection: close, the others between two requests", answered.Load(), announced.Load())
	if _, err := net.Dial("tcp", g.Listen); err == nil {
		t.Error("the data listener takes connections after the exit")
	}
}

// backendBusy reports whether the metrics show a request under way.
func backendBusy(t *testing.T, g *gwtest.Gateway) bool {
	for _, m := range metrics(t, g)["gatehouse_backend_requests_total"].GetMetric() {
		if m.GetCounter().GetValue() > 200 {
			return true
		}
	}
	return false
}

// keepAsking sends requests on one connection until the gateway closes it, and
// returns the number of answers and whether the last one said Connection: close.
// A close that crosses a request is orderly, too: nothing of it was served, and
// a client sends it again (RFC 9112, 9.3.1). A torn answer is not.
func keepAsking(g *gwtest.Gateway) (answers int, announced bool, err error) {
	c, err := net.Dial("tcp", g.Listen)
	if err != nil {
		return 0, false, err
	}
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		if _, err := fmt.Fprintf(c, "GET /x HTTP/1.1\r\nHost: %s\r\n\r\n", g.Host("drain")); err != nil {
			return answers, false, nil
		}
		if _, err := r.Peek(1); err != nil {
			return answers, false, nil
		}
		last, err := readAnswer(r)
		if err != nil {
			return answers, false, err
		}
		if answers++; last {
			return answers, true, nil
		}
	}
}

// readAnswer reads one whole 200 and reports whether the connection ends by it.
func readAnswer(r *bufio.Reader) (last bool, err error) {
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		return false, fmt.Errorf("torn answer: %w", err)
	}
	_, err = io.Copy(io.Discard, res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return false, fmt.Errorf("torn body: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return false, fmt.Errorf("status %d", res.StatusCode)
	}
	return res.Close, nil
}
