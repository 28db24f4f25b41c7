package compile

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

func TestCheckRest(t *testing.T) {
	tests := []struct {
		name              string
		request, response string
		says              string
	}{
		{"both compile", `{"statusCode": 200}`, `$input.json('$')`, ""},
		{"none", "", "", ""},
		{"request", "#if(", "", "GET /pets: request template application/json"},
		{"response", "{}", "#foreach($x in", "GET /pets: response template of status 200 application/json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := &types.Integration{RequestTemplates: map[string]string{"application/json": tt.request},
				IntegrationResponses: map[string]types.IntegrationResponse{
					"200": {ResponseTemplates: map[string]string{"application/json": tt.response}}}}
			err := CheckRest(&definition.RestDeployment{Resources: []types.Resource{
				{Path: aws.String("/")},
				{Path: aws.String("/pets"), ResourceMethods: map[string]types.Method{"GET": {MethodIntegration: in}, "PUT": {}}}}})
			if (err == nil) != (tt.says == "") || (err != nil && !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("CheckRest = %v, want %q", err, tt.says)
			}
		})
	}
}
