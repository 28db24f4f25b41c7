package main

import (
	"context"
	"net"
	"net/http"
	"strings"

	"gatehouse/benchmarks/gateway"
	"gatehouse/benchmarks/wrk"
)

// startGatehouse starts gatehouse and makes one HTTP API on it. What it
// answers by itself is a CORS preflight, which no back end sees.
func startGatehouse(ctx context.Context, s site) (*instance, error) {
	g, err := gateway.Start(ctx, gateway.Options{Binary: s.Gatehouse, Dir: s.Dir, CertFile: s.Cert.Cert, KeyFile: s.Cert.Key})
	if err != nil {
		return nil, err
	}
	host, err := g.CreateAPI(ctx, gateway.API{
		Name: "bench", ProtocolType: "HTTP", Target: "http://" + s.Backend,
		CORS: &gateway.CORS{AllowOrigins: []string{"https://a.test"}, AllowMethods: []string{"GET", "POST"}},
	})
	if err != nil {
		g.Stop()
		return nil, err
	}
	return &instance{group: g.Group, plain: g.Addr, tls: g.TLS, host: host, local: preflight()}, nil
}

// startRest starts another gatehouse and makes one REST API on it, which does
// for a proxied request what the HTTP API does. What it answers by itself comes
// from a MOCK integration with a template.
func startRest(ctx context.Context, s site) (*instance, error) {
	g, err := gateway.Start(ctx, gateway.Options{Binary: s.Gatehouse, Dir: s.Dir})
	if err != nil {
		return nil, err
	}
	host, stage, err := g.CreateRestAPI(ctx, restAPI(s.Backend))
	if err != nil {
		g.Stop()
		return nil, err
	}
	return &instance{group: g.Group, plain: g.Addr, host: host, stage: stage, local: mockExchange().below(stage)}, nil
}

func restAPI(backend string) gateway.RestAPI {
	proxied := gateway.Integration{
		Type: "HTTP_PROXY", HTTPMethod: "ANY", URI: "http://" + backend + "/{proxy}",
		RequestParameters: map[string]string{"integration.request.path.proxy": "method.request.path.proxy"},
	}
	mocked := gateway.Integration{Type: "MOCK", RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`}}
	return gateway.RestAPI{Name: "bench", Methods: []gateway.RestMethod{
		{PathPart: "{proxy+}", HTTPMethod: "ANY", Parameters: map[string]bool{"method.request.path.proxy": true}, Integration: proxied},
		{PathPart: localPath[1:], HTTPMethod: http.MethodGet, Integration: mocked, ResponseTemplate: mockTemplate()},
	}}
}

const mockGot = "GET 7" // what mockTemplate makes of mockExchange's request

// mockTemplate writes as many bytes as a peer's `return`, some of them taken
// from the request.
func mockTemplate() string {
	return strings.Replace(answer(mockGot), mockGot, `$context.httpMethod $input.params('id')`, 1)
}

func mockExchange() exchange {
	return exchange{wrk.Request{Method: http.MethodGet, Path: localPath + "?id=7"}, http.StatusOK, answer(mockGot)}
}

func preflight() exchange {
	header := map[string]string{"Origin": "https://a.test", "Access-Control-Request-Method": "GET"}
	return exchange{wrk.Request{Method: http.MethodOptions, Path: localPath, Header: header}, http.StatusNoContent, ""}
}

func gatehouseVersion(ctx context.Context, s settings) (string, error) {
	return gateway.Version(ctx, s.Gatehouse)
}

// port is the port of an address that net.Listener gave.
func port(addr string) string {
	_, p, _ := net.SplitHostPort(addr)
	return p
}
