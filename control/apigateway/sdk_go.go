package apigateway

import (
	_ "embed"
	"fmt"
	"go/format"
	"go/token"
	"regexp"
	"strings"
	"text/template"
)

const defaultPackage = "apiclient"

//go:embed sdk/client.go.tmpl
var goText string

//go:embed sdk/sign.go.tmpl
var goSignText string

var (
	goClient = template.Must(template.New("client.go").Funcs(template.FuncMap{"upper": upperFirst, "join": strings.Join}).Parse(goText))
	goSign   = template.Must(template.New("sign.go").Parse(goSignText))

	modulePath = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._~/-]*$`)
)

// goPackage is what the Go templates get.
type goPackage struct {
	client
	Package string
	Calls   []goCall
}

type goCall struct {
	call
	Func   string // exported name
	Fields []goField
}

// goField is a parameter as a member of a call's input.
type goField struct {
	param
	Field string
}

// generateGo makes a module without requirements. Parameters: packageName,
// modulePath (else the package's name).
func generateGo(c client, parameters map[string]string) ([]sdkFile, error) {
	name, module := parameters["packageName"], parameters["modulePath"]
	if name == "" {
		name = defaultPackage
	}
	if module == "" {
		module = name
	}
	if !token.IsIdentifier(name) || name == "_" || name == "main" {
		return nil, badRequest("Invalid packageName specified: %s", name)
	}
	if !modulePath.MatchString(module) {
		return nil, badRequest("Invalid modulePath specified: %s", module)
	}
	p := goPackage{client: c, Package: name, Calls: goCalls(c.Calls)}
	files := []sdkFile{{name + "/go.mod", fmt.Appendf(nil, "module %s\n\ngo 1.21\n", module)}}
	for _, t := range []*template.Template{goClient, goSign} {
		text, err := filled(t, p)
		if err != nil {
			return nil, err
		}
		if text, err = format.Source(text); err != nil {
			return nil, fmt.Errorf("generate %s: %w", t.Name(), err)
		}
		files = append(files, sdkFile{name + "/" + t.Name(), text})
	}
	return files, nil
}

func goCalls(calls []call) []goCall {
	out := make([]goCall, len(calls))
	for i, c := range calls {
		fields := map[string]int{"Body": 1, "Header": 1, "Verb": 1}
		out[i] = goCall{call: c, Func: upperFirst(c.Name)}
		for _, p := range c.Params {
			name := camel(p.Name)
			if name == "" || name[0] >= '0' && name[0] <= '9' {
				name = "P" + name
			}
			out[i].Fields = append(out[i].Fields, goField{p, distinct(name, fields)})
		}
	}
	return out
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
