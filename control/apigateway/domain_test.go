package apigateway

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

const certARN = "arn:aws:acm:us-east-1:000000000000:certificate/c"

func endpoint(t types.EndpointType) *types.EndpointConfiguration {
	return &types.EndpointConfiguration{Types: []types.EndpointType{t}}
}

// TestDomainKinds creates, reads twice, lists and deletes each kind.
func TestDomainKinds(t *testing.T) {
	for _, c := range []struct {
		name  string
		in    v1.CreateDomainNameInput
		check func(o *v1.CreateDomainNameOutput) bool
	}{
		{"EDGE by default", v1.CreateDomainNameInput{CertificateArn: aws.String(certARN)}, func(o *v1.CreateDomainNameOutput) bool {
			return regexp.MustCompile(`^d[a-z0-9]{13}\.cloudfront\.net$`).MatchString(*o.DistributionDomainName) && *o.DistributionHostedZoneId == "Z2FDTNDATAQYW2" &&
				o.RegionalDomainName == nil && o.DomainNameId == nil && o.EndpointConfiguration.IpAddressType == "ipv4" && o.CertificateUploadDate != nil &&
				*o.DomainNameArn == "arn:aws:apigateway:us-east-1::/domainnames/api.example.com"
		}},
		{"REGIONAL", v1.CreateDomainNameInput{RegionalCertificateArn: aws.String(certARN), EndpointConfiguration: endpoint("REGIONAL"), SecurityPolicy: "TLS_1_0",
			MutualTlsAuthentication: &types.MutualTlsAuthenticationInput{TruststoreUri: aws.String("s3://b/k"), TruststoreVersion: aws.String("1")}, Tags: map[string]string{"a": "b"}},
			func(o *v1.CreateDomainNameOutput) bool {
				return regexp.MustCompile(`^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$`).MatchString(*o.RegionalDomainName) && *o.RegionalHostedZoneId == "Z1UJRXOUMOOFQ8" &&
					o.DistributionDomainName == nil && *o.MutualTlsAuthentication.TruststoreUri == "s3://b/k" && o.SecurityPolicy == "TLS_1_0" && o.RoutingMode == "BASE_PATH_MAPPING_ONLY"
			}},
		{"PRIVATE", v1.CreateDomainNameInput{CertificateArn: aws.String(certARN), EndpointConfiguration: endpoint("PRIVATE"), Policy: aws.String(`{"Version":"2012-10-17"}`)},
			func(o *v1.CreateDomainNameOutput) bool {
				return len(*o.DomainNameId) == 10 && *o.DomainNameArn == "arn:aws:apigateway:us-east-1:000000000000:/domainnames/api.example.com+"+*o.DomainNameId &&
					*o.Policy == `{"Version":"2012-10-17"}` && o.EndpointConfiguration.IpAddressType == "dualstack" && o.RegionalDomainName == nil
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openDesk(t)
			c.in.DomainName = aws.String("api.example.com")
			o, err := d.CreateDomainName(ctx, &c.in)
			if done(t, o, err); !c.check(o) || o.DomainNameStatus != "AVAILABLE" {
				t.Errorf("created: %s", printed(o))
			}
			for range 2 {
				got, err := d.GetDomainName(ctx, &v1.GetDomainNameInput{DomainName: o.DomainName, DomainNameId: o.DomainNameId})
				alike(t, "the domain", done(t, got, err), o, "Tags")
			}
			list, err := d.GetDomainNames(ctx, &v1.GetDomainNamesInput{})
			if done(t, list, err); len(list.Items) != 1 {
				t.Errorf("list: %s", printed(list))
			}
			alike(t, "the listed domain", &list.Items[0], o, "Tags")
			if list, err = d.GetDomainNames(ctx, &v1.GetDomainNamesInput{ResourceOwner: "OTHER_ACCOUNTS"}); len(done(t, list, err).Items) != 0 {
				t.Error("other accounts have domains")
			}
			_, err = d.DeleteDomainName(ctx, &v1.DeleteDomainNameInput{DomainName: o.DomainName, DomainNameId: o.DomainNameId})
			done(t, 0, err)
			_, err = d.GetDomainName(ctx, &v1.GetDomainNameInput{DomainName: o.DomainName, DomainNameId: o.DomainNameId})
			fails(t, err, isMissing, "Invalid domain name identifier specified")
		})
	}
}

