package apigateway

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func hasValue(m map[string]string, value string) bool {
	for _, v := range m {
		if v == value {
			return true
		}
	}
	return false
}

// ReferencedModel is the model that a $ref names by AWS's URL; "" when it is
// another kind of reference.
func ReferencedModel(ref string) string {
	if at := modelReference.FindStringIndex(ref); at != nil {
		return ref[at[1]:]
	}
	return ""
}

// Flatten is a model's schema with the models that it refers to among its
// definitions, so that it stands alone. A schema that is no JSON, or refers to
// none, stays as it is.
func Flatten(all []types.Model, m *types.Model) string {
	text := str(m.Schema)
	var root map[string]any
	if !modelReference.MatchString(text) || json.Unmarshal([]byte(text), &root) != nil {
		return text
	}
	definitions, ok := root["definitions"].(map[string]any)
	if !ok {
		definitions = map[string]any{}
	}
	f := flattener{all: all, definitions: definitions}
	f.walk(root)
	root["definitions"] = definitions
	flat, err := json.Marshal(root)
	if err != nil {
		return text
	}
	return string(flat)
}

type flattener struct {
	all         []types.Model
	definitions map[string]any
}

// walk turns each reference to a model into one to a definition, and brings the
// model in once.
func (f *flattener) walk(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			f.walk(item)
		}
	case map[string]any:
		for _, key := range sorted(v) {
			if ref, ok := v[key].(string); ok && key == "$ref" && ReferencedModel(ref) != "" {
				v[key] = "#/definitions/" + ReferencedModel(ref)
				f.bring(ReferencedModel(ref))
			} else {
				f.walk(v[key])
			}
		}
	}
}

func (f *flattener) bring(name string) {
	if _, known := f.definitions[name]; known {
		return
	}
	for i := range f.all {
		var schema map[string]any
		if m := &f.all[i]; *m.Name == name && json.Unmarshal([]byte(str(m.Schema)), &schema) == nil {
			f.definitions[name] = schema
			f.walk(schema)
		}
	}
}

const maxSampleDepth = 8 // schemas can refer to themselves

// sampleTemplate is AWS's starting point for a mapping template to a schema.
func sampleTemplate(schema map[string]any) string {
	definitions, _ := schema["definitions"].(map[string]any)
	s := sampler{definitions}
	return "#set($inputRoot = $input.path('$'))\n" + s.value(schema, 0)
}

type sampler struct{ definitions map[string]any }

func (s sampler) value(schema map[string]any, depth int) string {
	if ref, ok := schema["$ref"].(string); ok {
		schema, _ = s.definitions[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
	}
	if depth > maxSampleDepth {
		return "{ }"
	}
	switch schema["type"] {
	case "string":
		return `"foo"`
	case "integer":
		return "42"
	case "number":
		return "1.23"
	case "boolean":
		return "true"
	case "null":
		return "null"
	case "array":
		items, _ := schema["items"].(map[string]any)
		return "[ " + s.value(items, depth+1) + " ]"
	}
	return s.object(schema, depth)
}

func (s sampler) object(schema map[string]any, depth int) string {
	properties, _ := schema["properties"].(map[string]any)
	if len(properties) == 0 {
		return "{ }"
	}
	indent := strings.Repeat("  ", depth+1)
	var members []string
	for _, name := range sorted(properties) {
		p, _ := properties[name].(map[string]any)
		members = append(members, fmt.Sprintf("%s%q : %s", indent, name, s.value(p, depth+1)))
	}
	return "{\n" + strings.Join(members, ",\n") + "\n" + strings.Repeat("  ", depth) + "}"
}
