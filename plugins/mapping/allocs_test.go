//go:build !race

package mapping

import (
	"testing"

	"gatehouse/core/exchange"
)

func TestAllocsMapping(t *testing.T) {
	req, err := NewRequest(map[string]string{
		"append:header.a": "$request.header.x-in", "overwrite:header.x-list": "${context.requestId}-${stageVariables.v}",
		"remove:header.x-empty": "''", "overwrite:querystring.a": "$request.path.id", "append:querystring.b": "x",
		"overwrite:path": "$request.path",
	})
	if err != nil {
		t.Fatal(err)
	}
	res, err := NewResponse(map[string]map[string]string{"500": {
		"append:header.x-a": "$response.header.x-b", "overwrite:statuscode": "503", "overwrite:header.n": "$context.requestTime",
	}})
	if err != nil {
		t.Fatal(err)
	}
	target := prepared().Target
	name, value, in := []byte("X-A"), []byte("1"), []byte("X-In")
	x := exchange.New()
	n := testing.AllocsPerRun(200, func() {
		x.Reset()
		x.Target = target
		x.Req.Headers.Add(in, value)
		x.Params = append(x.Params, exchange.Param{Name: "id", Value: value})
		x.Path = append(x.Arena(), "/a b"...)
		x.Path = x.Keep(x.Path)
		req.Handle(x)
		x.Integration.Status = 500
		x.Res.Headers.Add(name, value)
		res.Finish(x)
	})
	if n != 0 {
		t.Errorf("request and response mapping allocate %v times", n)
	}
}