func TestDomainUpdate(t *testing.T) {
	d := openDesk(t)
	name := aws.String("*.example.com")
	o, err := d.CreateDomainName(ctx, &v1.CreateDomainNameInput{DomainName: name, CertificateArn: aws.String(certARN)})
	done(t, o, err)
	up, err := d.UpdateDomainName(ctx, &v1.UpdateDomainNameInput{DomainName: name, PatchOperations: []types.PatchOperation{
		patch("add", "/endpointConfiguration/types", "REGIONAL"), patch("replace", "/regionalCertificateArn", certARN+"2"), patch("replace", "/regionalCertificateName", "n")}})
	if done(t, up, err); len(up.EndpointConfiguration.Types) != 2 || up.RegionalDomainName == nil || *up.DistributionDomainName != *o.DistributionDomainName {
		t.Errorf("both: %s", printed(up))
	}
	regional := *up.RegionalDomainName
	up, err = d.UpdateDomainName(ctx, &v1.UpdateDomainNameInput{DomainName: name, PatchOperations: []types.PatchOperation{
		patch("remove", "/endpointConfiguration/types", "EDGE"), patch("remove", "/certificateArn", ""), patch("replace", "/securityPolicy", "TLS_1_0"),
		patch("replace", "/endpointConfiguration/ipAddressType", "dualstack"), patch("add", "/mutualTlsAuthentication/truststoreUri", "s3://b/k"),
		patch("replace", "/mutualTlsAuthentication/truststoreVersion", "2"), patch("replace", "/routingMode", "ROUTING_RULE_ONLY"),
		patch("replace", "/endpointAccessMode", "STRICT"), patch("add", "/ownershipVerificationCertificateArn", certARN)}})
	if done(t, up, err); *up.RegionalDomainName != regional || up.DistributionDomainName != nil || up.CertificateArn != nil || up.SecurityPolicy != "TLS_1_0" ||
		*up.MutualTlsAuthentication.TruststoreVersion != "2" || up.RoutingMode != "ROUTING_RULE_ONLY" || up.EndpointAccessMode != "STRICT" || up.EndpointConfiguration.IpAddressType != "dualstack" {
		t.Errorf("regional: %s", printed(up))
	}
	got, err := d.GetDomainName(ctx, &v1.GetDomainNameInput{DomainName: name})
	alike(t, "the updated domain", done(t, got, err), up)
	for _, at := range []string{"0", "REGIONAL"} {
		up, err = d.UpdateDomainName(ctx, &v1.UpdateDomainNameInput{DomainName: name, PatchOperations: []types.PatchOperation{
			patch("remove", "/mutualTlsAuthentication/truststoreUri", ""), patch("remove", "/mutualTlsAuthentication/truststoreVersion", ""),
			patch("replace", "/endpointConfiguration/types/"+at, "EDGE")}})
		if done(t, up, err); up.EndpointConfiguration.Types[0] != "EDGE" || up.RegionalDomainName != nil || up.MutualTlsAuthentication != nil {
			t.Errorf("replaced: %s", printed(up))
		}
		_, err = d.UpdateDomainName(ctx, &v1.UpdateDomainNameInput{DomainName: name, PatchOperations: []types.PatchOperation{patch("replace", "/endpointConfiguration/types/EDGE", "REGIONAL")}})
		done(t, 0, err)
	}
	for _, c := range []struct {
		op   types.PatchOperation
		text string
	}{
		{patch("remove", "/endpointConfiguration/types", "REGIONAL"), "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."},
		{patch("add", "/endpointConfiguration/types", "X"), "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE"},
		{patch("test", "/endpointConfiguration/types", "EDGE"), "Invalid patch operation specified. Must be 'add'|'remove'|'replace'"},
		{patch("replace", "/endpointConfiguration/types/7", "EDGE"), "Invalid patch path /endpointConfiguration/types/7"},
		{patch("replace", "/endpointConfiguration/types/0", "PRIVATE"), "Cannot change a domain name between PRIVATE and other endpoint types"},
		{patch("replace", "/securityPolicy", "X"), "Invalid securityPolicy specified: X"},
		{patch("replace", "/nope", "X"), "Invalid patch path /nope"},
		{patch("replace", "/policy", "{}"), "Policies are supported for private custom domain names only"},
		{patch("replace", "/regionalCertificateArn", "x"), "Invalid ARN. ARN is not well formed x"},
	} {
		_, err := d.UpdateDomainName(ctx, &v1.UpdateDomainNameInput{DomainName: name, PatchOperations: []types.PatchOperation{c.op}})
		fails(t, err, isBad, c.text)
	}
}

