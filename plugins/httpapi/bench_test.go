package httpapi

import (
	"fmt"
	"testing"

	"gatehouse/core/exchange"
)

func BenchmarkServe(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		keys := []string{"ANY /{proxy+}"}
		for i := range n - 1 {
			keys = append(keys, fmt.Sprintf("GET /shop/%d/orders/{id}", i))
		}
		s, err := New(Config{Stages: []Stage{{Name: "$default", Routes: routes(keys...)}}})
		if err != nil {
			b.Fatal(err)
		}
		path := []byte("/shop/7/orders/4711")
		b.Run(fmt.Sprintf("%d-routes", n), func(b *testing.B) {
			x, conn := exchange.New(), &client{}
			b.ReportAllocs()
			for b.Loop() {
				x.Reset()
				x.Loop, x.Conn, x.Req.Method, x.Req.Path = loop{}, conn, "GET", path
				s.Serve(x, nil, path)
			}
		})
	}
}
