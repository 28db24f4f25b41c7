package vtl_test

import (
	"fmt"

	"gatehouse/protocols/vtl"
)

// exchange is what a plug-in knows of a request.
type exchange struct{ id, stage string }

func (x exchange) AppendContext(dst []byte, name string) ([]byte, bool) {
	switch name {
	case "stage":
		return append(dst, x.stage...), true
	case "error.messageString":
		return append(dst, `"Forbidden"`...), true
	}
	return dst, false
}

func (x exchange) ContextNames(string, func(string) bool) {}

func (x exchange) AppendStageVariable(dst []byte, _ string) ([]byte, bool) { return dst, false }

func (x exchange) StageVariableNames(func(string) bool) {}

func (x exchange) AppendParam(dst []byte, p vtl.Place, name string) ([]byte, bool) {
	return append(dst, x.id...), p == vtl.Path && name == "id"
}

func (x exchange) ParamNames(p vtl.Place, yield func(string) bool) {
	if p == vtl.Path {
		yield("id")
	}
}

// A REST integration renders the request template, calls the back end with what
// it printed and overrode, and hands the overrides on to the response template.
func Example() {
	request, err := vtl.Compile(`#set($context.requestOverride.header.x-stage = $context.stage)
#set($context.responseOverride.status = 201)
{"order":"$input.params('id')","items":$input.json('$.items')}`)
	if err != nil {
		fmt.Println(err) // the deployment's warning: line 1, column 7: ...
		return
	}
	response, _ := vtl.Compile(`#set($context.responseOverride.header.location = "/orders/$input.path('$.id')"){"ok":true}`)

	x := exchange{id: "7", stage: "prod"}
	c := vtl.Context{Body: []byte(`{"items": [1, 2]}`), Source: x}
	body, _ := request.Append(nil, &c)
	fmt.Printf("%s\n%s: %s\n", body, c.Overrides.RequestHeader[0].Name, c.Overrides.RequestHeader[0].Values)

	c = vtl.Context{Body: []byte(`{"id": "o-1"}`), Source: x, Overrides: c.Overrides}
	body, _ = response.Append(nil, &c)
	fmt.Printf("%s\n%d %v\n", body, c.Overrides.Status, c.Overrides.ResponseHeader)
	// Output:
	// {"order":"7","items":[1,2]}
	// x-stage: [prod]
	// {"ok":true}
	// 201 [{location [/orders/o-1]}]
}

func ExampleSubstitution() {
	t := vtl.CompileSubstitution(`{"message":$context.error.messageString,"stage":"$context.stage"}`)
	fmt.Printf("%s\n", t.Append(nil, exchange{stage: "prod"}))
	// Output:
	// {"message":"Forbidden","stage":"prod"}
}
