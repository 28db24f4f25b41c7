// Package apigatewayv2 is AWS's service of that name: what its operations do to
// the stored definitions. HTTP APIs are built; every other operation has its row
// and answers that it is not.
//
// An operation checks its input, changes the API's document by one
// compare-and-set, and answers from what it wrote. After a change of anything
// that is deployed, stages with autoDeploy get a deployment in the same write.
package apigatewayv2

import (
	"errors"
	"log/slog"
	"time"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/core/clock"
	"gatehouse/store"
)

// Config is what the service is told at start.
type Config struct {
	Repository *definition.Repository // required

	// Endpoint gives the URL under which an API answers here, such as
	// http://a1b2c3d4e5.execute-api.localhost:8080. Required.
	Endpoint func(apiID string) string

	Now func() time.Time // nil is clock.Real.Wall

	// ResetAuthorizers drops the cached authorizer results of a stage, on all
	// nodes. nil means that there is no such cache.
	ResetAuthorizers func(apiID, stage string) error

	Limits Limits       // the zero value is AWS's quotas
	Log    *slog.Logger // nil discards
}

// Limits are the quotas that can be raised at AWS. Zero is AWS's default,
// negative no limit.
type Limits struct {
	APIs         int // per Region, 600
	VPCLinks     int // per Region, 10
	Routes       int // per API, 300
	Integrations int // per API, 300
	Authorizers  int // per API, 10
	Stages       int // per API, 10
	Audiences    int // per JWT authorizer, 50
	Scopes       int // per route, 10
}

var awsLimits = Limits{APIs: 600, VPCLinks: 10, Routes: 300, Integrations: 300, Authorizers: 10, Stages: 10, Audiences: 50, Scopes: 10}

// service has the operations as methods. It keeps no state of its own, so that
// any number of nodes can run one.
type service struct {
	Config
	repo *definition.Repository
}

// Service makes the service with all its operations.
func Service(c Config) wire.Service {
	s := newService(c)
	return wire.Service{Name: "apigatewayv2", SigningName: "apigateway", Operations: s.operations(), Times: wire.ISO8601}
}

func newService(c Config) *service {
	if c.Now == nil {
		c.Now = clock.Real.Wall
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Limits = c.Limits.withDefaults()
	return &service{Config: c, repo: c.Repository}
}

func (l Limits) withDefaults() Limits {
	fill := func(n *int, dflt int) {
		if *n == 0 {
			*n = dflt
		}
	}
	fill(&l.APIs, awsLimits.APIs)
	fill(&l.VPCLinks, awsLimits.VPCLinks)
	fill(&l.Routes, awsLimits.Routes)
	fill(&l.Integrations, awsLimits.Integrations)
	fill(&l.Authorizers, awsLimits.Authorizers)
	fill(&l.Stages, awsLimits.Stages)
	fill(&l.Audiences, awsLimits.Audiences)
	fill(&l.Scopes, awsLimits.Scopes)
	return l
}

// now is the time as v2 shows it: UTC, whole seconds.
func (s *service) now() time.Time { return s.Now().UTC().Truncate(time.Second) }

// api reads an API of the call's Region.
func (s *service) api(c *wire.Call, id *string) (*definition.HTTPAPI, error) {
	a, err := s.repo.Get(c.Context, str(id))
	if err == nil && a.Region != c.Region {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, apiError(c, str(id), err)
	}
	return a, nil
}

// change applies f to an API of the call's Region, without deploying: for what
// acts at once. f may run several times (see definition.Repository.Change).
func (s *service) change(c *wire.Call, id *string, f func(*definition.HTTPAPI) error) error {
	err := s.repo.Change(c.Context, str(id), func(a *definition.HTTPAPI) error {
		if a.Region != c.Region {
			return store.ErrNotFound
		}
		return f(a)
	})
	return apiError(c, str(id), err)
}

// changeDeployed is change for what comes into force by a deployment: stages
// with autoDeploy get one.
func (s *service) changeDeployed(c *wire.Call, id *string, f func(*definition.HTTPAPI) error) error {
	return s.change(c, id, func(a *definition.HTTPAPI) error {
		if err := f(a); err != nil {
			return err
		}
		s.autoDeploy(a, autoStages(a))
		return nil
	})
}

// apiError turns what the Repository says of an API into AWS's words.
func apiError(c *wire.Call, id string, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return invalidAPI(c.Account, id)
	}
	return storeError(err)
}

// storeError names the failures of the store that a client can do something
// about; others, and errors that are AWS's already, stay as they are.
func storeError(err error) error {
	switch {
	case errors.Is(err, store.ErrUnavailable):
		return errUnavailable.Wrap(err)
	case errors.Is(err, store.ErrTooLarge):
		return errTooLarge.Wrap(err)
	}
	return err
}

func str(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func ptr[T any](v T) *T { return &v }

func isTrue(b *bool) bool { return b != nil && *b }
