package definition

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// HTTPAPI is one HTTP API with all its parts as they are now; what serves
// traffic are its Deployments. A value belongs to whoever got it: it shares
// nothing with the store.
type HTTPAPI struct {
	Region       string        // of the call that made it, such as us-east-1
	API          types.Api     // ApiEndpoint is never stored: each node knows its own
	Routes       []types.Route // in order of creation, as all slices here
	Integrations []types.Integration
	Authorizers  []types.Authorizer
	Stages       []types.Stage
	Deployments  []types.Deployment // what can change of a deployment: its description and status

	pending []snapshot // written by the Repository before this document
}

// Deployment is the immutable snapshot that a stage serves: the API without its
// stages at one instant.
type Deployment struct {
	Region       string
	APIID        string
	ID           string
	Created      time.Time // decides when an orphan may be swept
	API          types.Api // settings such as CorsConfiguration and DisableExecuteApiEndpoint; no tags, no name
	Routes       []types.Route
	Integrations []types.Integration
	Authorizers  []types.Authorizer
}

// VPCLink is one VPC link.
type VPCLink struct {
	Region string
	Link   types.VpcLink
}

const targetPrefix = "integrations/"

// IntegrationID gives the id in a route's target, "integrations/{id}". ok is
// false for nil and for any other form.
func IntegrationID(target *string) (id string, ok bool) {
	if target == nil {
		return "", false
	}
	id, ok = strings.CutPrefix(*target, targetPrefix)
	return id, ok && id != ""
}

// ID is the API's id.
func (a *HTTPAPI) ID() string { return *a.API.ApiId }

func (a *HTTPAPI) kind() string           { return kindHTTP }
func (a *HTTPAPI) region() string         { return a.Region }
func (a *HTTPAPI) unwritten() *[]snapshot { return &a.pending }

func (a *HTTPAPI) deploymentIDs() map[string]bool {
	ids := make(map[string]bool, len(a.Deployments))
	for _, d := range a.Deployments {
		ids[*d.DeploymentId] = true
	}
	return ids
}

func (d *Deployment) kind() string                    { return kindDeployment }
func (d *Deployment) ref() (region, apiID, id string) { return d.Region, d.APIID, d.ID }

// Deploy takes a snapshot of a under meta.DeploymentId (set, new) and lists
// meta among the deployments. The Repository writes the snapshot together with
// a; until then no other node can see either.
func (a *HTTPAPI) Deploy(meta types.Deployment) {
	d := &Deployment{
		Region:       a.Region,
		APIID:        a.ID(),
		ID:           *meta.DeploymentId,
		Created:      *meta.CreatedDate,
		API:          a.API,
		Routes:       append([]types.Route(nil), a.Routes...),
		Integrations: append([]types.Integration(nil), a.Integrations...),
		Authorizers:  append([]types.Authorizer(nil), a.Authorizers...),
	}
	d.API.Tags, d.API.Name, d.API.Description = nil, nil, nil
	a.pending = append(a.pending, d)
	a.Deployments = append(a.Deployments, meta)
}

// Route finds a route by id; nil when there is none. The pointer is into a.
func (a *HTTPAPI) Route(id string) *types.Route {
	return find(a.Routes, func(r *types.Route) *string { return r.RouteId }, id)
}

// Integration finds an integration by id; nil when there is none.
func (a *HTTPAPI) Integration(id string) *types.Integration {
	return find(a.Integrations, func(i *types.Integration) *string { return i.IntegrationId }, id)
}

// Authorizer finds an authorizer by id; nil when there is none.
func (a *HTTPAPI) Authorizer(id string) *types.Authorizer {
	return find(a.Authorizers, func(x *types.Authorizer) *string { return x.AuthorizerId }, id)
}

// Stage finds a stage by name; nil when there is none.
func (a *HTTPAPI) Stage(name string) *types.Stage {
	return find(a.Stages, func(s *types.Stage) *string { return s.StageName }, name)
}

// DeploymentInfo finds a deployment's listing by id; nil when there is none.
func (a *HTTPAPI) DeploymentInfo(id string) *types.Deployment {
	return find(a.Deployments, func(d *types.Deployment) *string { return d.DeploymentId }, id)
}

// Integration finds an integration of the snapshot by id; nil when there is
// none. The pointer is into d.
func (d *Deployment) Integration(id string) *types.Integration {
	return find(d.Integrations, func(i *types.Integration) *string { return i.IntegrationId }, id)
}

// Authorizer finds an authorizer of the snapshot by id; nil when there is none.
func (d *Deployment) Authorizer(id string) *types.Authorizer {
	return find(d.Authorizers, func(x *types.Authorizer) *string { return x.AuthorizerId }, id)
}

func find[T any](list []T, id func(*T) *string, want string) *T {
	for i := range list {
		if got := id(&list[i]); got != nil && *got == want {
			return &list[i]
		}
	}
	return nil
}
