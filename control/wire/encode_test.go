package wire

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

func TestEncode(t *testing.T) {
	at := time.Date(2020, 11, 10, 20, 48, 51, 500e6, time.FixedZone("", 3600))
	for _, c := range []struct {
		name  string
		times TimeFormat
		out   any
		want  string
	}{
		{"nothing", ISO8601, apigatewayv2.GetStageOutput{}, `{}`},
		{"empty collections", ISO8601, apigatewayv2.GetStageOutput{Tags: map[string]string{}, RouteSettings: map[string]v2.RouteSettings{}, Description: aws.String("")},
			`{"description":"","routeSettings":{},"tags":{}}`},
		{"empty list", EpochSeconds, apigateway.GetApiKeysOutput{Items: []v1.ApiKey{}}, `{"item":[]}`},
		{"v1 time", EpochSeconds, apigateway.GetDeploymentOutput{CreatedDate: &at}, `{"createdDate":1605037731.5}`},
		{"v2 time", ISO8601, apigatewayv2.GetDeploymentOutput{CreatedDate: &at}, `{"createdDate":"2020-11-10T19:48:51Z"}`},
		{"doubles and plain numbers", EpochSeconds, apigateway.GetAccountOutput{ThrottleSettings: &v1.ThrottleSettings{RateLimit: 10000, BurstLimit: 5000}},
			`{"throttleSettings":{"burstLimit":5000,"rateLimit":10000.0}}`},
		{"large and small doubles", ISO8601, apigatewayv2.GetStageOutput{RouteSettings: map[string]v2.RouteSettings{
			"a": {ThrottlingRateLimit: aws.Float64(1e21)}, "b": {ThrottlingRateLimit: aws.Float64(1e-7)}, "c": {ThrottlingRateLimit: aws.Float64(math.Inf(1))}}},
			`{"routeSettings":{"a":{"throttlingRateLimit":1000000000000000000000.0},"b":{"throttlingRateLimit":0.0000001},"c":{"throttlingRateLimit":"Infinity"}}}`},
		{"empty template", EpochSeconds, apigateway.GetIntegrationOutput{IntegrationResponses: map[string]v1.IntegrationResponse{
			"200": {ResponseTemplates: map[string]string{"application/json": "", "text/plain": "x"}, StatusCode: aws.String("200")}}},
			`{"integrationResponses":{"200":{"responseTemplates":{"application/json":null,"text/plain":"x"},"statusCode":"200"}},"timeoutInMillis":0}`},
		{"characters", ISO8601, apigatewayv2.GetModelOutput{Schema: aws.String("<a&b> \"\\\n\t\x00\u2028é\xff")},
			`{"schema":"<a&b> \"\\\n\t\u0000\u2028é\ufffd"}`},
	} {
		v := reflect.ValueOf(c.out)
		got := string(encoder{c.times}.structure(nil, newShaper(LowerCamel).of(v.Type()), v))
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
