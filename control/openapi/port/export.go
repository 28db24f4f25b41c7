package port

import (
	"fmt"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"

	"gatehouse/control/apigateway"
	"gatehouse/control/openapi"
	"gatehouse/control/wire"
)

// extensions that an export can have, and what they stand for.
var extensions = []string{"integrations", "apigateway", "authorizers", "documentation"}

// Export is the hook apigateway.Config.Export.
func Export(c *wire.Call, in apigateway.Export) (*v1.GetExportOutput, error) {
	with, err := wanted(in.Parameters["extensions"])
	if err != nil {
		return nil, err
	}
	if in.Accepts != "" && in.Accepts != "*/*" && in.Accepts != "application/json" && in.Accepts != "application/yaml" {
		return nil, badRequest("Invalid accept header specified: %s. Valid options are application/json, application/yaml", in.Accepts)
	}
	e := &openapi.RESTExport{
		Deployment:   in.Deployment,
		Stage:        *in.Stage.StageName,
		Host:         in.API.ID() + ".execute-api." + c.Region + ".amazonaws.com",
		V2:           in.Type == "swagger",
		Integrations: with["integrations"] || with["apigateway"],
		Authorizers:  with["authorizers"] || with["apigateway"],
	}
	if with["documentation"] && in.Stage.DocumentationVersion != nil {
		e.Documentation = in.API.Documentation(*in.Stage.DocumentationVersion)
	}
	return answer(e, in), nil
}

func wanted(list string) (map[string]bool, error) {
	with := map[string]bool{}
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if !slices.Contains(extensions, name) {
			return nil, badRequest("Invalid extensions specified: %s. Valid options are %s", name, strings.Join(extensions, ", "))
		}
		with[name] = true
	}
	return with, nil
}

func answer(e *openapi.RESTExport, in apigateway.Export) *v1.GetExportOutput {
	doc, ending := openapi.WriteREST(e), "json"
	out := &v1.GetExportOutput{}
	if in.Accepts == "application/yaml" {
		out.Body, ending = doc.YAML(), "yaml"
	} else {
		out.Body = doc.JSON()
	}
	contentType := "application/octet-stream"
	disposition := fmt.Sprintf(`attachment; filename="%s_%s.%s"`, in.Type, fileName(e.Version()), ending)
	out.ContentType, out.ContentDisposition = &contentType, &disposition
	return out
}

// fileName is a version as part of a file's name within a header.
func fileName(version string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/`, r) {
			return '_'
		}
		return r
	}, version)
}
