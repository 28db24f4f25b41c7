package httpapi

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/core/snapshot"
	"gatehouse/plugins"
	"gatehouse/plugins/accesslog"
	"gatehouse/plugins/cors"
)

// echo is an integration that answers with what it was given.
type echo struct{ body string }

func (e *echo) Handle(x *exchange.Exchange) pipeline.Verdict {
	x.Res.Status = 200
	x.Integration.Status = 200
	b := append(x.Arena(), e.body...)
	b = append(append(append(b, x.Target.Stage...), '|'), x.Target.Route...)
	b = append(append(b, '|'), x.Path...)
	for _, p := range x.Params {
		b = append(append(append(append(b, '|'), p.Name...), '='), p.Value...)
	}
	x.Res.Body = x.Keep(b)
	return pipeline.Reply
}

// The tests' integration takes the place of tohttp.
func init() {
	plugins.Register(plugins.Kind{Name: "tohttp", New: plugins.Compiler(func(s pipeline.Step) (plugins.Part, error) {
		return plugins.Part{Step: s}, nil
	})})
}

// client is a connection that keeps what it was answered.
type client struct{ answers int }

func (c *client) Respond(x *exchange.Exchange)                        { c.answers++; pipeline.Done(x) }
func (*client) Begin(*exchange.Exchange, int64)                       {}
func (*client) WriteBody(*exchange.Exchange, []byte) bool             { return true }
func (*client) EndBody(*exchange.Exchange, error)                     {}
func (*client) Leave(*exchange.Exchange) (exchange.BodyWriter, error) { return nil, nil }

type loop struct{}

func (loop) Post(func()) {}
func (loop) Now() int64  { return 0 }
func (loop) Index() int  { return 0 }

func request(method, path string, headers ...string) *exchange.Exchange {
	x := exchange.New()
	x.Loop, x.Conn = loop{}, &client{}
	x.SetID(1, 2)
	x.Req.Method = method
	x.Req.Path = []byte(path)
	for i := 0; i < len(headers); i += 2 {
		x.Req.Headers.Add([]byte(headers[i]), []byte(headers[i+1]))
	}
	return x
}

// serve serves x by s and tells the answer's status and body.
func serve(t *testing.T, s snapshot.Site, x *exchange.Exchange, stage string) (int, string) {
	t.Helper()
	var name []byte
	if stage != "" {
		name = []byte(stage)
	}
	s.Serve(x, name, x.Req.Path)
	if n := x.Conn.(*client).answers; n != 1 {
		t.Fatalf("%s %s has %d answers", x.Req.Method, x.Req.Path, n)
	}
	return x.Res.Status, string(x.Res.Body)
}

func routes(keys ...string) (all []Route) {
	for _, key := range keys {
		all = append(all, Route{Key: key, Settings: plugins.Settings{"tohttp": &echo{}}})
	}
	return all
}

