package main

import (
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"

	"gatehouse/control/apigateway"
	"gatehouse/control/wire"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/protocols/http1"
)

// refuse words what the listeners refuse, as the API would that was meant.
func (g *gateway) refuse(x *exchange.Exchange, err *gwerr.Error) {
	if !g.holder.Refuse(x, err) {
		http1.RefuseJSON(x, err)
	}
}

// testMethod runs a method of a REST API that need not be deployed, on one of
// the loops that serve traffic. AWS: TestInvokeMethod.
func (g *gateway) testMethod(c *wire.Call, t apigateway.MethodTest) (*v1.TestInvokeMethodOutput, error) {
	l, err := g.loops.Any(c.Context)
	if err != nil {
		return nil, err
	}
	return g.compiler.TestRest(c.Context, l, t.Draft, t.Resource, t.Verb, t.Input)
}
