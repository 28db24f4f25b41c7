package wire_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"gatehouse/control/wire"
	"gatehouse/core/gwerr"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
)

// One row is all that an operation needs: types of the SDK, where it is asked
// for, and a function between them.
func ExampleOp() {
	getAPI := func(c *wire.Call, in *apigatewayv2.GetApiInput) (*apigatewayv2.GetApiOutput, error) {
		if *in.ApiId != "shop" {
			return nil, &gwerr.Error{Type: "NotFoundException", Status: 404,
				Message: "Invalid API identifier specified " + c.Account + ":" + *in.ApiId}
		}
		return &apigatewayv2.GetApiOutput{ApiId: in.ApiId, Name: aws.String("Shop"), Tags: map[string]string{}}, nil
	}
	srv := httptest.NewServer(wire.New(wire.Config{Account: "123456789012"}, wire.Service{
		Name: "apigatewayv2", SigningName: "apigateway", Times: wire.ISO8601,
		Operations: []wire.Operation{wire.Op("GetApi", "GET", "/v2/apis/{ApiId}", 200, getAPI)},
	}))
	defer srv.Close()
	for _, id := range []string{"shop", "none"} {
		res, err := http.Get(srv.URL + "/v2/apis/" + id)
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		fmt.Println(res.StatusCode, string(body))
	}
	// Output:
	// 200 {"apiId":"shop","name":"Shop","tags":{}}
	// 404 {"message":"Invalid API identifier specified 123456789012:none"}
}
