package apigatewayv2

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
)

func TestVPCLinkLife(t *testing.T) {
	g := start(t)
	l := ok[*v2.CreateVpcLinkOutput](t)(g.CreateVpcLink(ctx, &v2.CreateVpcLinkInput{Name: aws.String("l"), SubnetIds: []string{"s-1"}, SecurityGroupIds: []string{"sg-1"}, Tags: map[string]string{"a": "b"}}))
	if l.VpcLinkStatus != "PENDING" || *l.VpcLinkStatusMessage != "VPC link is provisioning ENIs" || l.VpcLinkVersion != "V2" || l.SubnetIds[0] != "s-1" {
		t.Errorf("created: %s", show(l))
	}
	got := ok[*v2.GetVpcLinkOutput](t)(g.GetVpcLink(ctx, &v2.GetVpcLinkInput{VpcLinkId: l.VpcLinkId}))
	if got.VpcLinkStatus != "AVAILABLE" || *got.VpcLinkStatusMessage != "VPC link is ready to route traffic" || got.Tags["a"] != "b" || got.SecurityGroupIds[0] != "sg-1" {
		t.Errorf("read: %s", show(got))
	}
	up := ok[*v2.UpdateVpcLinkOutput](t)(g.UpdateVpcLink(ctx, &v2.UpdateVpcLinkInput{VpcLinkId: l.VpcLinkId, Name: aws.String("new")}))
	if *up.Name != "new" || up.VpcLinkStatus != "AVAILABLE" {
		t.Errorf("updated: %s", show(up))
	}
	if list := ok[*v2.GetVpcLinksOutput](t)(g.GetVpcLinks(ctx, &v2.GetVpcLinksInput{})).Items; len(list) != 1 || *list[0].Name != "new" {
		t.Errorf("list = %v", list)
	}
	_, err := g.UpdateVpcLink(ctx, &v2.UpdateVpcLinkInput{VpcLinkId: l.VpcLinkId, Name: aws.String("")})
	wantError(t, err, badCode, "Invalid name specified: it must have 1 to 128 characters")
	ok[*v2.DeleteVpcLinkOutput](t)(g.DeleteVpcLink(ctx, &v2.DeleteVpcLinkInput{VpcLinkId: l.VpcLinkId}))
	const gone = "Invalid Vpc Link identifier specified"
	_, err = g.GetVpcLink(ctx, &v2.GetVpcLinkInput{VpcLinkId: l.VpcLinkId})
	wantError(t, err, missingCode, gone)
	_, err = g.UpdateVpcLink(ctx, &v2.UpdateVpcLinkInput{VpcLinkId: l.VpcLinkId, Name: aws.String("n")})
	wantError(t, err, missingCode, gone)
	_, err = g.DeleteVpcLink(ctx, &v2.DeleteVpcLinkInput{VpcLinkId: l.VpcLinkId})
	wantError(t, err, missingCode, gone)
}

func TestCreateVPCLinkRefuses(t *testing.T) {
	g := start(t)
	_, err := g.CreateVpcLink(ctx, &v2.CreateVpcLinkInput{Name: aws.String(""), SubnetIds: []string{"s"}})
	wantError(t, err, badCode, "Invalid name specified: it must have 1 to 128 characters")
	_, err = g.CreateVpcLink(ctx, &v2.CreateVpcLinkInput{Name: aws.String("l"), SubnetIds: []string{}})
	wantError(t, err, badCode, "A VPC link needs 1 to 100 subnet ids")
	_, err = g.CreateVpcLink(ctx, &v2.CreateVpcLinkInput{Name: aws.String("l"), SubnetIds: []string{"s"}, SecurityGroupIds: make([]string, 101)})
	wantError(t, err, badCode, "A VPC link can have at most 100 security group ids")
	_, err = g.CreateVpcLink(ctx, &v2.CreateVpcLinkInput{Name: aws.String("l"), SubnetIds: []string{"s"}, Tags: map[string]string{"aws:a": ""}})
	wantError(t, err, badCode, "Invalid tag key aws:a: the prefix aws: is reserved")
}

func TestVPCLinkInUse(t *testing.T) {
	g := start(t)
	id := g.api()
	l := ok[*v2.CreateVpcLinkOutput](t)(g.CreateVpcLink(ctx, &v2.CreateVpcLinkInput{Name: aws.String("l"), SubnetIds: []string{"s"}})).VpcLinkId
	i := ok[*v2.CreateIntegrationOutput](t)(g.CreateIntegration(ctx, &v2.CreateIntegrationInput{ApiId: id, IntegrationType: "HTTP_PROXY", IntegrationMethod: aws.String("ANY"),
		ConnectionType: "VPC_LINK", ConnectionId: l, IntegrationUri: aws.String("arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1?stage=prod")})).IntegrationId
	_, err := g.DeleteVpcLink(ctx, &v2.DeleteVpcLinkInput{VpcLinkId: l})
	wantError(t, err, badCode, "Cannot delete vpc link. Vpc link '"+*l+"', is referenced in ["+*id+":"+*i+"] in format of [ApiId:IntegrationId].")
	out := ok[*v2.UpdateIntegrationOutput](t)(g.UpdateIntegration(ctx, &v2.UpdateIntegrationInput{ApiId: id, IntegrationId: i, ConnectionType: "INTERNET", IntegrationUri: aws.String(shopURL)}))
	if out.ConnectionId != nil {
		t.Errorf("the link stays after the change to INTERNET: %s", show(out))
	}
	ok[*v2.DeleteVpcLinkOutput](t)(g.DeleteVpcLink(ctx, &v2.DeleteVpcLinkInput{VpcLinkId: l}))
}
