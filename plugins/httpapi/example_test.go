package httpapi_test

import (
	"fmt"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/plugins"
	"gatehouse/plugins/cors"
	"gatehouse/plugins/httpapi"
	"gatehouse/plugins/mapping"
)

// conn prints what a client gets.
type conn struct{ exchange.Responder }

func (conn) Respond(x *exchange.Exchange) { fmt.Println(x.Res.Status, string(x.Res.Body)) }

// An API with one stage, whose one route can't be served.
func ExampleNew() {
	site, err := httpapi.New(httpapi.Config{
		Account: "000000000000", Region: "us-east-1", API: "a1b2c3d4e5",
		Stages: []httpapi.Stage{{
			Name:      "$default",
			Variables: map[string]string{"host": "backend"},
			CORS:      cors.New(cors.Config{AllowOrigins: []string{"https://shop.example"}}),
			Routes: []httpapi.Route{{
				Key: "GET /orders/{id}",
				Settings: plugins.Settings{
					"mapping":        mapping.Settings{Request: map[string]string{"overwrite:header.x-order": "$request.path.id"}},
					"httpapi.refuse": gwerr.APIConfiguration, // in the place of an integration
				},
			}},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range []string{"/orders/7", "/customers"} {
		x := exchange.New()
		x.Conn = conn{}
		x.Req.Method = "GET"
		site.Serve(x, nil, []byte(path))
	}
	// Output:
	// 500 {"message":"Internal Server Error"}
	// 404 {"message":"Not Found"}
}