func site(t *testing.T, c Config) *Site {
	t.Helper()
	c.Account, c.Region, c.API = "111122223333", "eu-west-1", "abc"
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const id = "BAAAAAAACAAAAAA="

const notFound = `{"message":"Not Found"}`

func TestStages(t *testing.T) {
	s := site(t, Config{Stages: []Stage{
		{Name: "$default", Routes: routes("GET /pets/dog", "GET /dog", "GET /")},
		{Name: "pets", Routes: routes("GET /dog", "GET /")},
	}})
	named := site(t, Config{Stages: []Stage{{Name: "dev", Routes: routes("$default")}}})
	for _, c := range []struct {
		name        string
		site        *Site
		stage, path string
		status      int
		body        string
	}{
		{"a named stage beats a route", s, "", "/pets/dog", 200, "pets|GET /dog|/dog"},
		{"a named stage alone is the root", s, "", "/pets", 200, "pets|GET /|/"},
		{"a named stage with a slash", s, "", "/pets/", 200, "pets|GET /|/"},
		{"else $default", s, "", "/dog", 200, "$default|GET /dog|/dog"},
		{"$default at the root", s, "", "/", 200, "$default|GET /|/"},
		{"stages are case-sensitive", s, "", "/Pets/dog", 404, notFound},
		{"an escaped stage name", s, "", "/%70ets/dog", 200, "pets|GET /dog|/dog"},
		{"the addressing names the stage", s, "pets", "/dog", 200, "pets|GET /dog|/dog"},
		{"the addressing names $default", s, "$default", "/pets/dog", 200, "$default|GET /pets/dog|/pets/dog"},
		{"the addressing escapes $default", s, "%24default", "/dog", 200, "$default|GET /dog|/dog"},
		{"the addressing names no stage", s, "nope", "/dog", 404, notFound},
		{"no $default", named, "", "/x", 404, notFound},
		{"no $default, named", named, "", "/dev/x", 200, "dev|$default|/x"},
		{"disabled endpoint", site(t, Config{Disabled: true, Stages: []Stage{{Name: "$default", Routes: routes("$default")}}}), "", "/", 404, notFound},
		{"no stages at all", site(t, Config{}), "", "/", 404, notFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			if status, body := serve(t, c.site, request("GET", c.path), c.stage); status != c.status || body != c.body {
				t.Errorf("GET %s = %d %q, want %d %q", c.path, status, body, c.status, c.body)
			}
		})
	}
}

func TestPaths(t *testing.T) {
	s := site(t, Config{Stages: []Stage{{Name: "$default", Routes: routes("GET /capture/{x}", "ANY /all/{proxy+}", "GET /capture/a/{y}", "$default")}}})
	for _, c := range []struct{ path, want string }{
		{"/capture/space%20value", "/capture/space value|x=space%20value"},
		{"/capture/hash%23value", "/capture/hash#value|x=hash%23value"},
		{"/capture/question%3Fvalue", "/capture/question|x=question"},
		{"/capture/literal%253Fvalue", "/capture/literal?value|x=literal%3Fvalue"},
		{"/capture/literal%2525value", "/capture/literal%value|x=literal%25value"},
		{"/capture/unicode-%CE%BB", "/capture/unicode-λ|x=unicode-%CE%BB"},
		{"/capture/plus+value", "/capture/plus+value|x=plus+value"},
		{"/capture/a%2Fb", "/capture/a/b|y=b"},
		{"/all/slash%2Fvalue", "/all/slash/value|proxy=slash/value"},
		{"/all/literal%252Fvalue", "/all/literal/value|proxy=literal/value"},
		{"/all/%0d%0aX:%00", "/all/\r\nX:\x00|proxy=%0D%0AX:%00"},
		{"/%61ll/x", "/all/x|proxy=x"},
		{"/a|b", "/a|b"},
		{"/%3Fx", "/"},
	} {
		status, body := serve(t, s, request("GET", c.path), "")
		if parts := strings.SplitN(body, "|", 3); status != 200 || parts[len(parts)-1] != c.want {
			t.Errorf("GET %s = %d %q, want %q", c.path, status, body, c.want)
		}
	}
	for _, path := range []string{"/capture/percent%25done", "/capture/%", "/capture/%4", "/capture/%zz", "", "x", "*"} {
		if status, body := serve(t, s, request("GET", path), ""); status != 400 || body != `{"message":"Bad Request"}` {
			t.Errorf("GET %s = %d %q, want 400", path, status, body)
		}
	}
}

