package apigateway

import (
	"regexp"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) resourceOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateResource", "POST", resources+"/{ParentId}", 201, s.createResource),
		wire.Op("GetResource", "GET", resource, 200, s.getResource),
		wire.Op("GetResources", "GET", resources, 200, s.getResources),
		wire.Op("UpdateResource", "PATCH", resource, 200, s.updateResource),
		wire.Op("DeleteResource", "DELETE", resource, 202, s.deleteResource),
	}
}

// pathPart is one literal, or a variable alone.
var pathPart = regexp.MustCompile(`^([a-zA-Z0-9._:,-]+|\{[a-zA-Z0-9._:-]+\+?\})$`)

var (
	errPathPart = badRequest("Resource's path part only allow a-zA-Z0-9._-: and curly braces at the beginning and the end and an optional plus sign before the closing brace.")
	errCyclical = badRequest("Resources cannot be cyclical.")
	errRootPart = badRequest("Root resource cannot update its pathPart.")
	errRootMove = badRequest("Root resource cannot update its parentId.")
	errRootStay = badRequest("Root resource cannot be deleted.")
)

// AddResource makes a child of a resource. Its errors are AWS's.
func AddResource(a *definition.RestAPI, parentID, part string) (*types.Resource, error) {
	parent := a.Resource(parentID)
	if parent == nil {
		return nil, errNoResource
	}
	r := types.Resource{ParentId: parent.Id, PathPart: &part,
		Id: freeID(childIDLength, func(id string) bool { return a.Resource(id) != nil })}
	if err := checkPlace(a, &r); err != nil {
		return nil, err
	}
	r.Path = ptr(joinPath(*parent.Path, part))
	a.Resources = append(a.Resources, r)
	return &a.Resources[len(a.Resources)-1], nil
}

// Root is an API's root resource; every API has one.
func Root(a *definition.RestAPI) *types.Resource { return a.Resource(str(a.API.RootResourceId)) }

func joinPath(parent, part string) string { return strings.TrimSuffix(parent, "/") + "/" + part }

// checkPlace refuses a resource that can't be where its ParentId and PathPart
// put it.
func checkPlace(a *definition.RestAPI, r *types.Resource) error {
	if !pathPart.MatchString(str(r.PathPart)) {
		return errPathPart
	}
	parent := a.Resource(str(r.ParentId))
	if parent == nil {
		return errNoResource
	}
	if isGreedy(str(parent.PathPart)) {
		return greedyParent(*parent.PathPart)
	}
	for i := range a.Resources {
		sibling := &a.Resources[i]
		if str(sibling.ParentId) != *r.ParentId || *sibling.Id == *r.Id {
			continue
		}
		if *sibling.PathPart == *r.PathPart {
			return conflict("Another resource with the same parent already has this name: %s", *r.PathPart)
		}
		if isVariable(*sibling.PathPart) && isVariable(*r.PathPart) {
			return badRequest("A sibling (%s) of this resource already has a variable path part -- only one is allowed", *sibling.PathPart)
		}
	}
	return nil
}

func greedyParent(part string) error {
	return badRequest("Cannot create a child of a resource with a greedy path variable: %s", part)
}

func isVariable(part string) bool { return strings.HasPrefix(part, "{") }

func isGreedy(part string) bool { return strings.HasSuffix(part, "+}") }

func (s *service) createResource(c *wire.Call, in *v1.CreateResourceInput) (*v1.CreateResourceOutput, error) {
	var made types.Resource
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if err := room(c, len(a.Resources), s.Limits.Resources, "resources", "API"); err != nil {
			return err
		}
		r, err := AddResource(a, str(in.ParentId), str(in.PathPart))
		if err == nil {
			made = *r
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.CreateResourceOutput](&made), nil
}

func (s *service) getResource(c *wire.Call, in *v1.GetResourceInput) (*v1.GetResourceOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	r := a.Resource(str(in.ResourceId))
	if r == nil {
		return nil, errNoResource
	}
	return reply[v1.GetResourceOutput](resourceView(*r, in.Embed)), nil
}

