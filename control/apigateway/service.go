// Package apigateway is AWS's service of that name, which keeps REST APIs: what
// its operations do to the stored definitions.
//
// An operation checks its input, changes the API's document by one
// compare-and-set, and answers from what it wrote. What can be said of an API's
// document alone is a function over it (AddResource, PutMethod, PutIntegration
// and so on), exported for who builds an API from something else than calls.
package apigateway

import (
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/core/clock"
	"gatehouse/store"
)

// Config is what the service is told at start. An operation whose hook is nil
// answers that it is not built.
type Config struct {
	Repository *definition.Repository // required

	Now func() time.Time // nil is clock.Real.Wall

	// Endpoint gives the URL under which an API answers here, without the stage:
	// where generated clients call. nil is AWS's own host name.
	Endpoint func(apiID string) string

	// FlushCache drops the cached responses of a stage on all nodes, FlushAuthorizers
	// its cached authorizer results. nil means that there is no such cache.
	FlushCache       func(apiID, stage string) error
	FlushAuthorizers func(apiID, stage string) error

	// TestMethod runs a method that is not deployed.
	TestMethod func(c *wire.Call, t MethodTest) (*apigateway.TestInvokeMethodOutput, error)

	// Import applies an API description to a. It may run several times for one
	// call, each time on a fresh a; an error leaves nothing behind.
	Import func(c *wire.Call, a *definition.RestAPI, in Import) (warnings []string, err error)

	// Export writes the description of a deployed stage.
	Export func(c *wire.Call, in Export) (*apigateway.GetExportOutput, error)

	// CheckDeployment refuses a snapshot that cannot serve: templates and schemas
	// that do not compile. Its error is AWS's already. nil checks nothing.
	CheckDeployment func(d *definition.RestDeployment) error

	Limits Limits       // the zero value is AWS's quotas
	Log    *slog.Logger // nil discards
}

// MethodTest is one test invocation: Input's method of the resource, in a draft
// of the API as it is now.
type MethodTest struct {
	Draft    *definition.RestDeployment
	Resource *types.Resource // in Draft
	Verb     string          // of Resource, as it is stored
	Input    *apigateway.TestInvokeMethodInput
}

// Import is one call of ImportRestApi or PutRestApi.
type Import struct {
	Document       []byte            // OpenAPI 2.0 or 3.0, JSON or YAML
	Mode           types.PutMode     // merge or overwrite; of a new API merge
	New            bool              // ImportRestApi: the API has its root resource and nothing else
	Parameters     map[string]string // basepath, ignore, endpointConfigurationTypes
	FailOnWarnings bool
}

// Export is one call of GetExport.
type Export struct {
	API        *definition.RestAPI
	Stage      *types.Stage // of API
	Deployment *definition.RestDeployment
	Type       string            // "swagger" or "oas30"
	Accepts    string            // "application/json" or "application/yaml"
	Parameters map[string]string // extensions
}

// Limits are the quotas that can be raised at AWS. Zero is AWS's default,
// negative no limit.
type Limits struct {
	APIs        int // per Region, 600
	Resources   int // per API, 300
	Stages      int // per API, 10
	Authorizers int // per API, 10
	TimeoutMS   int // longest timeoutInMillis of an integration, 29000
}

var awsLimits = Limits{APIs: 600, Resources: 300, Stages: 10, Authorizers: 10, TimeoutMS: 29000}

// service has the operations as methods. It keeps no state of its own, so that
// any number of nodes can run one.
type service struct {
	Config
	repo *definition.Repository
}

// Service makes the service with all its operations.
func Service(c Config) wire.Service {
	s := newService(c)
	return wire.Service{Name: "apigateway", SigningName: "apigateway", Operations: s.operations(),
		Times: wire.EpochSeconds, Violations: "ValidationException"}
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
	fill(&l.Resources, awsLimits.Resources)
	fill(&l.Stages, awsLimits.Stages)
	fill(&l.Authorizers, awsLimits.Authorizers)
	fill(&l.TimeoutMS, awsLimits.TimeoutMS)
	return l
}

// now is the time as it is stored: UTC, whole seconds.
func (s *service) now() time.Time { return s.Now().UTC().Truncate(time.Second) }

// api reads an API of the call's Region.
func (s *service) api(c *wire.Call, id *string) (*definition.RestAPI, error) {
	a, err := s.repo.Rest(c.Context, str(id))
	if err == nil && a.Region != c.Region {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, apiError(c, str(id), err)
	}
	return a, nil
}

// change applies f to an API of the call's Region. f may run several times (see
// definition.Repository.Change).
func (s *service) change(c *wire.Call, id *string, f func(*definition.RestAPI) error) error {
	err := s.repo.ChangeRest(c.Context, str(id), func(a *definition.RestAPI) error {
		if a.Region != c.Region {
			return store.ErrNotFound
		}
		return f(a)
	})
	return apiError(c, str(id), err)
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
