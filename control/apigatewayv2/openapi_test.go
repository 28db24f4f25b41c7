package apigatewayv2

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
)

var golden = flag.Bool("golden", false, "rewrite golden files")

func (g *gate) importText(text string) (*v2.ImportApiOutput, error) {
	return g.ImportApi(ctx, &v2.ImportApiInput{Body: &text})
}

func (g *gate) export(id *string, edit ...func(*v2.ExportApiInput)) string {
	g.t.Helper()
	in := &v2.ExportApiInput{ApiId: id, Specification: ptr("OAS30"), OutputType: ptr("JSON")}
	for _, e := range edit {
		e(in)
	}
	out, err := g.ExportApi(ctx, in)
	return string(ok[*v2.ExportApiOutput](g.t)(out, err).Body)
}

func asYAML(in *v2.ExportApiInput)  { in.OutputType = ptr("YAML") }
func plain(in *v2.ExportApiInput)   { in.IncludeExtensions = ptr(false) }
func ofStage(in *v2.ExportApiInput) { in.StageName = ptr("prod") }
func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func wantGolden(t *testing.T, name, got string) {
	t.Helper()
	if *golden {
		if err := os.WriteFile("testdata/"+name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := readFile(t, name); got != want {
		t.Errorf("%s differs:\n%s", name, got)
	}
}

// TestImportShop imports all that HTTP APIs take from a document, and looks at
// what the operations then show.
func TestImportShop(t *testing.T) {
	g := start(t)
	out := ok[*v2.ImportApiOutput](t)(g.importText(readFile(t, "import-shop.yaml")))
	if len(out.Warnings) > 0 {
		t.Errorf("warnings: %q", out.Warnings)
	}
	wantGolden(t, "import-shop.info", strings.Join(out.ImportInfo, "\n")+"\n")
	a, err := g.repo.Get(ctx, *out.ApiId)
	if err != nil {
		t.Fatal(err)
	}
	wantGolden(t, "import-shop.stored", show(anonymous(a))+"\n")
}

// anonymous replaces the ids in a, which are random, by places.
func anonymous(a *definition.HTTPAPI) *definition.HTTPAPI {
	names := []string{*a.API.ApiId, "API"}
	for i, x := range a.Integrations {
		names = append(names, *x.IntegrationId, fmt.Sprint("I", i))
		a.Integrations[i].IntegrationId = ptr(fmt.Sprint("I", i))
	}
	for i, x := range a.Authorizers {
		names = append(names, *x.AuthorizerId, fmt.Sprint("A", i))
		a.Authorizers[i].AuthorizerId = ptr(fmt.Sprint("A", i))
	}
	r := strings.NewReplacer(names...)
	a.API.ApiId = ptr("API")
	for i := range a.Routes {
		x := &a.Routes[i]
		x.RouteId = ptr(fmt.Sprint("R", i))
		x.Target, x.AuthorizerId = through(r, x.Target), through(r, x.AuthorizerId)
	}
	return a
}

func through(r *strings.Replacer, p *string) *string {
	if p == nil {
		return nil
	}
	return ptr(r.Replace(*p))
}

// TestExport compares exports with golden files, and each that has extensions
// with the export of what its import makes.
func TestExport(t *testing.T) {
	g := start(t)
	id := ok[*v2.ImportApiOutput](t)(g.importText(readFile(t, "import-shop.yaml"))).ApiId
	g.autoStage(id, "prod")
	for _, c := range []struct {
		name string
		edit []func(*v2.ExportApiInput)
	}{
		{"export-shop.json", []func(*v2.ExportApiInput){ofStage}},
		{"export-shop.yaml", []func(*v2.ExportApiInput){ofStage, asYAML}},
		{"export-shop-latest.json", nil},
		{"export-shop-plain.json", []func(*v2.ExportApiInput){plain, ofStage}},
		{"export-shop-plain.yaml", []func(*v2.ExportApiInput){plain, asYAML}},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := strings.ReplaceAll(g.export(id, c.edit...), *id, "APIID")
			wantGolden(t, c.name, first)
			if strings.Contains(c.name, "plain") {
				return
			}
			again := ok[*v2.ImportApiOutput](t)(g.importText(first))
			if len(again.Warnings) > 0 {
				t.Errorf("the export has warnings: %q", again.Warnings)
			}
			g.autoStage(again.ApiId, "prod")
			second := strings.ReplaceAll(g.export(again.ApiId, c.edit...), *again.ApiId, "APIID")
			if first != second {
				t.Errorf("export, import, export:\n%s\nwant\n%s", second, first)
			}
		})
	}
}

