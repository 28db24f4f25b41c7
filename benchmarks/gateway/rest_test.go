package gateway

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// management plays the REST operations and keeps what it was asked. The call
// whose method and path is refuse is answered by 409.
func management(t *testing.T, refuse string) (g *Gateway, calls *[]string) {
	calls = new([]string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		call := r.Method + " " + r.URL.Path
		*calls = append(*calls, strings.TrimSpace(call+" "+string(body)))
		if call == refuse {
			w.WriteHeader(http.StatusConflict)
			io.WriteString(w, `{"message":"no"}`)
			return
		}
		w.WriteHeader(http.StatusCreated)
		switch {
		case call == "POST /restapis":
			io.WriteString(w, `{"id":"abc","rootResourceId":"top"}`)
		case r.URL.Path == "/restapis/abc/resources/top":
			io.WriteString(w, `{"id":"res"}`)
		default:
			io.WriteString(w, `{}`)
		}
	}))
	t.Cleanup(s.Close)
	return &Gateway{Admin: strings.TrimPrefix(s.URL, "http://")}, calls
}

func sampleRest() RestAPI {
	return RestAPI{Name: "bench", Methods: []RestMethod{{
		PathPart: "m", HTTPMethod: "GET", ResponseTemplate: "$x",
		Integration: Integration{Type: "MOCK", RequestTemplates: map[string]string{"application/json": `{}`}},
	}}}
}

func TestCreateRestAPI(t *testing.T) {
	g, calls := management(t, "")
	host, prefix, err := g.CreateRestAPI(context.Background(), sampleRest())
	if err != nil || host != "abc.execute-api.localhost" || prefix != "/s" {
		t.Errorf("CreateRestAPI = %q, %q, %v", host, prefix, err)
	}
	want := []string{
		`POST /restapis {"name":"bench"}`,
		`POST /restapis/abc/resources/top {"pathPart":"m"}`,
		`PUT /restapis/abc/resources/res/methods/GET {"authorizationType":"NONE"}`,
		`PUT /restapis/abc/resources/res/methods/GET/integration {"type":"MOCK","requestTemplates":{"application/json":"{}"}}`,
		`PUT /restapis/abc/resources/res/methods/GET/responses/200 {}`,
		`PUT /restapis/abc/resources/res/methods/GET/integration/responses/200 {"responseTemplates":{"application/json":"$x"}}`,
		`POST /restapis/abc/deployments {"stageName":"s"}`,
	}
	if !slices.Equal(*calls, want) {
		t.Errorf("calls:\n%s\nwant:\n%s", strings.Join(*calls, "\n"), strings.Join(want, "\n"))
	}
}

// TestCreateRestAPIStops refuses each call in turn: the error names it, and no
// other follows.
func TestCreateRestAPIStops(t *testing.T) {
	g, calls := management(t, "")
	if _, _, err := g.CreateRestAPI(context.Background(), sampleRest()); err != nil {
		t.Fatal(err)
	}
	for i, call := range *calls {
		fields := strings.Fields(call)
		refuse := fields[0] + " " + fields[1]
		t.Run(refuse, func(t *testing.T) {
			g, calls := management(t, refuse)
			_, _, err := g.CreateRestAPI(context.Background(), sampleRest())
			if err == nil || !strings.Contains(err.Error(), refuse+": 409") || len(*calls) != i+1 {
				t.Errorf("CreateRestAPI = %v after %d calls, want an error with %q after %d", err, len(*calls), refuse, i+1)
			}
		})
	}
}
