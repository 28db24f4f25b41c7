//go:build !race

package httpapi

import (
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/plugins/accesslog"
	"gatehouse/plugins/cors"
)

func TestAllocsServe(t *testing.T) {
	files := accesslog.Open(accesslog.Config{Dir: t.TempDir()})
	defer files.Close()
	to, err := files.Destination("arn:aws:logs:r:a:log-group:g")
	if err != nil {
		t.Fatal(err)
	}
	log, err := accesslog.New("$context.requestTime $context.path $context.status", to)
	if err != nil {
		t.Fatal(err)
	}
	policy := cors.New(cors.Config{AllowOrigins: []string{"https://a"}, AllowMethods: []string{"GET"}})
	s := site(t, Config{Stages: []Stage{{Name: "dev", CORS: policy, Log: log, Routes: routes("GET /a/{b}", "GET /{p+}")}}})
	x := exchange.New()
	conn := &client{}
	origin, asks := exchange.Field{Name: []byte("Origin"), Value: []byte("https://a")}, exchange.Field{Name: []byte("Access-Control-Request-Method"), Value: []byte("GET")}
	for _, c := range []struct {
		name, method, path string
		status             int
	}{
		{"route", "GET", "/dev/a/b", 200},
		{"escaped path", "GET", "/dev/a/b%20c", 200},
		{"no route", "POST", "/dev/a", 404},
		{"no stage", "GET", "/nope", 404},
		{"bad path", "GET", "/%", 400},
		{"preflight", "OPTIONS", "/dev/a", 204},
	} {
		path := []byte(c.path)
		n := testing.AllocsPerRun(500, func() {
			x.Reset()
			x.Loop, x.Conn = loop{}, conn
			x.Req.Method, x.Req.Path = c.method, path
			x.Req.Headers.Add(origin.Name, origin.Value)
			x.Req.Headers.Add(asks.Name, asks.Value)
			s.Serve(x, nil, path)
		})
		if n != 0 || x.Res.Status != c.status {
			t.Errorf("%s: %d allocates %v times, want %d and none", c.name, x.Res.Status, n, c.status)
		}
	}
}
