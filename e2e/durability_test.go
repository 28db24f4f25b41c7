package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"gatehouse/internal/gwtest"
)

// TestKillInStorm kills the process while several workers create APIs. Each
// call that was answered with success must be there after the restart.
func TestKillInStorm(t *testing.T) {
	t.Parallel()
	g, b := gwtest.Start(t), gwtest.Backend(t)
	answered := map[string]bool{}
	for round := range 4 {
		for _, id := range storm(g, round, b.URL) {
			answered[id] = true
		}
		g.Launch()
		wantAll(t, g, answered)
	}
	if len(answered) < 20 {
		t.Errorf("only %d calls were answered in four rounds: no storm", len(answered))
	}
	t.Logf("%d answered calls outlived four kills", len(answered))
}

// storm has workers create APIs until some calls were answered, then kills the
// process under them. It returns the ids that were answered with success.
func storm(g *gwtest.Gateway, round int, target string) []string {
	var mu sync.Mutex
	var ids []string
	var workers sync.WaitGroup
	enough := make(chan struct{})
	admin := g.AdminURL()
	for w := range 6 {
		workers.Go(func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("s%dw%dn%d", round, w, n)
				if !create(admin, id, target) {
					return
				}
				mu.Lock()
				if ids = append(ids, id); len(ids) == 15+5*round {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(30 * time.Second):
	}
	g.Kill()
	workers.Wait()
	return ids
}

// create makes an API and reports whether the call was answered with success.
func create(admin, id, target string) bool {
	body := fmt.Sprintf(`{"name":"storm","protocolType":"HTTP","target":%q,"tags":{"_custom_id_":%q}}`, target, id)
	res, err := http.Post(admin+"/v2/apis", "application/json", strings.NewReader(body))
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusCreated
}

// wantAll wants every API in the management API, and served.
func wantAll(t *testing.T, g *gwtest.Gateway, ids map[string]bool) {
	t.Helper()
	for id := range ids {
		if status := g.Call("GET", "/v2/apis/"+id, nil, nil); status != 200 {
			t.Errorf("API %s was answered with success and is %d after a kill", id, status)
		}
		if a := g.Send(t, gwtest.Request{Host: g.Host(id), Target: "/x"}); a.Status != 200 {
			t.Errorf("API %s answers %d %s after a kill", id, a.Status, a.Body)
		}
	}
}

// natsServer runs a JetStream server in this process.
func natsServer(t *testing.T) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the NATS server is not ready within a minute")
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	return s.ClientURL()
}

// TestSharedStore runs two gateways on one NATS server: what one makes, changes
// or deletes, the other serves or no longer.
func TestSharedStore(t *testing.T) {
	t.Parallel()
	url, b := natsServer(t), gwtest.Backend(t)
	one, two := gwtest.Start(t, "--store", url), gwtest.Start(t, "--store", url)
	made(t, one, named("both"), map[string]object{"GET /a": {"integrationUri": b.URL + "/a"}}, object{"stageName": "$default", "autoDeploy": true})
	answers := func(g *gwtest.Gateway, target string, status int) {
		t.Helper()
		gwtest.Eventually(t, fmt.Sprintf("%s answers %d", target, status), func() bool {
			return g.Send(t, gwtest.Request{Host: g.Host("both"), Target: target}).Status == status
		})
	}
	answers(two, "/a", 200)
	route(t, two, "both", "GET /b", object{"integrationUri": b.URL + "/b"})
	answers(two, "/b", 200)
	answers(one, "/b", 200)
	two.Kill()
	two.Launch()
	answers(two, "/b", 200)
	mustCall(t, one, "DELETE", "/v2/apis/both", nil)
	answers(one, "/a", 404)
	answers(two, "/a", 404)
	if status := two.Call("GET", "/v2/apis/both", nil, nil); status != 404 {
		t.Errorf("a deleted API is %d on the other gateway, want 404", status)
	}
}
