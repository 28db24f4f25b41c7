package apigateway

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

func location(kind types.DocumentationPartType, members ...string) *types.DocumentationPartLocation {
	l := &types.DocumentationPartLocation{Type: kind}
	for i, p := range []**string{&l.Path, &l.Method, &l.StatusCode, &l.Name} {
		if i < len(members) && members[i] != "" {
			*p = &members[i]
		}
	}
	return l
}

func TestDocPartLife(t *testing.T) {
	d := openDesk(t)
	api := aws.String(d.shop("shop1"))
	p, err := d.CreateDocumentationPart(ctx, &v1.CreateDocumentationPartInput{RestApiId: api, Location: location("METHOD", "/", "GET"), Properties: aws.String(`{"description":"x"}`)})
	if done(t, p, err); len(*p.Id) != 6 || *p.Location.Path != "/" {
		t.Errorf("created: %s", printed(p))
	}
	for range 2 {
		got, err := d.GetDocumentationPart(ctx, &v1.GetDocumentationPartInput{RestApiId: api, DocumentationPartId: p.Id})
		alike(t, "the part", done(t, got, err), p)
	}
	up, err := d.UpdateDocumentationPart(ctx, &v1.UpdateDocumentationPartInput{RestApiId: api, DocumentationPartId: p.Id, PatchOperations: []types.PatchOperation{patch("replace", "/properties", `{"a":1}`)}})
	if *done(t, up, err).Properties != `{"a":1}` {
		t.Errorf("updated: %s", printed(up))
	}
	for _, c := range []struct {
		op   types.PatchOperation
		text string
	}{
		{patch("replace", "/location", "x"), "Invalid patch path  '/location' specified for op 'replace'. Must be one of: [/properties]"},
		{patch("add", "/properties", "{}"), "Invalid patch path  '/properties' specified for op 'add'. Please choose supported operations"},
		{patch("replace", "/properties", "{"), "Invalid documentation part properties: they must be JSON"},
	} {
		_, err := d.UpdateDocumentationPart(ctx, &v1.UpdateDocumentationPartInput{RestApiId: api, DocumentationPartId: p.Id, PatchOperations: []types.PatchOperation{c.op}})
		fails(t, err, isBad, c.text)
	}
	_, err = d.DeleteDocumentationPart(ctx, &v1.DeleteDocumentationPartInput{RestApiId: api, DocumentationPartId: p.Id})
	done(t, 0, err)
	const gone = "Invalid Documentation part identifier specified"
	_, err = d.GetDocumentationPart(ctx, &v1.GetDocumentationPartInput{RestApiId: api, DocumentationPartId: p.Id})
	fails(t, err, isMissing, gone)
	_, err = d.UpdateDocumentationPart(ctx, &v1.UpdateDocumentationPartInput{RestApiId: api, DocumentationPartId: p.Id})
	fails(t, err, isMissing, gone)
	_, err = d.DeleteDocumentationPart(ctx, &v1.DeleteDocumentationPartInput{RestApiId: api, DocumentationPartId: p.Id})
	fails(t, err, isMissing, gone)
	_, err = d.GetDocumentationParts(ctx, &v1.GetDocumentationPartsInput{RestApiId: aws.String("zzz")})
	fails(t, err, isMissing, "Invalid API identifier specified 000000000000:zzz")
}

func TestDocPartLocations(t *testing.T) {
	d := openDesk(t)
	api := aws.String(d.shop("shop1"))
	create := func(l *types.DocumentationPartLocation) error {
		_, err := d.CreateDocumentationPart(ctx, &v1.CreateDocumentationPartInput{RestApiId: api, Location: l, Properties: aws.String("{}")})
		return err
	}
	done(t, 0, create(location("RESPONSE")))
	fails(t, create(location("RESPONSE", "/", "*", "*")), isConflict, "Documentation part already exists for the specified location")
	for _, c := range []struct {
		l    *types.DocumentationPartLocation
		text string
	}{
		{location("API", "/"), "Invalid documentation part location: path is not supported for type API"},
		{location("MODEL", "", "", "", "m"), ""},
		{location("MODEL", "/"), "Invalid documentation part location: path is not supported for type MODEL"},
		{location("RESOURCE", "/", "GET"), "Invalid documentation part location: method is not supported for type RESOURCE"},
		{location("METHOD", "/", "GET", "200"), "Invalid documentation part location: statusCode is not supported for type METHOD"},
		{location("PATH_PARAMETER", "/"), "Invalid documentation part location: name is required for type PATH_PARAMETER"},
		{location("QUERY_PARAMETER", "/"), ""},
		{location("RESPONSE_HEADER", "/", "", "", ""), "Invalid documentation part location: name is required for type RESPONSE_HEADER"},
		{location("RESPONSE", "/", "", "2x0"), "Invalid documentation part location: statusCode must be three digits or *"},
	} {
		err := create(c.l)
		if c.text == "" {
			done(t, 0, err)
		} else {
			fails(t, err, isBad, c.text)
		}
	}
	fails(t, create(location("WRONG")), isInvalid, "1 validation error detected: Value 'WRONG' at 'createDocumentationPartInput.location.type' failed to satisfy constraint: Member must satisfy enum value set: "+
		"[RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER]")
}

