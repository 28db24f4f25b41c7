package apigateway

import (
	"encoding/json"
	"errors"

	"gopkg.in/yaml.v3"
)

// maxDocDepth bounds how deep properties nest.
const maxDocDepth = 100

// jsonOf writes a node as JSON with its members in their order. A string that is
// JSON already, as documentation properties may be, stays as it is.
func jsonOf(n *yaml.Node) (string, error) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" && json.Valid([]byte(n.Value)) {
		return n.Value, nil
	}
	out, err := appendJSON(nil, n, 0)
	return string(out), err
}

func appendJSON(dst []byte, n *yaml.Node, depth int) ([]byte, error) {
	if depth > maxDocDepth {
		return nil, errors.New("properties nest too deeply")
	}
	switch n.Kind {
	case yaml.MappingNode:
		return appendMembers(dst, n, depth)
	case yaml.SequenceNode:
		dst = append(dst, '[')
		for i, x := range n.Content {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = appendJSON(dst, x, depth+1); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	case yaml.ScalarNode:
		return appendScalar(dst, n)
	}
	return nil, errors.New("properties with aliases are not supported")
}

func appendMembers(dst []byte, n *yaml.Node, depth int) ([]byte, error) {
	dst = append(dst, '{')
	for i := 0; i+1 < len(n.Content); i += 2 {
		if i > 0 {
			dst = append(dst, ',')
		}
		if n.Content[i].Kind != yaml.ScalarNode {
			return nil, errors.New("a member's name is no text")
		}
		name, err := json.Marshal(n.Content[i].Value)
		if err != nil {
			return nil, err
		}
		if dst, err = appendJSON(append(append(dst, name...), ':'), n.Content[i+1], depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// appendScalar writes numbers, booleans and null as such, all else as text.
func appendScalar(dst []byte, n *yaml.Node) ([]byte, error) {
	switch n.Tag {
	case "!!null":
		return append(dst, "null"...), nil
	case "!!int", "!!float", "!!bool":
		if json.Valid([]byte(n.Value)) {
			return append(dst, n.Value...), nil
		}
		var v any
		if err := n.Decode(&v); err != nil {
			return nil, err
		}
		text, err := json.Marshal(v)
		return append(dst, text...), err
	}
	text, err := json.Marshal(n.Value)
	return append(dst, text...), err
}
