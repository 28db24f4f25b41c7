package port

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

// TestImportWhole imports every extension, and looks at what is stored.
func TestImportWhole(t *testing.T) {
	g := start(t)
	out := ok[*v1.ImportRestApiOutput](t)(g.bring(readFile(t, "testdata/whole-30.yaml")))
	wantGolden(t, "whole-30.warnings", strings.Join(out.Warnings, "\n")+"\n")
	text, err := json.MarshalIndent(anonymous(g.stored(out.Id)), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	wantGolden(t, "whole-30.stored", strings.ReplaceAll(string(text), *out.Id, "APIID")+"\n")
}

// anonymous is an API as a tree of JSON without absent members, with names for
// ids.
func anonymous(a *definition.RestAPI) any {
	var pairs []string
	add := func(id *string, name string) { pairs = append(pairs, `"`+*id+`"`, `"`+name+`"`) }
	for _, r := range a.Resources {
		add(r.Id, "resource "+*r.Path)
	}
	for _, x := range a.Authorizers {
		add(x.Id, "authorizer "+*x.Name)
	}
	for _, v := range a.RequestValidators {
		add(v.Id, "validator "+*v.Name)
	}
	for _, m := range a.Models {
		add(m.Id, "model "+*m.Name)
	}
	for i, p := range a.DocumentationParts {
		add(p.Id, "part "+string(rune('0'+i)))
	}
	text, _ := json.Marshal(a)
	var tree any
	_ = json.Unmarshal([]byte(strings.NewReplacer(pairs...).Replace(string(text))), &tree)
	return withoutNulls(tree)
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		maps.DeleteFunc(v, func(_ string, x any) bool { return x == nil })
		for k := range v {
			v[k] = withoutNulls(v[k])
		}
	case []any:
		for i := range v {
			v[i] = withoutNulls(v[i])
		}
	}
	return v
}

var forms = []form{
	{"oas30", "application/json", "apigateway,documentation"},
	{"oas30", "application/yaml", "apigateway,documentation"},
	{"oas30", "application/json", ""},
	{"oas30", "application/json", "integrations"},
	{"oas30", "application/json", "authorizers"},
	{"swagger", "application/json", "integrations,authorizers,documentation"},
	{"swagger", "application/yaml", "apigateway"},
	{"swagger", "application/json", ""},
}

// TestExportWhole compares exports with golden files; each that has all
// extensions also with the export of what its import makes.
func TestExportWhole(t *testing.T) {
	g := start(t)
	id := ok[*v1.ImportRestApiOutput](t)(g.bring(readFile(t, "testdata/whole-30.yaml"))).Id
	g.deploy(id)
	ok[*v1.UpdateStageOutput](t)(g.UpdateStage(ctx, &v1.UpdateStageInput{RestApiId: id, StageName: ptr("prod"),
		PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: ptr("/documentationVersion"), Value: ptr("7")}}}))
	for _, f := range forms {
		t.Run(f.name(), func(t *testing.T) {
			first := g.export(id, f)
			wantGolden(t, "export-"+f.name(), first)
			if strings.Contains(f.extensions, "apigateway") || strings.Contains(f.extensions, "integrations,") {
				g.wantFixed(first, f)
			}
		})
	}
}

// wantFixed demands that the import of an export has no warnings and exports
// alike.
func (g *gate) wantFixed(first string, f form) *string {
	g.t.Helper()
	again := ok[*v1.ImportRestApiOutput](g.t)(g.bring(first))
	if len(again.Warnings) > 0 {
		g.t.Errorf("the export has warnings: %q", again.Warnings)
	}
	g.deploy(again.Id)
	if strings.Contains(f.extensions, "documentation") && strings.Contains(first, "documentationParts") {
		ok[*v1.UpdateStageOutput](g.t)(g.UpdateStage(ctx, &v1.UpdateStageInput{RestApiId: again.Id, StageName: ptr("prod"),
			PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: ptr("/documentationVersion"), Value: ptr("7")}}}))
	}
	if second := g.export(again.Id, f); second != first {
		g.t.Errorf("export, import, export:\n%s\nwant\n%s", second, first)
	}
	return again.Id
}

func TestPetstore(t *testing.T) {
	g := start(t)
	out := ok[*v1.ImportRestApiOutput](t)(g.bring(readFile(t, "../../../examples/petstore/openapi.yaml"), "endpointConfigurationTypes", "REGIONAL"))
	if len(out.Warnings) > 0 || *out.Name != "PetStore" || *out.Version != "1.0.0" || out.EndpointConfiguration.Types[0] != types.EndpointTypeRegional {
		t.Errorf("import = %+v", out)
	}
	paths := []string{}
	for _, r := range g.stored(out.Id).Resources {
		paths = append(paths, *r.Path+" "+strings.Join(definition.Verbs(&r), ","))
	}
	slices.Sort(paths)
	want := []string{"/ GET", "/pets GET,OPTIONS,POST", "/pets/{petId} GET,OPTIONS"}
	if !slices.Equal(paths, want) {
		t.Errorf("resources %q, want %q", paths, want)
	}
	g.deploy(out.Id)
	for _, f := range forms[:2] {
		g.wantFixed(g.export(out.Id, f), f)
	}
}
