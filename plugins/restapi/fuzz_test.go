package restapi_test

import (
	"bytes"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
	"gatehouse/plugins/restapi"
	"gatehouse/plugins/transform"
)

// silent is an exchange's loop and client; it counts answers.
type silent struct{ answers int }

func (*silent) Post(func())                                           {}
func (*silent) Now() int64                                            { return 0 }
func (*silent) Index() int                                            { return 0 }
func (s *silent) Respond(*exchange.Exchange)                          { s.answers++ }
func (s *silent) Begin(*exchange.Exchange, int64)                     { s.answers++ }
func (*silent) WriteBody(*exchange.Exchange, []byte) bool             { return true }
func (*silent) EndBody(*exchange.Exchange, error)                     {}
func (*silent) Leave(*exchange.Exchange) (exchange.BodyWriter, error) { return nil, nil }

// mirror answers with the request's own body and headers, as a back end might.
type mirror struct{}

func (mirror) Handle(x *exchange.Exchange) pipeline.Verdict {
	x.Integration.Status = 200
	body := x.Req.Body
	if s := rest.Of(x); s.HasBody {
		body = s.Body
	}
	x.Res.Body = body
	for _, f := range x.Req.Headers.All() {
		x.Res.Headers.Add(f.Name, f.Value)
	}
	return pipeline.Next
}

// FuzzServe sends any request through templates, mappings and gateway responses:
// each gets one answer, whose lines no value can break.
func FuzzServe(f *testing.F) {
	plugins.Register(plugins.Kind{Name: "mapping", New: func(any) (plugins.Part, error) { return plugins.Part{Step: mirror{}}, nil }})
	f.Add("POST", "/dev/a/b%20c", "q=1&q=%zz", "Content-Type", "application/json", []byte(`{"a":[1]}`))
	f.Add("GET", "//dev", ";;", "Authorization", "AWS4-HMAC-SHA256 Credential=x", []byte("\xff"))
	f.Add("OPTIONS", "/dev/%", "", "Connection", "x, Content-Type", []byte(nil))
	in := transform.Request{Kind: transform.HTTP, Binary: rest.NewMediaTypes([]string{"image/*"}), Templates: params{"application/json": `$input.json('$')$input.params('q')$input.params().header`},
		Parameters: params{"integration.request.path.p": "method.request.path.x", "integration.request.querystring.q": "method.request.multivaluequerystring.q", "integration.request.header.h": "method.request.body.a"}}
	out := transform.Response{Kind: transform.HTTP, Binary: in.Binary, Declared: answers("A", "B"), Answers: []transform.Answer{{Status: "200",
		Parameters: params{"method.response.header.A": "integration.response.header.Content-Type", "method.response.header.B": "integration.response.body.a"}}}}
	s, err := restapi.New(restapi.Config{Stages: []restapi.Stage{{Name: "dev", Main: restapi.Variant{
		Responses: []restapi.Response{{Type: "DEFAULT_4XX", Parameters: params{"gatewayresponse.header.X": "method.request.querystring.q"}, Templates: params{"application/json": "$context.error.messageString $method.request.path.x"}}},
		Methods: []restapi.Method{
			{Path: "/{x+}", Verb: "ANY", Settings: plugins.Settings{"transform.request": in, "mapping": nil, "transform.response": out}},
			{Path: "/", Verb: "ANY", Settings: plugins.Settings{"mapping": nil, "transform.response": transform.Response{Kind: transform.HTTPProxy}}},
		}}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, path, query, name, value string, body []byte) {
		if len(path) == 0 || path[0] != '/' || !exchange.IsToken([]byte(name)) || !exchange.CleanValue([]byte(value)) {
			return // the protocol refuses it
		}
		x, c := exchange.New(), &silent{}
		x.Loop, x.Conn = c, c
		x.Req.Method, x.Req.Path, x.Req.Query, x.Req.Body = method, []byte(path), []byte(query), body
		x.Req.Headers.Add([]byte(name), []byte(value))
		s.Serve(x, nil, x.Req.Path)
		if c.answers != 1 {
			t.Fatalf("%d answers", c.answers)
		}
		if x.Err != nil && x.Err.Cause != nil && bytes.Contains([]byte(x.Err.Cause.Error()), []byte("panic")) {
			t.Fatal(x.Err.Cause)
		}
		for _, h := range x.Res.Headers.All() {
			if !exchange.IsToken(h.Name) {
				t.Errorf("header name %q", h.Name)
			}
		}
	})
}
