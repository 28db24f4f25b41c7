package routing_test

import (
	"fmt"

	"gatehouse/routing"
)

func ExampleTable_Match() {
	b := routing.NewBuilder[string](routing.HTTP)
	for key, backend := range map[string]string{"GET /pets/{id}": "pets", "$default": "site"} {
		if err := b.Add(key, backend); err != nil {
			fmt.Println(err)
			return
		}
	}
	table := b.Build()
	var params routing.Params
	backend, ok := table.Match([]byte("GET"), []byte("/pets/7"), &params)
	fmt.Printf("%s %v %s=%s\n", backend, ok, params.At(0).Name, params.At(0).Bytes)
	backend, ok = table.Match([]byte("POST"), []byte("/pets/7"), &params)
	fmt.Println(backend, ok, params.Len())
	// Output:
	// pets true id=7
	// site true 0
}

func ExampleStages_HTTP() {
	stages := routing.NewStages(map[string]string{"$default": "live", "dev": "development"})
	stage, rest, _ := stages.HTTP([]byte("/dev/pets"))
	fmt.Printf("%s %s\n", stage, rest)
	stage, rest, _ = stages.HTTP([]byte("/pets"))
	fmt.Printf("%s %s\n", stage, rest)
	// Output:
	// development /pets
	// live /pets
}