func TestDomainRefusals(t *testing.T) {
	d := openDesk(t)
	o, err := d.CreateDomainName(ctx, &v1.CreateDomainNameInput{DomainName: aws.String("a.example.com")})
	done(t, o, err)
	mtls := &types.MutualTlsAuthenticationInput{TruststoreUri: aws.String("s3://b/k")}
	for _, c := range []struct {
		name, domain string
		in           v1.CreateDomainNameInput
		text         string
	}{
		{"twice", "a.example.com", v1.CreateDomainNameInput{}, "The domain name you provided already exists."},
		{"no name", "-a", v1.CreateDomainNameInput{}, "Invalid domain name specified"},
		{"upper case", "A.example.com", v1.CreateDomainNameInput{}, "Invalid domain name specified"},
		{"mutual TLS on EDGE", "b.example.com", v1.CreateDomainNameInput{MutualTlsAuthentication: mtls}, "Mutual TLS is supported for REGIONAL domain names only"},
		{"two types", "b.example.com", v1.CreateDomainNameInput{EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{"EDGE", "REGIONAL"}}}, "Cannot create a domain name with multiple Endpoint Types."},
		{"no certificate", "b.example.com", v1.CreateDomainNameInput{CertificateBody: aws.String("x"), CertificatePrivateKey: aws.String("y")}, "Invalid certificate specified"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.DomainName = &c.domain
			_, err := d.CreateDomainName(ctx, &c.in)
			fails(t, err, isBad, c.text)
		})
	}
	if _, err := d.in("eu-west-1").CreateDomainName(ctx, &v1.CreateDomainNameInput{DomainName: aws.String("a.example.com")}); err == nil {
		t.Error("one name in two Regions")
	}
}

