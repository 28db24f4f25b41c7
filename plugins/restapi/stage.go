package restapi

import (
	"fmt"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
	"gatehouse/routing"
)

// stage is one compiled stage.
type stage struct {
	main    *variant
	canary  *variant // nil: none
	percent float64
}

// variant is one compiled deployment of a stage.
type variant struct {
	table     *routing.Table[*pipeline.Pipeline]
	noRoute   *pipeline.Pipeline // Missing Authentication Token
	signature *pipeline.Pipeline // the same for a request with an Authorization header
}

func newStage(c *Config, st *Stage) (*stage, error) {
	s := &stage{percent: st.Percent}
	var err error
	if s.main, err = newVariant(c, st, &st.Main, false); err != nil {
		return nil, err
	}
	if st.Canary != nil {
		if s.canary, err = newVariant(c, st, st.Canary, true); err != nil {
			return nil, fmt.Errorf("canary: %w", err)
		}
	}
	return s, nil
}

func newVariant(c *Config, st *Stage, v *Variant, canary bool) (*variant, error) {
	target, err := targetOf(c, st, v, canary)
	if err != nil {
		return nil, err
	}
	logs := plugins.Settings{}
	if st.Log != nil {
		logs["accesslog"] = st.Log
	}
	out := &variant{}
	if out.noRoute, err = plugins.Build(target, answering(rest.MissingToken), logs, always); err != nil {
		return nil, err
	}
	if out.signature, err = plugins.Build(target, plugins.Settings{"restapi.refuse": unsigned{}}, logs, always); err != nil {
		return nil, err
	}
	table := routing.NewBuilder[*pipeline.Pipeline](routing.REST)
	for i := range v.Methods {
		m := &v.Methods[i]
		key := m.Verb + " " + m.Path
		p, err := plugins.Build(m.target(target), m.Settings, logs, always)
		if err == nil {
			err = table.Add(key, p)
		}
		if err != nil {
			return nil, fmt.Errorf("method %q: %w", key, err)
		}
	}
	out.table = table.Build()
	return out, nil
}

func targetOf(c *Config, st *Stage, v *Variant, canary bool) (*exchange.Target, error) {
	errors, err := newResponses(v.Responses)
	if err != nil {
		return nil, err
	}
	t := &exchange.Target{Account: c.Account, Region: c.Region, API: c.API, Stage: st.Name,
		Variables: v.Variables, Deployment: v.Deployment, Errors: errors}
	switch {
	case canary:
		t.Canary = "true"
	case st.Canary != nil:
		t.Canary = "false"
	}
	return t, nil
}

// target returns what x.Target becomes for requests of m.
func (m *Method) target(of *exchange.Target) *exchange.Target {
	t := *of
	t.ResourceID, t.Resource = m.ResourceID, m.Path
	t.Route = m.Verb + " " + m.Path
	return &t
}

// variant draws. AWS: each request draws independently.
func (s *stage) variant(draw func(*exchange.Exchange) float64, x *exchange.Exchange) *variant {
	if s.canary != nil && draw(x)*100 < s.percent {
		return s.canary
	}
	return s.main
}

// serve finds the method of x.Path.
func (v *variant) serve(x *exchange.Exchange) {
	var buf [maxMethod]byte
	var params routing.Params
	if len(x.Req.Method) <= len(buf) && known(x.Req.Method) {
		if p, ok := v.table.Match(append(buf[:0], x.Req.Method...), x.Path, &params); ok {
			for i := range params.Len() {
				at := params.At(i)
				x.Params = append(x.Params, exchange.Param{Name: at.Name, Value: at.Bytes})
			}
			p.Run(x)
			return
		}
	}
	if len(x.Header("Authorization")) > 0 {
		v.signature.Run(x)
		return
	}
	v.noRoute.Run(x)
}

// maxMethod is the length of the longest method that AWS names.
const maxMethod = len("OPTIONS")

// known reports whether a resource can have the method: ANY serves these only.
func known(method string) bool {
	switch method {
	case "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS":
		return true
	}
	return false
}
