package restapi_test

import (
	"regexp"
	"strings"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
	"gatehouse/plugins/restapi"
	"gatehouse/plugins/transform"
)

const noRoute = `{"message":"Missing Authentication Token"}`

// TestResources holds the worked example of resource and method selection.
func TestResources(t *testing.T) {
	g := start(t)
	g.methods(fixed("/", "GET", "root"), fixed("/foo", "GET", "foo"), fixed("/foo/{id}", "ANY", "id=$input.params('id')"),
		fixed("/foo/bar", "POST", "bar"), fixed("/{proxy+}", "OPTIONS", "proxy=$input.params('proxy')"))
	for _, c := range []struct{ request, want string }{
		{"GET /dev/foo/bar", "id=bar"},
		{"POST /dev/foo/bar", "bar"},
		{"OPTIONS /dev/foo", "proxy=foo"},
		{"PUT /dev/foo", noRoute},
		{"OPTIONS /dev", noRoute},
		{"OPTIONS /dev/", noRoute},
		{"GET /dev/foo/", "foo"},
		{"GET /dev", "root"},
		{"GET /dev/", "root"},
		{"GET //dev/foo", "foo"},
		{"GET /dev//foo", "foo"},
		{"OPTIONS /dev/a//b/", "proxy=a//b"},
		{"GET /dev/foo/test%2Balias@x", "id=test%2Balias@x"},
		{"GET /dev/foo/x+y", "id=x+y"},
		{"HEAD /dev/nope", ""},
		{"TRACE /dev/foo/x", noRoute},
		{"GET /nope/foo", `{"message":"Forbidden"}`},
		{"GET /", `{"message":"Forbidden"}`},
		{"POST /dev/foo\nX-HTTP-Method-Override: GET", "foo"},
		{"GET /dev/foo\nX-HTTP-Method-Override: HEAD", "foo"},
		{"GET /dev/foo\nX-HTTP-Method-Override: a b", "foo"},
		{"GET /dev/foo\nX-HTTP-Method-Override: NOPE", noRoute},
		{"HEAD /dev/foo\nX-HTTP-Method-Override: GET", ""},
	} {
		if r := g.do(c.request); r.body != c.want {
			t.Errorf("%s = %d %q, want %q", c.request, r.status, r.body, c.want)
		}
	}
}

var (
	uuid     = regexp.MustCompile(`^x-amzn-RequestId: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	extended = regexp.MustCompile(`^x-amz-apigw-id: [A-Za-z0-9_-]{15}=$`)
)

// masked returns the header lines with ids replaced.
func masked(r response) string {
	lines := make([]string, len(r.headers))
	for i, h := range r.headers {
		lines[i] = extended.ReplaceAllString(uuid.ReplaceAllString(h, "RID"), "XID")
	}
	return strings.Join(lines, "|")
}

func TestUnknownRoutes(t *testing.T) {
	g := start(t)
	g.methods(fixed("/foo", "GET", "foo"))
	const tail = "RID|XID|"
	for _, c := range []struct {
		request, body, headers string
	}{
		{"GET /dev/x", noRoute, "Content-Type: application/json|x-amzn-ErrorType: MissingAuthenticationTokenException|" + tail + "Content-Length: 42|Connection: keep-alive"},
		{"GET /no/x", `{"message":"Forbidden"}`, "Content-Type: application/json|x-amzn-ErrorType: ForbiddenException|" + tail + "Content-Length: 23|Connection: keep-alive"},
		{"GET /dev/x\nAuthorization: Bearer abc", `{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='."}`,
			"Content-Type: application/json|x-amzn-ErrorType: IncompleteSignatureException|" + tail + "*"},
		{"GET /dev/x\nAuthorization: AWS4-HMAC-SHA256 Credential=a", `{"message":"Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=`,
			"Content-Type: application/json|x-amzn-ErrorType: IncompleteSignatureException|" + tail + "*"},
	} {
		r := g.do(c.request)
		if r.status != 403 || !strings.HasPrefix(r.body, c.body) {
			t.Errorf("%s = %d %s, want %s", c.request, r.status, r.body, c.body)
		}
		want, open := strings.CutSuffix(c.headers, "*")
		if got := masked(r); got != want && (!open || !strings.HasPrefix(got, want)) {
			t.Errorf("%s has headers %s, want %s", c.request, got, c.headers)
		}
	}
}

