package apigateway

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	v2types "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
)

func TestAccount(t *testing.T) {
	d := openDesk(t)
	got, err := d.GetAccount(ctx, &v1.GetAccountInput{})
	want := &v1.GetAccountOutput{ApiKeyVersion: aws.String("4"), Features: []string{"UsagePlans"}, ThrottleSettings: &types.ThrottleSettings{BurstLimit: 5000, RateLimit: 10000}}
	alike(t, "the account", done(t, got, err), want)
	set := func(op types.PatchOperation) (*v1.UpdateAccountOutput, error) {
		return d.UpdateAccount(ctx, &v1.UpdateAccountInput{PatchOperations: []types.PatchOperation{op}})
	}
	const role = "arn:aws:iam::000000000000:role/logs"
	for _, value := range []string{role, role + "2", ""} {
		up, err := set(patch("replace", "/cloudwatchRoleArn", value))
		if aws.ToString(done(t, up, err).CloudwatchRoleArn) != value {
			t.Errorf("role %q: %s", value, printed(up))
		}
		got, err := d.GetAccount(ctx, &v1.GetAccountInput{})
		alike(t, "the updated account", done(t, got, err), up)
	}
	_, err = set(patch("add", "/features", "UsagePlans"))
	done(t, 0, err)
	for _, c := range []struct {
		op   types.PatchOperation
		text string
	}{
		{patch("replace", "/cloudwatchRoleArn", "nobody"), "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy."},
		{patch("remove", "/features", "UsagePlans"), "Usage Plans cannot be disabled"},
		{patch("add", "/features", "X"), "Invalid feature specified: X"},
		{patch("replace", "/apiKeyVersion", "1"), "Invalid patch path  '/apiKeyVersion' specified for op 'replace'. Must be one of: [/cloudwatchRoleArn, /features]"},
	} {
		_, err := set(c.op)
		fails(t, err, isBad, c.text)
	}
}

func TestCertificateLife(t *testing.T) {
	d := openDesk(t)
	c, err := d.GenerateClientCertificate(ctx, &v1.GenerateClientCertificateInput{Description: aws.String("about"), Tags: map[string]string{"a": "b"}})
	done(t, c, err)
	block, _ := pem.Decode([]byte(*c.PemEncodedCertificate))
	x, err := x509.ParseCertificate(block.Bytes)
	done(t, 0, err)
	if x.CheckSignature(x.SignatureAlgorithm, x.RawTBSCertificate, x.Signature) != nil || !x.NotAfter.Equal(x.NotBefore.AddDate(1, 0, 0)) || !c.ExpirationDate.Equal(x.NotAfter) || len(*c.ClientCertificateId) != 6 {
		t.Errorf("certificate from %v to %v: %s", x.NotBefore, x.NotAfter, printed(c))
	}
	doc, err := d.repo.ClientCertificates().Get(ctx, "us-east-1", *c.ClientCertificateId)
	done(t, 0, err)
	if _, err := tls.X509KeyPair([]byte(*c.PemEncodedCertificate), []byte(doc.PrivateKey)); err != nil {
		t.Errorf("the stored key does not fit: %v", err)
	}
	if text := fmt.Sprintf("%v %+v %q %s", doc, doc, doc.PrivateKey, doc.PrivateKey); strings.Contains(text, "PRIVATE KEY") {
		t.Error("the private key is printed")
	}
	for range 2 {
		got, err := d.GetClientCertificate(ctx, &v1.GetClientCertificateInput{ClientCertificateId: c.ClientCertificateId})
		alike(t, "the certificate", done(t, got, err), c)
	}
	up, err := d.UpdateClientCertificate(ctx, &v1.UpdateClientCertificateInput{ClientCertificateId: c.ClientCertificateId, PatchOperations: []types.PatchOperation{patch("replace", "/description", "new")}})
	if done(t, up, err); *up.Description != "new" || *up.PemEncodedCertificate != *c.PemEncodedCertificate {
		t.Errorf("updated: %s", printed(up))
	}
	list, err := d.GetClientCertificates(ctx, &v1.GetClientCertificatesInput{})
	if len(done(t, list, err).Items) != 1 {
		t.Errorf("list: %s", printed(list))
	}
	d.shop("shop1", "dev")
	use := func(id *string) {
		done(t, 0, d.repo.ChangeRest(ctx, "shop1", func(a *definition.RestAPI) error { a.Stages[0].ClientCertificateId = id; return nil }))
	}
	use(c.ClientCertificateId)
	_, err = d.DeleteClientCertificate(ctx, &v1.DeleteClientCertificateInput{ClientCertificateId: c.ClientCertificateId})
	fails(t, err, isBad, "Cannot delete client certificate '"+*c.ClientCertificateId+"', is referenced in stage: shop1:dev")
	use(nil)
	_, err = d.DeleteClientCertificate(ctx, &v1.DeleteClientCertificateInput{ClientCertificateId: c.ClientCertificateId})
	done(t, 0, err)
	const gone = "Invalid Client Certificate identifier specified"
	_, err = d.GetClientCertificate(ctx, &v1.GetClientCertificateInput{ClientCertificateId: c.ClientCertificateId})
	fails(t, err, isMissing, gone)
	_, err = d.UpdateClientCertificate(ctx, &v1.UpdateClientCertificateInput{ClientCertificateId: c.ClientCertificateId})
	fails(t, err, isMissing, gone)
	_, err = d.DeleteClientCertificate(ctx, &v1.DeleteClientCertificateInput{ClientCertificateId: c.ClientCertificateId})
	fails(t, err, isMissing, gone)
}

const balancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/n/1"

func TestRESTLinkLife(t *testing.T) {
	d := openDesk(t)
	in := &v1.CreateVpcLinkInput{Name: aws.String("l"), Description: aws.String("about"), TargetArns: []string{balancer}, Tags: map[string]string{"a": "b"}}
	l, err := d.CreateVpcLink(ctx, in)
	if done(t, l, err); l.Status != "PENDING" || len(*l.Id) != 6 {
		t.Errorf("created: %s", printed(l))
	}
	got, err := d.GetVpcLink(ctx, &v1.GetVpcLinkInput{VpcLinkId: l.Id})
	if done(t, got, err); got.Status != "AVAILABLE" || *got.StatusMessage != "Your vpc link is ready for use" {
		t.Errorf("read: %s", printed(got))
	}
	alike(t, "the link", got, l, "Status", "StatusMessage")
	up, err := d.UpdateVpcLink(ctx, &v1.UpdateVpcLinkInput{VpcLinkId: l.Id, PatchOperations: []types.PatchOperation{patch("replace", "/name", "m"), patch("replace", "/description", "new")}})
	if done(t, up, err); *up.Name != "m" || *up.Description != "new" || up.Status != "AVAILABLE" {
		t.Errorf("updated: %s", printed(up))
	}
	list, err := d.GetVpcLinks(ctx, &v1.GetVpcLinksInput{})
	if len(done(t, list, err).Items) != 1 {
		t.Errorf("list: %s", printed(list))
	}
	d.shop("shop1", "dev")
	use := func(id *string) {
		done(t, 0, d.repo.ChangeRest(ctx, "shop1", func(a *definition.RestAPI) error {
			a.Resources[0].ResourceMethods = map[string]types.Method{"GET": {HttpMethod: aws.String("GET"), MethodIntegration: &types.Integration{ConnectionId: id}}}
			return nil
		}))
	}
	use(l.Id)
	_, err = d.DeleteVpcLink(ctx, &v1.DeleteVpcLinkInput{VpcLinkId: l.Id})
	fails(t, err, isBad, "Cannot delete vpc link. Vpc link '"+*l.Id+"', is referenced in [shop1:GET:root:dev] in format of [RESTApiId:Method:Resource:Stage].")
	use(nil)
	_, err = d.DeleteVpcLink(ctx, &v1.DeleteVpcLinkInput{VpcLinkId: l.Id})
	done(t, 0, err)
	const gone = "Invalid Vpc Link identifier specified"
	_, err = d.GetVpcLink(ctx, &v1.GetVpcLinkInput{VpcLinkId: l.Id})
	fails(t, err, isMissing, gone)
	_, err = d.UpdateVpcLink(ctx, &v1.UpdateVpcLinkInput{VpcLinkId: l.Id})
	fails(t, err, isMissing, gone)
	_, err = d.DeleteVpcLink(ctx, &v1.DeleteVpcLinkInput{VpcLinkId: l.Id})
	fails(t, err, isMissing, gone)
	_, err = d.CreateVpcLink(ctx, &v1.CreateVpcLinkInput{Name: aws.String(""), TargetArns: []string{balancer}})
	fails(t, err, isBad, "Name cannot be empty")
	_, err = d.CreateVpcLink(ctx, &v1.CreateVpcLinkInput{Name: aws.String("l"), TargetArns: []string{"nlb"}})
	fails(t, err, isBad, "Invalid ARN. ARN is not well formed nlb")
	_, err = d.CreateVpcLink(ctx, &v1.CreateVpcLinkInput{Name: aws.String("l"), TargetArns: []string{}})
	fails(t, err, isBad, "A VPC link needs exactly one target ARN")
}