func TestRoutesAndMethods(t *testing.T) {
	ladder := site(t, Config{Stages: []Stage{{Name: "$default", Routes: routes("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default")}}})
	plain := site(t, Config{Stages: []Stage{{Name: "$default", Routes: routes("GET /pets", "HEAD /head", "ANY /any")}}})
	fallback := site(t, Config{Stages: []Stage{{Name: "$default", Routes: routes("GET /pets", "$default")}}})
	for _, c := range []struct {
		name         string
		site         *Site
		method, path string
		route        string // "" is 404
	}{
		{"literal", ladder, "GET", "/pets/dog/1", "GET /pets/dog/1"},
		{"parameter", ladder, "GET", "/pets/dog/2", "GET /pets/dog/{id}"},
		{"greedy", ladder, "GET", "/pets/cat/1", "GET /pets/{proxy+}"},
		{"ANY greedy", ladder, "POST", "/test/5", "ANY /{proxy+}"},
		{"method takes part", ladder, "POST", "/pets/dog/1", "ANY /{proxy+}"},
		{"$default", fallback, "GET", "/nope", "$default"},
		{"$default is for known methods only", fallback, "TRACE", "/nope", ""},
		{"path with another method", plain, "POST", "/pets", ""},
		{"trailing slash counts", plain, "GET", "/pets/", ""},
		{"HEAD needs a route", plain, "HEAD", "/pets", ""},
		{"HEAD route", plain, "HEAD", "/head", "HEAD /head"},
		{"HEAD by ANY", plain, "HEAD", "/any", "ANY /any"},
		{"OPTIONS is a method", plain, "OPTIONS", "/any", "ANY /any"},
		{"TRACE finds nothing", ladder, "TRACE", "/x", ""},
		{"CONNECT finds nothing", ladder, "CONNECT", "/x", ""},
		{"ANY is no method of a request", ladder, "ANY", "/x", ""},
		{"methods are case-sensitive", ladder, "get", "/x", ""},
		{"a long method", ladder, "PROPPATCH", "/x", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, body := serve(t, c.site, request(c.method, c.path), "")
			if c.route == "" && (status != 404 || body != notFound) {
				t.Errorf("%s %s = %d %q, want 404", c.method, c.path, status, body)
			}
			if c.route != "" && !strings.HasPrefix(body, "$default|"+c.route+"|") {
				t.Errorf("%s %s = %d %q, want route %q", c.method, c.path, status, body, c.route)
			}
		})
	}
}

// TestErrorBodies holds the catalogue of 12.6 to the byte.
func TestErrorBodies(t *testing.T) {
	for _, c := range []struct {
		err  *gwerr.Error
		want string
	}{
		{gwerr.BadRequest, `400 {"message":"Bad Request"}`},
		{gwerr.Unauthorized, `401 {"message":"Unauthorized"}`},
		{gwerr.AccessDenied, `403 {"message":"Forbidden"}`},
		{gwerr.NotFound, `404 {"message":"Not Found"}`},
		{gwerr.TooLarge, `413 {"message":"Request Entity Too Large"}`},
		{gwerr.Throttled, `429 {"message":"Too Many Requests"}`},
		{gwerr.HeadersTooLarge, `431 {"message":"Request Header Fields Too Large"}`},
		{gwerr.Internal, `500 {"message":"Internal Server Error"}`},
		{gwerr.APIConfiguration, `500 {"message":"Internal Server Error"}`},
		{gwerr.IntegrationFailure, `503 {"message":"Service Unavailable"}`},
		{gwerr.IntegrationTimeout, `503 {"message":"Service Unavailable"}`},
		{gwerr.BadRequest.WithMessage("a \"quoted\" \\ \n text"), `400 {"message":"a \"quoted\" \\ \u000a text"}`},
	} {
		s := site(t, Config{Stages: []Stage{{Name: "$default", Routes: []Route{{Key: "$default", Settings: plugins.Settings{"httpapi.refuse": c.err.Wrap(os.ErrClosed)}}}}}})
		x := request("GET", "/")
		status, body := serve(t, s, x, "")
		if got := fmt.Sprintf("%d %s", status, body); got != c.want {
			t.Errorf("%s = %s, want %s", c.err.Type, got, c.want)
		}
		if got := headers(x); got != "Content-Type: application/json|Apigw-Requestid: "+id+"|" {
			t.Errorf("%s has headers %q", c.err.Type, got)
		}
	}
}

