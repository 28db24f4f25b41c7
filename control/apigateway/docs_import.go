package apigateway

import (
	"errors"
	"fmt"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"gopkg.in/yaml.v3"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

// maxImport bounds an imported document, in bytes, as AWS does.
const maxImport = 6 << 20

var errNoImporter = badRequest("Unable to build importer with provided input.")

// importDocParts takes the documentation parts out of an OpenAPI document. merge
// keeps what the document doesn't name, overwrite doesn't.
func (s *service) importDocParts(c *wire.Call, in *v1.ImportDocumentationPartsInput) (*v1.ImportDocumentationPartsOutput, error) {
	parts, warnings, err := ReadDocumentation(in.Body)
	if err != nil {
		return nil, err
	}
	if in.FailOnWarnings && len(warnings) > 0 {
		return nil, badRequest("Warnings found during import:\n\t%s", strings.Join(warnings, "\n\t"))
	}
	var ids []string
	err = s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		ids = MergeDocumentation(a, parts, in.Mode == types.PutModeOverwrite)
		return room(c, len(a.DocumentationParts)-1, maxDocParts, "documentation parts", "API")
	})
	if err != nil {
		return nil, err
	}
	return &v1.ImportDocumentationPartsOutput{Ids: ids, Warnings: warnings}, nil
}

// MergeDocumentation puts parts, which ReadDocumentation has checked, into a. A
// part at a location that has one gives it its properties. It tells the ids, in
// the order of parts.
func MergeDocumentation(a *definition.RestAPI, parts []types.DocumentationPart, overwrite bool) []string {
	if overwrite {
		a.DocumentationParts = nil
	}
	ids := make([]string, 0, len(parts))
	for _, p := range parts {
		if old := docPartAt(a, p.Location); old != nil {
			old.Properties = p.Properties
			ids = append(ids, *old.Id)
			continue
		}
		p.Id = freeID(childIDLength, func(id string) bool { return a.DocumentationPart(id) != nil })
		a.DocumentationParts = append(a.DocumentationParts, p)
		ids = append(ids, *p.Id)
	}
	return ids
}

// ReadDocumentation reads x-amazon-apigateway-documentation of an OpenAPI
// document, JSON or YAML. Parts that AWS would not take are left out with a
// warning each. What is no OpenAPI at all is AWS's BadRequestException.
func ReadDocumentation(document []byte) (parts []types.DocumentationPart, warnings []string, err error) {
	root, err := parseDocument(document)
	if err != nil {
		return nil, nil, errNoImporter.Wrap(err)
	}
	if member(root, "swagger") == nil && member(root, "openapi") == nil {
		return nil, nil, errNoImporter
	}
	list := member(member(root, "x-amazon-apigateway-documentation"), "documentationParts")
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil, nil, nil
	}
	for i, n := range list.Content {
		p, err := readPart(n)
		if err != nil {
			warnings = append(warnings, fmt.Sprintf("Unable to import documentation part %d: %s", i+1, err))
			continue
		}
		parts = append(parts, p)
	}
	return parts, warnings, nil
}

// parseDocument reads a mapping. Aliases are not followed: they make small
// documents large.
func parseDocument(document []byte) (*yaml.Node, error) {
	if len(document) > maxImport {
		return nil, errors.New("the document is too large")
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(document, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("the document is no object")
	}
	return doc.Content[0], nil
}

// member gives a member of a mapping; nil when there is none.
func member(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

func scalar(n *yaml.Node, name string) *string {
	if v := member(n, name); v != nil && v.Kind == yaml.ScalarNode && v.Value != "" {
		return &v.Value
	}
	return nil
}

// readPart reads one part. A location that can have a path has one: "/".
func readPart(n *yaml.Node) (types.DocumentationPart, error) {
	at := member(n, "location")
	l := &types.DocumentationPartLocation{Type: types.DocumentationPartType(str(scalar(at, "type"))),
		Path: scalar(at, "path"), Method: scalar(at, "method"), StatusCode: scalar(at, "statusCode"), Name: scalar(at, "name")}
	if l.Path == nil && strings.Contains(docMembers[l.Type], "p") {
		l.Path = ptr("/")
	}
	p := types.DocumentationPart{Location: l}
	props := member(n, "properties")
	if props == nil {
		return p, errors.New("properties are required")
	}
	text, err := jsonOf(props)
	if err != nil {
		return p, err
	}
	p.Properties = &text
	if err := checkDocPart(&p); err != nil {
		return p, errors.New(message(err))
	}
	return p, nil
}