// TestAccountTags tags one resource of each kind.
func TestAccountTags(t *testing.T) {
	d := openDesk(t)
	d.shop("shop1", "dev")
	key, plan := d.key("k"), d.plan("p")
	cert, err := d.GenerateClientCertificate(ctx, &v1.GenerateClientCertificateInput{})
	done(t, 0, err)
	link, err := d.CreateVpcLink(ctx, &v1.CreateVpcLinkInput{Name: aws.String("l"), TargetArns: []string{balancer}})
	done(t, 0, err)
	public, err := d.CreateDomainName(ctx, &v1.CreateDomainNameInput{DomainName: aws.String("a.example.com")})
	done(t, 0, err)
	private, err := d.CreateDomainName(ctx, &v1.CreateDomainNameInput{DomainName: aws.String("p.example.com"), EndpointConfiguration: endpoint("PRIVATE")})
	done(t, 0, err)
	access, err := d.CreateDomainNameAccessAssociation(ctx, &v1.CreateDomainNameAccessAssociationInput{DomainNameArn: private.DomainNameArn, AccessAssociationSource: aws.String("vpce-1"), AccessAssociationSourceType: "VPCE"})
	done(t, 0, err)
	done(t, 0, d.repo.Create(ctx, &definition.HTTPAPI{Region: "us-east-1", API: v2types.Api{ApiId: aws.String("http1"), ProtocolType: "HTTP"},
		Stages: []v2types.Stage{{StageName: aws.String("$default")}}}))
	const prefix = "arn:aws:apigateway:us-east-1::"
	for _, arn := range []string{
		prefix + "/restapis/shop1", prefix + "/restapis/shop1/stages/dev", prefix + "/apikeys/" + *key.Id, prefix + "/usageplans/" + *plan,
		prefix + "/clientcertificates/" + *cert.ClientCertificateId, prefix + "/vpclinks/" + *link.Id, *public.DomainNameArn, *private.DomainNameArn,
		*access.DomainNameAccessAssociationArn, prefix + "/apis/http1", prefix + "/apis/http1/stages/$default",
	} {
		t.Run(arn, func(t *testing.T) {
			check := func(want map[string]string) {
				t.Helper()
				out, err := d.GetTags(ctx, &v1.GetTagsInput{ResourceArn: &arn})
				if got := done(t, out, err).Tags; !reflect.DeepEqual(got, want) {
					t.Errorf("tags = %v, want %v", got, want)
				}
			}
			check(map[string]string{})
			_, err := d.TagResource(ctx, &v1.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"a": "1", "b b": "2"}})
			done(t, 0, err)
			_, err = d.TagResource(ctx, &v1.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"a": "3"}})
			done(t, 0, err)
			check(map[string]string{"a": "3", "b b": "2"})
			_, err = d.UntagResource(ctx, &v1.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"b b", "zz"}})
			done(t, 0, err)
			check(map[string]string{"a": "3"})
		})
	}
}

func TestAccountTagsOfNothing(t *testing.T) {
	d := openDesk(t)
	d.shop("shop1")
	const prefix = "arn:aws:apigateway:us-east-1::"
	for _, c := range []struct{ arn, code, text string }{
		{"shop", isBad, "Invalid ARN. ARN is not well formed shop"},
		{prefix + "/restapis/zzz", isMissing, "Invalid API identifier specified 000000000000:zzz"},
		{prefix + "/restapis/shop1/stages/zzz", isMissing, "Invalid stage identifier specified"},
		{prefix + "/restapis/shop1/resources/r", isMissing, "Invalid resource identifier specified: /restapis/shop1/resources/r"},
		{prefix + "/apikeys/zzz", isMissing, "Invalid API Key identifier specified"},
		{prefix + "/usageplans/zzz", isMissing, "Invalid Usage Plan ID specified"},
		{prefix + "/usageplans/zzz/keys/k", isMissing, "Invalid resource identifier specified: /usageplans/zzz/keys/k"},
		{prefix + "/clientcertificates/zzz", isMissing, "Invalid Client Certificate identifier specified"},
		{prefix + "/vpclinks/zzz", isMissing, "Invalid Vpc Link identifier specified"},
		{prefix + "/domainnames/zzz", isMissing, "Invalid domain name identifier specified"},
		{prefix + "/account", isMissing, "Invalid resource identifier specified: /account"},
		{"arn:aws:apigateway:eu-west-1::/restapis/shop1", isMissing, "Invalid resource identifier specified: /restapis/shop1"},
	} {
		_, err := d.GetTags(ctx, &v1.GetTagsInput{ResourceArn: &c.arn})
		fails(t, err, c.code, c.text)
		_, err = d.TagResource(ctx, &v1.TagResourceInput{ResourceArn: &c.arn, Tags: map[string]string{"a": "b"}})
		fails(t, err, c.code, c.text)
		_, err = d.UntagResource(ctx, &v1.UntagResourceInput{ResourceArn: &c.arn, TagKeys: []string{"a"}})
		fails(t, err, c.code, c.text)
	}
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprint(i)] = ""
	}
	for _, c := range []struct {
		tags map[string]string
		text string
	}{
		{many, "A resource can have at most 50 tags"},
		{map[string]string{"AWS:x": ""}, "Invalid tag key AWS:x: the prefix aws: is reserved"},
		{map[string]string{strings.Repeat("k", 129): ""}, "Invalid tag key: it must have 1 to 128 characters"},
		{map[string]string{"k": strings.Repeat("v", 257)}, "Invalid value of tag k: it can have at most 256 characters"},
	} {
		_, err := d.TagResource(ctx, &v1.TagResourceInput{ResourceArn: aws.String(prefix + "/restapis/shop1"), Tags: c.tags})
		fails(t, err, isBad, c.text)
	}
}
