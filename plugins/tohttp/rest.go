package tohttp

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/core/upstream"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
	"gatehouse/routing"
)

// Bounds of the time-out of an integration of a REST API.
const (
	MaxRESTTimeout = 29 * time.Second
	MaxStreamTime  = 15 * time.Minute // AWS: responseTransferMode STREAM
	maxStreamIdle  = 5 * time.Minute
)

// RESTConfig is one HTTP or HTTP_PROXY integration of a REST API.
type RESTConfig struct {
	Client  *upstream.Client
	API     string        // restApiId
	URI     string        // stage variables put in; {name} are path parameters of the mappings
	Method  string        // AWS: integrationHttpMethod; "" or ANY: the client's
	Timeout time.Duration // 50 ms to 29 s, default 29 s; to 15 min with Stream
	Longer  bool          // the profile: up to MaxStreamTime without Stream, too
	Proxy   bool          // HTTP_PROXY: headers and query of the client go along
	Stream  bool          // each piece of the answer goes on as it comes (AWS: STREAM)
	Whole   bool          // collect the answer: something reads it
	Limit   int64         // bytes of an answer's body (AWS: 10 MiB); 0: no limit

	SkipIssuer bool // who signed the back end's certificate does not count (AWS: insecureSkipVerification)
}

func init() {
	plugins.Register(plugins.Kind{Name: "tohttp.rest", New: plugins.Compiler(func(c RESTConfig) (plugins.Part, error) {
		s, err := NewREST(c)
		if err != nil {
			return plugins.Part{}, err
		}
		return plugins.Part{Step: s}, nil
	})})
}

// RESTStep sends the request of a REST API's method. Where Prepare of such an
// API (plugins/transform) has run, it sends x.Out, else the client's.
type RESTStep struct {
	cfg    RESTConfig
	uri    uri
	target *upstream.Target // nil when the host has parameters
	tail   string           // " HTTP/1.1" and the lines that are the same for all requests
	more   string           // the lines behind Host where the host has parameters
}

var (
	_ pipeline.Step     = (*RESTStep)(nil)
	_ upstream.Receiver = (*RESTStep)(nil)
)

// NewREST compiles cfg.
func NewREST(cfg RESTConfig) (*RESTStep, error) {
	most := MaxRESTTimeout
	if cfg.Stream || cfg.Longer {
		most = MaxStreamTime
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = MaxRESTTimeout
	}
	if cfg.Method == "ANY" {
		cfg.Method = ""
	}
	switch {
	case cfg.Client == nil:
		return nil, ErrClient
	case cfg.Timeout < MinTimeout || cfg.Timeout > most:
		return nil, fmt.Errorf("the integration time-out is not within 50 ms and %s", most)
	case cfg.Method != "" && !exchange.IsToken([]byte(cfg.Method)) || cfg.Method == "CONNECT":
		return nil, ErrMethod
	}
	u, err := parseURI(cfg.URI)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", cfg.URI, err)
	}
	s := &RESTStep{cfg: cfg, uri: u}
	s.more = "X-Amzn-Apigateway-Api-Id: " + cfg.API + "\r\nX-Amzn-Trace-Id: "
	if u.authority.static() {
		spec, err := u.spec()
		if err != nil {
			return nil, err
		}
		spec.SkipIssuer = cfg.SkipIssuer
		s.target = cfg.Client.Target(spec)
		s.tail = " HTTP/1.1\r\nHost: " + strings.ToLower(u.authority.text()) + "\r\n" + s.more
	}
	return s, nil
}

