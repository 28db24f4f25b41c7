package apigateway_test

import (
	"fmt"
	"net/http/httptest"
	"strings"

	"gatehouse/control/apigateway"
	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

// The service stands behind wire's server; any client of AWS can call it.
func ExampleService() {
	s := store.OpenMemory()
	defer s.Close()
	srv := httptest.NewServer(wire.New(wire.Config{}, apigateway.Service(apigateway.Config{Repository: definition.New(s)})))
	defer srv.Close()

	res, err := srv.Client().Post(srv.URL+"/restapis", "application/json", strings.NewReader(`{"name": "shop"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	fmt.Println(res.Status)
	// Output: 201 Created
}