// TestExportOfStage shows what was deployed, not what is now.
func TestExportOfStage(t *testing.T) {
	g := start(t)
	id := g.api()
	g.route(id, "GET /old")
	g.autoStage(id, "prod")
	ok[*v2.UpdateStageOutput](t)(g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: ptr("prod"), AutoDeploy: ptr(false)}))
	g.route(id, "GET /new")
	if text := g.export(id, ofStage); strings.Contains(text, "/new") || !strings.Contains(text, "/old") {
		t.Errorf("the stage's export has what isn't deployed:\n%s", text)
	}
	if text := g.export(id); !strings.Contains(text, "/new") {
		t.Errorf("the latest export lacks a route:\n%s", text)
	}
}

const head = `{"openapi":"3.0.1","info":{"title":"t","version":"1"},`

func opWith(integration string) string {
	return head + `"paths":{"/a":{"get":{"x-amazon-apigateway-integration":` + integration + `}}}}`
}

func secured(security, schemes string) string {
	return head + `"paths":{"/a":{"get":{"security":` + security + `}}},"components":{"securitySchemes":{` + schemes + `}}}`
}

// TestImportWarnings: each is a warning, and a refusal with failOnWarnings.
func TestImportWarnings(t *testing.T) {
	g := start(t)
	for _, c := range []struct{ name, doc, want string }{
		{"type AWS", opWith(`{"type":"aws","uri":"arn:x","httpMethod":"POST","payloadFormatVersion":"1.0"}`),
			"Unable to create integration for route 'GET /a': " + errProxyOnly.Message},
		{"type mock", opWith(`{"type":"mock"}`), "Unable to create integration for route 'GET /a': " + errProxyOnly.Message},
		{"bad URL", opWith(`{"type":"http_proxy","uri":"nope","httpMethod":"GET"}`), "Unable to create integration for route 'GET /a': " + errBadURL.Message},
		{"time-out text", opWith(`{"type":"http_proxy","uri":"http://a","httpMethod":"GET","timeoutInMillis":"soon"}`), "Invalid timeoutInMillis of route 'GET /a': 'soon'. Ignoring."},
		{"connection type", opWith(`{"type":"http_proxy","uri":"http://a","httpMethod":"GET","connectionType":"wire"}`), "Unable to create integration for route 'GET /a': Invalid connectionType specified: WIRE"},
		{"parameter no text", opWith(`{"type":"http_proxy","uri":"http://a","httpMethod":"GET","requestParameters":{"overwrite:header.a":[]}}`),
			"Invalid format for 'requestParameters'. Expected type string for property 'overwrite:header.a' of route 'GET /a'"},
		{"lost reference", opWith(`{"$ref":"#/nowhere"}`), "The integration of route 'GET /a' cannot be read. Ignoring."},
		{"foreign reference", opWith(`{"$ref":"http://x/y"}`), "The integration of route 'GET /a' cannot be read. Ignoring."},
		{"CORS no object", head + `"x-amazon-apigateway-cors":true,"paths":{}}`, "CORS Scheme is malformed, ignoring."},
		{"CORS illegal", head + `"x-amazon-apigateway-cors":{"maxAge":-7},"paths":{}}`, "CORS Scheme is malformed, ignoring."},
		{"CORS age text", head + `"x-amazon-apigateway-cors":{"maxAge":"old"},"paths":{}}`, "CORS Scheme is malformed, ignoring."},
		{"unsupported scheme", secured(`[{"k":[]}]`, `"k":{"type":"apiKey","name":"x-api-key","in":"header"}`), "Security scheme 'k' of route 'GET /a' is not supported. Ignoring."},
		{"operation no object", head + `"paths":{"/a":{"get":7}}}`, "The operation 'GET /a' is no object. Ignoring."},
		{"conflicting variables", head + `"paths":{"/a/{x}":{"get":{}},"/a/{y}/z":{"get":{}}}}`,
			`Unable to create route 'GET /a/{y}/z': The provided route key "GET /a/{y}/z" has a conflicting variable on the same hierarchical level as "GET /a/{x}"`},
		{"tag without name", head + `"tags":[{}],"paths":{}}`, "A tag without a name was ignored."},
		{"ip type", head + `"servers":[{"url":"/","x-amazon-apigateway-endpoint-configuration":{"ipAddressType":"ipx"}}],"paths":{}}`, "Invalid ipAddressType specified: ipx. Ignoring."},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := g.importText(c.doc)
			if got := ok[*v2.ImportApiOutput](t)(out, err).Warnings; len(got) != 1 || got[0] != c.want {
				t.Errorf("warnings %q, want %q", got, c.want)
			}
			_, err = g.ImportApi(ctx, &v2.ImportApiInput{Body: &c.doc, FailOnWarnings: ptr(true)})
			wantError(t, err, badCode, "Warnings found during import:\n\t"+c.want)
		})
	}
}

