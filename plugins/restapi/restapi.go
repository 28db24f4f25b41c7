// Package restapi is a REST API as the data plane sees it: it draws the canary,
// chooses stage, resource and method of a request, answers what has none, words
// failures by the API's gateway responses, and runs test invocations.
package restapi

import (
	"fmt"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/core/snapshot"
	"gatehouse/plugins"
	"gatehouse/plugins/accesslog"
	"gatehouse/plugins/rest"
	"gatehouse/routing"
)

// Config is one API, as far as its requests need it.
type Config struct {
	Account string
	Region  string
	API     string // restApiId

	// Disabled answers 403 to every request. AWS: disableExecuteApiEndpoint,
	// which acts on the default hostname and the path forms; a custom domain
	// gets a Site of its own without it.
	Disabled bool
	Stages   []Stage

	// Draw returns a number from 0 to below 1, for the choice between a stage
	// and its canary. nil: random numbers of the exchange's loop.
	Draw func(x *exchange.Exchange) float64
}

// Stage is one stage: a deployment, and perhaps a canary beside it.
type Stage struct {
	Name    string
	Log     *accesslog.Log // nil: none
	Main    Variant
	Canary  *Variant // nil: none
	Percent float64  // of the requests go to the canary, 0 to 100; both ends exact
}

// Variant is a deployment with the stage variables that it runs with.
type Variant struct {
	Deployment string            // deploymentId
	Variables  map[string]string // a canary's overrides laid over the stage's
	Responses  []Response        // the customised gateway responses
	Methods    []Method
}

// Method is one method of a resource with what its plugins need.
type Method struct {
	ResourceID string
	Path       string // of the resource: "/pets/{id}"
	Verb       string // ANY included
	Settings   plugins.Settings
}

// Site serves one API. Read only; shared by all loops.
type Site struct {
	stages    *routing.Stages[*stage]
	disabled  bool
	draw      func(x *exchange.Exchange) float64
	forbidden *pipeline.Pipeline // without a stage, so without an access log
	malformed *pipeline.Pipeline
	healthy   *pipeline.Pipeline
}

var (
	_ snapshot.Site    = (*Site)(nil)
	_ snapshot.Refuser = (*Site)(nil)
)

// New builds the pipelines and tables of c. The error wraps what routing or a
// plugin refused: the API can't be served then.
func New(c Config) (*Site, error) {
	s := &Site{disabled: c.Disabled, draw: c.Draw}
	if s.draw == nil {
		s.draw = random
	}
	plain, err := newResponses(nil)
	if err != nil {
		return nil, err
	}
	target := &exchange.Target{Account: c.Account, Region: c.Region, API: c.API, Errors: plain}
	if s.forbidden, err = plugins.Build(target, answering(rest.Forbidden), always); err != nil {
		return nil, err
	}
	if s.malformed, err = plugins.Build(target, answering(rest.Malformed)); err != nil {
		return nil, err
	}
	if s.healthy, err = plugins.Build(target, plugins.Settings{"restapi.refuse": ping{}}); err != nil {
		return nil, err
	}
	stages := make(map[string]*stage, len(c.Stages))
	for i := range c.Stages {
		st := &c.Stages[i]
		if stages[st.Name] != nil {
			return nil, fmt.Errorf("stage %q is there twice", st.Name)
		}
		if stages[st.Name], err = newStage(&c, st); err != nil {
			return nil, fmt.Errorf("stage %q: %w", st.Name, err)
		}
	}
	s.stages = routing.NewStages(stages)
	return s, nil
}

// always is what each pipeline of a REST API has.
var always = plugins.Settings{"restapi.headers": Headers{}}

func answering(e *gwerr.Error) plugins.Settings { return plugins.Settings{"restapi.refuse": e} }

// random draws with the loop's random numbers.
func random(x *exchange.Exchange) float64 { return float64(rest.Random(x)>>11) / (1 << 53) }

// Serve implements snapshot.Site. path is percent-encoded.
func (s *Site) Serve(x *exchange.Exchange, name, path []byte) {
	state := rest.Begin(x)
	ingress(x, state)
	x.Path = path
	if name == nil && isPing(x.Req.Path) {
		s.healthy.Run(x)
		return
	}
	if !rest.WellFormed(path, x.Req.Query) {
		s.malformed.Run(x)
		return
	}
	st, rest, ok := s.choose(name, path)
	if !ok || s.disabled {
		s.forbidden.Run(x)
		return
	}
	x.Path = rest
	st.variant(s.draw, x).serve(x)
}

var (
	tooLargeType = []byte("text; charset=utf-8")
	tooLargeText = []byte("HTTP content length exceeded 10485760 bytes.")
)

// Refuse implements snapshot.Refuser. AWS refuses a body that is too large in
// front of the API: in words of its own, without ids.
func (s *Site) Refuse(x *exchange.Exchange, err *gwerr.Error) bool {
	if err.Type != gwerr.TooLarge.Type {
		return false
	}
	x.Res.Status, x.Res.Body = err.Status, tooLargeText
	x.Res.Headers.Add(contentTypeName, tooLargeType)
	return true
}

// choose finds the stage: the one that the addressing named, else the one that
// the path begins with.
func (s *Site) choose(name, path []byte) (*stage, []byte, bool) {
	if name == nil {
		return s.stages.REST(path)
	}
	st, ok := s.stages.Get(name)
	return st, path, ok
}
