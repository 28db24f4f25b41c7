package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"gatehouse/internal/gwtest"
)

// openapi imports a definition as the API under test.
func (r *rest) openapi(definition []byte) *apigateway.ImportRestApiOutput {
	r.t.Helper()
	out := must[apigateway.ImportRestApiOutput](r.t)(r.ImportRestApi(r.t.Context(), &apigateway.ImportRestApiInput{Body: definition}))
	r.id, r.root = out.Id, out.RootResourceId
	return out
}

// export returns the stage's definition with its ids and dates masked.
func (r *rest) export(stage, kind string) string {
	r.t.Helper()
	out := must[apigateway.GetExportOutput](r.t)(r.GetExport(r.t.Context(), &apigateway.GetExportInput{RestApiId: r.id, StageName: &stage, ExportType: &kind,
		Accepts: aws.String("application/json"), Parameters: map[string]string{"extensions": "apigateway,authorizers,documentation"}}))
	return strings.ReplaceAll(string(out.Body), *r.id, "{api}")
}

// pets is the back end of the Petstore example.
func pets(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /petstore/pets", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `[{"id": 1, "type": %q, "price": 249.99}]`, r.URL.Query().Get("type"))
	})
	mux.HandleFunc("GET /petstore/pets/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"id": %s, "type": "fish", "price": 0.99}`, r.PathValue("id"))
	})
	mux.HandleFunc("POST /petstore/pets", func(w http.ResponseWriter, r *http.Request) {
		var pet json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&pet); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, `{"pet": %s, "message": "success"}`, pet)
	})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// petstore imports and deploys the example, with a back end of ours.
