package restapi

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
	"gatehouse/routing"
)

// Tester runs one method that need not be deployed. AWS: TestInvokeMethod.
type Tester struct {
	pipeline *pipeline.Pipeline
	table    *routing.Table[struct{}]
	path     string // of the resource
}

// TestStage is the name of the stage that a test runs on.
const TestStage = "test-invoke-stage"

// NewTester compiles m as a stage would run it whose deployment and variables
// are v's. v.Methods do not count.
func NewTester(c Config, v Variant, m Method) (*Tester, error) {
	target, err := targetOf(&c, &Stage{Name: TestStage}, &v, false)
	if err != nil {
		return nil, err
	}
	t := &Tester{path: m.Path}
	if t.pipeline, err = plugins.Build(m.target(target), m.Settings, always); err != nil {
		return nil, err
	}
	table := routing.NewBuilder[struct{}](routing.REST)
	if err = table.Add("ANY "+m.Path, struct{}{}); err != nil {
		return nil, err
	}
	t.table = table.Build()
	return t, nil
}

// Invocation is the request of a test.
type Invocation struct {
	Verb    string
	Path    string // with a query; "": the resource's own
	Headers [][2]string
	Body    []byte
}

// Result is what the method answered.
type Result struct {
	Status  int
	Headers [][2]string // lines in order
	Body    []byte
	Log     string
	Latency time.Duration
}

// Loop is what a test needs of an event loop; *loop.Loop implements it.
type Loop interface {
	exchange.Loop
	Acquire() *exchange.Exchange
	Release(x *exchange.Exchange)
}

// Invoke runs the method on l and waits for its answer, or for ctx. Any
// goroutine that is not a loop's may call it.
func (t *Tester) Invoke(ctx context.Context, l Loop, in Invocation) (Result, error) {
	done := make(chan Result, 1)
	started := time.Now()
	l.Post(func() { t.run(l, in, done) })
	select {
	case r := <-done:
		r.Latency = time.Since(started)
		return r, nil
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
}

// run starts the request. Loop only.
func (t *Tester) run(l Loop, in Invocation, done chan<- Result) {
	x := l.Acquire()
	x.Conn = &tester{loop: l, done: done}
	x.Req.Method = in.Verb
	x.Req.Host = []byte("testPrefix.testDomainName")
	x.Req.Remote = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0)
	x.Req.Secure = true
	x.Req.Body = bytes.Clone(in.Body)
	for _, h := range in.Headers {
		x.Req.Headers.Add([]byte(h[0]), []byte(h[1]))
	}
	if in.Path == "" {
		in.Path = t.path
	}
	path, query, has := strings.Cut(in.Path, "?")
	x.Req.Target, x.Req.Path, x.Req.Query, x.Req.HasQuery = []byte(in.Path), []byte(path), []byte(query), has
	s := rest.Begin(x)
	s.Log = &rest.Log{}
	ingress(x, s)
	x.Path = x.Req.Path
	var params routing.Params
	if _, ok := t.table.Match([]byte(x.Req.Method), x.Path, &params); ok {
		for i := range params.Len() {
			at := params.At(i)
			x.Params = append(x.Params, exchange.Param{Name: at.Name, Value: at.Bytes})
		}
	}
	begin(x, s)
	t.pipeline.Run(x)
}

// begin writes the lines that tell the request.
func begin(x *exchange.Exchange, s *rest.State) {
	s.Log.Title(s.RequestID[:])
	s.Log.Line("Starting execution for request: %s", s.RequestID[:])
	s.Log.Line("HTTP Method: %s, Resource Path: %s", x.Req.Method, x.Req.Path)
	path := make(rest.Map, 0, len(x.Params))
	for _, p := range x.Params {
		path = append(path, [2]string{p.Name, string(p.Value)})
	}
	s.Log.Line("Method request path: %s", path)
	var query rest.Map
	for name, value := range rest.Pairs(x.Req.Query) {
		query = append(query, [2]string{unform(name), unform(value)})
	}
	s.Log.Line("Method request query string: %s", query)
	s.Log.Line("Method request headers: %s", rest.HeaderMap(&x.Req.Headers))
	s.Log.Line("Method request body before transformations: %s", x.Req.Body)
}

// tester is the client of a test.
type tester struct {
	loop Loop
	done chan<- Result
	body []byte
}

var _ exchange.Responder = (*tester)(nil)

// Respond implements exchange.Responder.
func (t *tester) Respond(x *exchange.Exchange) {
	t.body = append(t.body, x.Res.Body...)
	t.end(x)
}

// Begin implements exchange.Responder.
func (t *tester) Begin(*exchange.Exchange, int64) {}

// WriteBody implements exchange.Responder.
func (t *tester) WriteBody(_ *exchange.Exchange, p []byte) bool {
	t.body = append(t.body, p...)
	return true
}

// EndBody implements exchange.Responder.
func (t *tester) EndBody(x *exchange.Exchange, _ error) { t.end(x) }

var errNoClient = errors.New("a test has no connection")

// Leave implements exchange.Responder. A test is never slow.
func (t *tester) Leave(*exchange.Exchange) (exchange.BodyWriter, error) { return nil, errNoClient }

func (t *tester) end(x *exchange.Exchange) {
	r := Result{Status: x.Res.Status, Body: t.body}
	if r.Status == 0 {
		r.Status = 200
	}
	for _, f := range x.Res.Headers.All() {
		r.Headers = append(r.Headers, [2]string{string(f.Name), string(f.Value)})
	}
	log := rest.Of(x).Log
	finish(x, log, &r)
	r.Log = log.String()
	x.End = x.Loop.Now()
	pipeline.Done(x)
	t.loop.Release(x)
	t.done <- r
}

// finish writes the lines that tell the answer.
func finish(x *exchange.Exchange, log *rest.Log, r *Result) {
	if x.Err == nil {
		log.Line("Method response body after transformations: %s", r.Body)
		log.Line("Method response headers: %s", rest.HeaderMap(&x.Res.Headers))
		log.Line("Successfully completed execution")
	} else {
		log.Line("%s", explain(x, x.Err))
	}
	log.Line("Method completed with status: %d", r.Status)
}

// explain words a failure as the execution log does.
func explain(x *exchange.Exchange, e *gwerr.Error) string {
	var reason rest.Reason
	switch {
	case errors.As(e, &reason):
		return "Execution failed due to configuration error: " + string(reason)
	case e.Type == rest.Timeout.Type:
		return "Execution failed due to a timeout error"
	case e.Type == rest.BadBody.Type:
		return "Request body does not match model schema for content type " +
			string(rest.MIME(x.Header("Content-Type"))) + ": " + rest.Of(x).Validation
	case e.Status >= 500 && e.Cause != nil:
		return "Execution failed due to configuration error: " + e.Cause.Error()
	}
	return "Execution failed: " + e.Message
}
