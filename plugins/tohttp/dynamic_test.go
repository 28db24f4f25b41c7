package tohttp

import (
	"strings"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/core/upstream"
)

// param puts a path parameter into each exchange.
type param struct{ name, value string }

func (p param) Handle(x *exchange.Exchange) pipeline.Verdict {
	x.Params = append(x.Params, exchange.Param{Name: p.name, Value: []byte(p.value)})
	return pipeline.Next
}

// TestHostParameter has the host of the back end come from the path.
func TestHostParameter(t *testing.T) {
	g := start(t, 1, upstream.Config{})
	authority := strings.TrimPrefix(backend(t, answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")), "http://")
	for value, want := range map[string]int{authority: 200, "user@" + authority: 400, "a b": 400, "": 400, authority + "/x": 400} {
		g.route(Config{URI: "http://{host}/x"}, param{"host", value})
		if status, _, body, err := g.get("GET", ""); err != nil || status != want {
			t.Errorf("host %q: got %d %q %v, want %d", value, status, body, err, want)
		}
	}
}
