package expr_test

import (
	"fmt"

	"gatehouse/core/exchange"
	"gatehouse/plugins/expr"
)

func ExampleCompile() {
	e, err := expr.Compile("${request.querystring.user}@${context.stage}", expr.HTTPRequest)
	if err != nil {
		fmt.Println(err)
		return
	}
	x := exchange.New()
	x.Req.Query = []byte("user=a%20b&user=c")
	x.Target = &exchange.Target{Stage: "dev"}
	value, ok := e.Append(nil, x)
	fmt.Println(string(value), ok)

	_, err = expr.Compile("$request.body..id", expr.HTTPRequest)
	fmt.Println(err)
	// Output:
	// a b,c@dev true
	// expression "$request.body..id" has a recursive descent (..), which is not supported: "..id"
}
