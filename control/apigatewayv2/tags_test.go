package apigatewayv2

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
)

func TestTags(t *testing.T) {
	g := start(t)
	id := g.api()
	g.autoStage(id, "$default")
	link := ok[*v2.CreateVpcLinkOutput](t)(g.CreateVpcLink(ctx, &v2.CreateVpcLinkInput{Name: aws.String("l"), SubnetIds: []string{"s"}})).VpcLinkId
	const prefix = "arn:aws:apigateway:us-east-1::"
	for _, c := range []struct {
		arn  string
		read func() map[string]string // as the object itself shows them
	}{
		{prefix + "/apis/" + *id, func() map[string]string {
			return ok[*v2.GetApiOutput](t)(g.GetApi(ctx, &v2.GetApiInput{ApiId: id})).Tags
		}},
		{prefix + "/apis/" + *id + "/stages/$default", func() map[string]string { return g.stage(id, "$default").Tags }},
		{prefix + "/vpclinks/" + *link, func() map[string]string {
			return ok[*v2.GetVpcLinkOutput](t)(g.GetVpcLink(ctx, &v2.GetVpcLinkInput{VpcLinkId: link})).Tags
		}},
	} {
		t.Run(c.arn, func(t *testing.T) {
			check := func(want map[string]string) {
				t.Helper()
				got := ok[*v2.GetTagsOutput](t)(g.GetTags(ctx, &v2.GetTagsInput{ResourceArn: &c.arn})).Tags
				if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(c.read(), want) {
					t.Errorf("tags = %v, the object's %v, want %v", got, c.read(), want)
				}
			}
			check(map[string]string{})
			ok[*v2.TagResourceOutput](t)(g.TagResource(ctx, &v2.TagResourceInput{ResourceArn: &c.arn, Tags: map[string]string{"a": "1", "b b": "2"}}))
			ok[*v2.TagResourceOutput](t)(g.TagResource(ctx, &v2.TagResourceInput{ResourceArn: &c.arn, Tags: map[string]string{"a": "3", "c": ""}}))
			check(map[string]string{"a": "3", "b b": "2", "c": ""})
			ok[*v2.UntagResourceOutput](t)(g.UntagResource(ctx, &v2.UntagResourceInput{ResourceArn: &c.arn, TagKeys: []string{"a", "b b", "zzz"}}))
			check(map[string]string{"c": ""})
			many := map[string]string{}
			for i := range 50 {
				many[strings.Repeat("k", i+1)] = ""
			}
			_, err := g.TagResource(ctx, &v2.TagResourceInput{ResourceArn: &c.arn, Tags: many})
			wantError(t, err, badCode, "A resource can have at most 50 tags")
			check(map[string]string{"c": ""})
		})
	}
}

func TestTagsOfNothing(t *testing.T) {
	g := start(t)
	id := *g.api()
	for _, c := range []struct{ arn, code, message string }{
		{"shop", badCode, "Invalid ARN. ARN is not well formed shop"},
		{"arn:aws:lambda:us-east-1:000000000000:function:f", badCode, "Invalid ARN. ARN is not well formed arn:aws:lambda:us-east-1:000000000000:function:f"},
		{"arn:aws:apigateway:us-east-1::/apis/zzz", missingCode, "Invalid API identifier specified 000000000000:zzz"},
		{"arn:aws:apigateway:us-east-1::/apis/" + id + "/stages/zzz", missingCode, "Invalid stage identifier specified"},
		{"arn:aws:apigateway:us-east-1::/vpclinks/zzz", missingCode, "Invalid Vpc Link identifier specified"},
		{"arn:aws:apigateway:eu-west-1::/apis/" + id, missingCode, "Invalid resource identifier specified: arn:aws:apigateway:eu-west-1::/apis/" + id},
		{"arn:aws:apigateway:us-east-1::/apis/" + id + "/routes/r", missingCode, "Invalid resource identifier specified: arn:aws:apigateway:us-east-1::/apis/" + id + "/routes/r"},
	} {
		_, err := g.GetTags(ctx, &v2.GetTagsInput{ResourceArn: &c.arn})
		wantError(t, err, c.code, c.message)
		_, err = g.TagResource(ctx, &v2.TagResourceInput{ResourceArn: &c.arn, Tags: map[string]string{"a": "b"}})
		wantError(t, err, c.code, c.message)
		_, err = g.UntagResource(ctx, &v2.UntagResourceInput{ResourceArn: &c.arn, TagKeys: []string{"a"}})
		wantError(t, err, c.code, c.message)
	}
}