func (s *service) getResources(c *wire.Call, in *v1.GetResourcesInput) (*v1.GetResourcesOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := page(a.Resources, func(r types.Resource) string { return *r.Path }, in.Limit, in.Position)
	for i := range items {
		items[i] = *resourceView(items[i], in.Embed)
	}
	return &v1.GetResourcesOutput{Items: items, Position: next}, err
}

// resourceView is a resource as it is shown: methods are empty unless embedded.
func resourceView(r types.Resource, embed []string) *types.Resource {
	if len(r.ResourceMethods) == 0 {
		r.ResourceMethods = nil
		return &r
	}
	shown := make(map[string]types.Method, len(r.ResourceMethods))
	for verb, m := range r.ResourceMethods {
		if shown[verb] = (types.Method{}); slices.Contains(embed, "methods") {
			shown[verb] = m
		}
	}
	r.ResourceMethods = shown
	return &r
}

var resourcePatches = patchRules[types.Resource]{
	listed: "/parentId, /pathPart",
	rules: []rule[types.Resource]{
		{"/pathPart", "replace", func(r *types.Resource, p patchOp) error {
			if r.ParentId == nil {
				return errRootPart
			}
			r.PathPart = &p.value
			return nil
		}},
		{"/parentId", "replace", func(r *types.Resource, p patchOp) error {
			if r.ParentId == nil {
				return errRootMove
			}
			r.ParentId = &p.value
			return nil
		}},
	},
}

func (s *service) updateResource(c *wire.Call, in *v1.UpdateResourceInput) (*v1.UpdateResourceOutput, error) {
	var changed types.Resource
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		r := a.Resource(str(in.ResourceId))
		if r == nil {
			return errNoResource
		}
		if err := resourcePatches.apply(r, in.PatchOperations); err != nil {
			return err
		}
		err := moved(a, r)
		changed = *r
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateResourceOutput](resourceView(changed, nil)), nil
}

// moved checks a resource's new place and gives it and all below their paths.
func moved(a *definition.RestAPI, r *types.Resource) error {
	if r.ParentId == nil {
		return nil
	}
	below := subtree(a, *r.Id)
	if below[*r.ParentId] {
		return errCyclical
	}
	if err := checkPlace(a, r); err != nil {
		return err
	}
	if isGreedy(*r.PathPart) && len(below) > 1 {
		return greedyParent(*r.PathPart)
	}
	repath(a, r)
	return nil
}

func repath(a *definition.RestAPI, r *types.Resource) {
	r.Path = ptr(joinPath(*a.Resource(*r.ParentId).Path, *r.PathPart))
	for i := range a.Resources {
		if child := &a.Resources[i]; str(child.ParentId) == *r.Id {
			repath(a, child)
		}
	}
}

// subtree is the ids of a resource and of all below it.
func subtree(a *definition.RestAPI, id string) map[string]bool {
	ids := map[string]bool{id: true}
	for grown := true; grown; {
		grown = false
		for _, r := range a.Resources {
			if ids[str(r.ParentId)] && !ids[*r.Id] {
				ids[*r.Id], grown = true, true
			}
		}
	}
	return ids
}

// RemoveResource deletes a resource with all below it.
func RemoveResource(a *definition.RestAPI, id string) error {
	r := a.Resource(id)
	if r == nil {
		return errNoResource
	}
	if r.ParentId == nil {
		return errRootStay
	}
	gone := subtree(a, id)
	a.Resources = slices.DeleteFunc(a.Resources, func(r types.Resource) bool { return gone[*r.Id] })
	return nil
}

func (s *service) deleteResource(c *wire.Call, in *v1.DeleteResourceInput) (*v1.DeleteResourceOutput, error) {
	return nil, s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		return RemoveResource(a, str(in.ResourceId))
	})
}
