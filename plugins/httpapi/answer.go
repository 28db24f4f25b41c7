package httpapi

import (
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
)

func init() {
	plugins.Register(plugins.Kind{Name: "httpapi.refuse", New: plugins.Compiler(func(e *gwerr.Error) (plugins.Part, error) {
		return plugins.Part{Step: &refuse{e}}, nil
	})})
	plugins.Register(plugins.Kind{Name: "httpapi.requestid", New: plugins.Compiler(func(name string) (plugins.Part, error) {
		return plugins.Part{Finish: requestID(name)}, nil
	})})
}

// refuse answers every request by one error. A route whose integration can't be
// served gets it, too: settings {"httpapi.refuse": gwerr.APIConfiguration}.
type refuse struct {
	with *gwerr.Error
}

var _ pipeline.Step = (*refuse)(nil)

// Handle implements pipeline.Step. It runs first, so x has no response to drop.
func (r *refuse) Handle(x *exchange.Exchange) pipeline.Verdict {
	x.Err = r.with
	x.Target.Errors.WriteError(x, r.with)
	return pipeline.Reply
}

// Header carries the request id on every answer of an HTTP API.
const Header = "Apigw-Requestid"

// requestID sets the header of its name to the request's id.
type requestID []byte

var _ pipeline.Finisher = requestID(nil)

// Finish implements pipeline.Finisher.
func (r requestID) Finish(x *exchange.Exchange) { x.Res.Headers.Set(r, x.ID[:]) }

// Errors words failures as HTTP APIs do: {"message":"Not Found"}.
var Errors exchange.ErrorWriter = errorWriter{}

type errorWriter struct{}

var (
	contentType = []byte("Content-Type")
	jsonType    = []byte("application/json")
)

// WriteError implements exchange.ErrorWriter.
func (errorWriter) WriteError(x *exchange.Exchange, e *gwerr.Error) {
	x.Res.Status = e.Status
	x.Res.Headers.Add(contentType, jsonType)
	b := append(x.Arena(), `{"message":"`...)
	b = appendJSON(b, e.Message)
	x.Res.Body = x.Keep(append(b, `"}`...))
}

// appendJSON appends s as the inside of a JSON string (RFC 8259, 7).
func appendJSON(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	for i := range len(s) {
		switch b := s[i]; {
		case b == '"' || b == '\\':
			dst = append(dst, '\\', b)
		case b < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		default:
			dst = append(dst, b)
		}
	}
	return dst
}
