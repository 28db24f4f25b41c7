package definition

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gatehouse/store"
)

// maxDomainID bounds a domain's name with its id: 253 bytes of name (RFC 1035),
// a plus sign and the id.
const maxDomainID = 253 + 1 + 64

// CallerKeys are created by CreateCallerKey and deleted by DeleteCallerKey, which look
// after their values.
func (r *Repository) CallerKeys() Collection[CallerKey] {
	return Collection[CallerKey]{repo: r, kind: kindCallerKey, prefix: CallerKeyPrefix, valid: ValidID,
		place: func(k *CallerKey) (string, string) { return k.Region, *k.Key.Id }}
}

// UsagePlans gives the usage plans.
func (r *Repository) UsagePlans() Collection[UsagePlan] {
	return Collection[UsagePlan]{repo: r, kind: kindUsagePlan, prefix: UsagePlanPrefix, valid: ValidID,
		place: func(p *UsagePlan) (string, string) { return p.Region, *p.Plan.Id }}
}

// Domains gives the custom domain names, by DomainID.
func (r *Repository) Domains() Collection[Domain] {
	return Collection[Domain]{repo: r, kind: kindDomain, prefix: DomainPrefix, valid: validName,
		place: func(d *Domain) (string, string) { return d.Region, d.id() }}
}

// DomainAccesses gives the access associations, by DomainAccessID.
func (r *Repository) DomainAccesses() Collection[DomainAccess] {
	return Collection[DomainAccess]{repo: r, kind: kindDomainAccess, prefix: DomainAccessPrefix, valid: validName,
		place: func(a *DomainAccess) (string, string) {
			return a.Region, DomainAccessID(*a.Association.DomainNameAccessAssociationArn)
		}}
}

// RESTVPCLinks gives the VPC links of REST APIs.
func (r *Repository) RESTVPCLinks() Collection[RESTVPCLink] {
	return Collection[RESTVPCLink]{repo: r, kind: kindRESTLink, prefix: RESTLinkPrefix, valid: ValidID,
		place: func(l *RESTVPCLink) (string, string) { return l.Region, *l.Link.Id }}
}

// ClientCertificates gives the client certificates.
func (r *Repository) ClientCertificates() Collection[ClientCertificate] {
	return Collection[ClientCertificate]{repo: r, kind: kindCertificate, prefix: CertificatePrefix, valid: ValidID,
		place: func(c *ClientCertificate) (string, string) { return c.Region, *c.Certificate.ClientCertificateId }}
}

// DomainAccessID is the id of an association in its Collection, from its ARN;
// "" for what is no such ARN.
func DomainAccessID(arn string) string {
	region, path, _ := ParseARN(arn)
	id, ok := strings.CutPrefix(path, "/domainnameaccessassociations/")
	if !ok {
		return ""
	}
	return accessID(region, id)
}

func accessID(region, id string) string { return region + "/" + id }

// validName is ValidID for names that people choose.
func validName(id string) bool { return id != "" && len(id) <= maxDomainID+256 }

func (r *Repository) accounts() Collection[Account] {
	return Collection[Account]{repo: r, kind: kindAccount, prefix: AccountPrefix, valid: ValidID,
		place: func(a *Account) (string, string) { return a.Region, a.Region }}
}

// Account reads the settings of a Region; one that has none has AWS's defaults.
func (r *Repository) Account(ctx context.Context, region string) (*Account, error) {
	a, err := r.accounts().Get(ctx, region, region)
	if errors.Is(err, store.ErrNotFound) {
		return &Account{Region: region}, nil
	}
	return a, err
}

// ChangeAccount does for the settings of a Region what Change does for an API.
func (r *Repository) ChangeAccount(ctx context.Context, region string, change func(*Account) error) error {
	err := r.accounts().Change(ctx, region, region, change)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	a := &Account{Region: region}
	if err := change(a); err != nil {
		return err
	}
	err = r.accounts().Create(ctx, a)
	if errors.Is(err, store.ErrConflict) { // another call made it meanwhile
		return r.accounts().Change(ctx, region, region, change)
	}
	return err
}

// MappedDomains names the custom domains of a Region that have a mapping or a
// routing rule to an API, sorted. An API with any can't be deleted.
func (r *Repository) MappedDomains(ctx context.Context, region, apiID string) ([]string, error) {
	list, err := r.Domains().List(ctx, region)
	if list == nil {
		return nil, err
	}
	var names []string
	for _, d := range list {
		if d.leadsTo(apiID) {
			names = append(names, *d.Domain.DomainName)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func (d *Domain) leadsTo(apiID string) bool {
	for _, m := range d.Mappings {
		if *m.ApiId == apiID {
			return true
		}
	}
	for _, rule := range d.Rules {
		for _, a := range rule.Actions {
			if a.InvokeApi != nil && a.InvokeApi.ApiId != nil && *a.InvokeApi.ApiId == apiID {
				return true
			}
		}
	}
	return false
}
