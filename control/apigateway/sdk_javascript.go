package apigateway

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"text/template"
)

//go:embed sdk/apigClient.js
var javaScriptText string

//go:embed sdk/javascript.md
var javaScriptReadme string

var (
	javaScript     = template.Must(template.New("apigClient.js").Funcs(template.FuncMap{"js": inJavaScript}).Delims("/*{", "}*/").Parse(javaScriptText))
	javaScriptHelp = template.Must(template.New("README.md").Parse(javaScriptReadme))
)

// inJavaScript writes a value as a JavaScript expression. JSON as encoding/json
// writes it is one, also within a script element.
func inJavaScript(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

// generateJavaScript makes a client for browsers and Node.js without any other
// library, used as AWS's own generated client is.
func generateJavaScript(c client, _ map[string]string) ([]sdkFile, error) {
	code, err := filled(javaScript, c)
	if err != nil {
		return nil, err
	}
	help, err := filled(javaScriptHelp, c)
	return []sdkFile{{"apiGateway-js-sdk/apigClient.js", code}, {"apiGateway-js-sdk/README.md", help}}, err
}

func filled(t *template.Template, c any) ([]byte, error) {
	var out bytes.Buffer
	if err := t.Execute(&out, c); err != nil {
		return nil, fmt.Errorf("generate %s: %w", t.Name(), err)
	}
	return out.Bytes(), nil
}
