package validate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// maxFaults bounds how many faults are told.
const maxFaults = 100

// describe words what is wrong with doc as AWS's validator does, in brackets.
func describe(e *jsonschema.ValidationError, doc any) string {
	var list []string
	collect(e, doc, &list)
	slices.Sort(list)
	list = slices.Compact(list)
	return "[" + strings.Join(list[:min(len(list), maxFaults)], ", ") + "]"
}

// collect gathers the faults that no combination of schemas holds together.
func collect(e *jsonschema.ValidationError, doc any, list *[]string) {
	if text := word(e, doc); text != "" {
		*list = append(*list, text)
		return
	}
	for _, c := range e.Causes {
		collect(c, doc, list)
	}
}

// word returns the text of one fault, "" for one that others explain.
func word(e *jsonschema.ValidationError, doc any) string {
	at := e.InstanceLocation
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return "object has missing required properties (" + quoted(k.Missing) + ")"
	case *kind.Type:
		return fmt.Sprintf("instance type (%s) does not match any allowed primitive type (allowed: %s)", typeOf(value(doc, at)), quoted(k.Want))
	case *kind.Enum:
		return fmt.Sprintf("instance value (%s) not found in enum (possible values: %s)", compact(k.Got), compact(k.Want))
	case *kind.MinLength:
		return fmt.Sprintf("string %s is too short (length: %d, required minimum: %d)", compact(value(doc, at)), k.Got, k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("string %s is too long (length: %d, maximum allowed: %d)", compact(value(doc, at)), k.Got, k.Want)
	case *kind.Pattern:
		return fmt.Sprintf("ECMA 262 regex %s does not match input string %s", compact(k.Want), compact(k.Got))
	case *kind.Minimum:
		return fmt.Sprintf("numeric instance is lower than the required minimum (minimum: %s, found: %s)", number(k.Want), number(k.Got))
	case *kind.Maximum:
		return fmt.Sprintf("numeric instance is greater than the required maximum (maximum: %s, found: %s)", number(k.Want), number(k.Got))
	case *kind.ExclusiveMinimum:
		return "numeric instance is not strictly greater than the required minimum " + number(k.Want)
	case *kind.ExclusiveMaximum:
		return "numeric instance is not strictly lower than the required maximum " + number(k.Want)
	case *kind.MultipleOf:
		return fmt.Sprintf("remainder of division is not zero (%s / %s)", number(k.Got), number(k.Want))
	}
	return wordMany(e)
}

// wordMany words the faults of arrays, objects and combinations.
func wordMany(e *jsonschema.ValidationError) string {
	switch k := e.ErrorKind.(type) {
	case *kind.MinItems:
		return fmt.Sprintf("array is too short: must have at least %d elements but instance has %d elements", k.Want, k.Got)
	case *kind.MaxItems:
		return fmt.Sprintf("array is too long: must have at most %d elements but instance has %d elements", k.Want, k.Got)
	case *kind.UniqueItems:
		return "array must not contain duplicate elements"
	case *kind.AdditionalItems:
		return fmt.Sprintf("array has %d elements which are not allowed by the schema", k.Count)
	case *kind.MinProperties:
		return fmt.Sprintf("object has too few properties (found %d but schema requires at least %d)", k.Got, k.Want)
	case *kind.MaxProperties:
		return fmt.Sprintf("object has too many properties (found %d but schema requires at most %d)", k.Got, k.Want)
	case *kind.AdditionalProperties:
		return "object instance has properties which are not allowed by the schema: " + quoted(k.Properties)
	case *kind.Dependency:
		return fmt.Sprintf("property %q of object has missing property dependencies (%s)", k.Prop, quoted(k.Missing))
	case *kind.AnyOf:
		return fmt.Sprintf("instance failed to match at least one required schema among %d", len(e.Causes))
	case *kind.OneOf:
		if len(k.Subschemas) > 0 {
			return fmt.Sprintf("instance failed to match exactly one schema (matched %d)", len(k.Subschemas))
		}
		return fmt.Sprintf("instance failed to match exactly one schema (matched 0 out of %d)", len(e.Causes))
	case *kind.Not:
		return "instance matched a schema which it should not have"
	case *kind.RefCycle:
		return "the model refers to itself without end"
	}
	return ""
}

// quoted prints names as a JSON array, in order.
func quoted(names []string) string {
	names = slices.Clone(names)
	slices.SortFunc(names, cmp.Compare[string])
	return compact(names)
}

func compact(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

func number(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	f, _ := r.Float64()
	return compact(f)
}

// value finds the value of doc that a fault is about.
func value(doc any, at []string) any {
	for _, key := range at {
		switch v := doc.(type) {
		case map[string]any:
			doc = v[key]
		case []any:
			i := 0
			if _, err := fmt.Sscan(key, &i); err != nil || i < 0 || i >= len(v) {
				return nil
			}
			doc = v[i]
		}
	}
	return doc
}

// typeOf names the type of a value as JSON schema does.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	}
	return "object"
}