func TestImportRefusals(t *testing.T) {
	g := start(t)
	for _, c := range []struct{ name, doc, want string }{
		{"no text", "", "Invalid OpenAPI input."},
		{"no object", "[]", "Invalid OpenAPI input."},
		{"broken", "{", "Invalid OpenAPI input."},
		{"no version", `{"info":{}}`, "Invalid OpenAPI input."},
		{"paths no object", `{"openapi":"3.0.0","paths":[]}`, "Invalid OpenAPI input."},
		{"Swagger", `{"swagger":"2.0","info":{"title":"t"},"paths":{}}`, "Invalid OpenAPI input. HTTP APIs support OpenAPI 3.0 only"},
		{"OpenAPI 3.1", `{"openapi":"3.1.0","info":{"title":"t"},"paths":{}}`, "Invalid OpenAPI input. HTTP APIs support OpenAPI 3.0 only"},
		{"no title", `{"openapi":"3.0.0","paths":{}}`, "Errors found during import:\n\tInvalid name specified: it must have 1 to 128 characters"},
		{"two requirements", secured(`[{"a":[]},{"b":[]}]`, ""), "Errors found during import:\n\tUnable to create route 'GET /a': A route can have at most one authorizer"},
		{"two schemes", secured(`[{"a":[],"b":[]}]`, ""), "Errors found during import:\n\tUnable to create route 'GET /a': A route can have at most one authorizer"},
		{"unknown scheme", secured(`[{"a":[]}]`, ""), "Errors found during import:\n\tUnable to create route 'GET /a': security scheme 'a' not found"},
		{"JWT without audience", secured(`[{"j":[]}]`, `"j":{"type":"oauth2","x-amazon-apigateway-authorizer":{"type":"jwt","jwtConfiguration":{"issuer":"https://a.test"}}}`),
			"Errors found during import:\n\tUnable to create authorizer 'j': Audience must be specified for JWT authorizers"},
		{"lost path item", head + `"paths":{"/a":{"$ref":"#/x"}}}`, "Errors found during import:\n\tUnable to read the paths: path '/a': reference '#/x' not found"},
		{"circle", head + `"paths":{"/a":{"$ref":"#/paths/~1a"}}}`, "Errors found during import:\n\tUnable to read the paths: path '/a': references go in a circle or are chained too long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := g.importText(c.doc)
			wantError(t, err, badCode, c.want)
		})
	}
	if out := ok[*v2.GetApisOutput](t)(g.GetApis(ctx, &v2.GetApisInput{})); len(out.Items) > 0 {
		t.Errorf("refused imports left %d APIs", len(out.Items))
	}
}

