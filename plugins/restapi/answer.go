package restapi

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
)

func init() {
	plugins.Register(plugins.Kind{Name: "restapi.refuse", New: newRefuse})
	plugins.Register(plugins.Kind{Name: "restapi.headers", New: plugins.Compiler(func(h Headers) (plugins.Part, error) {
		return plugins.Part{Finish: h}, nil
	})})
}

// newRefuse takes a *gwerr.Error, which a method that can't be served gets:
// {"restapi.refuse": rest.Configuration.Wrap(reason)}. The site itself also has
// an unsigned and a ping.
func newRefuse(settings any) (plugins.Part, error) {
	switch step := settings.(type) {
	case unsigned:
		return plugins.Part{Step: step}, nil
	case ping:
		return plugins.Part{Step: step}, nil
	}
	return plugins.Compiler(func(e *gwerr.Error) (plugins.Part, error) {
		return plugins.Part{Step: &refuse{e}}, nil
	})(settings)
}

// refuse answers every request by one error.
type refuse struct {
	with *gwerr.Error
}

var _ pipeline.Step = (*refuse)(nil)

// Handle implements pipeline.Step. It runs first, so x has no response to drop.
func (r *refuse) Handle(x *exchange.Exchange) pipeline.Verdict {
	x.Target.Errors.WriteError(x, r.with)
	return pipeline.Reply
}

// ping answers the health checks that AWS reserves at the root of a REST API's
// host. Whoever asks reads the status; AWS does not document the body.
type ping struct{}

var _ pipeline.Step = ping{}

var (
	pingType = []byte("text/plain; charset=utf-8")
	pingText = []byte("healthy")
)

// Handle implements pipeline.Step.
func (ping) Handle(x *exchange.Exchange) pipeline.Verdict {
	x.Res.Status, x.Res.Body = 200, pingText
	x.Res.Headers.Add(contentTypeName, pingType)
	return pipeline.Reply
}

// isPing reports whether path, of the whole request, is a reserved one.
func isPing(path []byte) bool { return string(path) == "/ping" || string(path) == "/sping" }

// unsigned answers requests that find no method and have an Authorization
// header. AWS reads that as a signature, and tells what it lacks.
type unsigned struct{}

var _ pipeline.Step = unsigned{}

// Handle implements pipeline.Step.
func (unsigned) Handle(x *exchange.Exchange) pipeline.Verdict {
	fault := signatureFault(x)
	if fault == "" {
		return pipeline.Fail(x, rest.MissingToken)
	}
	if s := rest.Of(x); s != nil {
		s.ErrorType = "IncompleteSignatureException"
	}
	return pipeline.Fail(x, rest.InvalidSignature.WithMessage("%s", fault))
}

// signatureFault tells what the Authorization header lacks to be a signature of
// version 4; "" when it has the parts of one.
func signatureFault(x *exchange.Exchange) string {
	value := string(x.Header("Authorization"))
	sum := sha256.Sum256([]byte(value))
	hash := base64.StdEncoding.EncodeToString(sum[:])
	_, args, blank := strings.Cut(value, " ")
	if !blank {
		args = value
	}
	if !pairs(args) {
		return "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + hash + "'."
	}
	var b strings.Builder
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if !strings.Contains(value, name+"=") {
			b.WriteString("Authorization header requires '" + name + "' parameter. ")
		}
	}
	if !x.Req.Headers.Has("X-Amz-Date") && !x.Req.Headers.Has("Date") {
		b.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String() + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hash
}

// pairs reports whether each part of a comma-separated list has an equal sign.
func pairs(list string) bool {
	for part := range strings.SplitSeq(list, ",") {
		if !strings.Contains(part, "=") {
			return false
		}
	}
	return true
}

// Headers adds to every answer what a REST API always sends.
type Headers struct{}

var _ pipeline.Finisher = Headers{}

var (
	requestIDName   = []byte("x-amzn-RequestId")
	extendedIDName  = []byte("x-amz-apigw-id")
	contentTypeName = []byte("Content-Type")
	jsonType        = []byte(rest.JSON)
)

// Finish implements pipeline.Finisher.
func (Headers) Finish(x *exchange.Exchange) {
	h := &x.Res.Headers
	if !h.Has("Content-Type") {
		h.Add(contentTypeName, jsonType)
	}
	s := rest.Of(x)
	if s.Log != nil { // AWS: no ids in the answer of a test
		return
	}
	h.Add(requestIDName, s.RequestID[:])
	h.Add(extendedIDName, x.ID[:])
}
