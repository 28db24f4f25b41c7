package apigatewayv2

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

// BenchmarkUpdateRoute is one change, with its deployment, of an API of 300
// routes and integrations, without wire and disk.
func BenchmarkUpdateRoute(b *testing.B) {
	s := store.OpenMemory()
	defer s.Close()
	svc := newService(Config{Repository: definition.New(s), Endpoint: func(id string) string { return id }})
	c := &wire.Call{Context: b.Context(), Region: "us-east-1"}
	api, err := svc.createAPI(c, &v2.CreateApiInput{Name: aws.String("b"), ProtocolType: types.ProtocolTypeHttp})
	if err != nil {
		b.Fatal(err)
	}
	var last *string
	for n := range 300 {
		i, err := svc.createIntegration(c, httpIntegration(api.ApiId))
		if err != nil {
			b.Fatal(err)
		}
		r, err := svc.createRoute(c, &v2.CreateRouteInput{ApiId: api.ApiId, RouteKey: aws.String(fmt.Sprintf("GET /items/%d/{id}", n)), Target: aws.String("integrations/" + *i.IntegrationId)})
		if err != nil {
			b.Fatal(err)
		}
		last = r.RouteId
	}
	if _, err := svc.createStage(c, &v2.CreateStageInput{ApiId: api.ApiId, StageName: aws.String("$default"), AutoDeploy: aws.Bool(true)}); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		n++
		if _, err := svc.updateRoute(c, &v2.UpdateRouteInput{ApiId: api.ApiId, RouteId: last, OperationName: aws.String(fmt.Sprint(n))}); err != nil {
			b.Fatal(err)
		}
	}
}
