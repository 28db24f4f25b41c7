// Package httpapi is an HTTP API (protocolType HTTP) as the data plane sees it:
// it chooses stage and route of a request, answers preflights and what has no
// route, and words failures.
package httpapi

import (
	"fmt"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/core/snapshot"
	"gatehouse/plugins"
	"gatehouse/plugins/accesslog"
	"gatehouse/plugins/cors"
	"gatehouse/routing"
)

// Config is one API, as far as its requests need it.
type Config struct {
	Account string
	Region  string
	API     string // apiId

	// Disabled answers 404 to every request. AWS: disableExecuteApiEndpoint,
	// which acts on the default hostname and the path forms; a custom domain
	// gets a Site of its own without it.
	Disabled bool
	// MaxHeadBytes bounds request line and headers; 0: AWS's 10,240.
	MaxHeadBytes int

	Stages []Stage
}

// Stage is one stage with the routes of its deployment.
type Stage struct {
	Name      string // "$default" included
	Variables map[string]string
	CORS      *cors.Policy   // nil: none, the back ends' headers pass
	Log       *accesslog.Log // nil: none
	Routes    []Route
}

// Route is one route with what its plugins need. Its pipeline also gets what its
// stage has.
type Route struct {
	Key      string // route key, "$default" included
	Settings plugins.Settings
}

// maxHeadBytes is AWS's quota on request line and headers together.
const maxHeadBytes = 10240

// Site serves one API. Read only; shared by all loops.
type Site struct {
	stages    *routing.Stages[*stage]
	disabled  bool
	headBytes int

	// Without a stage, so without an access log.
	notFound   *pipeline.Pipeline
	badRequest *pipeline.Pipeline
	tooLarge   *pipeline.Pipeline
}

var _ snapshot.Site = (*Site)(nil)

// New builds the pipelines and route tables of c. The error wraps what routing or
// a plugin refused: the API can't be served then.
func New(c Config) (*Site, error) {
	s := &Site{disabled: c.Disabled, headBytes: maxHeadBytes}
	if c.MaxHeadBytes > 0 {
		s.headBytes = c.MaxHeadBytes
	}
	if err := s.refusals(c); err != nil {
		return nil, err
	}
	stages := make(map[string]*stage, len(c.Stages))
	for _, st := range c.Stages {
		compiled, err := newStage(c, st)
		if err != nil {
			return nil, fmt.Errorf("stage %q: %w", st.Name, err)
		}
		if stages[st.Name] != nil {
			return nil, fmt.Errorf("stage %q is there twice", st.Name)
		}
		stages[st.Name] = compiled
	}
	s.stages = routing.NewStages(stages)
	return s, nil
}

func (s *Site) refusals(c Config) (err error) {
	target := c.target()
	for _, r := range []struct {
		to     **pipeline.Pipeline
		answer *gwerr.Error
	}{
		{&s.notFound, gwerr.NotFound},
		{&s.badRequest, gwerr.BadRequest},
		{&s.tooLarge, gwerr.HeadersTooLarge},
	} {
		if *r.to, err = plugins.Build(target, answering(r.answer), always); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) target() *exchange.Target {
	return &exchange.Target{Account: c.Account, Region: c.Region, API: c.API, Errors: Errors}
}

// always is what each pipeline of an HTTP API has.
var always = plugins.Settings{"httpapi.requestid": Header}

func answering(e *gwerr.Error) plugins.Settings { return plugins.Settings{"httpapi.refuse": e} }

// Serve implements snapshot.Site. path is percent-encoded.
func (s *Site) Serve(x *exchange.Exchange, stage, path []byte) {
	if x.Req.HeadBytes > s.headBytes {
		s.tooLarge.Run(x)
		return
	}
	if s.disabled {
		s.notFound.Run(x)
		return
	}
	path, err := decode(x, path)
	if err != nil {
		s.badRequest.Run(x)
		return
	}
	st, rest, ok := s.choose(stage, path)
	x.Path = rest
	if !ok {
		s.notFound.Run(x)
		return
	}
	st.serve(x)
}

// choose finds the stage: the one that the addressing named, else one that the
// path begins with, else $default.
func (s *Site) choose(name, path []byte) (*stage, []byte, bool) {
	if name == nil {
		return s.stages.HTTP(path)
	}
	st, ok := s.stages.Get(name)
	return st, path, ok
}
