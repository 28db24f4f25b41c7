package transform

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/offload"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/expr"
	"gatehouse/plugins/rest"
	"gatehouse/protocols/vtl"
)

// Values of Request.Passthrough. AWS: passthroughBehavior.
const (
	WhenNoMatch     = "WHEN_NO_MATCH" // also ""
	WhenNoTemplates = "WHEN_NO_TEMPLATES"
	Never           = "NEVER"
)

// Request is the request side of one integration, as it is stored.
type Request struct {
	Kind            Kind
	API             string // restApiId
	Method          string // towards the back end; "" or ANY: the client's
	Binary          *rest.MediaTypes
	ContentHandling string
	Passthrough     string
	Templates       map[string]string // by media type
	Parameters      map[string]string // by integration.request.{path|querystring|header}.NAME
	Workers         *offload.Pool     // for big bodies; nil: all is done on the loop
}

// RequestStep makes x.Out and the State's path, query and body.
type RequestStep struct {
	cfg       Request
	templates templates
	ops       []operation
	values    []*value // of ops
	reads     bool     // an operation reads the body by a path
	agent     []byte
}

var _ pipeline.Step = (*RequestStep)(nil)

// place is what an operation sets.
type place uint8

const (
	inHeader place = iota
	inQuery
	inPath
)

// operation sets one parameter of the back end's request.
type operation struct {
	place  place
	name   string
	bytes  []byte // name
	fate   fate   // of a header
	source value
}

func compileRequest(c Request) (plugins.Part, error) {
	s, err := NewRequest(c)
	if s == nil || err != nil {
		return plugins.Part{}, err
	}
	return plugins.Part{Step: s}, nil
}

// NewRequest compiles c; it returns nil where the request passes as it is.
func NewRequest(c Request) (*RequestStep, error) {
	if c.Method == "ANY" {
		c.Method = ""
	}
	s := &RequestStep{cfg: c, agent: []byte("AmazonAPIGateway_" + c.API)}
	var err error
	if c.Kind != HTTPProxy {
		if s.templates, err = newTemplates(c.Templates); err != nil {
			return nil, err
		}
	}
	if c.Kind != Mock {
		if err = s.compile(c.Parameters); err != nil {
			return nil, err
		}
	}
	if c.Kind == HTTPProxy && len(s.ops) == 0 && c.Binary.All() {
		return nil, nil
	}
	return s, nil
}

func (s *RequestStep) compile(m map[string]string) error {
	for key, right := range m {
		op, err := compileKey(key)
		if err == nil {
			op.source, err = compileValue(right, requestSide)
		}
		if err != nil {
			return fmt.Errorf("request parameter %q: %w", key, err)
		}
		s.ops = append(s.ops, op)
	}
	slices.SortFunc(s.ops, func(a, b operation) int { return strings.Compare(a.name, b.name) })
	for i := range s.ops {
		v := &s.ops[i].source
		s.values = append(s.values, v)
		s.reads = s.reads || v.body
	}
	return nil
}

func compileKey(key string) (op operation, err error) {
	rest, ok := strings.CutPrefix(key, "integration.request.")
	kind, name, _ := strings.Cut(rest, ".")
	if !ok || name == "" {
		return op, fmt.Errorf("is no place in a request")
	}
	op.name, op.bytes = name, []byte(name)
	switch kind {
	case "header":
		op.fate = requestFate(name)
	case "querystring":
		op.place = inQuery
	case "path":
		op.place = inPath
	default:
		return op, fmt.Errorf("is no place in a request")
	}
	return op, nil
}

