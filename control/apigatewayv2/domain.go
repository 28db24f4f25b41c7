package apigatewayv2

import (
	"cmp"
	"errors"
	"strings"
	"time"

	v1types "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

const (
	maxDomains       = 120 // per Region
	mappingSelection = "$request.basepath"
)

var (
	errNoDomain     = notFound("DomainName", "Invalid domain name identifier specified")
	errDomainExists = badRequest("The domain name you provided already exists.")
	errOneConfig    = badRequest("Invalid input. Expected one domain name configuration")
)

func (s *service) domainOperations() []wire.Operation {
	const mapping, rule = mappings + "/{ApiMappingId}", rules + "/{RoutingRuleId}"
	id := wire.Query("DomainNameId")
	return []wire.Operation{
		wire.Op("CreateDomainName", "POST", domains, 201, s.createDomainName),
		wire.Op("GetDomainName", "GET", domain, 200, s.getDomainName),
		wire.Op("GetDomainNames", "GET", domains, 200, s.getDomainNames),
		wire.Op("UpdateDomainName", "PATCH", domain, 200, s.updateDomainName),
		wire.Op("DeleteDomainName", "DELETE", domain, 204, s.deleteDomainName),
		wire.Op("CreateApiMapping", "POST", mappings, 201, s.createMapping),
		wire.Op("GetApiMapping", "GET", mapping, 200, s.getMapping),
		wire.Op("GetApiMappings", "GET", mappings, 200, s.getMappings),
		wire.Op("UpdateApiMapping", "PATCH", mapping, 200, s.updateMapping),
		wire.Op("DeleteApiMapping", "DELETE", mapping, 204, s.deleteMapping),
		wire.Op("CreateRoutingRule", "POST", rules, 201, s.createRule, id),
		wire.Op("GetRoutingRule", "GET", rule, 200, s.getRule),
		wire.Op("ListRoutingRules", "GET", rules, 200, s.listRules),
		wire.Op("PutRoutingRule", "PUT", rule, 200, s.putRule, id),
		wire.Op("DeleteRoutingRule", "DELETE", rule, 204, s.deleteRule),
	}
}

// createDomainName makes a REGIONAL domain. It is the same object that
// apigateway shows, stored as that has it.
func (s *service) createDomainName(c *wire.Call, in *v2.CreateDomainNameInput) (*v2.CreateDomainNameOutput, error) {
	if err := cmp.Or(s.roomForDomain(c), checkTags(in.Tags)); err != nil {
		return nil, err
	}
	d := &definition.Domain{Region: c.Region, Created: s.Now().UTC(), Domain: v1types.DomainName{DomainName: in.DomainName, Tags: in.Tags,
		DomainNameStatus: v1types.DomainNameStatusAvailable, SecurityPolicy: v1types.SecurityPolicyTls12,
		RoutingMode: v1types.RoutingModeBasePathMappingOnly}}
	d.Domain.EndpointConfiguration = &v1types.EndpointConfiguration{
		Types: []v1types.EndpointType{v1types.EndpointTypeRegional}, IpAddressType: v1types.IpAddressTypeIpv4}
	if in.DomainNameConfigurations == nil {
		return nil, errOneConfig
	}
	if err := s.configure(c, d, in.DomainNameConfigurations, in.MutualTlsAuthentication, in.RoutingMode); err != nil {
		return nil, err
	}
	if !definition.ValidDomainName(str(in.DomainName)) {
		return nil, badRequest("Invalid domain name specified")
	}
	d.Settle(c.Account, newID)
	err := s.repo.Domains().Create(c.Context, d)
	if errors.Is(err, store.ErrConflict) {
		return nil, errDomainExists
	}
	return reply[v2.CreateDomainNameOutput](domainView(d)), storeError(err)
}

func (s *service) roomForDomain(c *wire.Call) error {
	n, err := s.repo.Domains().Count(c.Context, c.Region)
	if err != nil {
		return storeError(err)
	}
	return room(n, maxDomains, "domain names", "account")
}

// configure applies what create and update have in common. The one configuration,
// when there is any, replaces all that the domain had.
func (s *service) configure(c *wire.Call, d *definition.Domain, configs []types.DomainNameConfiguration, mtls *types.MutualTlsAuthenticationInput, mode types.RoutingMode) error {
	if configs != nil && len(configs) != 1 {
		return errOneConfig
	}
	if mode != "" {
		d.Domain.RoutingMode = v1Mode(mode)
	}
	if mtls != nil {
		d.Domain.MutualTlsAuthentication = nil
		if str(mtls.TruststoreUri) != "" {
			if !strings.HasPrefix(*mtls.TruststoreUri, "s3://") {
				return badRequest("Invalid truststoreUri specified: it must be an s3:// URI")
			}
			d.Domain.MutualTlsAuthentication = &v1types.MutualTlsAuthentication{TruststoreUri: mtls.TruststoreUri, TruststoreVersion: mtls.TruststoreVersion}
		}
	}
	if err := s.checkMode(c, d); err != nil || configs == nil {
		return err
	}
	return s.setConfiguration(&d.Domain, &configs[0])
}

func (s *service) setConfiguration(v *v1types.DomainName, c *types.DomainNameConfiguration) error {
	edge := len(v.EndpointConfiguration.Types) == 1 && v.EndpointConfiguration.Types[0] == v1types.EndpointTypeEdge
	if c.EndpointType == types.EndpointTypeEdge && !edge {
		return badRequest("Invalid endpointType specified: HTTP and WebSocket APIs need a REGIONAL domain name")
	}
	if arn := str(c.CertificateArn); arn != "" && !strings.HasPrefix(arn, "arn:") {
		return badRequest("Invalid ARN. ARN is not well formed %s", arn)
	}
	arn, name := &v.RegionalCertificateArn, &v.RegionalCertificateName
	if edge {
		arn, name = &v.CertificateArn, &v.CertificateName
	}
	if str(c.CertificateArn) != str(*arn) || str(c.CertificateName) != str(*name) {
		v.CertificateUploadDate = ptr(s.now())
	}
	*arn, *name, v.OwnershipVerificationCertificateArn = c.CertificateArn, c.CertificateName, c.OwnershipVerificationCertificateArn
	if c.SecurityPolicy != "" {
		v.SecurityPolicy = v1types.SecurityPolicy(c.SecurityPolicy)
	}
	if c.IpAddressType != "" {
		v.EndpointConfiguration.IpAddressType = v1types.IpAddressType(c.IpAddressType)
	}
	tidy(v)
	return nil
}

// domain reads a domain. A private one, which v1 alone can show, is found for
// its routing rules by its id.
func (s *service) domain(c *wire.Call, name, id *string) (*definition.Domain, error) {
	d, err := s.repo.Domains().Get(c.Context, c.Region, definition.DomainID(str(name), id))
	return d, domainError(err)
}

func (s *service) changeDomain(c *wire.Call, name, id *string, f func(*definition.Domain) error) error {
	return domainError(s.repo.Domains().Change(c.Context, c.Region, definition.DomainID(str(name), id), f))
}

func domainError(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return errNoDomain
	}
	return storeError(err)
}