const documented = `swagger: "2.0"
info: {title: shop, version: "1"}
paths: {}
x-amazon-apigateway-documentation:
  version: "1.0"
  documentationParts:
    - location: {type: API}
      properties: {z: 1, a: [true, null, "x"], "n": 1.50}
    - location: {type: METHOD, method: GET}
      properties: "{\"text\": true}"
    - location: {type: PATH_PARAMETER, path: /a}
      properties: {}
`

func TestDocImport(t *testing.T) {
	d := openDesk(t)
	api := aws.String(d.shop("shop1"))
	load := func(mode types.PutMode, strict bool, body string) (*v1.ImportDocumentationPartsOutput, error) {
		return d.ImportDocumentationParts(ctx, &v1.ImportDocumentationPartsInput{RestApiId: api, Mode: mode, FailOnWarnings: strict, Body: []byte(body)})
	}
	const warning = "Unable to import documentation part 3: Invalid documentation part location: name is required for type PATH_PARAMETER"
	_, err := load("merge", true, documented)
	fails(t, err, isBad, "Warnings found during import:\n\t"+warning)
	out, err := load("merge", false, documented)
	if done(t, out, err); len(out.Ids) != 2 || len(out.Warnings) != 1 || out.Warnings[0] != warning {
		t.Fatalf("import: %s", printed(out))
	}
	for i, want := range []string{`{"z":1,"a":[true,null,"x"],"n":1.50}`, `{"text": true}`} {
		p, err := d.GetDocumentationPart(ctx, &v1.GetDocumentationPartInput{RestApiId: api, DocumentationPartId: &out.Ids[i]})
		if *done(t, p, err).Properties != want {
			t.Errorf("properties = %s, want %s", *p.Properties, want)
		}
		if (p.Location.Type == "API") != (p.Location.Path == nil) {
			t.Errorf("location: %s", printed(p))
		}
	}
	count := func() int {
		list, err := d.GetDocumentationParts(ctx, &v1.GetDocumentationPartsInput{RestApiId: api})
		return len(done(t, list, err).Items)
	}
	const one = `{"openapi":"3.0.1","x-amazon-apigateway-documentation":{"documentationParts":[{"location":{"type":"API"},"properties":{"new":true}}]}}`
	again, err := load("", false, one)
	if done(t, again, err); again.Ids[0] != out.Ids[0] || count() != 2 {
		t.Errorf("merge: %s, %d parts", printed(again), count())
	}
	again, err = load("overwrite", true, one)
	if done(t, again, err); again.Ids[0] == out.Ids[0] || count() != 1 {
		t.Errorf("overwrite: %s, %d parts", printed(again), count())
	}
	for _, body := range []string{"nothing", `{"a":1}`, "[1]", "\x00", "{"} {
		_, err := load("merge", false, body)
		fails(t, err, isBad, "Unable to build importer with provided input.")
	}
}

