package apigateway

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/store"
)

// large is an API with n resources, each with a GET that calls a back end.
func large(n int) (*definition.RestAPI, error) {
	a := emptyAPI("us-east-1", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	a.API.Id, a.API.Name, a.API.RootResourceId = ptr("large"), ptr("large"), a.Resources[0].Id
	for i := range n {
		r, err := AddResource(a, *a.API.RootResourceId, fmt.Sprintf("r%d", i))
		if err != nil {
			return nil, err
		}
		if err := AddMethod(a, *r.Id, "GET", types.Method{AuthorizationType: ptr(authNone)}); err != nil {
			return nil, err
		}
		err = editMethod(a, *r.Id, "GET", func(m *types.Method) error {
			return SetIntegration(a, *r.Id, m, types.Integration{Type: types.IntegrationTypeHttp, HttpMethod: ptr("GET"), Uri: ptr(shopURL),
				RequestTemplates: map[string]string{"application/json": "{}"}}, Limits{})
		})
		if err != nil {
			return nil, err
		}
	}
	return a, nil
}

// BenchmarkChange is one change of a method in a large API: read, decode, check,
// encode, write.
func BenchmarkChange(b *testing.B) {
	for _, n := range []int{10, 300} {
		b.Run(fmt.Sprintf("%d-resources", n), func(b *testing.B) {
			s := store.OpenMemory()
			defer s.Close()
			repo := definition.New(s)
			a, err := large(n)
			if err != nil {
				b.Fatal(err)
			}
			if err := repo.CreateRest(ctx, a); err != nil {
				b.Fatal(err)
			}
			id, i := *a.Resources[1].Id, 0
			for b.Loop() {
				i++
				err := repo.ChangeRest(ctx, "large", func(a *definition.RestAPI) error {
					return editMethod(a, id, "GET", func(m *types.Method) error { m.OperationName = ptr(fmt.Sprint(i)); return nil })
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
