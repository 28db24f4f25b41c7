package apigateway

import (
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) updateDomainName(c *wire.Call, in *v1.UpdateDomainNameInput) (*v1.UpdateDomainNameOutput, error) {
	var v types.DomainName
	err := s.changeDomain(c, in.DomainName, in.DomainNameId, func(d *definition.Domain) error {
		certificates := certificatesOf(&d.Domain)
		for _, op := range in.PatchOperations {
			if err := patchDomain(d, op); err != nil {
				return err
			}
		}
		if certificates != certificatesOf(&d.Domain) {
			d.Domain.CertificateUploadDate, d.Uploaded = ptr(s.now()), nil
		}
		fillDomain(&d.Domain)
		if err := checkDomain(d); err != nil {
			return err
		}
		d.Settle(c.Account, newID)
		v = d.Domain
		return nil
	})
	if err != nil {
		return nil, err
	}
	v.Tags = shown(v.Tags)
	return reply[v1.UpdateDomainNameOutput](&v), nil
}

// certificatesOf is what changes when a domain gets another certificate.
func certificatesOf(v *types.DomainName) [4]string {
	return [4]string{str(v.CertificateArn), str(v.CertificateName), str(v.RegionalCertificateArn), str(v.RegionalCertificateName)}
}

const endpointTypesPath = "/endpointConfiguration/types"

func patchDomain(d *definition.Domain, op types.PatchOperation) error {
	v := &d.Domain
	if at, ok := strings.CutPrefix(str(op.Path), endpointTypesPath); ok && (at == "" || at[0] == '/') {
		return patchEndpointTypes(v.EndpointConfiguration, strings.TrimPrefix(at, "/"), op)
	}
	mtls := *orNew(v.MutualTlsAuthentication)
	setTLS := func(e edit) edit {
		return then(e, func() {
			if v.MutualTlsAuthentication = &mtls; mtls.TruststoreUri == nil && mtls.TruststoreVersion == nil {
				v.MutualTlsAuthentication = nil
			}
		})
	}
	return edits{
		"/certificateName":                           text(&v.CertificateName, anyEdit),
		"/certificateArn":                            text(&v.CertificateArn, anyEdit),
		"/regionalCertificateName":                   text(&v.RegionalCertificateName, anyEdit),
		"/regionalCertificateArn":                    text(&v.RegionalCertificateArn, anyEdit),
		"/ownershipVerificationCertificateArn":       text(&v.OwnershipVerificationCertificateArn, anyEdit),
		"/mutualTlsAuthentication/truststoreUri":     setTLS(text(&mtls.TruststoreUri, anyEdit)),
		"/mutualTlsAuthentication/truststoreVersion": setTLS(text(&mtls.TruststoreVersion, anyEdit)),
		"/endpointConfiguration/ipAddressType":       choice("ipAddressType", &v.EndpointConfiguration.IpAddressType),
		"/securityPolicy":                            choice("securityPolicy", &v.SecurityPolicy),
		"/endpointAccessMode":                        choice("endpointAccessMode", &v.EndpointAccessMode),
		"/routingMode":                               choice("routingMode", &v.RoutingMode),
		"/policy":                                    text(&v.Policy, replaceOnly),
		"/managementPolicy":                          text(&v.ManagementPolicy, replaceOnly),
	}.apply(op)
}

// enum is a string of the SDK that knows its values.
type enum[T any] interface {
	~string
	Values() []T
}

// choice edits an enumeration.
func choice[T enum[T]](name string, member *T) edit {
	return edit{replaceOnly, func(_ types.Op, value string) error {
		if !slices.Contains(T("").Values(), T(value)) {
			return badRequest("Invalid %s specified: %s", name, value)
		}
		*member = T(value)
		return nil
	}}
}

// patchEndpointTypes edits the types of a domain's endpoint. at is what follows
// the path of the list: nothing, an index, or the type to replace.
func patchEndpointTypes(e *types.EndpointConfiguration, at string, op types.PatchOperation) error {
	t := types.EndpointType(str(op.Value))
	list := slices.Clone(e.Types)
	i := slices.Index(list, types.EndpointType(at))
	if at == "0" && len(list) > 0 {
		i = 0
	}
	switch {
	case op.Op == types.OpRemove && at != "":
		t = types.EndpointType(at)
	case op.Op == types.OpReplace && i < 0:
		return badEditPath(*op.Path, nil)
	}
	if !slices.Contains(t.Values(), t) {
		return badRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
	}
	switch op.Op {
	case types.OpReplace:
		list[i] = t
	case types.OpAdd:
		list = append(list, t)
	case types.OpRemove:
		list = slices.DeleteFunc(list, func(x types.EndpointType) bool { return x == t })
	default:
		return badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
	}
	return setTypes(e, list)
}

// setTypes changes the types. A domain can't become private, nor public again.
func setTypes(e *types.EndpointConfiguration, list []types.EndpointType) error {
	private := func(l []types.EndpointType) bool { return slices.Contains(l, types.EndpointTypePrivate) }
	if private(e.Types) != private(list) {
		return badRequest("Cannot change a domain name between PRIVATE and other endpoint types")
	}
	slices.Sort(list)
	e.Types = slices.Compact(list)
	return nil
}
