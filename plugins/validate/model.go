package validate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Model is one compiled model. Read only; safe for any goroutine.
//
// AWS: JSON schema draft 4. Formats are not enforced, and keywords that the
// draft does not have are passed over.
type Model struct {
	schema *jsonschema.Schema
}

// ErrSchema means that a model's text is no JSON schema.
var ErrSchema = errors.New("the model is no JSON schema of draft 4")

// base is where models refer to each other; the rest is {restApiId}/models/{name}.
const base = "https://apigateway.amazonaws.com/restapis/"

// maxModel bounds a model's text, bytes (AWS: 400 KB).
const maxModel = 400 << 10

// Compile compiles all models of an API, by name. One that can't be used is left
// out and told in the errors, by name: what names it is refused, the others work.
func Compile(api string, schemas map[string]string) (map[string]*Model, map[string]error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	c.UseLoader(nothing{})
	c.UseRegexpEngine(compilePattern)
	models, faults := map[string]*Model{}, map[string]error{}
	for name, text := range schemas {
		doc, err := document(text)
		if err == nil {
			err = c.AddResource(address(api, name), doc)
		}
		if err != nil {
			faults[name] = fmt.Errorf("model %s: %w", name, err)
		}
	}
	for name := range schemas {
		if faults[name] != nil {
			continue
		}
		s, err := c.Compile(address(api, name))
		if err != nil {
			faults[name] = fmt.Errorf("model %s: %w: %w", name, ErrSchema, err)
			continue
		}
		models[name] = &Model{s}
	}
	return models, faults
}

func address(api, name string) string { return base + api + "/models/" + name }

// nothing loads no schema: a model refers to models of its API only.
type nothing struct{}

// Load implements jsonschema.URLLoader.
func (nothing) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s is no model of this API", url)
}

// document reads a model's text and takes from it what is not enforced.
func document(text string) (any, error) {
	if len(text) > maxModel {
		return nil, fmt.Errorf("%w: it is over 400 KB", ErrSchema)
	}
	if strings.TrimSpace(text) == "" {
		return map[string]any{}, nil
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSchema, err)
	}
	if _, ok := doc.(map[string]any); !ok {
		return nil, ErrSchema
	}
	return relax(doc, 0), nil
}

// maxNesting bounds how deep schemas may lie in each other.
const maxNesting = 200

// relax removes from a schema, and from those in it, what AWS does not enforce
// and what would make the schema none of draft 4.
func relax(doc any, depth int) any {
	s, ok := doc.(map[string]any)
	if !ok || depth > maxNesting {
		return doc
	}
	for _, key := range []string{"$schema", "id", "format", "discriminator", "readOnly", "default", "nullable", "example", "xml", "externalDocs"} {
		delete(s, key)
	}
	for _, key := range []string{"exclusiveMinimum", "exclusiveMaximum"} {
		limit := strings.ToLower(key[len("exclusive"):])
		if _, isBool := s[key].(bool); !isBool || s[limit] == nil {
			delete(s, key)
		}
	}
	for _, key := range []string{"items", "additionalItems", "additionalProperties", "not"} {
		if s[key] != nil {
			s[key] = relaxAny(s[key], depth)
		}
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		if s[key] != nil {
			s[key] = relaxAny(s[key], depth)
		}
	}
	for _, key := range []string{"properties", "patternProperties", "definitions", "dependencies"} {
		if m, ok := s[key].(map[string]any); ok {
			for name := range m {
				m[name] = relax(m[name], depth+1)
			}
		}
	}
	if list, ok := s["required"].([]any); ok && len(list) == 0 {
		delete(s, "required")
	} else if _, isBool := s["required"].(bool); isBool { // draft 3
		delete(s, "required")
	}
	return s
}

func relaxAny(v any, depth int) any {
	list, ok := v.([]any)
	if !ok {
		return relax(v, depth+1)
	}
	for i := range list {
		list[i] = relax(list[i], depth+1)
	}
	return list
}

// Check returns what body lacks in the form of
// $context.error.validationErrorString, "" when it fits. An empty body counts as
// {}.
func (m *Model) Check(body []byte) string {
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	doc, err := read(body)
	if err != nil {
		return "[Unable to parse the request body]"
	}
	err = m.schema.Validate(doc)
	var fault *jsonschema.ValidationError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &fault):
		return describe(fault, doc)
	}
	return "[" + err.Error() + "]"
}

// maxDepth bounds how deep a body's values may lie in each other: checking them
// takes stack.
const maxDepth = 500

var errDeep = errors.New("the body is nested too deep")

func read(body []byte) (any, error) {
	if tooDeep(body) {
		return nil, errDeep
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(body[d.InputOffset():])) > 0 {
		return nil, errors.New("text follows the value")
	}
	if !moderate(doc) {
		return nil, errors.New("the body has a number that is too large")
	}
	return doc, nil
}

// maxExponent bounds numbers: checking them takes as many digits.
const maxExponent = 400

// moderate reports whether all numbers of v have a moderate exponent.
func moderate(v any) bool {
	switch v := v.(type) {
	case json.Number:
		_, exp, has := strings.Cut(strings.ToLower(v.String()), "e")
		n, err := strconv.Atoi(exp)
		return !has || err == nil && n <= maxExponent && n >= -maxExponent
	case []any:
		for _, item := range v {
			if !moderate(item) {
				return false
			}
		}
	case map[string]any:
		for _, item := range v {
			if !moderate(item) {
				return false
			}
		}
	}
	return true
}

// tooDeep counts brackets, those in strings included where they are balanced
// wrongly: it may only be too strict for odd texts.
func tooDeep(b []byte) bool {
	depth, inText := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
