package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Model is a schema with a name.
type Model struct {
	Name   string
	schema *Node
}

// modelURL is how stored schemas refer to models: this, the API's id and /models/
// with the name.
const (
	modelURL    = "https://apigateway.amazonaws.com/restapis/"
	modelsInURL = "/models/"
)

// Schema is the schema as the API apiID stores it: references are URLs of models.
func (m *Model) Schema(apiID string) string {
	return string(rewriteRefs(m.schema, func(ref string) string {
		if name := referencedModel(ref); name != "" {
			return modelURL + apiID + modelsInURL + name
		}
		return ref
	}).JSON())
}

// rewriteRefs copies a schema with each reference put through f.
func rewriteRefs(n *Node, f func(string) string) *Node {
	return n.rewrite(func(n *Node) *Node {
		ref := n.Get("$ref")
		if !ref.is(String) {
			return nil
		}
		return mapNode().Set("$ref", textNode(f(ref.Text)))
	})
}

// referencedModel is the model that a reference names, within a document or as
// stored; "" when it names none.
func referencedModel(ref string) string {
	for _, prefix := range []string{"#/definitions/", "#/components/schemas/"} {
		if name, ok := strings.CutPrefix(ref, prefix); ok && !strings.Contains(name, "/") {
			return name
		}
	}
	if rest, ok := strings.CutPrefix(ref, modelURL); ok {
		if _, name, ok := strings.Cut(rest, modelsInURL); ok {
			return name
		}
	}
	return ""
}

func (r *restReader) readModels() {
	schemas := r.components("schemas", "definitions")
	for name := range schemas.All() {
		r.addModel(name)
	}
	place := 0
	for _, n := range schemas.All() {
		r.Models[place].schema = r.cleaned(n)
		place++
	}
}

// addModel gives a model its place before it has a schema, so that schemas can
// refer to it.
func (r *restReader) addModel(name string) (place int) {
	place = len(r.Models)
	r.models[name] = place
	r.Models = append(r.Models, Model{Name: name})
	return place
}

// maxCleaned is how many values of schemas are copied; references can name a
// large one often.
const maxCleaned = 4 * maxNodes

// notKept are members of schemas that AWS does not take.
var notKept = []string{"deprecated", "discriminator", "example", "externalDocs", "readOnly", "writeOnly", "xml"}

// namesOf are members of schemas whose own members have free names.
var namesOf = []string{"properties", "patternProperties", "definitions", "dependencies"}

// cleaned copies a schema without what AWS doesn't take; references to models
// that the document doesn't have become schemas that allow all, with a warning.
func (r *restReader) cleaned(n *Node) *Node {
	if r.copied++; r.copied > maxCleaned {
		return mapNode()
	}
	if n.is(List) {
		c := listNode()
		for _, item := range n.Items {
			c.Items = append(c.Items, r.cleaned(item))
		}
		return c
	}
	if !n.is(Map) {
		return n
	}
	if ref := n.Get("$ref"); ref.is(String) {
		return r.cleanRef(ref.Text)
	}
	c := mapNode()
	for name, item := range n.All() {
		switch {
		case slices.Contains(notKept, name) || strings.HasPrefix(name, "x-"):
		case slices.Contains(namesOf, name) && item.is(Map):
			inner := mapNode()
			for key, schema := range item.All() {
				inner.Set(key, r.cleaned(schema))
			}
			c.Set(name, inner)
		case name == "default" || name == "enum":
			c.Set(name, item)
		default:
			c.Set(name, r.cleaned(item))
		}
	}
	return c
}

func (r *restReader) cleanRef(ref string) *Node {
	name := referencedModel(ref)
	if name == "" && strings.HasPrefix(ref, "#/") && r.root.pointer(ref) != nil {
		name = r.hoist(ref)
	}
	if _, known := r.models[name]; !known {
		r.missing(name, ref)
		return mapNode()
	}
	return mapNode().Set("$ref", textNode("#/definitions/"+name))
}

// hoist makes a model of a schema within a schema that is referred to.
func (r *restReader) hoist(ref string) string {
	name := generatedName(textNode(ref), "")
	if _, known := r.models[name]; !known {
		place := r.addModel(name) // first: it may refer to itself
		schema := r.cleaned(r.root.pointer(ref))
		r.Models[place].schema = schema
	}
	return name
}

func (r *restReader) missing(name, ref string) {
	if name == "" {
		name = ref
	}
	r.Warnf("Reference to model '%s' not found. Ignoring.", name)
}

// modelOf is the name of the model for a schema of a body: the one it refers to,
// or one that is made of it. "" when it has none.
func (r *restReader) modelOf(schema *Node) string {
	if !schema.is(Map) {
		return ""
	}
	if ref := schema.Get("$ref"); ref.is(String) {
		return referencedModel(r.cleanRef(ref.Text).Get("$ref").str())
	}
	return r.generate(r.cleaned(schema))
}

// generate gives an inline schema a name as AWS does: MODEL and six digits. The
// digits come from the schema, so that equal ones share a model and another
// import finds it again.
func (r *restReader) generate(schema *Node) string {
	for salt := ""; ; salt += "+" {
		name := generatedName(schema, salt)
		place, known := r.models[name]
		if !known {
			r.Models[r.addModel(name)].schema = schema
			return name
		}
		if old := r.Models[place].schema; old != nil && old.equal(schema) {
			return name
		}
	}
}

func generatedName(n *Node, salt string) string {
	sum := sha256.Sum256([]byte(n.compact() + salt))
	return "MODEL" + hex.EncodeToString(sum[:3])
}

// isPrimitive reports whether a schema is of a text, number or the like.
func isPrimitive(schema *Node) bool {
	return slices.Contains([]string{"string", "number", "integer", "boolean", "null"}, schema.Get("type").str()) && schema.Get("$ref") == nil
}
