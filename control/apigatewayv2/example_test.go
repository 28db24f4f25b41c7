package apigatewayv2_test

import (
	"fmt"

	"gatehouse/control/apigatewayv2"
	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

func ExampleService() {
	s := store.OpenMemory()
	defer s.Close()
	service := apigatewayv2.Service(apigatewayv2.Config{
		Repository: definition.New(s),
		Endpoint:   func(apiID string) string { return "http://" + apiID + ".execute-api.localhost:8080" },
	})
	handler := wire.New(wire.Config{}, service) // for the management listener
	fmt.Println(len(handler.Operations()), "operations")
	// Output: 103 operations
}