func TestMalformedTargets(t *testing.T) {
	g := start(t)
	g.methods(fixed("/{p+}", "GET", "ok"))
	for _, c := range []struct {
		target string
		status int
	}{
		{"/dev/a?x=%zz", 400}, {"/dev/a?x=%", 400}, {"/dev/a?x={", 400}, {"/dev/a?x=a|b", 400}, {"/dev/%4", 400},
		{"/dev/a?x=%7B%25", 200}, {"/dev/a?", 200}, {"/dev/a%2fb?;;&&", 200},
	} {
		r := g.do("GET " + c.target)
		if r.status != c.status || c.status == 400 && (r.body != "" || r.header("x-amzn-RequestId") != "") {
			t.Errorf("GET %s = %d %q %v, want %d", c.target, r.status, r.body, r.headers, c.status)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	g := start(t)
	g.methods(fixed("/", "GET", "$context.requestId"))
	const own = "0f0e0d0c-0b0a-0908-0706-050403020100"
	if r := g.do("GET /dev\nx-amzn-RequestId: " + own); r.body != own || r.header("x-amzn-RequestId") != own {
		t.Errorf("a client's UUID gives %q %v", r.body, r.headers)
	}
	if r := g.do("GET /dev\nx-amzn-RequestId: nope"); len(r.body) != 36 || r.header("x-amzn-RequestId") != r.body {
		t.Errorf("a client's own id gives %q %v", r.body, r.headers)
	}
}

func TestIngressHeaders(t *testing.T) {
	g := start(t)
	g.methods(fixed("/", "POST", "#foreach($h in $input.params().header.keySet())$h #end"))
	r := g.do("POST /dev\nConnection: x-gone, keep-alive\nX-Gone: 1\nContent-MD5: a\nMax-Forwards: 1\nServer: s\nTE: trailers\nTrailer: x\nUpgrade: h2c\nWWW-Authenticate: a\nProxy-Authenticate: b\nX-Stays: 1\n\nbody")
	if r.body != "Host X-Stays " {
		t.Errorf("headers that enter: %q", r.body)
	}
}

func TestDisabled(t *testing.T) {
	g := start(t)
	s, err := restapi.New(restapi.Config{Disabled: true, Stages: []restapi.Stage{{Name: "dev", Main: restapi.Variant{Methods: []restapi.Method{fixed("/", "GET", "x")}}}}})
	if err != nil {
		t.Fatal(err)
	}
	g.site.Store(s)
	if r := g.do("GET /dev"); r.status != 403 || r.body != `{"message":"Forbidden"}` {
		t.Errorf("GET = %d %s", r.status, r.body)
	}
}

// TestPing holds the paths that are reserved, also beside a stage of that name.
func TestPing(t *testing.T) {
	g := start(t)
	m := []restapi.Method{fixed("/", "GET", "root"), fixed("/ping", "GET", "own")}
	g.serve(restapi.Stage{Name: "dev", Main: restapi.Variant{Methods: m}}, restapi.Stage{Name: "ping", Main: restapi.Variant{Methods: m}})
	for _, c := range []struct {
		target string
		status int
		body   string
	}{
		{"/ping", 200, "healthy"}, {"/sping", 200, "healthy"}, {"/ping?a=1", 200, "healthy"}, {"/ping/", 200, "root"},
		{"/ping/ping", 200, "own"}, {"/dev/ping", 200, "own"}, {"/sping/", 403, `{"message":"Forbidden"}`}, {"/Ping", 403, `{"message":"Forbidden"}`},
	} {
		if r := g.do("GET " + c.target); r.status != c.status || r.body != c.body {
			t.Errorf("GET %s = %d %q, want %d %q", c.target, r.status, r.body, c.status, c.body)
		}
	}
}

func TestCanary(t *testing.T) {
	const text = "$context.isCanaryRequest $context.deploymentId $stageVariables.a $stageVariables.b"
	stage := func(percent float64) restapi.Stage {
		m := []restapi.Method{fixed("/", "GET", text)}
		return restapi.Stage{Name: "dev", Percent: percent,
			Main:   restapi.Variant{Deployment: "d1", Variables: map[string]string{"a": "1", "b": "2"}, Methods: m},
			Canary: &restapi.Variant{Deployment: "d2", Variables: map[string]string{"a": "1", "b": "3"}, Methods: m}}
	}
	g := start(t)
	const main, canary = "false d1 1 2", "true d2 1 3"
	for _, c := range []struct {
		percent, draw float64
		want          string
	}{
		{0, 0, main}, {100, 0.9999999, canary}, {30, 0.2999, canary}, {30, 0.3, main}, {0.5, 0.004, canary}, {0.5, 0.006, main},
	} {
		s, err := restapi.New(restapi.Config{Stages: []restapi.Stage{stage(c.percent)}, Draw: func(*exchange.Exchange) float64 { return c.draw }})
		if err != nil {
			t.Fatal(err)
		}
		g.site.Store(s)
		if r := g.do("GET /dev"); r.body != c.want {
			t.Errorf("%v %% with draw %v = %q, want %q", c.percent, c.draw, r.body, c.want)
		}
	}
	g.serve(stage(50))
	seen := map[string]int{}
	for range 200 {
		seen[g.do("GET /dev").body]++
	}
	if len(seen) != 2 || seen[main] < 50 || seen[canary] < 50 {
		t.Errorf("of 200 draws at 50 %%: %v", seen)
	}
	g.methods(fixed("/", "GET", "[$context.isCanaryRequest]"))
	if r := g.do("GET /dev"); r.body != "[]" {
		t.Errorf("isCanaryRequest without a canary = %s", r.body)
	}
}

// TestGatewayResponses holds which configuration counts, and what it makes.
func TestGatewayResponses(t *testing.T) {
	g := start(t)
	refuse := func(path string, e *gwerr.Error) restapi.Method {
		return restapi.Method{Path: path, Verb: "GET", Settings: plugins.Settings{"restapi.refuse": e}}
	}
	denied := &gwerr.Error{Type: "UNAUTHORIZED", Status: 401, Message: "Unauthorized"}
	serve := func(r ...restapi.Response) {
		g.serve(restapi.Stage{Name: "dev", Main: restapi.Variant{Deployment: "d", Variables: map[string]string{"v": "var"}, Responses: r,
			Methods: []restapi.Method{refuse("/401", denied), refuse("/500", gwerr.Internal), refuse("/502", rest.BadAnswer),
				refuse("/504", rest.Timeout), refuse("/net", rest.Network.Wrap(nil)), refuse("/acl", &gwerr.Error{Type: "ACCESS_DENIED", Status: 403, Message: "no"}),
				refuse("/auth", &gwerr.Error{Type: "AUTHORIZER_CONFIGURATION_ERROR", Status: 500})}}})
	}
	type H = map[string]string
	for _, c := range []struct {
		name    string
		with    []restapi.Response
		request string
		status  int
		body    string
		header  string // one line that must be there
	}{
		{"built-in 401", nil, "GET /dev/401", 401, `{"message":"Unauthorized"}`, "x-amzn-ErrorType: UnauthorizedException"},
		{"built-in 500 has a blank", nil, "GET /dev/500", 500, `{"message": "Internal server error"}`, "x-amzn-ErrorType: InternalServerErrorException"},
		{"built-in 504", nil, "GET /dev/504", 504, `{"message": "Endpoint request timed out"}`, "x-amzn-ErrorType: InternalServerErrorException"},
		{"built-in network", nil, "GET /dev/net", 504, `{"message": "Network error communicating with endpoint"}`, "Content-Type: application/json"},
		{"denied has an upper key", nil, "GET /dev/acl", 403, `{"Message":"no"}`, "x-amzn-ErrorType: AccessDeniedException"},
		{"null message", nil, "GET /dev/auth", 500, `{"message":null}`, "x-amzn-ErrorType: AuthorizerConfigurationException"},
		{"status only keeps the body", []restapi.Response{{Type: "UNAUTHORIZED", Status: "418"}}, "GET /dev/401", 418, `{"message":"Unauthorized"}`, "x-amzn-ErrorType: UnauthorizedException"},
		{"templates only keep the status", []restapi.Response{{Type: "UNAUTHORIZED", Templates: H{"application/json": `{"m":$context.error.messageString,"t":"$context.error.responseType"}`}}}, "GET /dev/401", 401, `{"m":"Unauthorized","t":"UNAUTHORIZED"}`, "Content-Type: application/json"},
		{"default of the family", []restapi.Response{{Type: "DEFAULT_4XX", Status: "418", Parameters: H{"gatewayresponse.header.X-A": "'a,b'"}}}, "GET /dev/401", 418, `{"message":"Unauthorized"}`, "X-A: a,b"},
		{"type beats default", []restapi.Response{{Type: "DEFAULT_4XX", Status: "418"}, {Type: "UNAUTHORIZED", Templates: H{"application/json": "own"}}}, "GET /dev/401", 401, "own", "Content-Type: application/json"},
		{"5XX default for 502", []restapi.Response{{Type: "DEFAULT_5XX", Templates: H{"application/json": "$context.error.message"}}}, "GET /dev/502", 502, "Internal server error", "Content-Type: application/json"},
		{"4XX default not for 5XX", []restapi.Response{{Type: "DEFAULT_4XX", Status: "418"}}, "GET /dev/500", 500, `{"message": "Internal server error"}`, "Content-Type: application/json"},
		{"no route", []restapi.Response{{Type: "MISSING_AUTHENTICATION_TOKEN", Status: "404", Templates: H{"application/json": `{"message":"no"}`}}}, "GET /dev/x", 404, `{"message":"no"}`, "x-amzn-ErrorType: MissingAuthenticationTokenException"},
		{"unknown stage is not changed", []restapi.Response{{Type: "DEFAULT_4XX", Status: "418"}}, "GET /nope", 403, `{"message":"Forbidden"}`, "Content-Type: application/json"},
		{"template by Accept", []restapi.Response{{Type: "UNAUTHORIZED", Templates: H{"application/json": "j", "text/html": "<p>"}}}, "GET /dev/401\nAccept: text/html;q=1, */*", 401, "<p>", "Content-Type: text/html"},
		{"JSON when nothing fits", []restapi.Response{{Type: "UNAUTHORIZED", Templates: H{"application/json": "j", "a/a": "<p>"}}}, "GET /dev/401\nAccept: text/css", 401, "j", "Content-Type: application/json"},
		{"the first when there is no JSON", []restapi.Response{{Type: "UNAUTHORIZED", Templates: H{"b/b": "b", "a/a": "a"}}}, "GET /dev/401", 401, "a", "Content-Type: a/a"},
		{"challenge is not renamed", []restapi.Response{{Type: "UNAUTHORIZED", Parameters: H{"gatewayresponse.header.WWW-Authenticate": `'Bearer realm="shop"'`}}}, "GET /dev/401", 401, `{"message":"Unauthorized"}`, `WWW-Authenticate: Bearer realm="shop"`},
		{"header of the request", []restapi.Response{{Type: "UNAUTHORIZED", Parameters: H{"gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.Origin"}}}, "GET /dev/401\nOrigin: https://a", 401, `{"message":"Unauthorized"}`, "Access-Control-Allow-Origin: https://a"},
		{"stage variable and query", []restapi.Response{{Type: "UNAUTHORIZED", Templates: H{"application/json": "$stageVariables.v ${stageVariables.v} $method.request.querystring.q [$context.nope] $nope $"}}}, "GET /dev/401?q=1&q=a%20b", 401, "var var a b [] $nope $", "Content-Type: application/json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			serve(c.with...)
			r := g.do(c.request)
			if r.status != c.status || r.body != c.body {
				t.Errorf("%s = %d %s, want %d %s", c.request, r.status, r.body, c.status, c.body)
			}
			if !strings.Contains("|"+masked(r)+"|", "|"+c.header+"|") {
				t.Errorf("%s has headers %s, want %s among them", c.request, masked(r), c.header)
			}
		})
	}
}

func TestContextValues(t *testing.T) {
	g := start(t)
	g.methods(fixed("/pets/{id}", "GET", "$context.stage $context.resourcePath $context.resourceId $context.path $context.httpMethod $context.protocol $context.apiId $context.accountId $context.domainPrefix $context.identity.sourceIp $context.deploymentId [$context.identity.user]"))
	const want = "dev /pets/{id} r1 /dev/pets/7 GET HTTP/1.1 abc123 000000000000 abc123 127.0.0.1 d1 []"
	if r := g.do("GET /dev/pets/7"); r.body != want {
		t.Errorf("context = %q, want %q", r.body, want)
	}
}

// TestMock holds the table of MOCK integrations.
func TestMock(t *testing.T) {
	g := start(t)
	two := []transform.Answer{{Status: "200", Templates: map[string]string{"application/json": "default"}},
		{Status: "404", Pattern: "404", Templates: map[string]string{"application/json": "gone"}}}
	const internal = `{"message": "Internal server error"}`
	for _, c := range []struct {
		name, template string
		answers        []transform.Answer
		status         int
		body           string
	}{
		{"plain", `{"statusCode": 200}`, two, 200, "default"},
		{"no quotes", `{statusCode: 200}`, two, 200, "default"},
		{"single quotes, commas", `{'statusCode': 404,, "x": [1,,{a:'b'}],}`, two, 404, "gone"},
		{"any integer", `{"statusCode": 12345}`, two, 200, "default"},
		{"quoted number", `{"statusCode": "200"}`, two, 500, internal},
		{"missing", `{}`, two, 500, internal},
		{"garbage", `statusCode`, two, 500, internal},
		{"rendered", `{"statusCode": $input.params('s')}`, two, 404, "gone"},
		{"no default", `{"statusCode": 200}`, two[1:], 500, internal},
		{"no body without a template", `{"statusCode": 200}`, []transform.Answer{{Status: "200"}}, 200, ""},
		{"no method response", `{"statusCode": 200}`, []transform.Answer{{Status: "202"}}, 500, internal},
		{"override in the request template", `#set($context.responseOverride.status = 404){"statusCode": 200}`, []transform.Answer{{Status: "200"}}, 404, ""},
		{"status 99 is ignored", `#set($context.responseOverride.status = 99){"statusCode": 200}`, two, 200, "default"},
		{"render failure", `#foreach($i in [1..2000])x#end{"statusCode": 200}`, two, 500, internal},
		{"own status is preferred", `{"statusCode": 404}`, []transform.Answer{{Status: "400", Pattern: "4.*"}, {Status: "404", Pattern: `4\d{2}`, Templates: map[string]string{"application/json": "own"}}}, 404, "own"},
		{"Java lookahead", `{"statusCode": 404}`, []transform.Answer{{Status: "404", Pattern: `(?!200)\d+`}, {Status: "200"}}, 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.methods(restapi.Method{Path: "/", Verb: "GET", Settings: mock(c.template, nil, c.answers...)})
			if r := g.do("GET /dev?s=404"); r.status != c.status || r.body != c.body || r.header("X-Amzn-Trace-Id") != "" {
				t.Errorf("%s = %d %q %v, want %d %q", c.template, r.status, r.body, r.headers, c.status, c.body)
			}
		})
	}
}

