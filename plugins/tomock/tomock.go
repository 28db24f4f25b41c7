// Package tomock is the MOCK integration: the rendered request template names
// the status by which the integration response is chosen.
package tomock

import (
	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
)

func init() {
	plugins.Register(plugins.Kind{Name: "tomock", New: plugins.Compiler(func(s Step) (plugins.Part, error) {
		return plugins.Part{Step: s}, nil
	})})
}

// Step reads the status of what transform.request has rendered. It has no
// settings.
type Step struct{}

var _ pipeline.Step = Step{}

// BadStatus is what the execution log says of a template without a status.
const BadStatus rest.Reason = "Unable to parse statusCode. It should be an integer that is defined in the request template."

// Handle implements pipeline.Step.
func (Step) Handle(x *exchange.Exchange) pipeline.Verdict {
	body := x.Req.Body
	if s := rest.Of(x); s.HasBody {
		body = s.Body
	}
	status, ok := StatusCode(body)
	if !ok {
		return pipeline.Fail(x, rest.Internal.Wrap(BadStatus))
	}
	x.Integration.Status = status
	x.Res.Body = nil
	return pipeline.Next
}
