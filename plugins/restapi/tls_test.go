package restapi_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gatehouse/plugins/restapi"
	"gatehouse/plugins/tohttp"
)

// TestInsecureSkipVerification: an issuer that nobody knows will do, another
// name does not.
func TestInsecureSkipVerification(t *testing.T) {
	g := start(t)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	for _, c := range []struct {
		name, uri string
		skip      bool
		status    int
	}{
		{"issuer unknown", srv.URL, false, 504},
		{"issuer skipped", srv.URL, true, 200},
		{"issuer skipped, another name", strings.Replace(srv.URL, "127.0.0.1", "localhost", 1), true, 500},
	} {
		s := g.proxy(c.uri, nil)
		call := s["tohttp.rest"].(tohttp.RESTConfig)
		call.SkipIssuer = c.skip
		s["tohttp.rest"] = call
		g.methods(restapi.Method{Path: "/", Verb: "GET", Settings: s})
		if r := g.do("GET /dev"); r.status != c.status {
			t.Errorf("%s = %d %s, want %d", c.name, r.status, r.body, c.status)
		}
	}
}