func TestImportBasePath(t *testing.T) {
	g := start(t)
	doc := head + `"servers":[{"url":"https://x/{basePath}","variables":{"basePath":{"default":"/a/b/c"}}}],"paths":{"/e":{"get":{}},"/":{"get":{}}}}`
	byURL := head + `"servers":[{"url":"https://x/a/b/c"}],"paths":{"/e":{"get":{}},"/":{"get":{}}}}`
	for _, c := range []struct{ mode, want string }{
		{"", "GET /e, GET /"}, {"ignore", "GET /e, GET /"}, {"prepend", "GET /a/b/c/e, GET /a/b/c"}, {"split", "GET /b/c/e, GET /b/c"},
	} {
		for _, d := range []string{doc, byURL} {
			in := &v2.ImportApiInput{Body: &d}
			if c.mode != "" {
				in.Basepath = &c.mode
			}
			out := ok[*v2.ImportApiOutput](t)(g.ImportApi(ctx, in))
			a, err := g.repo.Get(ctx, *out.ApiId)
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for _, r := range a.Routes {
				keys = append(keys, *r.RouteKey)
			}
			if got := strings.Join(keys, ", "); got != c.want {
				t.Errorf("basepath %q: %s, want %s", c.mode, got, c.want)
			}
		}
	}
	_, err := g.ImportApi(ctx, &v2.ImportApiInput{Body: &doc, Basepath: ptr("append")})
	wantError(t, err, badCode, "Invalid basepath specified: append. Valid options are ignore, prepend, split")
}

// TestReimport keeps id and stages, replaces all else, and deploys.
func TestReimport(t *testing.T) {
	g := start(t)
	id := g.quick(shopURL, nil)
	before := *g.stage(id, defaultStage).DeploymentId
	doc := readFile(t, "import-shop.yaml")
	out := ok[*v2.ReimportApiOutput](t)(g.ReimportApi(ctx, &v2.ReimportApiInput{ApiId: id, Body: &doc}))
	if *out.ApiId != *id || *out.Name != "shop" || out.Tags["owner"] != "ann" {
		t.Errorf("ReimportApi = %s", show(out))
	}
	if after := *g.stage(id, defaultStage).DeploymentId; after == before {
		t.Error("the stage with autoDeploy has the old deployment")
	}
	one := opWith(`{"type":"http_proxy","uri":"http://a","httpMethod":"GET"}`)
	ok[*v2.ReimportApiOutput](t)(g.ReimportApi(ctx, &v2.ReimportApiInput{ApiId: id, Body: &one}))
	a, err := g.repo.Get(ctx, *id)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Routes) != 1 || len(a.Integrations) != 1 || len(a.Authorizers) != 0 || len(a.Stages) != 1 || a.API.CorsConfiguration != nil || a.API.Tags != nil || *a.API.Version != "1" {
		t.Errorf("after a second import: %s", show(a))
	}
	bad := "nope"
	_, err = g.ReimportApi(ctx, &v2.ReimportApiInput{ApiId: id, Body: &bad})
	wantError(t, err, badCode, "Invalid OpenAPI input.")
	_, err = g.ReimportApi(ctx, &v2.ReimportApiInput{ApiId: ptr("nope"), Body: &one})
	wantError(t, err, missingCode, "Invalid API identifier specified 000000000000:nope")
	if again, err := g.repo.Get(ctx, *id); err != nil || show(again) != show(a) {
		t.Errorf("refused imports changed the API: %v", err)
	}
}

func TestImportCustomID(t *testing.T) {
	g := start(t)
	doc := head + `"tags":[{"name":"_custom_id_","x-amazon-apigateway-tag-value":"mine"}],"paths":{}}`
	if out := ok[*v2.ImportApiOutput](t)(g.importText(doc)); *out.ApiId != "mine" {
		t.Errorf("ApiId = %s, want mine", *out.ApiId)
	}
	_, err := g.importText(doc)
	wantError(t, err, conflictCode, errIDTaken.Message)
}

func TestExportRefusals(t *testing.T) {
	g := start(t)
	id := g.api()
	ok[*v2.CreateStageOutput](t)(g.CreateStage(ctx, &v2.CreateStageInput{ApiId: id, StageName: ptr("bare")}))
	for _, c := range []struct {
		name, code, want string
		edit             func(*v2.ExportApiInput)
	}{
		{"specification", badCode, "Invalid specification specified: OAS31. Valid options are OAS30", func(in *v2.ExportApiInput) { in.Specification = ptr("OAS31") }},
		{"version", badCode, "Invalid exportVersion specified: 2.0. Valid options are 1.0", func(in *v2.ExportApiInput) { in.ExportVersion = ptr("2.0") }},
		{"type", badCode, "Invalid outputType specified: TOML. Valid options are JSON, YAML", func(in *v2.ExportApiInput) { in.OutputType = ptr("TOML") }},
		{"API", missingCode, "Invalid API identifier specified 000000000000:nope", func(in *v2.ExportApiInput) { in.ApiId = ptr("nope") }},
		{"stage", missingCode, "Invalid stage identifier specified", func(in *v2.ExportApiInput) { in.StageName = ptr("nope") }},
		{"no deployment", badCode, errNotDeployed.Message, func(in *v2.ExportApiInput) { in.StageName = ptr("bare") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &v2.ExportApiInput{ApiId: id, Specification: ptr("OAS30"), OutputType: ptr("JSON")}
			c.edit(in)
			_, err := g.ExportApi(ctx, in)
			wantError(t, err, c.code, c.want)
		})
	}
}

