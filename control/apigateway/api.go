package apigateway

import (
	"errors"
	"time"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

func (s *service) apiOperations() []wire.Operation {
	return append([]wire.Operation{
		wire.Op("CreateRestApi", "POST", apis, 201, s.createAPI),
		wire.Op("GetRestApi", "GET", api, 200, s.getAPI),
		wire.Op("GetRestApis", "GET", apis, 200, s.getAPIs),
		wire.Op("UpdateRestApi", "PATCH", api, 200, s.updateAPI),
		wire.Op("DeleteRestApi", "DELETE", api, 202, s.deleteAPI),
	}, s.importOperations()...)
}

var errIDTaken = conflict("API identifier already exists")

func (s *service) createAPI(c *wire.Call, in *v1.CreateRestApiInput) (*v1.CreateRestApiOutput, error) {
	if in.Description != nil && *in.Description == "" {
		return nil, badRequest("Description cannot be an empty string")
	}
	a, err := s.newAPI(c, in)
	if err != nil {
		return nil, err
	}
	if err := s.insertAPI(c, a); err != nil {
		return nil, err
	}
	view := apiView(a)
	if view.Tags = nil; in.Tags != nil {
		view.Tags = in.Tags
	}
	return reply[v1.CreateRestApiOutput](view), nil
}

// newAPI is what a CreateRestApi asks for, without an id.
func (s *service) newAPI(c *wire.Call, in *v1.CreateRestApiInput) (*definition.RestAPI, error) {
	a, err := s.template(c, in.CloneFrom)
	if err != nil {
		return nil, err
	}
	base := &a.API
	clone := *base
	copyMembers(base, in)
	base.Id, base.RootResourceId, base.CreatedDate = nil, nil, ptr(s.now())
	if in.CloneFrom != nil {
		inherit(base, &clone)
	}
	if base.ApiKeySource == "" {
		base.ApiKeySource = types.ApiKeySourceTypeHeader
	}
	base.BinaryMediaTypes = unique(base.BinaryMediaTypes)
	tidy(base)
	if err := prepareEndpoint(base); err != nil {
		return nil, err
	}
	return a, checkAPI(base)
}

// template is what a new API has before anything is said of it.
func (s *service) template(c *wire.Call, from *string) (*definition.RestAPI, error) {
	if from == nil {
		a := emptyAPI(c.Region, s.now())
		a.Models = defaultModels()
		return a, nil
	}
	a, err := s.api(c, from)
	if err != nil {
		return nil, err
	}
	a.Stages, a.Deployments, a.DocumentationVersions, a.API.Tags = nil, nil, nil, nil
	return a, nil
}

// emptyAPI has a root resource and nothing else, not even an id.
func emptyAPI(region string, now time.Time) *definition.RestAPI {
	return &definition.RestAPI{
		Region: region,
		API: types.RestApi{
			ApiKeySource: types.ApiKeySourceTypeHeader, CreatedDate: &now,
			EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeEdge}, IpAddressType: types.IpAddressTypeIpv4},
		},
		Resources: []types.Resource{{Id: ptr(newID(apiIDLength)), Path: ptr("/")}},
	}
}

// inherit takes from the API that is cloned what the call left open.
func inherit(base, clone *types.RestApi) {
	if base.ApiKeySource == "" {
		base.ApiKeySource = clone.ApiKeySource
	}
	if base.EndpointConfiguration == nil {
		base.EndpointConfiguration = clone.EndpointConfiguration
	}
	if base.BinaryMediaTypes == nil {
		base.BinaryMediaTypes = clone.BinaryMediaTypes
	}
	if base.MinimumCompressionSize == nil {
		base.MinimumCompressionSize = clone.MinimumCompressionSize
	}
	if base.Policy == nil {
		base.Policy = clone.Policy
	}
	if base.Description == nil {
		base.Description = clone.Description
	}
	if base.Version == nil {
		base.Version = clone.Version
	}
}

// insertAPI writes the API under the id that its tag chooses, or under a random
// one that is free.
func (s *service) insertAPI(c *wire.Call, a *definition.RestAPI) error {
	custom, chosen := a.API.Tags[customIDTag]
	if chosen && !customID.MatchString(custom) {
		return badRequest("Invalid API identifier in tag %s: it must be 1 to 63 characters [a-z0-9-], and neither begin nor end with -", customIDTag)
	}
	if err := s.roomForAPI(c); err != nil {
		return err
	}
	policy := a.API.Policy
	for {
		a.API.Id = ptr(newID(apiIDLength))
		if chosen {
			a.API.Id = &custom
		}
		if err := s.bind(c, a, policy); err != nil {
			return err
		}
		err := s.repo.CreateRest(c.Context, a)
		if !errors.Is(err, store.ErrConflict) {
			return storeError(err)
		}
		if chosen {
			return errIDTaken
		}
	}
}

