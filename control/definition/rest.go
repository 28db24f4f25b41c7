package definition

import (
	"maps"
	"slices"
	"time"

	rest "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// RestAPI is one REST API with all its parts as they are now; what serves
// traffic are its RestDeployments. A value belongs to whoever got it: it shares
// nothing with the store.
type RestAPI struct {
	Region            string       // of the call that made it, such as us-east-1
	API               rest.RestApi // Policy is plain JSON text; Warnings are never stored
	Resources         []rest.Resource
	Models            []rest.Model // in order of creation, as all slices here
	RequestValidators []rest.RequestValidator
	Authorizers       []rest.Authorizer
	GatewayResponses  []rest.GatewayResponse // the customised ones; see Effective
	Stages            []rest.Stage
	Deployments       []rest.Deployment // what can change of a deployment: its description; no ApiSummary

	DocumentationParts    []rest.DocumentationPart
	DocumentationVersions []RestDocumentation

	pending []snapshot // written by the Repository before this document
}

// RestDocumentation is one documentation version: the parts as they were.
type RestDocumentation struct {
	Version rest.DocumentationVersion
	Parts   []rest.DocumentationPart
}

// RestDeployment is the immutable snapshot that a stage serves: the API without
// stages and documentation at one instant.
type RestDeployment struct {
	Region            string
	APIID             string
	ID                string
	Created           time.Time    // decides when an orphan may be swept
	API               rest.RestApi // name and version for exports; no tags
	Resources         []rest.Resource
	Models            []rest.Model
	RequestValidators []rest.RequestValidator
	Authorizers       []rest.Authorizer
	GatewayResponses  []rest.GatewayResponse // the customised ones; see Effective
}

// ID is the API's id.
func (a *RestAPI) ID() string { return *a.API.Id }

func (a *RestAPI) kind() string           { return kindRest }
func (a *RestAPI) region() string         { return a.Region }
func (a *RestAPI) unwritten() *[]snapshot { return &a.pending }

func (a *RestAPI) deploymentIDs() map[string]bool {
	ids := make(map[string]bool, len(a.Deployments))
	for _, d := range a.Deployments {
		ids[*d.Id] = true
	}
	return ids
}

func (d *RestDeployment) kind() string                    { return kindRestDeployment }
func (d *RestDeployment) ref() (region, apiID, id string) { return d.Region, d.APIID, d.ID }

// Draft is the snapshot that a deployment would take now, under no id: what a
// test invocation runs and an import checks. It shares memory with a.
func (a *RestAPI) Draft() *RestDeployment {
	d := &RestDeployment{
		Region:            a.Region,
		APIID:             a.ID(),
		API:               a.API,
		Resources:         slices.Clone(a.Resources),
		Models:            slices.Clone(a.Models),
		RequestValidators: slices.Clone(a.RequestValidators),
		Authorizers:       slices.Clone(a.Authorizers),
		GatewayResponses:  slices.Clone(a.GatewayResponses),
	}
	d.API.Tags = nil
	return d
}

// Deploy takes a snapshot of a under meta.Id (set, new) and lists meta among the
// deployments. The Repository writes the snapshot together with a; until then no
// other node can see either.
func (a *RestAPI) Deploy(meta rest.Deployment) {
	d := a.Draft()
	d.ID, d.Created = *meta.Id, *meta.CreatedDate
	a.pending = append(a.pending, d)
	a.Deployments = append(a.Deployments, meta)
}

// Resource finds a resource by id; nil when there is none. The pointer is into a.
func (a *RestAPI) Resource(id string) *rest.Resource { return resourceByID(a.Resources, id) }

// Resource finds a resource of the snapshot by id; nil when there is none.
func (d *RestDeployment) Resource(id string) *rest.Resource { return resourceByID(d.Resources, id) }

func resourceByID(list []rest.Resource, id string) *rest.Resource {
	return find(list, func(r *rest.Resource) *string { return r.Id }, id)
}

// Model finds a model by name; nil when there is none.
func (a *RestAPI) Model(name string) *rest.Model { return modelByName(a.Models, name) }

// Model finds a model of the snapshot by name; nil when there is none.
func (d *RestDeployment) Model(name string) *rest.Model { return modelByName(d.Models, name) }

func modelByName(list []rest.Model, name string) *rest.Model {
	return find(list, func(m *rest.Model) *string { return m.Name }, name)
}

// RequestValidator finds a validator by id; nil when there is none.
func (a *RestAPI) RequestValidator(id string) *rest.RequestValidator {
	return validatorByID(a.RequestValidators, id)
}

// RequestValidator finds a validator of the snapshot by id; nil when there is
// none, which a method that names it may meet: deleting one is not refused.
func (d *RestDeployment) RequestValidator(id string) *rest.RequestValidator {
	return validatorByID(d.RequestValidators, id)
}

func validatorByID(list []rest.RequestValidator, id string) *rest.RequestValidator {
	return find(list, func(v *rest.RequestValidator) *string { return v.Id }, id)
}

// Authorizer finds an authorizer by id; nil when there is none.
func (a *RestAPI) Authorizer(id string) *rest.Authorizer { return authorizerByID(a.Authorizers, id) }

// Authorizer finds an authorizer of the snapshot by id; nil when there is none.
func (d *RestDeployment) Authorizer(id string) *rest.Authorizer {
	return authorizerByID(d.Authorizers, id)
}

func authorizerByID(list []rest.Authorizer, id string) *rest.Authorizer {
	return find(list, func(x *rest.Authorizer) *string { return x.Id }, id)
}

// Stage finds a stage by name; nil when there is none.
func (a *RestAPI) Stage(name string) *rest.Stage {
	return find(a.Stages, func(s *rest.Stage) *string { return s.StageName }, name)
}

// DeploymentInfo finds a deployment's listing by id; nil when there is none.
func (a *RestAPI) DeploymentInfo(id string) *rest.Deployment {
	return find(a.Deployments, func(d *rest.Deployment) *string { return d.Id }, id)
}

// DocumentationPart finds a part by id; nil when there is none.
func (a *RestAPI) DocumentationPart(id string) *rest.DocumentationPart {
	return find(a.DocumentationParts, func(p *rest.DocumentationPart) *string { return p.Id }, id)
}

// Documentation finds a documentation version by name; nil when there is none.
func (a *RestAPI) Documentation(version string) *RestDocumentation {
	return find(a.DocumentationVersions, func(d *RestDocumentation) *string { return d.Version.Version }, version)
}

// Verbs are the methods of a resource in alphabetic order.
func Verbs(r *rest.Resource) []string { return slices.Sorted(maps.Keys(r.ResourceMethods)) }
