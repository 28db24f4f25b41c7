package httpapi

import (
	"errors"
	"fmt"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/cors"
	"gatehouse/plugins/expr"
	"gatehouse/routing"
)

// stage is one compiled stage.
type stage struct {
	table     *routing.Table[*pipeline.Pipeline]
	cors      *cors.Policy       // nil: none
	preflight *pipeline.Pipeline // nil without cors
	noRoute   *pipeline.Pipeline
}

func newStage(c Config, s Stage) (*stage, error) {
	st := &stage{cors: s.CORS}
	target := c.target()
	target.Stage, target.Variables = s.Name, s.Variables
	logs, answers := stageSettings(s)
	var err error
	if st.noRoute, err = plugins.Build(target, answering(gwerr.NotFound), logs, answers, always); err != nil {
		return nil, err
	}
	if s.CORS != nil {
		if st.preflight, err = plugins.Build(target, plugins.Settings{"cors.preflight": s.CORS}, logs, always); err != nil {
			return nil, err
		}
	}
	table := routing.NewBuilder[*pipeline.Pipeline](routing.HTTP)
	for _, r := range s.Routes {
		own := *target
		own.Route = r.Key
		p, err := plugins.Build(&own, r.Settings, logs, answers, always)
		if err == nil {
			err = table.Add(r.Key, p)
		}
		if err != nil {
			return nil, fmt.Errorf("route %q: %w", r.Key, err)
		}
	}
	st.table = table.Build()
	return st, nil
}

// stageSettings returns what the stage adds to all its pipelines, and what it
// adds to those that answer actual requests.
func stageSettings(s Stage) (logs, answers plugins.Settings) {
	logs, answers = plugins.Settings{}, plugins.Settings{}
	if s.Log != nil {
		logs["accesslog"] = s.Log
	}
	if s.CORS != nil {
		answers["cors"] = s.CORS
	}
	return logs, answers
}

// serve finds the route of x.Path.
func (st *stage) serve(x *exchange.Exchange) {
	if st.cors.Preflight(x) {
		st.preflight.Run(x)
		return
	}
	var buf [maxMethod]byte
	if len(x.Req.Method) > len(buf) || !known(x.Req.Method) {
		st.noRoute.Run(x)
		return
	}
	var params routing.Params
	p, ok := st.table.Match(append(buf[:0], x.Req.Method...), x.Path, &params)
	if !ok {
		st.noRoute.Run(x)
		return
	}
	keepParams(x, &params)
	p.Run(x)
}

// maxMethod is the length of the longest method that routes know.
const maxMethod = len("OPTIONS")

// known reports whether a route can name the method. AWS: others find no route,
// not even $default.
func known(method string) bool {
	switch method {
	case "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS":
		return true
	}
	return false
}

// keepParams gives x the parameters, which were matched decoded, in the form
// that an exchange has them.
func keepParams(x *exchange.Exchange, params *routing.Params) {
	for i := range params.Len() {
		p := params.At(i)
		value := p.Bytes
		if !expr.IsPath(value) {
			value = x.Keep(expr.AppendPathEscaped(x.Arena(), value))
		}
		x.Params = append(x.Params, exchange.Param{Name: p.Name, Value: value})
	}
}

var errNoSlash = errors.New("path does not begin with a slash")

// decode returns the path that stage, route and back end see. One without
// escapes is itself.
func decode(x *exchange.Exchange, path []byte) ([]byte, error) {
	if len(path) == 0 || path[0] != '/' {
		return nil, errNoSlash
	}
	if expr.IsPath(path) {
		return path, nil
	}
	b, err := routing.AppendDecodedPath(x.Arena(), path)
	if err != nil {
		return nil, err
	}
	return x.Keep(b), nil
}
