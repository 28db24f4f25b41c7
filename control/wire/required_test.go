package wire

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestRequiredTable holds required.txt against the comments of the SDK.
func TestRequiredTable(t *testing.T) {
	var lines []string
	for _, svc := range []string{"apigateway", "apigatewayv2"} {
		dir := sdkDir(t, svc)
		lines = append(lines, requiredLines(t, svc, filepath.Join(dir, "*.go"))...)
		lines = append(lines, requiredLines(t, svc, filepath.Join(dir, "types", "types.go"))...)
	}
	slices.Sort(lines)
	want := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile("required.txt", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("required.txt")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("required.txt is not what the SDK's comments say; run with -update")
	}
	if len(lines) < 200 {
		t.Errorf("%d types have required members, want hundreds: did the SDK's comments change?", len(lines))
	}
}

func sdkDir(t *testing.T, svc string) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2/service/"+svc).Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Skipf("no source of the SDK here: %v", err)
	}
	return dir
}

func requiredLines(t *testing.T, svc, glob string) (lines []string) {
	files, err := filepath.Glob(glob)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if members := requiredMembers(spec); members != "" {
					lines = append(lines, svc+"."+spec.Name.Name+members)
				}
			}
			return true
		})
	}
	return lines
}

func requiredMembers(spec *ast.TypeSpec) (members string) {
	s, ok := spec.Type.(*ast.StructType)
	if !ok || strings.HasSuffix(spec.Name.Name, "Output") {
		return ""
	}
	for _, f := range s.Fields.List {
		if strings.Contains(f.Doc.Text(), "This member is required.") {
			members += " " + f.Names[0].Name
		}
	}
	return members
}
