package cors

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
)

func request(method string, headers ...string) *exchange.Exchange {
	x := exchange.New()
	x.Req.Method = method
	for i := 0; i < len(headers); i += 2 {
		x.Req.Headers.Add([]byte(headers[i]), []byte(headers[i+1]))
	}
	return x
}

func lines(x *exchange.Exchange) string {
	var b strings.Builder
	for _, f := range x.Res.Headers.All() {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
	}
	return b.String()
}

func seconds(n int) *int { return &n }

var specification = Config{AllowOrigins: []string{"https://*"}, AllowMethods: []string{"GET", "POST"}, AllowHeaders: []string{"x-t"}, MaxAge: seconds(600)}

func TestIsPreflight(t *testing.T) {
	p := New(specification)
	for _, c := range []struct {
		name string
		x    *exchange.Exchange
		want bool
	}{
		{"preflight", request("OPTIONS", "origin", "https://a", "access-control-request-method", "GET"), true},
		{"names in any case", request("OPTIONS", "ORIGIN", "https://a", "Access-Control-Request-Method", "GET"), true},
		{"origin not allowed", request("OPTIONS", "Origin", "x", "Access-Control-Request-Method", "GET"), true},
		{"other method", request("GET", "Origin", "https://a", "Access-Control-Request-Method", "GET"), false},
		{"no origin", request("OPTIONS", "Access-Control-Request-Method", "GET"), false},
		{"no requested method", request("OPTIONS", "Origin", "https://a"), false},
	} {
		if got := p.Preflight(c.x); got != c.want {
			t.Errorf("%s: Preflight = %v, want %v", c.name, got, c.want)
		}
	}
	if (*Policy)(nil).Preflight(request("OPTIONS", "Origin", "https://a", "Access-Control-Request-Method", "GET")) {
		t.Error("a preflight is answered without a configuration")
	}
}

func TestPreflightAnswers(t *testing.T) {
	full := Config{AllowOrigins: []string{"https://a.test", "https://b.test"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"},
		ExposeHeaders: []string{"x-e", "x-f"}, MaxAge: seconds(0), AllowCredentials: true}
	const fullTail = "vary: origin\naccess-control-allow-methods: *\naccess-control-allow-headers: *\naccess-control-max-age: 0\naccess-control-expose-headers: x-e,x-f\naccess-control-allow-credentials: true\n"
	for _, c := range []struct {
		name   string
		config Config
		origin string
		want   string
	}{
		{"the specification's example", specification, "https://a.test", "access-control-allow-origin: https://a.test\nvary: origin\n" +
			"access-control-allow-methods: GET,POST\naccess-control-allow-headers: x-t\naccess-control-max-age: 600\n"},
		{"another scheme", specification, "http://a.test", ""},
		{"a scheme alone", specification, "https://", ""},
		{"exact", full, "https://b.test", "access-control-allow-origin: https://b.test\n" + fullTail},
		{"exact, other case", full, "https://B.test", ""},
		{"exact, longer", full, "https://b.test.evil", ""},
		{"star", Config{AllowOrigins: []string{"*"}}, "null", "access-control-allow-origin: *\n"},
		{"star before exact", Config{AllowOrigins: []string{"https://a", "*"}}, "https://a", "access-control-allow-origin: *\n"},
		{"star with credentials", Config{AllowOrigins: []string{"*"}, AllowCredentials: true}, "https://a",
			"access-control-allow-origin: https://a\nvary: origin\naccess-control-allow-credentials: true\n"},
		{"http scheme", Config{AllowOrigins: []string{"http://*"}}, "http://x:8", "access-control-allow-origin: http://x:8\nvary: origin\n"},
		{"empty configuration", Config{}, "https://a", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := plugins.Build(nil, plugins.Settings{"cors.preflight": New(c.config)})
			if err != nil {
				t.Fatal(err)
			}
			x := request("OPTIONS", "Origin", c.origin, "Access-Control-Request-Method", "PUT")
			if v := p.Steps[0].Handle(x); v != pipeline.Reply {
				t.Errorf("Handle = %v, want Reply", v)
			}
			if x.Res.Status != 204 || len(x.Res.Body) != 0 {
				t.Errorf("answer = %d with %d bytes, want an empty 204", x.Res.Status, len(x.Res.Body))
			}
			if got := lines(x); got != c.want {
				t.Errorf("headers:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

func TestActualAnswers(t *testing.T) {
	config := Config{AllowOrigins: []string{"https://a"}, AllowMethods: []string{"GET"}, ExposeHeaders: []string{"x-e"}, AllowCredentials: true, MaxAge: seconds(1)}
	const own = "access-control-allow-origin: https://a\nvary: origin\naccess-control-expose-headers: x-e\naccess-control-allow-credentials: true\n"
	for _, c := range []struct {
		name    string
		config  Config
		origin  string
		backend []string
		want    string
	}{
		{"adds", config, "https://a", nil, own},
		{"replaces the back end's", config, "https://a", []string{"Access-Control-Allow-Origin", "*", "X-B", "1", "access-control-foo", "2"}, "X-B: 1\n" + own},
		{"strips when the origin is not allowed", config, "https://z", []string{"Access-Control-Allow-Origin", "*", "X-B", "1"}, "X-B: 1\n"},
		{"strips without an origin", config, "", []string{"Access-Control-Allow-Origin", "*", "X-B", "1"}, "X-B: 1\n"},
		{"vary once", config, "https://a", []string{"Vary", "Origin"}, "Vary: Origin\n" + strings.Replace(own, "vary: origin\n", "", 1)},
		{"vary on something else stays", config, "https://a", []string{"Vary", "Accept"}, "Vary: Accept\n" + own},
		{"star does not vary", Config{AllowOrigins: []string{"*"}}, "https://a", nil, "access-control-allow-origin: *\n"},
		{"prefix alone is no CORS header", config, "", []string{"Access-Control-", "x", "Access-Control", "y"}, "Access-Control-: x\nAccess-Control: y\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := request("GET")
			if c.origin != "" {
				x = request("GET", "Origin", c.origin)
			}
			for i := 0; i < len(c.backend); i += 2 {
				x.Res.Headers.Add([]byte(c.backend[i]), []byte(c.backend[i+1]))
			}
			New(c.config).Finish(x)
			if got := lines(x); got != c.want {
				t.Errorf("headers:\n%swant:\n%s", got, c.want)
			}
		})
	}
}
