package httpapi

import (
	"bytes"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/pipeline"
	"gatehouse/core/snapshot"
	"gatehouse/plugins"
)

// Unknown answers requests that address no API: 404 as an HTTP API would, and
// 403 as a REST API would where the address has the form that only those have.
type Unknown struct {
	http, rest *pipeline.Pipeline
}

var _ snapshot.Site = (*Unknown)(nil)

// NewUnknown returns the site for a snapshot's Unknown. An error is a bug: a
// plugin is not linked in.
func NewUnknown(account, region string) (*Unknown, error) {
	target := exchange.Target{Account: account, Region: region, Errors: Errors}
	http, err := plugins.Build(&target, answering(gwerr.NotFound), always)
	if err != nil {
		return nil, err
	}
	rest := target
	rest.Errors = restErrors{}
	u := &Unknown{http: http}
	u.rest, err = plugins.Build(&rest, answering(gwerr.AccessDenied), plugins.Settings{"httpapi.requestid": "x-amz-apigw-id"})
	return u, err
}

// Serve implements snapshot.Site.
func (u *Unknown) Serve(x *exchange.Exchange, _, path []byte) {
	x.Path = path
	if bytes.HasPrefix(x.Req.Path, []byte("/restapis/")) {
		u.rest.Run(x)
		return
	}
	u.http.Run(x)
}

// restErrors adds the error type that REST APIs send.
type restErrors struct{}

var (
	errorType     = []byte("x-amzn-ErrorType")
	forbiddenType = []byte("ForbiddenException")
)

// WriteError implements exchange.ErrorWriter.
func (restErrors) WriteError(x *exchange.Exchange, e *gwerr.Error) {
	Errors.WriteError(x, e)
	if e.Status == gwerr.AccessDenied.Status {
		x.Res.Headers.Add(errorType, forbiddenType)
	}
}
