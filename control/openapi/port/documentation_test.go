package port

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

// parts tells documentation parts, one a line, in the order of their text.
func (g *gate) parts(id *string) string {
	g.t.Helper()
	var lines []string
	for _, p := range g.stored(id).DocumentationParts {
		l := p.Location
		lines = append(lines, strings.Join([]string{string(l.Type), str(l.Path), str(l.Method), str(l.Name), *p.Properties}, " "))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

const described3 = head3 + `"paths":{"/a/{p}":{"parameters":[{"name":"p","in":"path","required":true,"description":"shared"}],` +
	`"get":{"parameters":[{"name":"q","in":"query","description":"query"},{"name":"n","in":"query"}],` + mock + `},` +
	`"post":{"parameters":[{"name":"p","in":"path","required":true,"description":"own"},{"$ref":"#/components/parameters/H"}],` +
	`"requestBody":{"description":"body","content":{}},` + mock + `}}},"components":{"parameters":{"H":{"name":"H","in":"header","description":"head"}}}`

// TestImportDescriptions: what AWS keeps of parameters has a place.
func TestImportDescriptions(t *testing.T) {
	const explicit = `,"x-amazon-apigateway-documentation":{"version":"1","documentationParts":[` +
		`{"location":{"type":"QUERY_PARAMETER","path":"/a/{p}","method":"GET","name":"q"},"properties":{"note":1}},` +
		`{"location":{"type":"REQUEST_HEADER","name":"H"},"properties":{"description":"head"}}]}`
	for _, c := range []struct{ name, doc, ignore, want string }{
		{"3.0", described3 + `}`, "", `PATH_PARAMETER /a/{p} GET p {"description":"shared"}
PATH_PARAMETER /a/{p} POST p {"description":"own"}
QUERY_PARAMETER /a/{p} GET q {"description":"query"}
REQUEST_BODY /a/{p} POST  {"description":"body"}
REQUEST_HEADER /a/{p} POST H {"description":"head"}`},
		{"parts say more", described3 + explicit + `}`, "", `PATH_PARAMETER /a/{p} GET p {"description":"shared"}
PATH_PARAMETER /a/{p} POST p {"description":"own"}
QUERY_PARAMETER /a/{p} GET q {"note":1}
REQUEST_BODY /a/{p} POST  {"description":"body"}
REQUEST_HEADER /  H {"description":"head"}`},
		{"2.0", head2 + `"paths":{"/a":{"put":{"parameters":[{"name":"b","in":"body","description":"body","schema":{"type":"object"}},{"name":"h","in":"header","type":"string","description":""}],` + mock + `}}}}`, "",
			`REQUEST_BODY /a PUT  {"description":"body"}`},
		{"ignored", described3 + explicit + `}`, "documentation", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t)
			out := ok[*v1.ImportRestApiOutput](t)(g.bring(c.doc, "ignore", c.ignore))
			if got := g.parts(out.Id); got != c.want || len(out.Warnings) > 0 {
				t.Errorf("parts:\n%s\nwant\n%s\nwarnings %q", got, c.want, out.Warnings)
			}
		})
	}
}

// TestPutDescriptions: a description takes the place of the stored one, and
// nothing else.
func TestPutDescriptions(t *testing.T) {
	g := start(t)
	id := ok[*v1.ImportRestApiOutput](t)(g.bring(with(`"parameters":[{"name":"q","in":"query","description":"old"}],` + mock))).Id
	part := g.stored(id).DocumentationParts[0]
	ok[*v1.UpdateDocumentationPartOutput](t)(g.UpdateDocumentationPart(ctx, &v1.UpdateDocumentationPartInput{RestApiId: id, DocumentationPartId: part.Id,
		PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: ptr("/properties"), Value: ptr(`{"note":1,"description":"old"}`)}}}))
	ok[*v1.PutRestApiOutput](t)(g.put(id, types.PutModeMerge, with(`"parameters":[{"name":"q","in":"query","description":"new"}],`+mock)))
	if got, want := g.parts(id), `QUERY_PARAMETER /a GET q {"note":1,"description":"new"}`; got != want || *g.stored(id).DocumentationParts[0].Id != *part.Id {
		t.Errorf("parts %s, want %s", got, want)
	}
}

// TestDescriptionsBeyondQuota: they are left out with a warning.
func TestDescriptionsBeyondQuota(t *testing.T) {
	var list []string
	for i := range maxParts + 3 {
		list = append(list, fmt.Sprintf(`{"name":"q%d","in":"query","description":"d"}`, i))
	}
	g := start(t)
	out := ok[*v1.ImportRestApiOutput](t)(g.bring(with(`"parameters":[` + strings.Join(list, ",") + `],` + mock)))
	want := "Maximum number of documentation parts for this API has been reached. Descriptions left out: 3."
	if n := len(g.stored(out.Id).DocumentationParts); n != maxParts || len(out.Warnings) != 1 || out.Warnings[0] != want {
		t.Errorf("%d parts, warnings %q", n, out.Warnings)
	}
}

// TestExportDescriptions: what parts say is in the definitions of the entities,
// own content before inherited; nothing is without the extension; and a second
// import finds the same parts.
func TestExportDescriptions(t *testing.T) {
	doc := readFile(t, "testdata/described-30.yaml")
	for _, f := range []form{{"oas30", "application/json", "apigateway,documentation"}, {"swagger", "application/json", "apigateway,documentation"}} {
		t.Run(f.kind, func(t *testing.T) {
			g := start(t)
			id := ok[*v1.ImportRestApiOutput](t)(g.bring(doc)).Id
			g.deploy(id)
			if plain := g.export(id, form{f.kind, f.accept, ""}); strings.Contains(plain, "documented") {
				t.Errorf("an export without documentation has it: %s", plain)
			}
			g.documented(id)
			first := g.export(id, f)
			wantGolden(t, "described-"+f.name(), first)
			again := g.wantFixed(first, f)
			if a, b := g.parts(id), g.parts(again); a != b {
				t.Errorf("parts after a second import:\n%s\nwant\n%s", b, a)
			}
		})
	}
}

// documented gives the stage prod the documentation that the API has.
func (g *gate) documented(id *string) {
	g.t.Helper()
	versions := g.stored(id).DocumentationVersions
	version := slices.MaxFunc(versions, func(a, b definition.RestDocumentation) int {
		return cmp.Compare(*a.Version.Version, *b.Version.Version)
	}).Version.Version
	ok[*v1.UpdateStageOutput](g.t)(g.UpdateStage(ctx, &v1.UpdateStageInput{RestApiId: id, StageName: ptr("prod"),
		PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: ptr("/documentationVersion"), Value: version}}}))
}
