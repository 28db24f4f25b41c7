package apigateway

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

const (
	linkReady = "Your vpc link is ready for use"
	maxLinks  = 20 // per Region
)

var errNoLink = notFound("Invalid Vpc Link identifier specified")

func (s *service) vpcLinkOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateVpcLink", "POST", vpcLinks, 202, s.createVPCLink),
		wire.Op("GetVpcLink", "GET", vpcLink, 200, s.getVPCLink),
		wire.Op("GetVpcLinks", "GET", vpcLinks, 200, s.getVPCLinks),
		wire.Op("UpdateVpcLink", "PATCH", vpcLink, 200, s.updateVPCLink),
		wire.Op("DeleteVpcLink", "DELETE", vpcLink, 202, s.deleteVPCLink),
	}
}

// createVPCLink answers PENDING, as AWS does while it works. Here nothing has to
// be made, so the link is stored as AVAILABLE and the next look shows that.
func (s *service) createVPCLink(c *wire.Call, in *v1.CreateVpcLinkInput) (*v1.CreateVpcLinkOutput, error) {
	l := types.VpcLink{Name: in.Name, Description: in.Description, TargetArns: in.TargetArns, Tags: in.Tags,
		Status: types.VpcLinkStatusAvailable, StatusMessage: ptr(linkReady)}
	if err := cmp.Or(checkLink(&l), checkTags(l.Tags)); err != nil {
		return nil, err
	}
	tidy(&l)
	n, err := s.repo.RESTVPCLinks().Count(c.Context, c.Region)
	if err == nil {
		err = room(c, n, maxLinks, "VPC links", "account")
	}
	if err != nil {
		return nil, storeError(err)
	}
	for {
		l.Id = ptr(newID(childIDLength))
		err := s.repo.RESTVPCLinks().Create(c.Context, &definition.RESTVPCLink{Region: c.Region, Created: s.Now().UTC(), Link: l})
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		l.Status, l.StatusMessage = types.VpcLinkStatusPending, nil
		return reply[v1.CreateVpcLinkOutput](&l), storeError(err)
	}
}

func checkLink(l *types.VpcLink) error {
	if str(l.Name) == "" {
		return badRequest("Name cannot be empty")
	}
	if len(l.TargetArns) != 1 {
		return badRequest("A VPC link needs exactly one target ARN")
	}
	if arn := l.TargetArns[0]; !wellFormed(arn) {
		return badRequest("Invalid ARN. ARN is not well formed %s", arn)
	}
	return nil
}

// wellFormed reports whether arn has the six parts of an ARN, the last not empty.
func wellFormed(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	return len(parts) == 6 && parts[0] == "arn" && parts[1] != "" && parts[2] != "" && parts[5] != ""
}

func (s *service) getVPCLink(c *wire.Call, in *v1.GetVpcLinkInput) (*v1.GetVpcLinkOutput, error) {
	doc, err := s.repo.RESTVPCLinks().Get(c.Context, c.Region, str(in.VpcLinkId))
	if err != nil {
		return nil, gone(err, errNoLink)
	}
	doc.Link.Tags = shown(doc.Link.Tags)
	return reply[v1.GetVpcLinkOutput](&doc.Link), nil
}

func (s *service) getVPCLinks(c *wire.Call, in *v1.GetVpcLinksInput) (*v1.GetVpcLinksOutput, error) {
	list, err := s.repo.RESTVPCLinks().List(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	s.logUnread("VPC links", err)
	key := func(d *definition.RESTVPCLink) string { return oldestFirst(d.Created, *d.Link.Id) }
	part, next, err := page(list, key, in.Limit, in.Position)
	items := make([]types.VpcLink, len(part))
	for i, d := range part {
		items[i] = d.Link
	}
	return &v1.GetVpcLinksOutput{Items: items, Position: next}, err
}

func (s *service) updateVPCLink(c *wire.Call, in *v1.UpdateVpcLinkInput) (*v1.UpdateVpcLinkOutput, error) {
	var l types.VpcLink
	err := s.repo.RESTVPCLinks().Change(c.Context, c.Region, str(in.VpcLinkId), func(d *definition.RESTVPCLink) error {
		for _, op := range in.PatchOperations {
			err := edits{
				"/name":        text(&d.Link.Name, replaceOnly),
				"/description": text(&d.Link.Description, replaceOnly),
			}.apply(op, "/name", "/description")
			if err != nil {
				return err
			}
		}
		l = d.Link
		return checkLink(&l)
	})
	if err != nil {
		return nil, gone(err, errNoLink)
	}
	l.Tags = shown(l.Tags)
	return reply[v1.UpdateVpcLinkOutput](&l), nil
}

// deleteVPCLink refuses while an integration uses the link, in an API as it is
// now or as a stage serves it.
func (s *service) deleteVPCLink(c *wire.Call, in *v1.DeleteVpcLinkInput) (*v1.DeleteVpcLinkOutput, error) {
	id := str(in.VpcLinkId)
	if _, err := s.repo.RESTVPCLinks().Get(c.Context, c.Region, id); err != nil {
		return nil, gone(err, errNoLink)
	}
	users, err := s.linkUsers(c, id)
	if err != nil {
		return nil, storeError(err)
	}
	if len(users) > 0 {
		return nil, badRequest("Cannot delete vpc link. Vpc link '%s', is referenced in [%s] in format of [RESTApiId:Method:Resource:Stage].", id, strings.Join(users, ", "))
	}
	return nil, gone(s.repo.RESTVPCLinks().Delete(c.Context, c.Region, id, nil), errNoLink)
}

// linkUsers names the methods that use a link, once for each stage of their API.
func (s *service) linkUsers(c *wire.Call, id string) ([]string, error) {
	list, err := s.repo.Rests(c.Context, c.Region)
	if list == nil {
		return nil, err
	}
	var users []string
	for _, a := range list {
		if len(a.Stages) == 0 {
			users = append(users, linkMethods(a.ID(), "", a.Resources, id)...)
		}
		for _, st := range a.Stages {
			users = append(users, linkMethods(a.ID(), *st.StageName, a.Resources, id)...)
			d, err := s.repo.RestDeployment(c.Context, a.ID(), str(st.DeploymentId))
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			users = append(users, linkMethods(a.ID(), *st.StageName, d.Resources, id)...)
		}
	}
	slices.Sort(users)
	return slices.Compact(users), nil
}

func linkMethods(api, stage string, list []types.Resource, id string) []string {
	var users []string
	for i := range list {
		for verb, m := range list[i].ResourceMethods {
			if m.MethodIntegration != nil && str(m.MethodIntegration.ConnectionId) == id {
				users = append(users, api+":"+verb+":"+*list[i].Id+":"+stage)
			}
		}
	}
	return users
}
