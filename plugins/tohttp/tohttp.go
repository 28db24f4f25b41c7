// Package tohttp is the HTTP_PROXY integration: it sends the request of an
// exchange to a back end by HTTP/1.1 and gives back the answer.
//
// What is sent follows AWS's HTTP APIs: names of headers in lower case and
// lines of one name joined by ",", hop-by-hop headers removed both ways,
// X-Forwarded-* folded into Forwarded, "via: HTTP/1.1 AmazonAPIGateway".
//
// The path is the integration URI's, with {name} replaced by the route's path
// parameter. On a $default route, as quick create makes one, the request's path
// without stage and base path is put behind it: a target of http://host/base
// gets /base/orders/7 for /orders/7, and /base for /. AWS's documents do not
// say this; it is what makes the catch-all route of quick create useful. What a
// client puts there must stay there: dot segments that lead out of the
// integration's path get 400.
package tohttp

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/core/upstream"
	"gatehouse/plugins"
)

// Bounds of an integration's time-out (AWS: timeoutInMillis, HTTP APIs).
const (
	MinTimeout = 50 * time.Millisecond
	MaxTimeout = 30 * time.Second
)

// Errors of a Config besides those of its URI.
var (
	ErrTimeout = errors.New("the integration time-out is not within 50 ms and 30 s")
	ErrMethod  = errors.New("the integration method is not a token, or is CONNECT")
	ErrClient  = errors.New("no client is given")
)

// Config is one integration.
type Config struct {
	Client     *upstream.Client
	URI        string        // AWS: integrationUri, stage variables put in; {name} are path parameters
	Method     string        // AWS: integrationMethod; "" or ANY: the client's
	Timeout    time.Duration // to the answer's head; 50 ms to 30 s, default 30 s
	AppendPath bool          // put the request's path behind the URI's: for $default routes
	WholeBody  bool          // collect the answer's body, as a response mapping reads it
	Limit      int64         // bytes of an answer's body (AWS: 10 MiB); 0: no limit
}

func init() {
	plugins.Register(plugins.Kind{Name: "tohttp.prepare", New: plugins.Compiler(func(Prepare) (plugins.Part, error) {
		return plugins.Part{Step: Prepare{}}, nil
	})})
	plugins.Register(plugins.Kind{Name: "tohttp", New: plugins.Compiler(func(c Config) (plugins.Part, error) {
		s, err := New(c)
		if err != nil {
			return plugins.Part{}, err
		}
		return plugins.Part{Step: s}, nil
	})})
}

// Step sends the request. It is the Receiver of all its answers.
type Step struct {
	cfg    Config
	uri    uri
	target *upstream.Target // nil when the host is a parameter
	tail   string           // " HTTP/1.1" and the Host line, for a fixed target
}

var (
	_ pipeline.Step     = (*Step)(nil)
	_ upstream.Receiver = (*Step)(nil)
)

// New compiles cfg.
func New(cfg Config) (*Step, error) {
	if cfg.Timeout == 0 {
		cfg.Timeout = MaxTimeout
	}
	if cfg.Method == "ANY" {
		cfg.Method = ""
	}
	switch {
	case cfg.Client == nil:
		return nil, ErrClient
	case cfg.Timeout < MinTimeout || cfg.Timeout > MaxTimeout:
		return nil, ErrTimeout
	case cfg.Method != "" && !exchange.IsToken([]byte(cfg.Method)) || cfg.Method == "CONNECT":
		return nil, ErrMethod
	}
	u, err := parseURI(cfg.URI)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", cfg.URI, err)
	}
	s := &Step{cfg: cfg, uri: u}
	if u.authority.static() {
		spec, err := u.spec()
		if err != nil {
			return nil, err
		}
		s.target = cfg.Client.Target(spec)
		s.tail = " HTTP/1.1\r\nhost: " + strings.ToLower(u.authority.text()) + "\r\n"
	}
	return s, nil
}

// Handle implements pipeline.Step.
func (s *Step) Handle(x *exchange.Exchange) pipeline.Verdict {
	target, host, err := s.where(x)
	if err != nil {
		return pipeline.Fail(x, gwerr.BadRequest.Wrap(err))
	}
	method := s.cfg.Method
	if method == "" {
		method = x.Req.Method
	}
	head, err := s.build(x, method, host)
	if err != nil {
		return pipeline.Fail(x, gwerr.BadRequest.Wrap(err))
	}
	err = s.cfg.Client.Do(x, upstream.Request{
		Target: target, Method: method, Head: head, Body: x.Req.Body,
		Timeout: s.cfg.Timeout, Limit: s.cfg.Limit, Whole: s.cfg.WholeBody,
	}, s)
	if err != nil {
		x.Integration.Error = err.Error()
		return pipeline.Fail(x, wrap(err))
	}
	return pipeline.Suspend
}

// where returns the target, and its authority when that depends on x.
func (s *Step) where(x *exchange.Exchange) (*upstream.Target, []byte, error) {
	if s.target != nil {
		return s.target, nil, nil
	}
	authority := x.Keep(s.uri.authority.append(x.Arena(), x, appendEncoded))
	t, err := s.cfg.Client.Dynamic(x.Loop, s.uri.https, authority)
	return t, authority, err
}

// Answered implements upstream.Receiver.
func (s *Step) Answered(x *exchange.Exchange, err error) {
	if err != nil {
		pipeline.Resume(x, pipeline.Fail(x, wrap(err)))
		return
	}
	pipeline.Resume(x, pipeline.Next)
}

// wrap chooses what the client gets to see of a failure. AWS: HTTP APIs answer
// 503 for a back end that can't be reached or is too slow, else 500.
func wrap(err error) *gwerr.Error {
	switch upstream.KindOf(err) {
	case upstream.Timeout:
		return gwerr.IntegrationTimeout.Wrap(err)
	case upstream.Invalid, upstream.TooLarge:
		return gwerr.Internal.Wrap(err)
	}
	return gwerr.IntegrationFailure.Wrap(err)
}