func headers(x *exchange.Exchange) string {
	var b strings.Builder
	for _, f := range x.Res.Headers.All() {
		fmt.Fprintf(&b, "%s: %s|", f.Name, f.Value)
	}
	return b.String()
}

func TestHeadLimit(t *testing.T) {
	stages := []Stage{{Name: "$default", Routes: routes("$default")}}
	for _, c := range []struct{ limit, head, want int }{
		{0, 10240, 200}, {0, 10241, 431}, {20, 20, 200}, {20, 21, 431},
	} {
		x := request("GET", "/")
		x.Req.HeadBytes = c.head
		if status, _ := serve(t, site(t, Config{Stages: stages, MaxHeadBytes: c.limit}), x, ""); status != c.want {
			t.Errorf("%d bytes, limit %d = %d, want %d", c.head, c.limit, status, c.want)
		}
	}
}

func TestRequestIDReplacesTheBackEnds(t *testing.T) {
	s := site(t, Config{Stages: []Stage{{Name: "$default", Routes: []Route{{Key: "$default", Settings: plugins.Settings{"tohttp": backend{}}}}}}})
	x := request("GET", "/")
	serve(t, s, x, "")
	if got := headers(x); got != "Access-Control-Allow-Origin: *|Apigw-Requestid: "+id+"|" {
		t.Errorf("headers = %q", got)
	}
}

// backend answers as a back end behind another gateway does.
type backend struct{}

func (backend) Handle(x *exchange.Exchange) pipeline.Verdict {
	x.Res.Headers.Add([]byte("Access-Control-Allow-Origin"), []byte("*"))
	x.Res.Headers.Add([]byte("apigw-requestid"), []byte("theirs"))
	x.Integration.Status = 200
	return pipeline.Reply
}

func TestCORS(t *testing.T) {
	policy := cors.New(cors.Config{AllowOrigins: []string{"https://a"}, AllowMethods: []string{"GET"}})
	s := site(t, Config{Stages: []Stage{{Name: "$default", CORS: policy, Routes: []Route{
		{Key: "GET /x", Settings: plugins.Settings{"tohttp": backend{}}},
		{Key: "OPTIONS /x", Settings: plugins.Settings{"tohttp": backend{}}},
	}}}})
	const allow, rid = "access-control-allow-origin: https://a|vary: origin|", "Apigw-Requestid: " + id + "|"
	for _, c := range []struct {
		name, method, path string
		preflight          bool
		status             int
		headers            string
	}{
		{"preflight without an OPTIONS route", "OPTIONS", "/nope", true, 204, allow + "access-control-allow-methods: GET|" + rid},
		{"preflight before an OPTIONS route", "OPTIONS", "/x", true, 204, allow + "access-control-allow-methods: GET|" + rid},
		{"OPTIONS that is no preflight", "OPTIONS", "/x", false, 0, "Apigw-Requestid: " + id + "|" + allow},
		{"actual request", "GET", "/x", false, 0, "Apigw-Requestid: " + id + "|" + allow},
		{"gateway error", "GET", "/nope", false, 404, "Content-Type: application/json|" + allow + rid},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := request(c.method, c.path, "Origin", "https://a")
			if c.preflight {
				x.Req.Headers.Add([]byte("Access-Control-Request-Method"), []byte("GET"))
			}
			if status, _ := serve(t, s, x, ""); status != c.status {
				t.Errorf("status = %d, want %d", status, c.status)
			}
			if got := headers(x); got != c.headers {
				t.Errorf("headers = %q, want %q", got, c.headers)
			}
		})
	}
}

