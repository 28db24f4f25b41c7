// Package cors answers preflights and adds CORS headers to answers, as an HTTP
// API's corsConfiguration says. All answers are made at deployment.
package cors

import (
	"slices"
	"strconv"
	"strings"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
)

func init() {
	plugins.Register(plugins.Kind{Name: "cors", New: plugins.Compiler(func(p *Policy) (plugins.Part, error) {
		return plugins.Part{Finish: p}, nil
	})})
	plugins.Register(plugins.Kind{Name: "cors.preflight", New: plugins.Compiler(func(p *Policy) (plugins.Part, error) {
		return plugins.Part{Step: (*answer)(p)}, nil
	})})
}

// Config is a stored configuration; no field needs a value. AWS: Cors.
type Config struct {
	AllowOrigins     []string // exact, "*", "https://*" or "http://*"
	AllowMethods     []string
	AllowHeaders     []string
	ExposeHeaders    []string
	MaxAge           *int // seconds; nil: not said
	AllowCredentials bool
}

// Policy is a compiled configuration. Read only; shared by all loops.
type Policy struct {
	any       bool // "*" without credentials: the answer does not depend on the origin
	exact     []string
	schemes   []string         // "https://" for "https://*"
	preflight []exchange.Field // without allow-origin and vary
	actual    []exchange.Field
}

var _ pipeline.Finisher = (*Policy)(nil)

var (
	allowOrigin = []byte("access-control-allow-origin")
	vary        = []byte("vary")
	origin      = []byte("origin")
	star        = []byte("*")
)

// New compiles c. It refuses nothing: what can't be combined is the control
// plane's to refuse.
func New(c Config) *Policy {
	p := &Policy{}
	for _, o := range c.AllowOrigins {
		scheme, wild := strings.CutSuffix(o, "*")
		switch {
		case o == "*" && !c.AllowCredentials:
			p.any = true
		case o == "*":
			p.schemes = append(p.schemes, "")
		case wild && strings.HasSuffix(scheme, "://"):
			p.schemes = append(p.schemes, scheme)
		default:
			p.exact = append(p.exact, o)
		}
	}
	p.preflight = list(p.preflight, "access-control-allow-methods", c.AllowMethods)
	p.preflight = list(p.preflight, "access-control-allow-headers", c.AllowHeaders)
	if c.MaxAge != nil {
		p.preflight = list(p.preflight, "access-control-max-age", []string{strconv.Itoa(*c.MaxAge)})
	}
	p.actual = list(p.actual, "access-control-expose-headers", c.ExposeHeaders)
	if c.AllowCredentials {
		p.actual = list(p.actual, "access-control-allow-credentials", []string{"true"})
	}
	p.preflight = append(p.preflight, p.actual...)
	return p
}

func list(fields []exchange.Field, name string, values []string) []exchange.Field {
	if len(values) == 0 {
		return fields
	}
	return append(fields, exchange.Field{Name: []byte(name), Value: []byte(strings.Join(values, ","))})
}

// Preflight reports whether x is a preflight, for the step of kind
// "cors.preflight" to answer. A site asks before it chooses a route. p may be
// nil: then nothing is.
func (p *Policy) Preflight(x *exchange.Exchange) bool {
	return p != nil && x.Req.Method == "OPTIONS" && x.Req.Headers.Has("Origin") &&
		x.Req.Headers.Has("Access-Control-Request-Method")
}

// answer is the step that answers preflights: 204, whether the origin is allowed
// or not.
type answer Policy

var _ pipeline.Step = (*answer)(nil)

// Handle implements pipeline.Step.
func (a *answer) Handle(x *exchange.Exchange) pipeline.Verdict {
	x.Res.Status = 204
	(*Policy)(a).allow(x, a.preflight)
	return pipeline.Reply
}

// Finish implements pipeline.Finisher: the headers of the back end go, those of
// the configuration come.
func (p *Policy) Finish(x *exchange.Exchange) {
	x.Res.Headers.DeleteFunc(isCORS)
	p.allow(x, p.actual)
}

const prefix = "access-control-"

func isCORS(name []byte) bool {
	return len(name) > len(prefix) && exchange.EqualFold(name[:len(prefix)], prefix)
}

// allow adds allow-origin and fields when x's origin is allowed.
func (p *Policy) allow(x *exchange.Exchange, fields []exchange.Field) {
	from := x.Header("Origin")
	h := &x.Res.Headers
	switch {
	case len(from) == 0:
		return
	case p.any:
		h.Add(allowOrigin, star)
	case p.allows(from):
		h.Add(allowOrigin, from)
		varies(h)
	default:
		return
	}
	for _, f := range fields {
		h.Add(f.Name, f.Value)
	}
}

// allows compares to the letter.
func (p *Policy) allows(from []byte) bool {
	for _, s := range p.schemes {
		if len(from) > len(s) && string(from[:len(s)]) == s {
			return true
		}
	}
	return slices.ContainsFunc(p.exact, func(o string) bool { return string(from) == o })
}

// varies tells caches that the answer depends on the origin, unless the back
// end did so.
func varies(h *exchange.Headers) {
	for _, f := range h.All() {
		if exchange.EqualFold(f.Name, "vary") && exchange.EqualFold(f.Value, "origin") {
			return
		}
	}
	h.Add(vary, origin)
}
