package apigatewayv2

import (
	v1types "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
)

// modes are the routing modes as v2 and v1 call them.
var modes = map[types.RoutingMode]v1types.RoutingMode{
	types.RoutingModeApiMappingOnly:            v1types.RoutingModeBasePathMappingOnly,
	types.RoutingModeRoutingRuleOnly:           v1types.RoutingModeRoutingRuleOnly,
	types.RoutingModeRoutingRuleThenApiMapping: v1types.RoutingModeRoutingRuleThenBasePathMapping,
}

func v1Mode(m types.RoutingMode) v1types.RoutingMode { return modes[m] }

func v2Mode(m v1types.RoutingMode) types.RoutingMode {
	for two, one := range modes {
		if one == m {
			return two
		}
	}
	return types.RoutingModeApiMappingOnly
}

// domainView is a domain as v2 shows it: a configuration per endpoint type.
func domainView(d *definition.Domain) *types.DomainName {
	v := &d.Domain
	out := &types.DomainName{
		DomainName: v.DomainName, DomainNameArn: v.DomainNameArn, ApiMappingSelectionExpression: ptr(mappingSelection),
		RoutingMode: v2Mode(v.RoutingMode), Tags: shown(v.Tags),
	}
	if m := v.MutualTlsAuthentication; m != nil {
		out.MutualTlsAuthentication = &types.MutualTlsAuthentication{
			TruststoreUri: m.TruststoreUri, TruststoreVersion: m.TruststoreVersion, TruststoreWarnings: m.TruststoreWarnings}
	}
	for _, t := range v.EndpointConfiguration.Types {
		out.DomainNameConfigurations = append(out.DomainNameConfigurations, configView(v, t))
	}
	return out
}

func configView(v *v1types.DomainName, t v1types.EndpointType) types.DomainNameConfiguration {
	c := types.DomainNameConfiguration{
		EndpointType: types.EndpointType(t), DomainNameStatus: types.DomainNameStatus(v.DomainNameStatus), DomainNameStatusMessage: v.DomainNameStatusMessage,
		SecurityPolicy: types.SecurityPolicy(v.SecurityPolicy), IpAddressType: types.IpAddressType(v.EndpointConfiguration.IpAddressType),
		OwnershipVerificationCertificateArn: v.OwnershipVerificationCertificateArn, CertificateUploadDate: v.CertificateUploadDate,
		ApiGatewayDomainName: v.RegionalDomainName, HostedZoneId: v.RegionalHostedZoneId,
		CertificateArn: v.RegionalCertificateArn, CertificateName: v.RegionalCertificateName,
	}
	if t == v1types.EndpointTypeEdge {
		c.ApiGatewayDomainName, c.HostedZoneId = v.DistributionDomainName, v.DistributionHostedZoneId
		c.CertificateArn, c.CertificateName = v.CertificateArn, v.CertificateName
	}
	return c
}
