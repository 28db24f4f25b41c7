package apigateway

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

var (
	vpcEndpoint = regexp.MustCompile(`^vpce-[0-9a-zA-Z-]+$`)

	errNoAccess     = notFound("Invalid domain name access association identifier specified")
	errAccessExists = conflict("The domain name access association already exists")
)

// createAccess lets a VPC endpoint use a private domain.
func (s *service) createAccess(c *wire.Call, in *v1.CreateDomainNameAccessAssociationInput) (*v1.CreateDomainNameAccessAssociationOutput, error) {
	d, err := s.privateDomain(c, str(in.DomainNameArn))
	if err != nil {
		return nil, err
	}
	source := str(in.AccessAssociationSource)
	if !vpcEndpoint.MatchString(source) {
		return nil, badRequest("Invalid accessAssociationSource specified: %s", source)
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	a := &definition.DomainAccess{Region: c.Region, Created: s.Now().UTC(), Association: types.DomainNameAccessAssociation{
		AccessAssociationSource: &source, AccessAssociationSourceType: in.AccessAssociationSourceType, DomainNameArn: in.DomainNameArn, Tags: in.Tags,
		DomainNameAccessAssociationArn: ptr(fmt.Sprintf("arn:aws:apigateway:%s:%s:/domainnameaccessassociations/domainname/%s/vpcesource/%s",
			c.Region, c.Account, *d.Domain.DomainName, source)),
	}}
	tidy(&a.Association)
	err = s.repo.DomainAccesses().Create(c.Context, a)
	if errors.Is(err, store.ErrConflict) {
		return nil, errAccessExists
	}
	return reply[v1.CreateDomainNameAccessAssociationOutput](&a.Association), storeError(err)
}

// privateDomain reads the private domain that an ARN names.
func (s *service) privateDomain(c *wire.Call, arn string) (*definition.Domain, error) {
	list, err := s.repo.Domains().List(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	for _, d := range list {
		if *d.Domain.DomainNameArn != arn {
			continue
		}
		if d.Domain.DomainNameId == nil {
			return nil, badRequest("Access associations are supported for private custom domain names only")
		}
		return d, nil
	}
	return nil, errNoDomain
}

// getAccesses lists the account's associations: it is alone here, so others have
// none to show.
func (s *service) getAccesses(c *wire.Call, in *v1.GetDomainNameAccessAssociationsInput) (*v1.GetDomainNameAccessAssociationsOutput, error) {
	list, err := s.repo.DomainAccesses().List(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	s.logUnread("domain name access associations", err)
	if in.ResourceOwner == types.ResourceOwnerOtherAccounts {
		list = nil
	}
	key := func(a *definition.DomainAccess) string {
		return oldestFirst(a.Created, *a.Association.DomainNameAccessAssociationArn)
	}
	part, next, err := page(list, key, in.Limit, in.Position)
	items := make([]types.DomainNameAccessAssociation, len(part))
	for i, a := range part {
		items[i] = a.Association
	}
	return &v1.GetDomainNameAccessAssociationsOutput{Items: items, Position: next}, err
}

func (s *service) deleteAccess(c *wire.Call, in *v1.DeleteDomainNameAccessAssociationInput) (*v1.DeleteDomainNameAccessAssociationOutput, error) {
	id := definition.DomainAccessID(str(in.DomainNameAccessAssociationArn))
	return nil, gone(s.repo.DomainAccesses().Delete(c.Context, c.Region, id, nil), errNoAccess)
}

// rejectAccess is how a domain's owner ends what another account has made.
func (s *service) rejectAccess(c *wire.Call, in *v1.RejectDomainNameAccessAssociationInput) (*v1.RejectDomainNameAccessAssociationOutput, error) {
	if _, err := s.privateDomain(c, str(in.DomainNameArn)); err != nil {
		return nil, err
	}
	id := definition.DomainAccessID(str(in.DomainNameAccessAssociationArn))
	err := s.repo.DomainAccesses().Delete(c.Context, c.Region, id, func(a *definition.DomainAccess) error {
		if *a.Association.DomainNameArn != str(in.DomainNameArn) {
			return store.ErrNotFound
		}
		return nil
	})
	return nil, gone(err, errNoAccess)
}

// forgetAccesses removes the associations of a domain that is gone.
func (s *service) forgetAccesses(c *wire.Call, domainARN string) error {
	list, err := s.repo.DomainAccesses().List(c.Context, c.Region)
	if list == nil {
		return storeError(err)
	}
	var failed error
	for _, a := range list {
		if *a.Association.DomainNameArn != domainARN {
			continue
		}
		err := s.repo.DomainAccesses().Delete(c.Context, c.Region, definition.DomainAccessID(*a.Association.DomainNameAccessAssociationArn), nil)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			failed = cmp.Or(failed, err)
		}
	}
	return storeError(failed)
}