// Handle implements pipeline.Step.
func (s *RequestStep) Handle(x *exchange.Exchange) pipeline.Verdict {
	st := rest.Of(x)
	mime := rest.MIME(x.Header("Content-Type"))
	conv := requestConversion(s.cfg.Binary.Has(mime), s.cfg.ContentHandling)
	if s.cfg.Kind == HTTPProxy && conv == decode {
		conv = asText // AWS: proxies have no content handling
	}
	template, ok := s.choose(mime)
	if !ok {
		return pipeline.Fail(x, rest.UnsupportedMedia)
	}
	if template != nil && conv.binary() {
		return pipeline.Fail(x, rest.Internal.Wrap(errBinaryTemplate))
	}
	if conv == asText && utf8.Valid(x.Req.Body) {
		conv = asIs // nothing to repair
	}
	if leavesLoop(s.cfg.Workers, x.Req.Body) && (template != nil && template.vtl != nil || s.reads || conv != asIs) {
		return s.away(x, st, conv, template)
	}
	st.VTL.Source = (*live)(x)
	r, err := s.work(x.Req.Body, conv, template, &st.VTL)
	return s.take(x, st, r, err)
}

// choose returns the template for a body of that type. nil: the body passes; not
// ok: it must not.
func (s *RequestStep) choose(mime []byte) (b *body, ok bool) {
	if b = s.templates.find(mime); b != nil {
		if b.empty {
			return nil, true
		}
		return b, true
	}
	switch {
	case s.cfg.Kind == HTTPProxy:
		return nil, true
	case s.cfg.Passthrough == Never, s.cfg.Passthrough == WhenNoTemplates && len(s.templates) > 0:
		return nil, false
	}
	return nil, true
}

// made is what work made of a request's body.
type made struct {
	body    []byte
	changed bool         // body is not the client's
	bufs    [2]*bufs.Buf // what holds it
	values  []found      // of the operations that read the body
}

// work does all that needs the body. It may run on a worker.
func (s *RequestStep) work(b []byte, conv conversion, t *body, c *vtl.Context) (made, error) {
	var read []*value
	if s.reads {
		read = s.values
	}
	return remake(b, conv, read, rest.BadJSON, t, c)
}

// remake converts a body, reads the values of read out of it and renders the
// template t, where there are any. A body that can't be read fails by unread.
func remake(b []byte, conv conversion, read []*value, unread *gwerr.Error, t *body, c *vtl.Context) (made, error) {
	var r made
	out, buf, err := conv.convert(b)
	if err != nil {
		return r, rest.Internal.Wrap(err)
	}
	r.body, r.bufs[0], r.changed = out, buf, buf != nil
	if len(read) > 0 {
		if r.values, err = bodyValues(read, out); err != nil {
			return r, unread.Wrap(err)
		}
	}
	if t == nil {
		return r, nil
	}
	r.changed = true
	if t.vtl == nil {
		r.body = t.static
		return r, nil
	}
	c.Body = out
	big := bufs.Get(1024)
	if big.B, err = t.render(big.B, c); err != nil {
		bufs.Put(big)
		return r, rest.Internal.Wrap(err)
	}
	r.body, r.bufs[1] = big.B, big
	return r, nil
}

// away has a worker do the work, on copies.
func (s *RequestStep) away(x *exchange.Exchange, st *rest.State, conv conversion, t *body) pipeline.Verdict {
	type result struct {
		made
		overrides vtl.Overrides
	}
	b := slices.Clone(x.Req.Body)
	c := vtl.Context{}
	if t != nil {
		c.Source = freeze(x)
	}
	return offload.Run(x, s.cfg.Workers, func(context.Context) (result, error) {
		r, err := s.work(b, conv, t, &c)
		return result{r, c.Overrides}, err
	}, func(x *exchange.Exchange, r result, err error) pipeline.Verdict {
		st := rest.Of(x)
		st.VTL.Overrides = r.overrides
		if err == nil && !r.changed {
			r.body = x.Req.Body
		}
		return s.take(x, st, r.made, err)
	})
}

// take fills the back end's request with what was made.
func (s *RequestStep) take(x *exchange.Exchange, st *rest.State, r made, err error) pipeline.Verdict {
	owned(x, r.bufs[0])
	owned(x, r.bufs[1])
	if err != nil {
		return pipeline.Fail(x, failure(err))
	}
	if r.changed {
		st.Body, st.HasBody = r.body, true
	}
	switch s.cfg.Kind {
	case Mock:
		return pipeline.Next
	case HTTP:
		s.defaults(x)
	}
	if err := s.apply(x, st, r.values); err != nil {
		return pipeline.Fail(x, err)
	}
	return pipeline.Next
}

