package definition

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// edgeZone is the hosted zone of all of CloudFront.
const edgeZone = "Z2FDTNDATAQYW2"

// regionalZones are the hosted zones of regional endpoints, as AWS publishes them.
var regionalZones = map[string]string{
	"af-south-1": "Z2DHW2332DAMTN", "ap-east-1": "Z3FD1VL90ND7K5", "ap-northeast-1": "Z1YSHQZHG15GKL",
	"ap-northeast-2": "Z20JF4UZKIW1U8", "ap-south-1": "Z3VO1THU9YC4UR", "ap-southeast-1": "ZL327KTPIQFUL",
	"ap-southeast-2": "Z2RPCDW04V8134", "ca-central-1": "Z19DQILCV0OWEC", "eu-central-1": "Z1U9ULNL0V5AJ3",
	"eu-north-1": "Z3UWIKFBOOGXPP", "eu-south-1": "Z3BT4WSQ9TDYZV", "eu-west-1": "ZLY8HYME6SFDD",
	"eu-west-2": "ZJ5UAJN8Y3Z2Q", "eu-west-3": "Z3KY65QIEKYHQQ", "me-south-1": "Z20ZBPC0SS8806",
	"sa-east-1": "ZCMLWB8V5SYIT", "us-east-1": "Z1UJRXOUMOOFQ8", "us-east-2": "ZOJJZC49E0EPZ",
	"us-west-1": "Z2MUQ32089INYE", "us-west-2": "Z2OJLYMUO9EFXC",
}

// RegionalZone is the hosted zone of a Region's endpoints. For a Region that AWS
// doesn't have it is made up, but always the same.
func RegionalZone(region string) string {
	if z, known := regionalZones[region]; known {
		return z
	}
	sum := sha256.Sum256([]byte(region))
	return "Z" + strings.ToUpper(hex.EncodeToString(sum[:7]))[:13]
}

// Has reports whether the domain has an endpoint of a type.
func (d *Domain) Has(t types.EndpointType) bool {
	e := d.Domain.EndpointConfiguration
	return e != nil && slices.Contains(e.Types, t)
}

// Settle gives a domain what AWS makes for its endpoint types (names to point DNS
// to, hosted zones, ids, ARN), keeps what it has, and takes away what belongs to
// types it has no longer. newID makes random ids of [a-z0-9].
func (d *Domain) Settle(account string, newID func(n int) string) {
	v := &d.Domain
	settle(&v.DistributionDomainName, d.Has(types.EndpointTypeEdge), func() string { return "d" + newID(13) + ".cloudfront.net" })
	settle(&v.DistributionHostedZoneId, d.Has(types.EndpointTypeEdge), func() string { return edgeZone })
	settle(&v.RegionalDomainName, d.Has(types.EndpointTypeRegional), func() string {
		return "d-" + newID(10) + ".execute-api." + d.Region + ".amazonaws.com"
	})
	settle(&v.RegionalHostedZoneId, d.Has(types.EndpointTypeRegional), func() string { return RegionalZone(d.Region) })
	settle(&v.DomainNameId, d.Has(types.EndpointTypePrivate), func() string { return newID(10) })
	arn := fmt.Sprintf("arn:aws:apigateway:%s::/domainnames/%s", d.Region, *v.DomainName)
	if v.DomainNameId != nil {
		arn = fmt.Sprintf("arn:aws:apigateway:%s:%s:/domainnames/%s", d.Region, account, d.id())
	}
	v.DomainNameArn = &arn
}

func settle(member **string, wanted bool, make func() string) {
	switch {
	case !wanted:
		*member = nil
	case *member == nil:
		text := make()
		*member = &text
	}
}

// ValidDomainName reports whether name can be a custom domain name: labels of
// [a-z0-9-] with dots between them, at most 253 bytes, the first label maybe "*".
func ValidDomainName(name string) bool {
	rest, _ := strings.CutPrefix(name, "*.")
	labels := strings.Split(rest, ".")
	if len(name) > 253 || len(labels) < 2 {
		return false
	}
	return !slices.ContainsFunc(labels, func(l string) bool { return !validLabel(l) })
}

func validLabel(l string) bool {
	if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
		return false
	}
	return strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