// Handle implements pipeline.Step.
func (s *RESTStep) Handle(x *exchange.Exchange) pipeline.Verdict {
	st := rest.Of(x)
	target, host, err := s.where(x, st)
	if err != nil {
		return pipeline.Fail(x, rest.Configuration.Wrap(rest.InvalidEndpoint))
	}
	if s.uri.path.climbsMapped(x, st.Path) {
		x.Integration.Error = errClimb.Error()
		return pipeline.Fail(x, gwerr.BadRequest.Wrap(errClimb))
	}
	method := s.cfg.Method
	if method == "" {
		method = x.Req.Method
	}
	body := x.Req.Body
	if st.HasBody {
		body = st.Body
	}
	head := s.build(x, st, method, host, len(body))
	if st.Log != nil {
		s.logRequest(x, st, head, body)
	}
	r := upstream.Request{Target: target, Method: method, Head: head, Body: body, Timeout: s.cfg.Timeout,
		Limit: s.cfg.Limit, Whole: s.cfg.Whole || st.Log != nil, Framing: true}
	if s.cfg.Stream {
		r.Stream, r.Idle, r.Total = true, maxStreamIdle, s.cfg.Timeout
	}
	if err = s.cfg.Client.Do(x, r, s); err != nil {
		x.Integration.Error = err.Error()
		return pipeline.Fail(x, wrapREST(err))
	}
	return pipeline.Suspend
}

// where returns the target, and its authority when that depends on x.
func (s *RESTStep) where(x *exchange.Exchange, st *rest.State) (*upstream.Target, []byte, error) {
	if s.target != nil {
		return s.target, nil, nil
	}
	authority := x.Keep(s.uri.authority.appendMapped(x.Arena(), st.Path, appendEncoded))
	t, err := s.cfg.Client.Dynamic(x.Loop, s.uri.https, authority)
	return t, authority, err
}

// build makes the request's head in x's own memory.
func (s *RESTStep) build(x *exchange.Exchange, st *rest.State, method string, host []byte, body int) []byte {
	b := append(x.Arena(), method...)
	b = append(b, ' ')
	b = s.appendTarget(b, x, st)
	switch mapped := x.Out.Headers.Get("Host"); {
	case mapped != nil:
		b = append(b, " HTTP/1.1\r\nHost: "...)
		b = append(exchange.AppendValue(b, mapped), "\r\n"...)
		b = append(b, s.more...)
	case host == nil:
		b = append(b, s.tail...)
	default:
		b = append(b, " HTTP/1.1\r\nHost: "...)
		b = append(appendLower(b, host), "\r\n"...)
		b = append(b, s.more...)
	}
	b = st.AppendTrace(b, x)
	b = append(b, "\r\n"...)
	if s.cfg.Proxy {
		b = s.appendClient(b, x)
	}
	for _, f := range x.Out.Headers.All() {
		if !exchange.EqualFold(f.Name, "Host") {
			b = appendLine(b, f.Name, f.Value)
		}
	}
	if body > 0 || method == "POST" || method == "PUT" || method == "PATCH" {
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, int64(body), 10)
		b = append(b, "\r\n"...)
	}
	return x.Keep(append(b, "\r\n"...))
}

// appendTarget appends the request target: the URI's path and query, the
// client's query of a proxy, and the mapped one.
func (s *RESTStep) appendTarget(b []byte, x *exchange.Exchange, st *rest.State) []byte {
	start := len(b)
	b = s.uri.path.appendMapped(b, st.Path, appendEncoded)
	if len(b) == start || b[start] != '/' {
		b = append(b, 0)
		copy(b[start+1:], b[start:])
		b[start] = '/'
	}
	sep := byte('?')
	if len(s.uri.query) > 0 {
		b = append(b, sep)
		b = s.uri.query.appendMapped(b, st.Path, appendQueryValue)
		sep = '&'
	}
	if s.cfg.Proxy && len(x.Req.Query) > 0 {
		b = rest.AppendQuery(append(b, sep), x.Req.Query)
		sep = '&'
	}
	if len(x.Out.Query) > 0 {
		b = appendQuery(append(b, sep), x.Out.Query)
	}
	return b
}

// climbsMapped reports whether a value that a mapping gave leads above its place
// in a path, in whatever way its dots and slashes are escaped: a back end may
// decode them.
func (t template) climbsMapped(x *exchange.Exchange, params []exchange.Param) bool {
	for i := range t {
		if t[i].name == "" {
			continue
		}
		for j := range params {
			if params[j].Name == t[i].name && climbsEscaped(x, params[j].Value) {
				return true
			}
		}
	}
	return false
}