func (s *service) getDomainName(c *wire.Call, in *v2.GetDomainNameInput) (*v2.GetDomainNameOutput, error) {
	d, err := s.domain(c, in.DomainName, nil)
	if err != nil {
		return nil, err
	}
	return reply[v2.GetDomainNameOutput](domainView(d)), nil
}

func (s *service) getDomainNames(c *wire.Call, in *v2.GetDomainNamesInput) (*v2.GetDomainNamesOutput, error) {
	list, err := s.repo.Domains().List(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	if err != nil {
		s.Log.Error("some domain names cannot be listed", "err", err)
	}
	public := make([]*definition.Domain, 0, len(list))
	for _, d := range list {
		if d.Domain.DomainNameId == nil {
			public = append(public, d)
		}
	}
	key := func(d *definition.Domain) string { return d.Created.Format(time.RFC3339) + *d.Domain.DomainName }
	part, next, err := page(public, key, in.MaxResults, in.NextToken)
	items := make([]types.DomainName, len(part))
	for i, d := range part {
		items[i] = *domainView(d)
	}
	return &v2.GetDomainNamesOutput{Items: items, NextToken: next}, err
}

func (s *service) updateDomainName(c *wire.Call, in *v2.UpdateDomainNameInput) (*v2.UpdateDomainNameOutput, error) {
	var v *types.DomainName
	err := s.changeDomain(c, in.DomainName, nil, func(d *definition.Domain) error {
		if err := s.configure(c, d, in.DomainNameConfigurations, in.MutualTlsAuthentication, in.RoutingMode); err != nil {
			return err
		}
		d.Settle(c.Account, newID)
		v = domainView(d)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.UpdateDomainNameOutput](v), nil
}

func (s *service) deleteDomainName(c *wire.Call, in *v2.DeleteDomainNameInput) (*v2.DeleteDomainNameOutput, error) {
	return nil, domainError(s.repo.Domains().Delete(c.Context, c.Region, str(in.DomainName), nil))
}
