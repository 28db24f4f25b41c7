package apigateway

import (
	"cmp"
	"crypto/tls"
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
	maxDomains    = 120 // per Region
	maxPolicyText = 8192
)

var (
	errNoDomain     = notFound("Invalid domain name identifier specified")
	errDomainExists = badRequest("The domain name you provided already exists.")
	errBadDomain    = badRequest("Invalid domain name specified")
	errNoEndpoint   = badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
)

func (s *service) domainOperations() []wire.Operation {
	id := wire.Query("DomainNameId")
	return []wire.Operation{
		wire.Op("CreateDomainName", "POST", domains, 201, s.createDomainName),
		wire.Op("GetDomainName", "GET", domain, 200, s.getDomainName),
		wire.Op("GetDomainNames", "GET", domains, 200, s.getDomainNames),
		wire.Op("UpdateDomainName", "PATCH", domain, 200, s.updateDomainName, id),
		wire.Op("DeleteDomainName", "DELETE", domain, 202, s.deleteDomainName),
		wire.Op("CreateBasePathMapping", "POST", mappings, 201, s.createMapping, id),
		wire.Op("GetBasePathMapping", "GET", mapping, 200, s.getMapping),
		wire.Op("GetBasePathMappings", "GET", mappings, 200, s.getMappings),
		wire.Op("UpdateBasePathMapping", "PATCH", mapping, 200, s.updateMapping, id),
		wire.Op("DeleteBasePathMapping", "DELETE", mapping, 202, s.deleteMapping),
		wire.Op("CreateDomainNameAccessAssociation", "POST", associations, 201, s.createAccess),
		wire.Op("GetDomainNameAccessAssociations", "GET", associations, 200, s.getAccesses),
		wire.Op("DeleteDomainNameAccessAssociation", "DELETE", associations+"/{DomainNameAccessAssociationArn}", 202, s.deleteAccess),
		wire.Op("RejectDomainNameAccessAssociation", "POST", "/rejectdomainnameaccessassociations", 202, s.rejectAccess,
			wire.Query("DomainNameAccessAssociationArn", "DomainNameArn")),
	}
}

func (s *service) createDomainName(c *wire.Call, in *v1.CreateDomainNameInput) (*v1.CreateDomainNameOutput, error) {
	n, err := s.repo.Domains().Count(c.Context, c.Region)
	if err == nil {
		err = room(c, n, maxDomains, "domain names", "account")
	}
	if err != nil {
		return nil, storeError(err)
	}
	d, err := s.newDomain(c, in)
	if err != nil {
		return nil, err
	}
	for {
		d.Settle(c.Account, newID)
		err := s.repo.Domains().Create(c.Context, d)
		if !errors.Is(err, store.ErrConflict) {
			return reply[v1.CreateDomainNameOutput](&d.Domain), storeError(err)
		}
		if d.Domain.DomainNameId == nil {
			return nil, errDomainExists
		}
		d.Domain.DomainNameId = nil // taken: another one
	}
}

// newDomain makes a domain, without what AWS makes for it, from what a client
// says.
func (s *service) newDomain(c *wire.Call, in *v1.CreateDomainNameInput) (*definition.Domain, error) {
	d := &definition.Domain{Region: c.Region, Created: s.Now().UTC()}
	v := &d.Domain
	copyMembers(v, in)
	tidy(v)
	v.DomainNameStatus = types.DomainNameStatusAvailable
	if in.EndpointConfiguration == nil {
		v.EndpointConfiguration = &types.EndpointConfiguration{}
	}
	if len(v.EndpointConfiguration.Types) == 0 {
		v.EndpointConfiguration.Types = []types.EndpointType{types.EndpointTypeEdge}
	}
	fillDomain(v)
	v.MutualTlsAuthentication = mutualTLS(in.MutualTlsAuthentication)
	if v.Tags = in.Tags; len(in.Tags) == 0 {
		v.Tags = nil
	}
	uploaded, err := uploadedCertificate(in)
	if err != nil {
		return nil, err
	}
	if d.Uploaded = uploaded; uploaded != nil || hasCertificate(v) {
		v.CertificateUploadDate = ptr(s.now())
	}
	if len(v.EndpointConfiguration.Types) > 1 {
		return nil, badRequest("Cannot create a domain name with multiple Endpoint Types.")
	}
	return d, cmp.Or(checkDomain(d), checkTags(v.Tags))
}

// fillDomain sets the defaults of what has none yet.
func fillDomain(v *types.DomainName) {
	if v.SecurityPolicy == "" {
		v.SecurityPolicy = types.SecurityPolicyTls12
	}
	if v.RoutingMode == "" {
		v.RoutingMode = types.RoutingModeBasePathMappingOnly
	}
	e := v.EndpointConfiguration
	if e.IpAddressType != "" {
		return
	}
	if e.IpAddressType = types.IpAddressTypeIpv4; slices.Contains(e.Types, types.EndpointTypePrivate) {
		e.IpAddressType = types.IpAddressTypeDualstack
	}
}

func mutualTLS(in *types.MutualTlsAuthenticationInput) *types.MutualTlsAuthentication {
	if in == nil || in.TruststoreUri == nil && in.TruststoreVersion == nil {
		return nil
	}
	return &types.MutualTlsAuthentication{TruststoreUri: in.TruststoreUri, TruststoreVersion: in.TruststoreVersion}
}

