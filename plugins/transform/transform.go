// Package transform makes the request to the back end of a REST API's client
// request, and the client's response of the back end's answer: content handling,
// mapping templates, parameter mappings, overrides, and the choice of the
// integration response.
package transform

import (
	"errors"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/offload"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
)

// Kind is the type of an integration.
type Kind uint8

// The integrations that pass through here.
const (
	HTTP Kind = iota
	HTTPProxy
	Mock
)

// offLoop is the size of a body, in bytes, from which on templates, paths and
// conversions run on a worker.
const offLoop = 64 << 10

func init() {
	plugins.Register(plugins.Kind{Name: "transform.request", New: plugins.Compiler(compileRequest)})
	plugins.Register(plugins.Kind{Name: "transform.response", New: plugins.Compiler(compileResponse)})
}

// Content handling of an integration or an integration response. AWS:
// contentHandling; "" is unset.
const (
	ToText   = "CONVERT_TO_TEXT"
	ToBinary = "CONVERT_TO_BINARY"
)

// Faults that the execution log explains.
var (
	errBinaryTemplate = rest.Reason("Unable to transform a binary body by a mapping template")
	errBase64         = rest.Reason("Unable to base64 decode the body.")
	errJSON           = errors.New("the body that a mapping reads is no JSON")
)

// failure is what the client gets to see of what went wrong in work.
func failure(err error) error {
	var e *gwerr.Error
	if errors.As(err, &e) {
		return e
	}
	return rest.Internal.Wrap(err)
}

// owned gives x the bytes of a buffer.
func owned(x *exchange.Exchange, b *bufs.Buf) {
	if b != nil {
		x.Own(b)
	}
}

// leavesLoop reports whether work on body is a worker's. Without workers nothing
// leaves the loop.
func leavesLoop(p *offload.Pool, body []byte) bool { return p != nil && len(body) > offLoop }