// bind fills in what depends on the API's id.
func (s *service) bind(c *wire.Call, a *definition.RestAPI, policy *string) error {
	a.API.RootResourceId = a.Resources[0].Id
	renameModels(a, *a.API.Id)
	if policy == nil {
		return nil
	}
	text, err := Policy(*policy, c.Region, c.Account, *a.API.Id)
	a.API.Policy = &text
	return err
}

// roomForAPI looks at the quota. Two creates at one time may both find the last
// place free; it guards the machine, not an invoice.
func (s *service) roomForAPI(c *wire.Call) error {
	if s.Limits.APIs < 0 {
		return nil
	}
	n, err := s.repo.Count(c.Context, c.Region)
	if err != nil {
		return storeError(err)
	}
	return room(c, n, s.Limits.APIs, "APIs", "account")
}

func (s *service) getAPI(c *wire.Call, in *v1.GetRestApiInput) (*v1.GetRestApiOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	return reply[v1.GetRestApiOutput](apiView(a)), nil
}

func (s *service) getAPIs(c *wire.Call, in *v1.GetRestApisInput) (*v1.GetRestApisOutput, error) {
	list, err := s.repo.Rests(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	if err != nil {
		s.Log.Error("some APIs cannot be listed", "err", err)
	}
	views := make([]types.RestApi, len(list))
	for i, a := range list {
		if views[i] = *apiView(a); len(views[i].Tags) == 0 {
			views[i].Tags = nil
		}
	}
	items, next, err := page(views, createdThenID, in.Limit, in.Position)
	return &v1.GetRestApisOutput{Items: items, Position: next}, err
}

func createdThenID(a types.RestApi) string { return a.CreatedDate.Format(time.RFC3339) + *a.Id }

func (s *service) updateAPI(c *wire.Call, in *v1.UpdateRestApiInput) (*v1.UpdateRestApiOutput, error) {
	var changed *definition.RestAPI
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		changed = a
		before := str(a.API.Policy)
		if err := apiPatches.apply(&a.API, in.PatchOperations); err != nil {
			return err
		}
		tidy(&a.API)
		if err := checkEndpoint(&a.API); err != nil {
			return err
		}
		if p := a.API.Policy; p != nil && *p != before {
			text, err := Policy(*p, c.Region, c.Account, a.ID())
			if err != nil {
				return err
			}
			a.API.Policy = &text
		}
		return checkAPI(&a.API)
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateRestApiOutput](apiView(changed)), nil
}

func (s *service) deleteAPI(c *wire.Call, in *v1.DeleteRestApiInput) (*v1.DeleteRestApiOutput, error) {
	id := str(in.RestApiId)
	if err := s.checkUnmapped(c, id); err != nil {
		return nil, err
	}
	err := s.repo.DeleteRest(c.Context, id, func(a *definition.RestAPI) error {
		if a.Region != c.Region {
			return store.ErrNotFound
		}
		return nil
	})
	if err == nil {
		s.forgetStage(c, id, "")
	}
	return nil, apiError(c, id, err)
}

// forgetStage takes a deleted stage, or with "" all of a deleted API, out of
// the usage plans. The deletion itself is done: a failure is only logged.
func (s *service) forgetStage(c *wire.Call, apiID, stage string) {
	if err := s.repo.ForgetStage(c.Context, c.Region, apiID, stage); err != nil {
		s.Log.Warn("usage plans still name a deleted stage", "api", apiID, "stage", stage, "error", err)
	}
}

// checkUnmapped refuses while a domain leads to the API.
func (s *service) checkUnmapped(c *wire.Call, id string) error {
	domains, err := s.repo.MappedDomains(c.Context, c.Region, id)
	if err != nil {
		return storeError(err)
	}
	if len(domains) > 0 {
		return badRequest("Deleting RestApi %s failed. Please remove all base path mappings related to the RestApi in your domains: %s.", id, domains[0])
	}
	return nil
}

// apiView is an API as it is shown.
func apiView(a *definition.RestAPI) *types.RestApi {
	v := a.API
	v.Tags = shown(v.Tags)
	if v.Policy != nil {
		v.Policy = ptr(escapePolicy(*v.Policy))
	}
	return &v
}