// TestRandomAPIs: what any API exports imports as that API, and exports as the
// same document.
func TestRandomAPIs(t *testing.T) {
	g := start(t)
	for seed := range uint64(30) {
		id := g.random(rand.New(rand.NewPCG(seed, 7)))
		form := [][]func(*v2.ExportApiInput){nil, {asYAML}}[seed%2]
		first := strings.ReplaceAll(g.export(id, form...), *id, "APIID")
		again := ok[*v2.ImportApiOutput](t)(g.ImportApi(ctx, &v2.ImportApiInput{Body: &first, FailOnWarnings: ptr(true)}))
		second := strings.ReplaceAll(g.export(again.ApiId, form...), *again.ApiId, "APIID")
		if first != second {
			t.Fatalf("seed %d: export, import, export:\n%s\nwant\n%s", seed, second, first)
		}
		if a, b := g.shape(id), g.shape(again.ApiId); a != b {
			t.Fatalf("seed %d: imported\n%s\nwant\n%s", seed, b, a)
		}
	}
}

// random makes an API through the operations, of parts that fit each other.
func (g *gate) random(r *rand.Rand) *string {
	in := &v2.CreateApiInput{Name: ptr("api \"" + fmt.Sprint(r.IntN(9)) + "\" ü"), ProtocolType: types.ProtocolTypeHttp, Version: ptr("v: " + fmt.Sprint(r.IntN(9)))}
	if r.IntN(2) == 0 {
		in.Tags = map[string]string{"a": "1", "yes": "", "#": "x\ny"}
		in.CorsConfiguration = &types.Cors{AllowOrigins: []string{"*"}, MaxAge: ptr[int32](int32(r.IntN(3)) - 1)}
		in.Description = ptr("- lines\n\ttabs: \u0085 \U0001f600 'q'")
	}
	id := ok[*v2.CreateApiOutput](g.t)(g.CreateApi(ctx, in)).ApiId
	integrations := []*string{nil}
	for range r.IntN(4) {
		x := &v2.CreateIntegrationInput{ApiId: id, IntegrationType: types.IntegrationTypeHttpProxy, IntegrationMethod: ptr([]string{"ANY", "POST"}[r.IntN(2)]),
			IntegrationUri: ptr(fmt.Sprintf("http://127.0.0.1:%d/{proxy}", 1+r.IntN(9)))}
		if r.IntN(2) == 0 {
			x.TimeoutInMillis = ptr[int32](50 + int32(r.IntN(100)))
			x.RequestParameters = map[string]string{"append:header.a": "$request.path.id", "remove:querystring.q": ""}
			x.ResponseParameters = map[string]map[string]string{"200": {"overwrite:statuscode": "201"}, "404": {"remove:header.x": ""}}
		}
		out := ok[*v2.CreateIntegrationOutput](g.t)(g.CreateIntegration(ctx, x))
		integrations = append(integrations, ptr("integrations/"+*out.IntegrationId))
	}
	jwt, lambda := jwtInput(id), requestInput(id)
	jwt.Name, lambda.AuthorizerResultTtlInSeconds = ptr("j w"), ptr[int32](int32(r.IntN(2))*60)
	jwtID := ok[*v2.CreateAuthorizerOutput](g.t)(g.CreateAuthorizer(ctx, jwt)).AuthorizerId
	lambdaID := ok[*v2.CreateAuthorizerOutput](g.t)(g.CreateAuthorizer(ctx, lambda)).AuthorizerId
	for _, i := range r.Perm(8)[:r.IntN(9)] {
		key := []string{"$default", "ANY /", "GET /", "POST /pets/{id}", "ANY /pets/{id}", "GET /a.b/200", "PATCH /x/{proxy+}", "OPTIONS /on"}[i]
		x := &v2.CreateRouteInput{ApiId: id, RouteKey: &key, Target: integrations[r.IntN(len(integrations))]}
		switch r.IntN(4) {
		case 0:
			x.AuthorizationType, x.AuthorizerId, x.AuthorizationScopes = types.AuthorizationTypeJwt, jwtID, []string{"b", "a"}[:r.IntN(3)]
		case 1:
			x.AuthorizationType, x.AuthorizerId = types.AuthorizationTypeCustom, lambdaID
		case 2:
			x.AuthorizationType, x.OperationName = types.AuthorizationTypeAwsIam, ptr("op")
		}
		ok[*v2.CreateRouteOutput](g.t)(g.CreateRoute(ctx, x))
	}
	return id
}