func climbsEscaped(x *exchange.Exchange, value []byte) bool {
	if bytes.IndexByte(value, '%') < 0 {
		return climbs(value)
	}
	plain, err := routing.AppendUnescaped(x.Arena(), value)
	return err == nil && climbs(x.Keep(plain))
}

// appendMapped appends t with the values that mappings gave, each by put. AWS: a
// name without one stays as it is written.
func (t template) appendMapped(dst []byte, params []exchange.Param, put func(dst, value []byte) []byte) []byte {
next:
	for i := range t {
		if t[i].name == "" {
			dst = append(dst, t[i].text...)
			continue
		}
		for j := range params {
			if params[j].Name == t[i].name {
				dst = put(dst, params[j].Value)
				continue next
			}
		}
		dst = append(dst, "%7B"...)
		dst = append(dst, t[i].name...)
		dst = append(dst, "%7D"...)
	}
	return dst
}

// appendClient appends the client's headers, but for those that the gateway
// writes and those that a mapping replaces, and the forwarding headers.
func (s *RESTStep) appendClient(b []byte, x *exchange.Exchange) []byte {
	all := x.Req.Headers.All()
	chain := false
	for i := range all {
		switch restClassOf(all[i].Name) {
		case drop:
			continue
		case forwarding:
			chain = true
			continue
		}
		if x.Out.Headers.Len() > 0 && x.Out.Headers.Has(string(all[i].Name)) {
			continue
		}
		b = appendLine(b, all[i].Name, all[i].Value)
	}
	b = append(b, "X-Forwarded-For: "...)
	if chain {
		for i := range all {
			if restClassOf(all[i].Name) == forwarding && len(all[i].Value) > 0 {
				b = append(exchange.AppendValue(b, all[i].Value), ", "...)
			}
		}
	}
	b = x.Req.Remote.Addr().Unmap().AppendTo(b)
	if x.Req.Secure {
		b = append(b, "\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: "...)
	} else {
		b = append(b, "\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: "...)
	}
	return append(rest.AppendPort(b, x), "\r\n"...)
}

// restClassOf sorts a header that has entered a REST API (restapi removes those
// that do not): forwarding is X-Forwarded-For.
func restClassOf(name []byte) class {
	switch len(name) {
	case 3:
		return when(name, "Via", drop)
	case 4:
		return when(name, "Host", drop)
	case 15:
		return max(when(name, "X-Forwarded-For", forwarding), when(name, "X-Amzn-Trace-Id", drop))
	case 16:
		return max(when(name, "Content-Encoding", drop), when(name, "X-Forwarded-Port", drop))
	case 17:
		return when(name, "X-Forwarded-Proto", drop)
	case 24:
		return when(name, "X-Amzn-Apigateway-Api-Id", drop)
	}
	return pass
}

func appendLine(b, name, value []byte) []byte {
	b = append(b, name...)
	b = append(b, ": "...)
	b = exchange.AppendValue(b, value)
	return append(b, "\r\n"...)
}

// Answered implements upstream.Receiver.
func (s *RESTStep) Answered(x *exchange.Exchange, err error) {
	if err != nil {
		pipeline.Resume(x, pipeline.Fail(x, wrapREST(err)))
		return
	}
	if st := rest.Of(x); st.Log != nil {
		logAnswer(x, st)
	}
	pipeline.Resume(x, pipeline.Next)
}

// wrapREST chooses what the client of a REST API gets to see of a failure.
func wrapREST(err error) *gwerr.Error {
	var name x509.HostnameError
	switch upstream.KindOf(err) {
	case upstream.Timeout:
		return rest.Timeout.Wrap(err)
	case upstream.Invalid:
		return rest.BadAnswer.Wrap(err)
	case upstream.TooLarge:
		return rest.Configuration.Wrap(err)
	case upstream.Busy:
		return gwerr.Unavailable.Wrap(err)
	}
	if errors.As(err, &name) {
		return rest.Configuration.Wrap(err)
	}
	return rest.Network.Wrap(err)
}