func petstore(t *testing.T) *rest {
	t.Helper()
	definition, err := os.ReadFile(filepath.Join(gwtest.Root(), "examples", "petstore", "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	const theirs = "http://petstore.execute-api.us-east-1.amazonaws.com"
	if strings.Count(string(definition), theirs) == 0 {
		t.Fatalf("the example's back end is not %s", theirs)
	}
	r := restClient(t, gwtest.Start(t))
	if out := r.openapi([]byte(strings.ReplaceAll(string(definition), theirs, pets(t).URL))); len(out.Warnings) > 0 {
		t.Errorf("the example imports with warnings: %q", out.Warnings)
	}
	r.deploy("test")
	return r
}

// TestPetstore wants the example to answer as its definition says, also once it
// was exported and imported again.
func TestPetstore(t *testing.T) {
	t.Parallel()
	r := petstore(t)
	wantPets(r)
	oas, swagger := r.export("test", "oas30"), r.export("test", "swagger")
	r.openapi([]byte(oas))
	r.deploy("test")
	wantPets(r)
	if got := r.export("test", "swagger"); masked(got) != masked(swagger) {
		t.Errorf("the Swagger 2.0 export differs after a way through OpenAPI 3.0:\n%s", diff(masked(swagger), masked(got)))
	}
}

// masked is an export without the date that stands for a version.
func masked(export string) string { return versions.ReplaceAllString(export, "{date}") }

func wantPets(r *rest) {
	r.t.Helper()
	for _, c := range []struct {
		name   string
		r      gwtest.Request
		status int
		body   string
	}{
		{"page", gwtest.Request{Target: "/test"}, 200, `<a href="/test/pets">`},
		{"list", gwtest.Request{Target: "/test/pets?type=dog"}, 200, `[{"id": 1, "type": "dog", "price": 249.99}]`},
		{"one", gwtest.Request{Target: "/test/pets/7"}, 200, `{"id": 7, "type": "fish", "price": 0.99}`},
		{"new", gwtest.Request{Method: "POST", Target: "/test/pets", Body: `{"type": "cat", "price": 3}`}, 200, `{"pet": {"type": "cat", "price": 3}, "message": "success"}`},
		{"refused", gwtest.Request{Method: "POST", Target: "/test/pets", Body: `{"type": "wolf", "price": 3}`}, 400, `{"message": "Invalid request body"}`},
		{"unknown", gwtest.Request{Method: "DELETE", Target: "/test/pets"}, 403, `{"message":"Missing Authentication Token"}`},
	} {
		c.r.Host, c.r.Headers = r.gw.Host(*r.id), map[string]string{"Content-Type": "application/json"}
		if a := r.gw.Send(r.t, c.r); a.Status != c.status || !strings.Contains(a.Body, c.body) {
			r.t.Errorf("%s: %d %s; want %d %s", c.name, a.Status, a.Body, c.status, c.body)
		}
	}
	wantConsoleCORS(r.t, r.gw, *r.id, "/test/pets", "GET,POST,OPTIONS")
}

// TestPostman runs the collection of ours as Postman would.
func TestPostman(t *testing.T) {
	t.Parallel()
	node := need(t, "node")
	newman, err := filepath.Abs(filepath.Join("js", "node_modules", "newman", "bin", "newman.js"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(newman); err != nil {
		t.Skip("skipped: e2e/js has no newman; make deps installs it")
	}
	r := petstore(t)
	base := "http://" + r.gw.Listen + "/restapis/" + *r.id + "/test/_user_request_"
	out := mustTool(t, "", os.Environ(), node, newman, "run", filepath.Join("postman", "petstore.postman_collection.json"),
		"--env-var", "baseUrl="+base, "--reporters", "cli", "--color", "off", "--disable-unicode", "--timeout-request", "60000")
	if !strings.Contains(out, "assertions") || strings.Contains(out, "skipped") {
		t.Errorf("newman ran no assertions:\n%s", out)
	}
}

// TestOpenAPIScale imports definitions of many routes, each within a second, and
// wants exports to be the same after another import.
func TestOpenAPIScale(t *testing.T) {
	t.Parallel()
	for _, routes := range []int{10, 100, 300} {
		t.Run(fmt.Sprint(routes), func(t *testing.T) {
			t.Parallel()
			r := restClient(t, gwtest.Start(t))
			definition := generated(routes)
			limit := time.Second
			if underRace {
				limit = 30 * time.Second
			}
			quickest := time.Hour
			for try := 0; try < 3 && quickest > limit; try++ {
				start := time.Now()
				if out := r.openapi(definition); len(out.Warnings) > 0 {
					t.Fatalf("warnings: %q", out.Warnings)
				}
				quickest = min(quickest, time.Since(start))
			}
			t.Logf("%d routes, %d KB: imported in %v", routes, len(definition)/1024, quickest)
			if quickest > limit {
				t.Errorf("importing %d routes takes %v, want at most %v", routes, quickest, limit)
			}
			wantFixedPoint(r, routes)
		})
	}
}

// wantFixedPoint deploys, calls the last route, exports, imports that, and wants
// the same answers and the same export.
func wantFixedPoint(r *rest, routes int) {
	r.t.Helper()
	r.deploy("dev")
	wantRoute(r, routes-1)
	for _, kind := range []string{"oas30", "swagger"} {
		first := r.export("dev", kind)
		if got := strings.Count(first, `"x-amazon-apigateway-integration"`); got != routes {
			r.t.Errorf("the %s export of %d routes has %d integrations", kind, routes, got)
		}
		r.openapi([]byte(first))
		r.deploy("dev")
		wantRoute(r, routes-1)
		if second := r.export("dev", kind); masked(second) != masked(first) {
			r.t.Errorf("the %s export differs after an import of it:\n%s", kind, diff(masked(first), masked(second)))
		}
	}
}

func wantRoute(r *rest, n int) {
	r.t.Helper()
	path, verb := where(n)
	a := r.gw.Send(r.t, gwtest.Request{Host: r.gw.Host(*r.id), Method: verb, Target: "/dev" + path + "/x?q=1",
		Headers: map[string]string{"Content-Type": "application/json"}, Body: `{"name": "n"}`})
	if want := fmt.Sprintf(`{"route": %d, "id": "x"}`, n); a.Status != 202 || a.Body != want {
		r.t.Errorf("route %d answers %d %s, want 202 %s", n, a.Status, a.Body, want)
	}
}

type tree = map[string]any

// where is the path and verb of a route: three verbs each, since AWS's quota is
// 300 resources.
func where(n int) (path, verb string) {
	return fmt.Sprintf("/group%d/items%d", n/3%7, n/3), []string{"POST", "PUT", "PATCH"}[n%3]
}

// generated is an OpenAPI 3.0 definition with a validated mock per route.
func generated(routes int) []byte {
	paths, schemas := tree{}, tree{}
	for n := range routes {
		if n%10 == 0 {
			schemas[fmt.Sprintf("Item%d", n/10)] = tree{"type": "object", "required": []string{"name"}, "properties": tree{
				"name": tree{"type": "string", "maxLength": 20 + n}, "next": tree{"$ref": fmt.Sprintf("#/components/schemas/Item%d", n/10)}}}
		}
		path, verb := where(n)
		if paths[path+"/{id}"] == nil {
			paths[path+"/{id}"] = tree{}
		}
		paths[path+"/{id}"].(tree)[strings.ToLower(verb)] = operation(n)
	}
	b, err := json.Marshal(tree{
		"openapi": "3.0.1", "info": tree{"title": fmt.Sprintf("scale %d", routes), "version": "1.0"},
		"paths": paths, "components": tree{"schemas": schemas},
		"x-amazon-apigateway-request-validators": tree{"all": tree{"validateRequestBody": true, "validateRequestParameters": true}},
		"x-amazon-apigateway-request-validator":  "all",
		"x-amazon-apigateway-binary-media-types": []string{"image/png"},
		"x-amazon-apigateway-gateway-responses":  tree{"DEFAULT_4XX": tree{"responseTemplates": tree{"application/json": `{"error": $context.error.messageString}`}}},
	})
	if err != nil {
		panic(err)
	}
	return b
}

func operation(n int) tree {
	parameter := func(name, in string) tree {
		return tree{"name": name, "in": in, "required": true, "schema": tree{"type": "string"}}
	}
	return tree{
		"operationId": fmt.Sprintf("post%d", n),
		"parameters":  []tree{parameter("id", "path"), parameter("q", "query")},
		"requestBody": tree{"required": true, "content": tree{"application/json": tree{"schema": tree{"$ref": fmt.Sprintf("#/components/schemas/Item%d", n/10)}}}},
		"responses":   tree{"202": tree{"description": "202 response", "headers": tree{"X-Route": tree{"schema": tree{"type": "string"}}}}},
		"x-amazon-apigateway-integration": tree{
			"type": "mock", "passthroughBehavior": "when_no_match",
			"requestTemplates": tree{"application/json": `{"statusCode": 200, "n": "$input.params('q')"}`},
			"responses": tree{"default": tree{"statusCode": "202", "responseParameters": tree{"method.response.header.X-Route": fmt.Sprintf("'%d'", n)},
				"responseTemplates": tree{"application/json": fmt.Sprintf(`{"route": %d, "id": "$input.params('id')"}`, n)}}},
		},
	}
}
