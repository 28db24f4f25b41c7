package transform

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gatehouse/core/exchange"
	"gatehouse/core/offload"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
	"gatehouse/protocols/vtl"
)

// Response is the response side of one integration, as it is stored.
type Response struct {
	Kind    Kind
	Binary  *rest.MediaTypes
	Answers []Answer // the integration responses; not used by proxies
	// Declared has the headers of each method response by its status code.
	Declared map[string][]string
	Stream   bool          // proxies: bytes pass untouched
	Workers  *offload.Pool // for big bodies; nil: all is done on the loop
}

// Answer is one integration response.
type Answer struct {
	Status          string // for the client
	Pattern         string // AWS: selectionPattern; "" is the default response
	ContentHandling string
	Templates       map[string]string // by media type
	Parameters      map[string]string // by method.response.header.NAME
}

func compileResponse(c Response) (plugins.Part, error) {
	if c.Kind == HTTPProxy {
		return plugins.Part{Step: &ProxyStep{c}}, nil
	}
	s, err := NewResponse(c)
	if err != nil {
		return plugins.Part{}, err
	}
	return plugins.Part{Step: s}, nil
}

// ResponseStep makes the client's response of the back end's answer.
type ResponseStep struct {
	cfg     Response
	answers []answer // by status
	choice  chooser
}

var _ pipeline.Step = (*ResponseStep)(nil)

// answer is one compiled integration response.
type answer struct {
	status    int
	declared  bool // there is a method response
	handling  string
	templates templates
	headers   []answerHeader
	values    []*value // of headers
	reads     bool     // a header reads the body
}

type answerHeader struct {
	name   []byte // as the client gets it
	source value
}

// NewResponse compiles c.
func NewResponse(c Response) (*ResponseStep, error) {
	s := &ResponseStep{cfg: c}
	for i := range c.Answers {
		a, err := newAnswer(&c.Answers[i], c.Declared)
		if err != nil {
			return nil, fmt.Errorf("integration response %s: %w", c.Answers[i].Status, err)
		}
		s.answers = append(s.answers, a)
	}
	var err error
	s.choice, err = newChooser(c.Kind, c.Answers)
	return s, err
}

func newAnswer(c *Answer, declared map[string][]string) (a answer, err error) {
	if a.status, err = strconv.Atoi(c.Status); err != nil || a.status < 100 || a.status > 599 {
		return a, fmt.Errorf("status code %q is none", c.Status)
	}
	var names []string
	names, a.declared = declared[c.Status]
	a.handling = c.ContentHandling
	if a.templates, err = newTemplates(c.Templates); err != nil {
		return a, err
	}
	for key, right := range c.Parameters {
		name, ok := strings.CutPrefix(key, "method.response.header.")
		if !ok {
			return a, fmt.Errorf("response parameter %q is no header", key)
		}
		if !slices.Contains(names, name) {
			continue // the method response does not have it
		}
		v, err := compileValue(right, answerSide)
		if err != nil {
			return a, fmt.Errorf("response parameter %q: %w", key, err)
		}
		if out, f := answerFate(name); f != dropped {
			a.headers = append(a.headers, answerHeader{[]byte(out), v})
		}
	}
	slices.SortFunc(a.headers, func(l, r answerHeader) int { return cmp.Compare(string(l.name), string(r.name)) })
	for i := range a.headers {
		v := &a.headers[i].source
		a.values = append(a.values, v)
		a.reads = a.reads || v.body
	}
	return a, nil
}

