package apigatewayv2

import (
	"errors"
	"strings"
	"time"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

const (
	linkPending   = "VPC link is provisioning ENIs"
	linkAvailable = "VPC link is ready to route traffic"

	maxLinkMembers = 100 // subnets or security groups of a link, ours
)

// createVPCLink answers PENDING, as AWS does while it works. Here nothing has to
// be made, so the link is stored as AVAILABLE and the next look shows that.
func (s *service) createVPCLink(c *wire.Call, in *v2.CreateVpcLinkInput) (*v2.CreateVpcLinkOutput, error) {
	l := types.VpcLink{CreatedDate: ptr(s.now()), VpcLinkVersion: types.VpcLinkVersionV2,
		VpcLinkStatus: types.VpcLinkStatusAvailable, VpcLinkStatusMessage: ptr(linkAvailable)}
	merge(&l, in)
	if err := checkVPCLink(&l); err != nil {
		return nil, err
	}
	if err := s.roomForVPCLink(c); err != nil {
		return nil, err
	}
	for {
		l.VpcLinkId = ptr(newID(vpcLinkIDLength))
		err := s.repo.CreateVPCLink(c.Context, &definition.VPCLink{Region: c.Region, Link: l})
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return nil, storeError(err)
		}
		l.VpcLinkStatus, l.VpcLinkStatusMessage = types.VpcLinkStatusPending, ptr(linkPending)
		return reply[v2.CreateVpcLinkOutput](linkView(l)), nil
	}
}

func checkVPCLink(l *types.VpcLink) error {
	if err := checkName(l.Name, maxName); err != nil {
		return err
	}
	if n := len(l.SubnetIds); n == 0 || n > maxLinkMembers {
		return badRequest("A VPC link needs 1 to %d subnet ids", maxLinkMembers)
	}
	if len(l.SecurityGroupIds) > maxLinkMembers {
		return badRequest("A VPC link can have at most %d security group ids", maxLinkMembers)
	}
	return checkTags(l.Tags)
}

func (s *service) roomForVPCLink(c *wire.Call) error {
	links, err := s.repo.VPCLinks(c.Context, c.Region)
	if links == nil {
		return storeError(err)
	}
	return room(len(links), s.Limits.VPCLinks, "VPC links", "account")
}

// vpcLink reads a link of the call's Region.
func (s *service) vpcLink(c *wire.Call, id *string) (*definition.VPCLink, error) {
	l, err := s.repo.VPCLink(c.Context, str(id))
	if errors.Is(err, store.ErrNotFound) || err == nil && l.Region != c.Region {
		return nil, errNoVPCLink
	}
	return l, storeError(err)
}

func (s *service) changeVPCLink(c *wire.Call, id *string, f func(*definition.VPCLink) error) error {
	err := s.repo.ChangeVPCLink(c.Context, str(id), func(l *definition.VPCLink) error {
		if l.Region != c.Region {
			return errNoVPCLink
		}
		return f(l)
	})
	if errors.Is(err, store.ErrNotFound) {
		return errNoVPCLink
	}
	return storeError(err)
}

func (s *service) getVPCLink(c *wire.Call, in *v2.GetVpcLinkInput) (*v2.GetVpcLinkOutput, error) {
	l, err := s.vpcLink(c, in.VpcLinkId)
	if err != nil {
		return nil, err
	}
	return reply[v2.GetVpcLinkOutput](linkView(l.Link)), nil
}

func (s *service) getVPCLinks(c *wire.Call, in *v2.GetVpcLinksInput) (*v2.GetVpcLinksOutput, error) {
	list, err := s.repo.VPCLinks(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	if err != nil {
		s.Log.Error("some VPC links cannot be listed", "err", err)
	}
	views := make([]types.VpcLink, len(list))
	for i, l := range list {
		views[i] = *linkView(l.Link)
	}
	key := func(l types.VpcLink) string { return l.CreatedDate.Format(time.RFC3339) + *l.VpcLinkId }
	items, next, err := page(views, key, in.MaxResults, in.NextToken)
	return &v2.GetVpcLinksOutput{Items: items, NextToken: next}, err
}

func (s *service) updateVPCLink(c *wire.Call, in *v2.UpdateVpcLinkInput) (*v2.UpdateVpcLinkOutput, error) {
	var changed types.VpcLink
	err := s.changeVPCLink(c, in.VpcLinkId, func(l *definition.VPCLink) error {
		merge(&l.Link, in)
		changed = l.Link
		return checkName(l.Link.Name, maxName)
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.UpdateVpcLinkOutput](linkView(changed)), nil
}

// deleteVPCLink refuses while an integration uses the link. An integration that
// comes to use it at the same moment is left with a link that is gone, as one
// that names a wrong id is.
func (s *service) deleteVPCLink(c *wire.Call, in *v2.DeleteVpcLinkInput) (*v2.DeleteVpcLinkOutput, error) {
	id := str(in.VpcLinkId)
	if _, err := s.vpcLink(c, &id); err != nil {
		return nil, err
	}
	list, err := s.repo.List(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	if users := linkUsers(list, id); len(users) > 0 {
		return nil, badRequest("Cannot delete vpc link. Vpc link '%s', is referenced in [%s] in format of [ApiId:IntegrationId].", id, strings.Join(users, ", "))
	}
	err = s.repo.DeleteVPCLink(c.Context, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, errNoVPCLink
	}
	return nil, storeError(err)
}

func linkUsers(list []*definition.HTTPAPI, id string) []string {
	var users []string
	for _, a := range list {
		for _, i := range a.Integrations {
			if str(i.ConnectionId) == id {
				users = append(users, a.ID()+":"+*i.IntegrationId)
			}
		}
	}
	return users
}

// linkView is a VPC link as it is shown.
func linkView(l types.VpcLink) *types.VpcLink {
	l.Tags = shown(l.Tags)
	if l.SecurityGroupIds == nil {
		l.SecurityGroupIds = []string{}
	}
	return &l
}
