package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// arrows says what each part of the house may import of the others. The first
// line whose prefix fits a package holds for it.
var arrows = []struct {
	from string
	to   []string
}{
	{"core/gwerr", nil},
	{"core/clock", nil},
	{"core/bufs", nil},
	{"core/nbtls", []string{"core/clock", "core/bufs"}},
	{"core/exchange", []string{"core/bufs", "core/clock", "core/gwerr"}},
	{"core/pipeline", []string{"core/exchange", "core/gwerr", "core/bufs", "core/clock"}},
	{"core/offload", []string{"core/exchange", "core/gwerr", "core/pipeline"}},
	{"core/snapshot", []string{"core/exchange", "core/gwerr", "core/pipeline", "routing"}},
	{"core/", []string{"core/", "routing"}},
	{"routing", nil},
	{"protocols/", []string{"core/", "protocols/"}},
	{"plugins", []string{"core/", "protocols/", "routing", "plugins"}},
	{"store", nil},
	{"control/wire", []string{"protocols/sigv4", "core/gwerr", "core/clock"}},
	{"control/definition", []string{"store", "core/gwerr", "core/clock", "routing"}},
	{"control/", []string{"control/", "core/", "plugins", "protocols/", "routing", "store"}},
	{"config", nil},
	{"examples/", []string{"examples/"}},
}

// requestWay is what a request passes through: none of it may import these.
var (
	requestWay = []string{"core/", "protocols/", "plugins", "routing"}
	offTheWay  = []string{"gatehouse/control", "gatehouse/store", "github.com/aws/aws-sdk-go-v2", "github.com/nats-io"}
)

func TestArrowsPointOneWay(t *testing.T) {
	for pkg, imports := range packages(t) {
		for _, imp := range imports {
			checkArrow(t, pkg, imp)
		}
	}
}

func checkArrow(t *testing.T, pkg, imp string) {
	t.Helper()
	if hasPrefix(pkg, requestWay) && hasPrefix(imp, offTheWay) {
		t.Errorf("%s imports %s, which is off the request's way", pkg, imp)
	}
	if imp == "github.com/panjf2000/gnet/v2" && pkg != "core/loop" {
		t.Errorf("%s imports gnet, which is core/loop's alone", pkg)
	}
	own, ok := strings.CutPrefix(imp, "gatehouse/")
	if !ok {
		return
	}
	for _, a := range arrows {
		if !fits(pkg, a.from) {
			continue
		}
		if !hasPrefix(own, a.to) {
			t.Errorf("%s imports %s; it may import %v", pkg, own, a.to)
		}
		return
	}
}

func fits(pkg, prefix string) bool {
	return pkg == prefix || strings.HasPrefix(pkg, strings.TrimSuffix(prefix, "/")+"/")
}

func hasPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

func TestPackagesHaveComments(t *testing.T) {
	commented := map[string]bool{}
	walk(t, func(pkg, _ string, f *ast.File) {
		commented[pkg] = commented[pkg] || f.Doc != nil
	})
	for pkg, ok := range commented {
		if !ok {
			t.Errorf("package %s has no comment", pkg)
		}
	}
}

// TestArchitectureNamesWhatExists keeps ARCHITECTURE.md true: each symbol in
// backquotes of the form package.Name or package.(*Type).Method exists.
func TestArchitectureNamesWhatExists(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	walk(t, func(_, _ string, f *ast.File) { declare(declared, f) })
	named := regexp.MustCompile("`([a-z0-9]+)\\.(?:\\(\\*?([A-Z]\\w*)\\)\\.)?([A-Z]\\w*)`").FindAllStringSubmatch(string(text), -1)
	if len(named) < 8 {
		t.Fatalf("found %d symbols, want at least the eight steps of a request", len(named))
	}
	for _, m := range named {
		key := m[1] + "." + m[3]
		if m[2] != "" {
			key = m[1] + "." + m[2] + "." + m[3]
		}
		if !declared[key] {
			t.Errorf("ARCHITECTURE.md names %s, which does not exist", m[0])
		}
	}
}

func declare(declared map[string]bool, f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := f.Name.Name + "."
			if d.Recv != nil {
				name += receiver(d.Recv.List[0].Type) + "."
			}
			declared[name+d.Name.Name] = true
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					declared[f.Name.Name+"."+s.Name.Name] = true
				case *ast.ValueSpec:
					for _, n := range s.Names {
						declared[f.Name.Name+"."+n.Name] = true
					}
				}
			}
		}
	}
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// packages lists the packages' imports, tests left out.
func packages(t *testing.T) map[string][]string {
	out := map[string][]string{}
	walk(t, func(pkg, _ string, f *ast.File) {
		for _, i := range f.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			out[pkg] = append(out[pkg], path)
		}
	})
	return out
}

func walk(t *testing.T, see func(pkg, path string, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == "bin" || (strings.HasPrefix(d.Name(), ".") && path != ".")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		see(filepath.ToSlash(filepath.Dir(path)), path, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
