package restapi_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"gatehouse/plugins"
	"gatehouse/plugins/rest"
	"gatehouse/plugins/restapi"
	"gatehouse/plugins/transform"
)

var (
	logTime = regexp.MustCompile(`(?m)^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4} : `)
	logUUID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
	logRoot = regexp.MustCompile(`Root=1-[0-9a-f]{8}-[0-9a-f]{24}`)
)

func maskLog(log, backend string) string {
	log = logRoot.ReplaceAllString(logTime.ReplaceAllString(log, "T : "), "ROOT")
	return strings.ReplaceAll(logUUID.ReplaceAllString(log, "UUID"), backend, "http://backend")
}

func (g *gateway) invoke(m restapi.Method, in restapi.Invocation) restapi.Result {
	g.t.Helper()
	m.ResourceID, m.Verb = "r", "GET"
	tester, err := restapi.NewTester(restapi.Config{API: "abc123"}, restapi.Variant{}, m)
	if err != nil {
		g.t.Fatal(err)
	}
	l, err := g.loops.Any(context.Background())
	if err != nil {
		g.t.Fatal(err)
	}
	r, err := tester.Invoke(context.Background(), l, in)
	if err != nil {
		g.t.Fatal(err)
	}
	return r
}

func TestInvokeTellsTheSteps(t *testing.T) {
	g, b := start(t), newBackend(t)
	b.says("HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi")
	m := restapi.Method{Path: "/pets/{petId}", Settings: g.http(b.url+"/p", transform.Request{Method: "POST", Templates: params{"application/json": "<$input.body>"}},
		transform.Response{Answers: []transform.Answer{{Status: "200", Templates: params{"application/json": "[$input.body]"}}}})}
	r := g.invoke(m, restapi.Invocation{Verb: "GET", Path: "/pets/123?q=v", Headers: [][2]string{{"content-type", "application/json"}}, Body: []byte("{}")})
	const want = `Execution log for request UUID
T : Starting execution for request: UUID
T : HTTP Method: GET, Resource Path: /pets/123
T : Method request path: {petId=123}
T : Method request query string: {q=v}
T : Method request headers: {content-type=application/json}
T : Method request body before transformations: {}
T : Endpoint request URI: http://backend/p
T : Endpoint request headers: {X-Amzn-Apigateway-Api-Id=abc123, X-Amzn-Trace-Id=ROOT, Accept=application/json, User-Agent=AmazonAPIGateway_abc123, Content-Type=application/json, Content-Length=4}
T : Endpoint request body after transformations: <{}>
T : Sending request to http://backend/p
T : Received response. Status: 201, Integration latency: N ms
T : Endpoint response headers: {Content-Type=text/plain, Content-Length=2}
T : Endpoint response body before transformations: hi
T : Method response body after transformations: [hi]
T : Method response headers: {X-Amzn-Trace-Id=ROOT, Content-Type=application/json}
T : Successfully completed execution
T : Method completed with status: 200
`
	log := regexp.MustCompile(`latency: \d+ ms`).ReplaceAllString(maskLog(r.Log, b.url), "latency: N ms")
	if log != want {
		t.Errorf("log = %s\nwant %s", log, want)
	}
	if r.Status != 200 || string(r.Body) != "[hi]" || len(r.Headers) != 2 {
		t.Errorf("result = %+v", r)
	}
}

func TestInvokeMock(t *testing.T) {
	g := start(t)
	m := restapi.Method{Path: "/pets/{petId}", Settings: fixed("/", "GET", "$context.stage").Settings}
	r := g.invoke(m, restapi.Invocation{Verb: "GET"})
	const want = `Execution log for request UUID
T : Starting execution for request: UUID
T : HTTP Method: GET, Resource Path: /pets/{petId}
T : Method request path: {petId={petId}}
T : Method request query string: {}
T : Method request headers: {}
T : Method request body before transformations: 
T : Method response body after transformations: test-invoke-stage
T : Method response headers: {Content-Type=application/json}
T : Successfully completed execution
T : Method completed with status: 200
`
	if log := maskLog(r.Log, "\x00"); log != want || r.Status != 200 || string(r.Body) != "test-invoke-stage" {
		t.Errorf("%d %s %s\nwant %s", r.Status, r.Body, log, want)
	}
	r = g.invoke(m, restapi.Invocation{Verb: "GET", Path: "/elsewhere"})
	if log := maskLog(r.Log, "\x00"); !strings.Contains(log, "Resource Path: /elsewhere\nT : Method request path: {}\n") {
		t.Errorf("log = %s", log)
	}
}

func TestInvokeFailure(t *testing.T) {
	g := start(t)
	m := restapi.Method{Path: "/", Settings: plugins.Settings{"restapi.refuse": rest.Configuration.Wrap(rest.InvalidEndpoint)}}
	r := g.invoke(m, restapi.Invocation{Verb: "GET"})
	const want = "T : Execution failed due to configuration error: Invalid endpoint address\nT : Method completed with status: 500\n"
	if !strings.HasSuffix(maskLog(r.Log, "\x00"), want) || string(r.Body) != `{"message":"Internal server error"}` || r.Status != 500 {
		t.Errorf("%d %s %s", r.Status, r.Body, r.Log)
	}
	if len(r.Headers) != 2 || r.Headers[1] != [2]string{"x-amzn-ErrorType", "InternalServerErrorException"} {
		t.Errorf("headers = %v", r.Headers)
	}
}
