package main

import (
	"log/slog"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"

	"gatehouse/control/apigateway"
	"gatehouse/control/compile"
	"gatehouse/control/definition"
	"gatehouse/control/openapi/port"
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

// restService is the service of REST APIs with all that the other parts do for
// it. g is nil where only its operations are asked for.
func restService(g *gateway, repo *definition.Repository, limits apigateway.Limits, log *slog.Logger) wire.Service {
	return apigateway.Service(apigateway.Config{
		Repository: repo, Endpoint: g.endpoint, TestMethod: g.testMethod, Limits: limits, Log: log,
		Import: port.Import(limits), Export: port.Export, CheckDeployment: compile.CheckRest,
	})
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
