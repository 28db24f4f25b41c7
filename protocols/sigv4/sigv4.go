// Package sigv4 reads, verifies and makes AWS Signature Version 4 (AWS4-HMAC-SHA256)
// in the Authorization header and in presigned queries. It knows requests as
// method, raw path, raw query and fields, so that it serves net/http and the
// gateway's own exchanges alike, and uses no AWS SDK.
package sigv4

import (
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	timeLayout = "20060102T150405Z"

	// UnsignedPayload in x-amz-content-sha256 leaves the body out of the signature.
	UnsignedPayload = "UNSIGNED-PAYLOAD"

	// MaxSkew is how far a request's date may be from ours.
	MaxSkew = 5 * time.Minute

	maxAuthorization = 16 << 10 // bytes of the header; session tokens are elsewhere
	maxSigned        = 128      // names in SignedHeaders
	maxExpires       = 7 * 24 * time.Hour
)

// Field is one header field. Name is in any case.
type Field struct{ Name, Value string }

// Request is what a signature covers, but for the body. Strings are as they came
// over the wire. Fields hold Host like any other field.
type Request struct {
	Method string
	Path   string // raw, still percent-encoded; "" is "/"
	Query  string // raw, without "?"
	Fields []Field
}

// Field returns the value of the first field called name (any case), "" without one.
func (r *Request) Field(name string) string {
	for _, f := range r.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Credential is the credential scope: who signs, for which day, region and service.
type Credential struct {
	AccessKey string
	Date      string // YYYYMMDD
	Region    string
	Service   string
}

func (c Credential) scope() string {
	return c.Date + "/" + c.Region + "/" + c.Service + "/" + terminator
}

// Signature is what a request claims; Verify tells whether it is true.
type Signature struct {
	Credential
	SignedHeaders []string // lower case, in the order sent
	Token         string   // X-Amz-Security-Token, "" without one
	Time          time.Time
	Expires       time.Duration // of a presigned query; 0 in a header or when not given
	Presigned     bool

	sum []byte // the signature itself, decoded
}
