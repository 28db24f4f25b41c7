package definition

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	v2types "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// Prefixes of the keys of documents that belong to an account.
const (
	CallerKeyPrefix    = "apikeys/"            // {keyId}: CallerKey
	KeyValuePrefix     = "apikeyvalues/"       // {region}/{SHA-256 of the value}: which key has it
	UsagePlanPrefix    = "usageplans/"         // {planId}: UsagePlan
	UsagePrefix        = "usage/"              // {planId}/{keyId}: Usage
	DomainPrefix       = "domainnames/"        // {name}, private {name}+{domainNameId}: Domain
	DomainAccessPrefix = "domainaccess/"       // {region}/domainname/{name}/vpcesource/{VPC endpoint}: DomainAccess
	RESTLinkPrefix     = "restvpclinks/"       // {vpcLinkId}: RESTVPCLink
	CertificatePrefix  = "clientcertificates/" // {clientCertificateId}: ClientCertificate
	AccountPrefix      = "accounts/"           // {region}: Account
)

// Kinds of these documents.
const (
	kindCallerKey    = "api-key"
	kindKeyValue     = "api-key-value"
	kindUsagePlan    = "usage-plan"
	kindUsage        = "usage"
	kindDomain       = "domain-name"
	kindDomainAccess = "domain-access"
	kindRESTLink     = "rest-vpc-link"
	kindCertificate  = "client-certificate"
	kindAccount      = "account"
)

// CallerKey is one API key, with its value.
type CallerKey struct {
	Region  string
	Created time.Time // finer than what AWS shows: lists are in this order
	Key     types.ApiKey
	Labels  []string // set by PATCH, shown by no operation of the model
}

// UsagePlan is a usage plan and the keys that are in it.
//
// Plan.ApiStages named APIs and stages that existed when they were added; either
// may be gone since, and then means nothing.
type UsagePlan struct {
	Region  string
	Created time.Time
	Plan    types.UsagePlan
	Keys    []string // ids of CallerKeys, in order of joining; one may be gone since
}

// Domain is a custom domain name with what it leads to. API mappings (v2) and
// base path mappings (v1) are one thing, as domain names are.
type Domain struct {
	Region   string
	Created  time.Time
	Domain   types.DomainName     // DomainNameId is set exactly for private ones
	Mappings []v2types.ApiMapping // in order of creation; ApiMappingKey "" for none, Stage nil for "in the path"
	Rules    []v2types.RoutingRule

	Uploaded *UploadedCertificate // given in the call that made the domain, EDGE only; nil: CertificateArn
}

// UploadedCertificate is a TLS certificate with its key, in PEM.
type UploadedCertificate struct {
	Body, Chain string // Chain is "" when there is none
	Key         PrivateKey
}

// DomainAccess lets a VPC endpoint use a private domain name.
type DomainAccess struct {
	Region      string
	Created     time.Time
	Association types.DomainNameAccessAssociation
}

// RESTVPCLink is a VPC link of REST APIs, to a network load balancer.
type RESTVPCLink struct {
	Region  string
	Created time.Time
	Link    types.VpcLink
}

// ClientCertificate is a certificate with which stages show back ends who calls.
type ClientCertificate struct {
	Region      string
	Created     time.Time
	Certificate types.ClientCertificate
	PrivateKey  PrivateKey
}

// PrivateKey is a private key in PEM (PKCS #8). It is stored, but printed by
// nothing.
type PrivateKey string

var (
	_ fmt.Formatter  = PrivateKey("")
	_ slog.LogValuer = PrivateKey("")
)

// Format prints that there is something to hide, whatever the verb.
func (PrivateKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[redacted]") }

// LogValue does so in logs.
func (PrivateKey) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Account is the settings of an account in a Region. Without a document it has
// AWS's defaults.
type Account struct {
	Region            string
	CloudwatchRoleArn *string
}

func (d *Domain) id() string {
	return DomainID(*d.Domain.DomainName, d.Domain.DomainNameId)
}

// DomainID tells a Domain from others in its Collection: its name and, of a
// private one, its id.
func DomainID(name string, id *string) string {
	if id == nil || *id == "" {
		return name
	}
	return name + "+" + *id
}

// Mapping finds a mapping by its id; nil when there is none. The pointer is into d.
func (d *Domain) Mapping(id string) *v2types.ApiMapping {
	return find(d.Mappings, func(m *v2types.ApiMapping) *string { return m.ApiMappingId }, id)
}

// MappingAt finds a mapping by its key, "" for the one without; nil when there
// is none. The pointer is into d.
func (d *Domain) MappingAt(key string) *v2types.ApiMapping {
	return find(d.Mappings, func(m *v2types.ApiMapping) *string { return m.ApiMappingKey }, key)
}

// Rule finds a routing rule by its id; nil when there is none. The pointer is
// into d.
func (d *Domain) Rule(id string) *v2types.RoutingRule {
	return find(d.Rules, func(r *v2types.RoutingRule) *string { return r.RoutingRuleId }, id)
}