func TestPrivateDomainsShareNames(t *testing.T) {
	d := openDesk(t)
	in := &v1.CreateDomainNameInput{DomainName: aws.String("p.example.com"), EndpointConfiguration: endpoint("PRIVATE")}
	one, err := d.CreateDomainName(ctx, in)
	two, err2 := d.CreateDomainName(ctx, in)
	if done(t, one, err); *one.DomainNameId == *done(t, two, err2).DomainNameId {
		t.Error("two private domains have one id")
	}
	_, err = d.GetDomainName(ctx, &v1.GetDomainNameInput{DomainName: in.DomainName})
	fails(t, err, isMissing, "Invalid domain name identifier specified")
	up, err := d.UpdateDomainName(ctx, &v1.UpdateDomainNameInput{DomainName: in.DomainName, DomainNameId: one.DomainNameId,
		PatchOperations: []types.PatchOperation{patch("replace", "/policy", "{}"), patch("replace", "/managementPolicy", "[]")}})
	if done(t, up, err); *up.Policy != "{}" || *up.ManagementPolicy != "[]" {
		t.Errorf("policies: %s", printed(up))
	}
	api := d.shop("shop1", "dev")
	m, err := d.CreateBasePathMapping(ctx, &v1.CreateBasePathMappingInput{DomainName: in.DomainName, DomainNameId: one.DomainNameId, RestApiId: &api, BasePath: aws.String("v1")})
	done(t, m, err)
	got, err := d.GetBasePathMappings(ctx, &v1.GetBasePathMappingsInput{DomainName: in.DomainName, DomainNameId: two.DomainNameId})
	if len(done(t, got, err).Items) != 0 {
		t.Error("a mapping shows on the other domain of the name")
	}

	const vpce = "vpce-0abc"
	access := &v1.CreateDomainNameAccessAssociationInput{DomainNameArn: one.DomainNameArn, AccessAssociationSource: aws.String(vpce), AccessAssociationSourceType: "VPCE", Tags: map[string]string{"a": "b"}}
	a, err := d.CreateDomainNameAccessAssociation(ctx, access)
	if done(t, a, err); *a.DomainNameAccessAssociationArn != "arn:aws:apigateway:us-east-1:000000000000:/domainnameaccessassociations/domainname/p.example.com/vpcesource/"+vpce || a.Tags["a"] != "b" {
		t.Errorf("association: %s", printed(a))
	}
	_, err = d.CreateDomainNameAccessAssociation(ctx, access)
	fails(t, err, isConflict, "The domain name access association already exists")
	list, err := d.GetDomainNameAccessAssociations(ctx, &v1.GetDomainNameAccessAssociationsInput{ResourceOwner: "SELF"})
	if len(done(t, list, err).Items) != 1 {
		t.Errorf("associations: %s", printed(list))
	}
	_, err = d.RejectDomainNameAccessAssociation(ctx, &v1.RejectDomainNameAccessAssociationInput{DomainNameAccessAssociationArn: a.DomainNameAccessAssociationArn, DomainNameArn: two.DomainNameArn})
	fails(t, err, isMissing, "Invalid domain name access association identifier specified")
	_, err = d.RejectDomainNameAccessAssociation(ctx, &v1.RejectDomainNameAccessAssociationInput{DomainNameAccessAssociationArn: a.DomainNameAccessAssociationArn, DomainNameArn: one.DomainNameArn})
	done(t, 0, err)
	_, err = d.CreateDomainNameAccessAssociation(ctx, access)
	done(t, 0, err)
	_, err = d.DeleteDomainNameAccessAssociation(ctx, &v1.DeleteDomainNameAccessAssociationInput{DomainNameAccessAssociationArn: a.DomainNameAccessAssociationArn})
	done(t, 0, err)
	_, err = d.DeleteDomainNameAccessAssociation(ctx, &v1.DeleteDomainNameAccessAssociationInput{DomainNameAccessAssociationArn: a.DomainNameAccessAssociationArn})
	fails(t, err, isMissing, "Invalid domain name access association identifier specified")
	_, err = d.CreateDomainNameAccessAssociation(ctx, access)
	done(t, 0, err)
	_, err = d.DeleteDomainName(ctx, &v1.DeleteDomainNameInput{DomainName: in.DomainName, DomainNameId: one.DomainNameId})
	done(t, 0, err)
	if list, err = d.GetDomainNameAccessAssociations(ctx, &v1.GetDomainNameAccessAssociationsInput{}); len(done(t, list, err).Items) != 0 {
		t.Error("the association of a deleted domain stays")
	}
}

// mapped is a desk with the domain d.example.com and the API shop1.
func mapped(t *testing.T) (d *desk, domain, api *string) {
	d = openDesk(t)
	out, err := d.CreateDomainName(ctx, &v1.CreateDomainNameInput{DomainName: aws.String("d.example.com"), EndpointConfiguration: endpoint("REGIONAL")})
	return d, done(t, out, err).DomainName, aws.String(d.shop("shop1", "dev", "prod"))
}

func TestMappingLife(t *testing.T) {
	d, domain, api := mapped(t)
	for _, base := range []string{"v1", ""} {
		shown := base
		in := &v1.CreateBasePathMappingInput{DomainName: domain, RestApiId: api, Stage: aws.String("dev"), BasePath: &base}
		if base == "" {
			shown, in.BasePath, in.Stage = "(none)", nil, nil
		}
		m, err := d.CreateBasePathMapping(ctx, in)
		if done(t, m, err); *m.BasePath != shown || *m.RestApiId != "shop1" || (m.Stage == nil) != (in.Stage == nil) {
			t.Errorf("created: %s", printed(m))
		}
		for range 2 {
			got, err := d.GetBasePathMapping(ctx, &v1.GetBasePathMappingInput{DomainName: domain, BasePath: &shown})
			alike(t, "the mapping", done(t, got, err), m)
		}
		list, err := d.GetBasePathMappings(ctx, &v1.GetBasePathMappingsInput{DomainName: domain})
		if len(done(t, list, err).Items) != 1 {
			t.Errorf("list: %s", printed(list))
		}
		up, err := d.UpdateBasePathMapping(ctx, &v1.UpdateBasePathMappingInput{DomainName: domain, BasePath: &shown, PatchOperations: []types.PatchOperation{
			patch("replace", "/basePath", "v2"), patch("replace", "/restapiId", "shop1"), patch("replace", "/stage", "prod")}})
		if done(t, up, err); *up.BasePath != "v2" || *up.Stage != "prod" {
			t.Errorf("updated: %s", printed(up))
		}
		_, err = d.DeleteBasePathMapping(ctx, &v1.DeleteBasePathMappingInput{DomainName: domain, BasePath: aws.String("v2")})
		done(t, 0, err)
		_, err = d.GetBasePathMapping(ctx, &v1.GetBasePathMappingInput{DomainName: domain, BasePath: aws.String("v2")})
		fails(t, err, isMissing, "Invalid base path mapping identifier specified")
	}
}

