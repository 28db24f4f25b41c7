package e2e

import (
	"testing"

	"gatehouse/internal/gwtest"
)

// TestTerraformREST applies the REST example, sees no change, alters it, sees no
// change, and destroys it.
func TestTerraformREST(t *testing.T) {
	t.Parallel()
	g, backend := gwtest.Start(t), gwtest.Backend(t)
	p := terraform(t, "terraform-rest", g, backend.URL)
	// The plans read all that there is: what follows them need not read it again.
	p.env = append(p.env, "TF_CLI_ARGS_apply=-refresh=false", "TF_CLI_ARGS_destroy=-refresh=false")
	p.apply()
	p.wantNoChange()
	id := p.output("api")
	wantShop(t, g, id, `{"says": "hello from dev of Bern"}`, 422, "Bern")
	p.env = append(p.env, "TF_VAR_greeting=good day")
	p.alter(`town = "Bern"`, `town = "Rome"`)
	p.alter(`status_code         = "422"`, `status_code         = "400"`)
	p.alter(`timeout_milliseconds    = 5000`, `timeout_milliseconds    = 6000`)
	p.alter(`binary_media_types = ["image/png"]`, `binary_media_types = ["image/gif", "a/b"]`)
	p.alter(`"method.request.header.x-shop" = false`, `"method.request.header.x-shop" = true`)
	p.alter(`throttling_burst_limit = 200`, `throttling_burst_limit = 300`)
	p.alter(`limit  = 1000`, `limit  = 2000`)
	p.alter(`description = "Our first"`, `description = "Our best"`)
	p.alter(`required   = ["item"]`, `required   = ["item", "shop"]`)
	p.apply()
	p.wantNoChange()
	wantShop(t, g, id, `{"says": "good day from dev of Rome"}`, 400, "")
	wantRESTDestroyed(t, p, g)
}

// wantShop wants the example's answers; town is what the back end gets of an
// order without a shop, "" when that is refused.
func wantShop(t *testing.T, g *gwtest.Gateway, id, greeting string, invalid int, town string) {
	t.Helper()
	if a := g.Send(t, gwtest.Request{Host: g.Host(id), Target: "/dev/hello"}); a.Status != 200 || a.Body != greeting {
		t.Errorf("GET /dev/hello = %d %s, want %s", a.Status, a.Body, greeting)
	}
	pre := g.Send(t, gwtest.Request{Method: "OPTIONS", Host: g.Host(id), Target: "/dev/hello", Headers: map[string]string{"Origin": "https://a.example"}})
	wantHeaders(t, pre, 200, map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET,OPTIONS"})
	order := gwtest.Request{Method: "POST", Host: g.Host(id), Target: "/dev/orders", Headers: map[string]string{"Content-Type": "application/json"}, Body: `{}`}
	wantHeaders(t, g.Send(t, order), invalid, map[string]string{"X-Why": "body"})
	order.Body = `{"item": "tea"}`
	a := g.Send(t, order)
	if town == "" {
		wantHeaders(t, a, invalid, map[string]string{"X-Why": "body"})
		return
	}
	if seen := a.Seen(t); seen.Target != "/base/orders" || seen.Headers.Get("X-Town") != town || seen.Body != order.Body {
		t.Errorf("the back end saw %+v, want the order and x-town %s", seen, town)
	}
}

func wantRESTDestroyed(t *testing.T, p plan, g *gwtest.Gateway) {
	t.Helper()
	p.run("destroy", "-no-color", "-auto-approve")
	for _, path := range []string{"/restapis", "/apikeys", "/usageplans"} {
		var list struct{ Item []any }
		if status := g.Call("GET", path, nil, &list); status != 200 || len(list.Item) != 0 {
			t.Errorf("after destroy: GET %s = %d, %d items; want none", path, status, len(list.Item))
		}
	}
}
