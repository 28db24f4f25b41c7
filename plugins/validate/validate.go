// Package validate refuses requests of REST APIs that lack a parameter or whose
// body does not fit its model.
//
// AWS: requestValidatorId, requestParameters and requestModels of a method.
package validate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gatehouse/core/exchange"
	"gatehouse/core/offload"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/expr"
	"gatehouse/plugins/rest"
)

// Config is what a method's validator checks.
type Config struct {
	// Parameters are the required ones: method.request.{header|path|querystring}.NAME.
	// nil: not checked.
	Parameters []string
	Models     map[string]*Model // by media type; nil: bodies are not checked
	Workers    *offload.Pool     // for big bodies; nil: all is done on the loop
}

func init() {
	plugins.Register(plugins.Kind{Name: "validate", New: plugins.Compiler(func(c Config) (plugins.Part, error) {
		s, err := New(c)
		if s == nil || err != nil {
			return plugins.Part{}, err
		}
		return plugins.Part{Step: s}, nil
	})})
}

// onLoop bounds what is validated on the loop, bytes of a body.
const onLoop = 64 << 10

// Step checks requests. Read only; shared by all loops.
type Step struct {
	params  []parameter
	models  []typed
	workers *offload.Pool
}

var _ pipeline.Step = (*Step)(nil)

type parameter struct {
	part, name string
}

type typed struct {
	mime  string
	model *Model
}

// New compiles c; nil when there is nothing to check.
func New(c Config) (*Step, error) {
	s := &Step{workers: c.Workers}
	keys := slices.Clone(c.Parameters)
	slices.Sort(keys) // AWS: the order of the answer is that of the keys
	for _, key := range keys {
		rest, ok := strings.CutPrefix(key, "method.request.")
		part, name, _ := strings.Cut(rest, ".")
		if !ok || name == "" || (part != "header" && part != "path" && part != "querystring") {
			return nil, fmt.Errorf("request parameter %q names nothing of a request", key)
		}
		s.params = append(s.params, parameter{part, name})
	}
	for mime, m := range c.Models {
		s.models = append(s.models, typed{strings.ReplaceAll(mime, "~1", "/"), m})
	}
	slices.SortFunc(s.models, func(a, b typed) int { return cmp.Compare(a.mime, b.mime) })
	if len(s.params) == 0 && len(s.models) == 0 {
		return nil, nil
	}
	return s, nil
}

// Handle implements pipeline.Step: parameters first, then the body.
func (s *Step) Handle(x *exchange.Exchange) pipeline.Verdict {
	var missing []string
	for i := range s.params {
		if !s.params[i].present(x) {
			missing = append(missing, s.params[i].name)
		}
	}
	if len(missing) > 0 {
		return pipeline.Fail(x, rest.BadParameters.WithMessage("Missing required request parameters: [%s]", strings.Join(missing, ", ")))
	}
	m := s.model(x)
	if m == nil {
		return pipeline.Next
	}
	if s.workers != nil && len(x.Req.Body) > onLoop {
		body := slices.Clone(x.Req.Body)
		return offload.Run(x, s.workers, func(context.Context) (string, error) { return m.Check(body), nil }, judge)
	}
	return judge(x, m.Check(x.Req.Body), nil)
}

// judge refuses x when faults is not empty.
func judge(x *exchange.Exchange, faults string, err error) pipeline.Verdict {
	switch {
	case err != nil:
		return pipeline.Fail(x, rest.Internal.Wrap(err))
	case faults == "":
		return pipeline.Next
	}
	if st := rest.Of(x); st != nil {
		st.Validation = faults
	}
	return pipeline.Fail(x, rest.BadBody)
}

// model returns the model for x's body, nil when it has none.
func (s *Step) model(x *exchange.Exchange) *Model {
	if len(s.models) == 0 {
		return nil
	}
	mime := rest.MIME(x.Header("Content-Type"))
	for i := range s.models {
		if exchange.EqualFold(mime, s.models[i].mime) {
			return s.models[i].model
		}
	}
	return nil
}

// present reports whether x has the parameter, and not blank. Case does not
// count in names of headers here.
func (p *parameter) present(x *exchange.Exchange) bool {
	switch p.part {
	case "header":
		return len(exchange.Trim(x.Req.Headers.Last(p.name))) > 0
	case "path":
		for i := range x.Params {
			if x.Params[i].Name == p.name {
				return len(x.Params[i].Value) > 0
			}
		}
		return false
	}
	for key, value := range rest.Pairs(x.Req.Query) {
		if expr.FormEqual(key, p.name) && !blank(value) {
			return true
		}
	}
	return false
}

// blank reports whether an encoded value has nothing but blanks.
func blank(v []byte) bool {
	return strings.TrimSpace(string(expr.AppendForm(nil, v))) == ""
}