// Handle implements pipeline.Step.
func (s *ResponseStep) Handle(x *exchange.Exchange) pipeline.Verdict {
	st := rest.Of(x)
	i := s.choice.status(x.Integration.Status)
	if i < 0 {
		return pipeline.Fail(x, rest.Configuration.Wrap(rest.Reason(
			"No match for output mapping and no default output mapping configured. Endpoint Response Status Code: "+strconv.Itoa(x.Integration.Status))))
	}
	a := &s.answers[i]
	if !a.declared {
		return pipeline.Fail(x, rest.Configuration.Wrap(rest.Reason("No method response exists for method.")))
	}
	accept := rest.FirstAccept(x.Header("Accept"))
	conv := asText
	if len(x.Res.Body) > 0 {
		conv = responseConversion(s.cfg.Binary != nil, s.cfg.Binary.Has(rest.MIME(x.Res.Headers.Last("Content-Type"))), s.cfg.Binary.Has(accept), a.handling)
	}
	template := a.templates.forAnswer(accept)
	if template != nil && template.empty {
		template = nil
	}
	if template != nil && conv.binary() {
		return pipeline.Fail(x, rest.Internal.Wrap(errBinaryTemplate))
	}
	if conv == asText && utf8.Valid(x.Res.Body) {
		conv = asIs // nothing to repair
	}
	if leavesLoop(s.cfg.Workers, x.Res.Body) && (template != nil && template.vtl != nil || a.reads || conv != asIs) {
		return s.away(x, st, a, conv, template)
	}
	st.VTL.Source = (*live)(x)
	r, err := a.work(x.Res.Body, conv, template, &st.VTL)
	return s.take(x, st, a, r, err)
}

// work does all that needs the body. It may run on a worker.
func (a *answer) work(b []byte, conv conversion, t *body, c *vtl.Context) (made, error) {
	var read []*value
	if a.reads {
		read = a.values
	}
	return remake(b, conv, read, rest.Internal, t, c)
}

// away has a worker do the work, on copies.
func (s *ResponseStep) away(x *exchange.Exchange, st *rest.State, a *answer, conv conversion, t *body) pipeline.Verdict {
	type result struct {
		made
		overrides vtl.Overrides
	}
	b := slices.Clone(x.Res.Body)
	c := vtl.Context{Overrides: st.VTL.Overrides}
	if t != nil {
		c.Source = freeze(x)
	}
	return offload.Run(x, s.cfg.Workers, func(context.Context) (result, error) {
		r, err := a.work(b, conv, t, &c)
		return result{r, c.Overrides}, err
	}, func(x *exchange.Exchange, r result, err error) pipeline.Verdict {
		st := rest.Of(x)
		st.VTL.Overrides = r.overrides
		if err == nil && !r.changed {
			r.body = x.Res.Body
		}
		return s.take(x, st, a, r.made, err)
	})
}

// take makes the response.
func (s *ResponseStep) take(x *exchange.Exchange, st *rest.State, a *answer, r made, err error) pipeline.Verdict {
	owned(x, r.bufs[0])
	owned(x, r.bufs[1])
	if err != nil {
		return pipeline.Fail(x, failure(err))
	}
	var few [8]found
	values := few[:0]
	for i := range a.headers {
		v := &a.headers[i].source
		f, ok := v.eval(x)
		switch {
		case v.body:
			f = r.values[i]
		case !ok:
			f = nil
		case f == nil:
			f = found{}
		}
		values = append(values, f)
	}
	h := &x.Res.Headers
	h.Reset()
	for i, f := range values {
		if f != nil {
			h.Set(a.headers[i].name, f)
		}
	}
	x.Res.Status, x.Res.Body, x.Res.Length = a.status, r.body, -1
	s.override(x, &st.VTL.Overrides)
	if s.cfg.Kind == HTTP && !h.Has("X-Amzn-Trace-Id") {
		h.Add(traceName, x.Keep(st.AppendTrace(x.Arena(), x)))
	}
	return pipeline.Next
}

var traceName = []byte("X-Amzn-Trace-Id")

// override sets what templates have set.
func (s *ResponseStep) override(x *exchange.Exchange, o *vtl.Overrides) {
	if o.Status >= 100 && o.Status <= 599 {
		x.Res.Status = o.Status
	}
	for _, p := range o.ResponseHeader {
		name, f := answerFate(p.Name)
		if f == dropped || !exchange.IsToken([]byte(name)) {
			continue
		}
		x.Res.Headers.Delete(name)
		for _, v := range p.Values {
			x.Res.Headers.Add(x.CopyString(name), x.CopyString(v))
		}
	}
}