func TestDocFilters(t *testing.T) {
	d := openDesk(t)
	api := aws.String(d.shop("shop1"))
	done(t, 0, d.repo.ChangeRest(ctx, "shop1", func(a *definition.RestAPI) error {
		a.Models = []types.Model{{Name: aws.String("Pet")}}
		a.Resources = append(a.Resources, types.Resource{Id: aws.String("r"), Path: aws.String("/a"), ResourceMethods: map[string]types.Method{
			"GET": {RequestParameters: map[string]bool{"method.request.querystring.q": false, "method.request.header.H": true}, RequestModels: map[string]string{"application/json": "Pet"},
				MethodResponses: map[string]types.MethodResponse{"200": {ResponseParameters: map[string]bool{"method.response.header.X": true}, ResponseModels: map[string]string{"application/json": "Pet"}}}}}})
		return nil
	}))
	for _, l := range []*types.DocumentationPartLocation{location("API"), location("RESOURCE", "/a"), location("QUERY_PARAMETER", "/a", "GET", "", "q")} {
		_, err := d.CreateDocumentationPart(ctx, &v1.CreateDocumentationPartInput{RestApiId: api, Location: l, Properties: aws.String("{}")})
		done(t, 0, err)
	}
	for _, c := range []struct {
		name string
		in   v1.GetDocumentationPartsInput
		want string
	}{
		{"all", v1.GetDocumentationPartsInput{}, "API RESOURCE QUERY_PARAMETER"},
		{"documented", v1.GetDocumentationPartsInput{LocationStatus: "DOCUMENTED"}, "API RESOURCE QUERY_PARAMETER"},
		{"type", v1.GetDocumentationPartsInput{Type: "API"}, "API"},
		{"path", v1.GetDocumentationPartsInput{Path: aws.String("/a")}, "RESOURCE QUERY_PARAMETER"},
		{"name", v1.GetDocumentationPartsInput{NameQuery: aws.String("q")}, "QUERY_PARAMETER"},
		{"undocumented", v1.GetDocumentationPartsInput{LocationStatus: "UNDOCUMENTED"}, "MODEL RESOURCE METHOD REQUEST_BODY REQUEST_HEADER RESPONSE RESPONSE_BODY RESPONSE_HEADER"},
	} {
		c.in.RestApiId = api
		out, err := d.GetDocumentationParts(ctx, &c.in)
		var kinds []string
		for _, p := range done(t, out, err).Items {
			kinds = append(kinds, string(p.Location.Type))
		}
		if got := strings.Join(kinds, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestDocVersions(t *testing.T) {
	d := openDesk(t)
	api := aws.String(d.shop("shop1", "dev"))
	in := &v1.CreateDocumentationVersionInput{RestApiId: api, DocumentationVersion: aws.String("1.0"), StageName: aws.String("dev"), Description: aws.String("about")}
	v, err := d.CreateDocumentationVersion(ctx, in)
	if done(t, v, err); *v.Version != "1.0" || *v.Description != "about" {
		t.Errorf("created: %s", printed(v))
	}
	attached := func() string {
		a, err := d.repo.Rest(ctx, "shop1")
		return aws.ToString(done(t, a, err).Stages[0].DocumentationVersion)
	}
	if attached() != "1.0" {
		t.Errorf("the stage shows %q", attached())
	}
	for range 2 {
		got, err := d.GetDocumentationVersion(ctx, &v1.GetDocumentationVersionInput{RestApiId: api, DocumentationVersion: v.Version})
		alike(t, "the version", done(t, got, err), v)
	}
	_, err = d.CreateDocumentationVersion(ctx, in)
	fails(t, err, isConflict, "Documentation version already exists")
	_, err = d.CreateDocumentationVersion(ctx, &v1.CreateDocumentationVersionInput{RestApiId: api, DocumentationVersion: aws.String("2"), StageName: aws.String("zz")})
	fails(t, err, isMissing, "Invalid stage identifier specified")
	up, err := d.UpdateDocumentationVersion(ctx, &v1.UpdateDocumentationVersionInput{RestApiId: api, DocumentationVersion: v.Version, PatchOperations: []types.PatchOperation{patch("replace", "/description", "new")}})
	if *done(t, up, err).Description != "new" {
		t.Errorf("updated: %s", printed(up))
	}
	list, err := d.GetDocumentationVersions(ctx, &v1.GetDocumentationVersionsInput{RestApiId: api})
	if len(done(t, list, err).Items) != 1 {
		t.Errorf("list: %s", printed(list))
	}
	_, err = d.DeleteDocumentationVersion(ctx, &v1.DeleteDocumentationVersionInput{RestApiId: api, DocumentationVersion: v.Version})
	done(t, 0, err)
	if attached() != "" {
		t.Errorf("the stage still shows %q", attached())
	}
	const gone = "Invalid Documentation version specified"
	_, err = d.GetDocumentationVersion(ctx, &v1.GetDocumentationVersionInput{RestApiId: api, DocumentationVersion: v.Version})
	fails(t, err, isMissing, gone)
	_, err = d.UpdateDocumentationVersion(ctx, &v1.UpdateDocumentationVersionInput{RestApiId: api, DocumentationVersion: v.Version})
	fails(t, err, isMissing, gone)
	_, err = d.DeleteDocumentationVersion(ctx, &v1.DeleteDocumentationVersionInput{RestApiId: api, DocumentationVersion: v.Version})
	fails(t, err, isMissing, gone)
}

func FuzzDocumentation(f *testing.F) {
	f.Add([]byte(documented))
	f.Add([]byte(`{"openapi":"3.0.0","x-amazon-apigateway-documentation":{"documentationParts":[{"location":{"type":"API"},"properties":{"a":.inf}}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		parts, _, err := ReadDocumentation(body)
		for _, p := range parts {
			if err != nil || !json.Valid([]byte(*p.Properties)) {
				t.Errorf("properties %q, %v", *p.Properties, err)
			}
		}
	})
}
