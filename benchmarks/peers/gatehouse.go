package main

import (
	"context"
	"net"
	"net/http"

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