var (
	acceptName      = []byte("Accept")
	agentName       = []byte("User-Agent")
	contentTypeName = []byte("Content-Type")
	jsonType        = []byte(rest.JSON)
)

// defaults adds the headers that every request of an HTTP integration has.
func (s *RequestStep) defaults(x *exchange.Exchange) {
	h := &x.Out.Headers
	h.Reset()
	h.Add(acceptName, jsonType)
	h.Add(agentName, s.agent)
	method := s.cfg.Method
	if method == "" {
		method = x.Req.Method
	}
	if method == "GET" || method == "HEAD" || method == "OPTIONS" {
		return
	}
	if t := x.Header("Content-Type"); len(t) > 0 {
		h.Add(contentTypeName, t)
	} else {
		h.Add(contentTypeName, jsonType)
	}
}

// apply sets the mapped parameters, and the overridden ones behind them.
func (s *RequestStep) apply(x *exchange.Exchange, st *rest.State, body []found) error {
	o := &st.VTL.Overrides
	for i := range s.ops {
		op := &s.ops[i]
		v, ok := op.source.eval(x)
		if op.source.body {
			v, ok = body[i], body[i] != nil
		}
		if !ok {
			continue
		}
		if err := op.set(x, st, o, v); err != nil {
			return err
		}
	}
	return override(x, st, o)
}

func (op *operation) set(x *exchange.Exchange, st *rest.State, o *vtl.Overrides, v []byte) error {
	switch op.place {
	case inHeader:
		return setHeader(x, op.bytes, op.fate, v)
	case inPath:
		st.Path = append(st.Path, exchange.Param{Name: op.name, Value: v})
	case inQuery:
		if overridden(o.RequestQuery, op.name) {
			return nil
		}
		if op.source.multi != "" {
			for key, value := range rest.Pairs(x.Req.Query) {
				if expr.FormEqual(key, op.source.multi) {
					addQuery(x, op.bytes, x.Keep(expr.AppendForm(x.Arena(), value)))
				}
			}
			return nil
		}
		addQuery(x, op.bytes, v)
	}
	return nil
}

func setHeader(x *exchange.Exchange, name []byte, f fate, v []byte) error {
	switch f {
	case refused:
		return rest.Configuration.Wrap(rest.Reason(string(name) + " header already present"))
	case passes:
		x.Out.Headers.Set(name, v)
	}
	return nil
}

// addQuery appends a pair to the mapped query.
func addQuery(x *exchange.Exchange, name, value []byte) {
	b := append(x.Arena(), x.Out.Query...)
	if len(b) > 0 {
		b = append(b, '&')
	}
	b = append(expr.AppendQueryEscaped(b, name), '=')
	x.Out.Query = x.Keep(expr.AppendQueryEscaped(b, value))
}

func overridden(list []vtl.Override, name string) bool {
	return slices.ContainsFunc(list, func(o vtl.Override) bool { return o.Name == name })
}

// override sets what templates have set.
func override(x *exchange.Exchange, st *rest.State, o *vtl.Overrides) error {
	if o.Empty() {
		return nil
	}
	for _, p := range o.RequestPath {
		st.Path = slices.DeleteFunc(st.Path, func(have exchange.Param) bool { return have.Name == p.Name })
		st.Path = append(st.Path, exchange.Param{Name: p.Name, Value: x.CopyString(strings.Join(p.Values, ","))})
	}
	for _, p := range o.RequestQuery {
		for _, v := range p.Values {
			addQuery(x, []byte(p.Name), []byte(v))
		}
	}
	for _, p := range o.RequestHeader {
		if !exchange.IsToken([]byte(p.Name)) {
			continue
		}
		f := requestFate(p.Name)
		if f == passes {
			x.Out.Headers.Delete(p.Name)
		}
		for _, v := range p.Values {
			if f == passes {
				x.Out.Headers.Add(x.CopyString(p.Name), x.CopyString(v))
			} else if err := setHeader(x, []byte(p.Name), f, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