// shape prints an API without ids, its routes sorted, each with its integration.
func (g *gate) shape(id *string) string {
	g.t.Helper()
	a, err := g.repo.Get(ctx, *id)
	if err != nil {
		g.t.Fatal(err)
	}
	lines := map[string]string{}
	for _, r := range a.Routes {
		line := show(&types.Integration{})
		if id, ok := definition.IntegrationID(r.Target); ok {
			i := *a.Integration(id)
			i.IntegrationId = nil
			line = show(&i)
		}
		if r.AuthorizerId != nil {
			line += *a.Authorizer(*r.AuthorizerId).Name
		}
		r.RouteId, r.Target, r.AuthorizerId = nil, nil, nil
		lines[*r.RouteKey] = line + show(&r)
	}
	for i := range a.Authorizers {
		a.Authorizers[i].AuthorizerId = nil
	}
	a.API.ApiId, a.API.CreatedDate = nil, nil
	return show(&a.API) + show(&struct{ A []types.Authorizer }{a.Authorizers}) + show(&struct{ L map[string]string }{lines})
}

// TestImportLarge: 10, 100 and 300 routes in under a second each.
func TestImportLarge(t *testing.T) {
	g := start(t)
	for _, n := range []int{10, 100, 300} {
		doc := largeDocument(n)
		began := time.Now()
		out := ok[*v2.ImportApiOutput](t)(g.ImportApi(ctx, &v2.ImportApiInput{Body: &doc, FailOnWarnings: ptr(true)}))
		took := time.Since(began)
		t.Logf("%d routes, %d bytes: %v", n, len(doc), took)
		if !raceEnabled && took > time.Second {
			t.Errorf("%d routes took %v", n, took)
		}
		first := strings.ReplaceAll(g.export(out.ApiId, asYAML), *out.ApiId, "APIID")
		again := ok[*v2.ImportApiOutput](t)(g.importText(first))
		if second := strings.ReplaceAll(g.export(again.ApiId, asYAML), *again.ApiId, "APIID"); second != first || strings.Count(first, "payloadFormatVersion") != n {
			t.Errorf("%d routes do not survive export and import", n)
		}
	}
}

// largeDocument has n routes as an API of some resources has them, with schemas
// and parameters that HTTP APIs pass over.
func largeDocument(n int) string {
	var b strings.Builder
	b.WriteString("openapi: 3.0.3\ninfo: {title: large, version: '1'}\npaths:\n")
	for i := range n {
		if i%2 == 0 {
			fmt.Fprintf(&b, "  /things%d/{id}:\n", i/2)
		}
		fmt.Fprintf(&b, `    %s:
      operationId: op%d
      tags: [things]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing%d'}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing%d'}}}}}
      security: [{jwt: [things.%d]}]
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: ANY, uri: 'http://127.0.0.1:9001/things/%d', payloadFormatVersion: '1.0'}
`, []string{"get", "put"}[i%2], i, i, i, i, i)
	}
	b.WriteString("components:\n  securitySchemes:\n    jwt: {type: oauth2, flows: {}, x-amazon-apigateway-authorizer: {type: jwt, identitySource: $request.header.Authorization, jwtConfiguration: {issuer: 'https://issuer.test', audience: [a]}}}\n  schemas:\n")
	for i := range n {
		fmt.Fprintf(&b, "    Thing%d: {type: object, properties: {id: {type: string}, next: {$ref: '#/components/schemas/Thing%d'}}}\n", i, (i+1)%n)
	}
	return b.String()
}
