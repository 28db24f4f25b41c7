// Package wire puts Go functions over the AWS SDK's own input and output types
// behind AWS's management protocols. A row (Op) names an operation, its method
// and its path; everything between the socket and that function is here:
// dispatch, SigV4, decoding, validation of shapes, encoding, errors, paging.
//
// The protocol spoken so far is restJson1. Members are mapped by reflection: the
// wire name is the Go name with a small first letter, but for the few in names.go.
package wire

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"gatehouse/protocols/sigv4"
)

// Call is one management request as an operation sees it. It belongs to the
// operation until that returns; nothing of it may be kept but Context's values.
type Call struct {
	Context   context.Context // ends when the client goes away
	RequestID string          // UUID, also in x-amzn-RequestId
	Region    string          // from the credential scope; Config.Region without one
	Account   string          // Config.Account, twelve digits
	AccessKey string          // access key id as sent; "" when unsigned
	Service   string          // signing name: "apigateway"
	Operation string          // AWS's name: "CreateApi"
	Header    http.Header     // of the request; read only
	Answer    http.Header     // further headers for the answer, also of an error: Retry-After
	Now       time.Time       // when the call arrived, by Config.Now
	Log       *slog.Logger    // carries request id and operation

	row *row // nil until the operation is known
}

// TimeFormat is how a service writes timestamps.
type TimeFormat uint8

// Both are read from every client; only writing differs.
const (
	EpochSeconds TimeFormat = iota // JSON number of seconds, apigateway (v1)
	ISO8601                        // RFC 3339 string in UTC, apigatewayv2
)

// NameFormat is how a service spells Go member names on the wire.
type NameFormat uint8

const (
	LowerCamel NameFormat = iota // ApiId is apiId: apigateway, apigatewayv2
	AsIs                         // FunctionName stays: lambda
)

// Service is one AWS service on the management listener.
type Service struct {
	Name        string // in docs and logs: "apigatewayv2"
	SigningName string // in credential scopes: "apigateway"; several services may share one
	Operations  []Operation
	Times       TimeFormat
	Names       NameFormat

	// Violations is the exception for inputs that break the shapes' constraints
	// (missing members, enums, patterns). "" is BadRequestException, as v2 models
	// it; v1 answers ValidationException.
	Violations string
}

// Key is an access key that may call the management API.
type Key struct {
	ID     string
	Secret sigv4.Secret
	Token  string // session token the key needs; "" when it needs none
}

// Config is what the management listener is told at start.
type Config struct {
	Region  string           // for calls without a credential scope; "" is us-east-1
	Account string           // twelve digits; "" is 000000000000
	Keys    []Key            // who may call; none: signatures are not verified
	Log     *slog.Logger     // nil discards
	Now     func() time.Time // nil is clock.Real.Wall

	// MaxBody bounds a request body in bytes; 0 is 10 MB (AWS's payload limit).
	MaxBody int64
}