// TestCORS is what the console writes for OPTIONS.
func TestCORS(t *testing.T) {
	g := start(t)
	names := []string{"Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin"}
	g.methods(restapi.Method{Path: "/pets", Verb: "OPTIONS", Settings: mock(`{"statusCode": 200}`, names, transform.Answer{Status: "200",
		Templates: map[string]string{"application/json": ""},
		Parameters: map[string]string{
			"method.response.header.Access-Control-Allow-Headers": "'Content-Type,X-Amz-Date,Authorization'",
			"method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS'",
			"method.response.header.Access-Control-Allow-Origin":  "'*'",
			"method.response.header.Not-Declared":                 "'x'",
		}})})
	r := g.do("OPTIONS /dev/pets\nOrigin: https://a\nAccess-Control-Request-Method: GET")
	const want = "Access-Control-Allow-Headers: Content-Type,X-Amz-Date,Authorization|Access-Control-Allow-Methods: GET,OPTIONS|Access-Control-Allow-Origin: *|Content-Type: application/json|RID|XID|Content-Length: 0|Connection: keep-alive"
	if r.status != 200 || masked(r) != want || r.body != "" {
		t.Errorf("OPTIONS = %d %q %s, want %s", r.status, r.body, masked(r), want)
	}
}

// TestTooLarge holds what AWS answers in front of an API.
func TestTooLarge(t *testing.T) {
	g := start(t)
	g.methods(fixed("/", "POST", "x"))
	r := g.do("POST /dev\nTransfer-Encoding: chunked\n\nA00001\r\n" + strings.Repeat("x", 10<<20+1) + "\r\n0\r\n\r\n")
	if r.status != 413 || r.body != "HTTP content length exceeded 10485760 bytes." || len(r.body) != 44 || strings.Contains(masked(r), "x-am") || r.header("Content-Type") != "text; charset=utf-8" {
		t.Errorf("a byte over 10 MB = %d %q %v", r.status, r.body, r.headers)
	}
}
