//go:build !race

package cors

import (
	"testing"

	"gatehouse/core/exchange"
)

func TestAllocsCORS(t *testing.T) {
	p := New(Config{AllowOrigins: []string{"https://a", "https://b"}, AllowMethods: []string{"GET", "POST"}, AllowHeaders: []string{"x"}, ExposeHeaders: []string{"y"}, MaxAge: seconds(1)})
	x := request("OPTIONS", "Origin", "https://b", "Access-Control-Request-Method", "GET")
	name, value := []byte("Access-Control-Allow-Origin"), []byte("*")
	for what, f := range map[string]func(*exchange.Exchange){
		"a preflight": func(x *exchange.Exchange) {
			if !p.Preflight(x) {
				t.Fatal("not a preflight")
			}
			(*answer)(p).Handle(x)
		},
		"an actual answer": func(x *exchange.Exchange) {
			x.Res.Headers.Add(name, value)
			p.Finish(x)
		},
	} {
		n := testing.AllocsPerRun(100, func() {
			x.Res.Headers.Reset()
			f(x)
		})
		if n != 0 {
			t.Errorf("%s allocates %v times", what, n)
		}
	}
}