// uploadedCertificate reads the certificate that comes in the call itself.
func uploadedCertificate(in *v1.CreateDomainNameInput) (*definition.UploadedCertificate, error) {
	body, key := str(in.CertificateBody), str(in.CertificatePrivateKey)
	if body == "" && key == "" && str(in.CertificateChain) == "" {
		return nil, nil
	}
	if _, err := tls.X509KeyPair([]byte(body), []byte(key)); err != nil {
		return nil, badRequest("Invalid certificate specified").Wrap(err)
	}
	return &definition.UploadedCertificate{Body: body, Chain: str(in.CertificateChain), Key: definition.PrivateKey(key)}, nil
}

func hasCertificate(v *types.DomainName) bool {
	return v.CertificateArn != nil || v.CertificateName != nil || v.RegionalCertificateArn != nil || v.RegionalCertificateName != nil
}

// checkDomain checks a domain as a whole, after any change.
func checkDomain(d *definition.Domain) error {
	v := &d.Domain
	kinds, mtls := v.EndpointConfiguration.Types, v.MutualTlsAuthentication
	private := d.Has(types.EndpointTypePrivate)
	switch {
	case !definition.ValidDomainName(str(v.DomainName)):
		return errBadDomain
	case len(kinds) == 0:
		return errNoEndpoint
	case private && len(kinds) > 1:
		return badRequest("Cannot combine PRIVATE with other endpoint types")
	case private && v.EndpointConfiguration.IpAddressType != types.IpAddressTypeDualstack:
		return badRequest("Only dualstack ipAddressType is supported for Private domain names.")
	case !private && (v.Policy != nil || v.ManagementPolicy != nil):
		return badRequest("Policies are supported for private custom domain names only")
	case len(str(v.Policy)) > maxPolicyText || len(str(v.ManagementPolicy)) > maxPolicyText:
		return badRequest("Invalid policy document. It can have at most %d characters", maxPolicyText)
	case mtls != nil && !d.Has(types.EndpointTypeRegional):
		return badRequest("Mutual TLS is supported for REGIONAL domain names only")
	case mtls != nil && !strings.HasPrefix(str(mtls.TruststoreUri), "s3://"):
		return badRequest("Invalid truststoreUri specified: it must be an s3:// URI")
	}
	return checkARNs(v.CertificateArn, v.RegionalCertificateArn, v.OwnershipVerificationCertificateArn)
}

func checkARNs(list ...*string) error {
	for _, arn := range list {
		if arn != nil && !wellFormed(*arn) {
			return badRequest("Invalid ARN. ARN is not well formed %s", *arn)
		}
	}
	return nil
}

// domain reads a domain. A private one is found by its name with its id only.
func (s *service) domain(c *wire.Call, name, id *string) (*definition.Domain, error) {
	d, err := s.repo.Domains().Get(c.Context, c.Region, definition.DomainID(str(name), id))
	if err != nil {
		return nil, gone(err, errNoDomain)
	}
	return d, nil
}

func (s *service) changeDomain(c *wire.Call, name, id *string, f func(*definition.Domain) error) error {
	return gone(s.repo.Domains().Change(c.Context, c.Region, definition.DomainID(str(name), id), f), errNoDomain)
}

func (s *service) getDomainName(c *wire.Call, in *v1.GetDomainNameInput) (*v1.GetDomainNameOutput, error) {
	d, err := s.domain(c, in.DomainName, in.DomainNameId)
	if err != nil {
		return nil, err
	}
	d.Domain.Tags = shown(d.Domain.Tags)
	return reply[v1.GetDomainNameOutput](&d.Domain), nil
}

// getDomainNames lists the account's own domains: it is alone here, so others
// have none to show.
func (s *service) getDomainNames(c *wire.Call, in *v1.GetDomainNamesInput) (*v1.GetDomainNamesOutput, error) {
	list, err := s.repo.Domains().List(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	s.logUnread("domain names", err)
	if in.ResourceOwner == types.ResourceOwnerOtherAccounts {
		list = nil
	}
	key := func(d *definition.Domain) string { return oldestFirst(d.Created, *d.Domain.DomainNameArn) }
	part, next, err := page(list, key, in.Limit, in.Position)
	items := make([]types.DomainName, len(part))
	for i, d := range part {
		items[i] = d.Domain
	}
	return &v1.GetDomainNamesOutput{Items: items, Position: next}, err
}

// deleteDomainName removes the domain with its mappings and rules, which are in
// its document, and with who may use it.
func (s *service) deleteDomainName(c *wire.Call, in *v1.DeleteDomainNameInput) (*v1.DeleteDomainNameOutput, error) {
	d, err := s.domain(c, in.DomainName, in.DomainNameId)
	if err != nil {
		return nil, err
	}
	if err := s.repo.Domains().Delete(c.Context, c.Region, definition.DomainID(str(in.DomainName), in.DomainNameId), nil); err != nil {
		return nil, gone(err, errNoDomain)
	}
	return nil, s.forgetAccesses(c, *d.Domain.DomainNameArn)
}