func TestMappingRefusals(t *testing.T) {
	d, domain, api := mapped(t)
	create := func(domain, api, stage, base string) error {
		_, err := d.CreateBasePathMapping(ctx, &v1.CreateBasePathMappingInput{DomainName: &domain, RestApiId: &api, Stage: &stage, BasePath: &base})
		return err
	}
	done(t, 0, create(*domain, *api, "dev", "v1"))
	fails(t, create(*domain, *api, "dev", "v1"), isConflict, "Base path already exists for this domain name")
	fails(t, create(*domain, *api, "dev", "(none)"), isConflict, "Only one base path mapping is allowed if the base path is empty.")
	fails(t, create("x.example.com", *api, "dev", "v2"), isMissing, "Invalid domain name identifier specified")
	fails(t, create(*domain, "zzz", "dev", "v2"), isBad, "Invalid REST API identifier specified")
	fails(t, create(*domain, *api, "zzz", "v2"), isBad, "Invalid stage identifier specified")
	fails(t, create(*domain, *api, "dev", "a/b"), isBad, "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.")
	fails(t, create(*domain, *api, "dev", "a b"), isBad, "Invalid base path specified: a b")
	done(t, 0, create(*domain, *api, "dev", "v2"))
	for _, c := range []struct {
		op         types.PatchOperation
		kind, text string
	}{
		{patch("replace", "/basePath", "v2"), isConflict, "Base path already exists for this domain name"},
		{patch("replace", "/restapiId", "zzz"), isBad, "Invalid REST API identifier specified"},
		{patch("replace", "/x", ""), isBad, "Invalid patch path  '/x' specified for op 'replace'. Must be one of: [/basePath, /restapiId, /stage]"},
	} {
		_, err := d.UpdateBasePathMapping(ctx, &v1.UpdateBasePathMappingInput{DomainName: domain, BasePath: aws.String("v1"), PatchOperations: []types.PatchOperation{c.op}})
		fails(t, err, c.kind, c.text)
	}
	if names, err := d.repo.MappedDomains(ctx, "us-east-1", *api); err != nil || len(names) != 1 || names[0] != *domain {
		t.Errorf("MappedDomains = %v, %v, want %s", names, err, *domain)
	}
	done(t, 0, func() error {
		_, err := d.DeleteBasePathMapping(ctx, &v1.DeleteBasePathMappingInput{DomainName: domain, BasePath: aws.String("v1")})
		return err
	}())
	_, err := d.DeleteBasePathMapping(ctx, &v1.DeleteBasePathMappingInput{DomainName: domain, BasePath: aws.String("v1")})
	fails(t, err, isMissing, "Invalid base path mapping identifier specified")
}

func TestMappingsAtOnce(t *testing.T) {
	d, domain, api := mapped(t)
	var wg sync.WaitGroup
	for i := range 20 {
		base := strings.Repeat("a", 1+i%10)
		wg.Go(func() {
			_, err := d.CreateBasePathMapping(ctx, &v1.CreateBasePathMappingInput{DomainName: domain, RestApiId: api, BasePath: &base})
			if err != nil {
				fails(t, err, isConflict, "Base path already exists for this domain name")
			}
		})
	}
	wg.Wait()
	out, err := d.GetBasePathMappings(ctx, &v1.GetBasePathMappingsInput{DomainName: domain})
	if n := len(done(t, out, err).Items); n != 10 {
		t.Errorf("%d mappings, want 10", n)
	}
}