func TestAccessLog(t *testing.T) {
	dir := t.TempDir()
	files := accesslog.Open(accesslog.Config{Dir: dir})
	to, err := files.Destination("arn:aws:logs:r:a:log-group:g")
	if err != nil {
		t.Fatal(err)
	}
	log, err := accesslog.New("$context.httpMethod $context.path $context.routeKey $context.status $context.error.responseType $context.requestId", to)
	if err != nil {
		t.Fatal(err)
	}
	policy := cors.New(cors.Config{})
	s := site(t, Config{Stages: []Stage{{Name: "dev", Log: log, CORS: policy, Routes: nil}, {Name: "other", Log: log, Routes: routes("GET /{x}")}}})
	for _, x := range []*exchange.Exchange{
		request("GET", "/other/a%20b"),
		request("GET", "/dev/nope"),
		request("OPTIONS", "/dev/x", "Origin", "o", "Access-Control-Request-Method", "GET"),
		request("GET", "/nostage/a"),
		request("GET", "/dev/%"),
	} {
		serve(t, s, x, "")
	}
	files.Close()
	got, err := os.ReadFile(filepath.Join(dir, "g.log"))
	want := "GET /other/a b GET /{x} 200 - " + id + "\nGET /dev/nope - 404 RESOURCE_NOT_FOUND " + id + "\nOPTIONS /dev/x - 204 - " + id + "\n"
	if err != nil || string(got) != want {
		t.Errorf("log = %q, %v, want %q", got, err, want)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		stages []Stage
		want   string
	}{
		{"bad key", []Stage{{Name: "s", Routes: routes("GET x")}}, `stage "s": route "GET x": `},
		{"route twice", []Stage{{Name: "s", Routes: routes("GET /x", "GET /x")}}, `stage "s": route "GET /x": `},
		{"stage twice", []Stage{{Name: "s"}, {Name: "s"}}, `stage "s" is there twice`},
		{"unknown plugin", []Stage{{Name: "s", Routes: []Route{{Key: "$default", Settings: plugins.Settings{"nope": 1}}}}}, `stage "s": route "$default": no plugin`},
	} {
		if _, err := New(Config{Stages: c.stages}); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: New = %v, want %s...", c.name, err, c.want)
		}
	}
}

func TestUnknown(t *testing.T) {
	u, err := NewUnknown("111122223333", "eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want, headers string }{
		{"/x", "404 " + notFound, "Content-Type: application/json|Apigw-Requestid: " + id + "|"},
		{"/_aws/execute-api/abc/dev/x", "404 " + notFound, "Content-Type: application/json|Apigw-Requestid: " + id + "|"},
		{"/restapis/abc/dev/_user_request_/x", `403 {"message":"Forbidden"}`, "Content-Type: application/json|x-amzn-ErrorType: ForbiddenException|x-amz-apigw-id: " + id + "|"},
	} {
		x := request("GET", c.path)
		status, body := serve(t, u, x, "")
		if got := fmt.Sprintf("%d %s", status, body); got != c.want || headers(x) != c.headers {
			t.Errorf("GET %s = %s %q, want %s %q", c.path, got, headers(x), c.want, c.headers)
		}
	}
}

// FuzzServe serves any path: each request gets one answer, and parameters are
// fit for a URI.
func FuzzServe(f *testing.F) {
	f.Add("GET", "/dev/%2525/x", "dev")
	f.Add("OPTIONS", "//%3f%00", "")
	s, err := New(Config{Stages: []Stage{{Name: "dev", Routes: routes("GET /{a}/{b+}", "$default")}, {Name: "$default", Routes: routes("ANY /{a}")}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, path, stage string) {
		x := request(method, path)
		status, _ := serve(t, s, x, stage)
		if status != 200 && status != 400 && status != 404 {
			t.Errorf("%s %q = %d", method, path, status)
		}
		for _, p := range x.Params {
			if strings.ContainsAny(string(p.Value), " ?#\r\n\x00") {
				t.Errorf("parameter %s of %q = %q", p.Name, path, p.Value)
			}
		}
	})
}
