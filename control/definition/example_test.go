package definition_test

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/store"
)

// What a compiler of stages does: it watches APIs, and follows each stage to the
// snapshot that it serves.
func Example() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := store.OpenMemory()
	defer s.Close()
	repo := definition.New(s)
	if err := repo.Create(ctx, shop()); err != nil {
		fmt.Println(err)
		return
	}

	w, err := s.Watch(ctx, definition.APIPrefix)
	if err != nil {
		fmt.Println(err)
		return
	}
	for change := range w.Changes() {
		if change == nil { // all that was there has been seen
			break
		}
		if change.Deleted || !definition.IsHTTPAPI(change.Value) {
			continue
		}
		api, err := definition.DecodeAPI(change.Key, change.Value)
		if err != nil {
			fmt.Println(err)
			continue
		}
		for _, stage := range api.Stages {
			d, err := repo.Deployment(ctx, api.ID(), *stage.DeploymentId)
			if err != nil {
				fmt.Println(err)
				continue
			}
			id, _ := definition.IntegrationID(d.Routes[0].Target)
			fmt.Println(api.ID(), *stage.StageName, *d.Routes[0].RouteKey, *d.Integration(id).IntegrationUri)
		}
	}
	// Output: shop $default GET /orders http://127.0.0.1:9001
}

// shop is an API as the operations leave it.
func shop() *definition.HTTPAPI {
	a := &definition.HTTPAPI{
		Region: "us-east-1",
		API:    types.Api{ApiId: aws.String("shop"), Name: aws.String("Shop"), ProtocolType: types.ProtocolTypeHttp},
		Integrations: []types.Integration{{IntegrationId: aws.String("i"), IntegrationType: types.IntegrationTypeHttpProxy,
			IntegrationUri: aws.String("http://127.0.0.1:9001")}},
		Routes: []types.Route{{RouteId: aws.String("r"), RouteKey: aws.String("GET /orders"), Target: aws.String("integrations/i")}},
		Stages: []types.Stage{{StageName: aws.String("$default"), DeploymentId: aws.String("d")}},
	}
	a.Deploy(types.Deployment{DeploymentId: aws.String("d"), CreatedDate: aws.Time(time.Unix(0, 0))})
	return a
}
