package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

func parseYAML(text []byte) (*Node, error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	if err := d.Decode(&doc); err != nil {
		return nil, syntax(err)
	}
	if err := d.Decode(&more); err != io.EOF {
		return nil, fmt.Errorf("%w: it goes on behind its end", ErrSyntax)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, errNoObject
	}
	return (&yamlReader{}).value(doc.Content[0], 1)
}

// yamlReader turns YAML nodes into ours. Aliases are followed at every use and
// counted there: a bomb of aliases ends at the limits.
type yamlReader struct{ budget }

func (r *yamlReader) value(y *yaml.Node, depth int) (*Node, error) {
	if err := r.take(depth); err != nil {
		return nil, err
	}
	switch y.Kind {
	case yaml.AliasNode:
		return r.value(y.Alias, depth+1)
	case yaml.MappingNode:
		n := mapNode()
		return n, r.mapping(n, y, depth)
	case yaml.SequenceNode:
		return r.sequence(y, depth)
	}
	return yamlScalar(y)
}

func (r *yamlReader) sequence(y *yaml.Node, depth int) (*Node, error) {
	n := listNode()
	for _, c := range y.Content {
		item, err := r.value(c, depth+1)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, item)
	}
	return n, nil
}

// mapping fills n. What a merge key (<<) brings yields to what is written.
func (r *yamlReader) mapping(n *Node, y *yaml.Node, depth int) error {
	var merges []*yaml.Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.ShortTag() == "!!merge" {
			merges = append(merges, value)
			continue
		}
		name, err := r.name(key, depth)
		if err != nil {
			return err
		}
		item, err := r.value(value, depth+1)
		if err != nil {
			return err
		}
		if n.find(name) >= 0 {
			return duplicate(name)
		}
		n.Set(name, item)
	}
	for _, m := range merges {
		if err := r.merge(n, m, depth); err != nil {
			return err
		}
	}
	return nil
}

func (r *yamlReader) name(key *yaml.Node, depth int) (string, error) {
	n, err := r.value(key, depth+1)
	if err != nil {
		return "", err
	}
	if n.Kind == List || n.Kind == Map {
		return "", fmt.Errorf("%w: line %d has a name that is no text", ErrSyntax, key.Line)
	}
	for key.Kind == yaml.AliasNode {
		key = key.Alias
	}
	return key.Value, nil
}

func (r *yamlReader) merge(n *Node, y *yaml.Node, depth int) error {
	from, err := r.value(y, depth+1)
	if err != nil {
		return err
	}
	maps := []*Node{from}
	if from.Kind == List {
		maps = from.Items
	}
	for _, m := range maps {
		for name, item := range m.All() {
			if n.find(name) < 0 {
				n.Set(name, item)
			}
		}
	}
	return nil
}

func yamlScalar(y *yaml.Node) (*Node, error) {
	switch tag := y.ShortTag(); tag {
	case "!!null":
		return &Node{}, nil
	case "!!bool":
		return &Node{Kind: Bool, Text: strings.ToLower(y.Value)}, nil
	case "!!int", "!!float":
		return yamlNumber(y), nil
	case "!!str", "!!timestamp", "!!merge", "!!binary", "!":
		return textNode(y.Value), nil
	default:
		return nil, fmt.Errorf("%w: line %d has a tag %s", ErrSyntax, y.Line, tag)
	}
}

// yamlNumber keeps what is a number in JSON, too, as it was written.
func yamlNumber(y *yaml.Node) *Node {
	if json.Valid([]byte(y.Value)) {
		return &Node{Kind: Number, Text: y.Value}
	}
	var i int64
	if y.ShortTag() == "!!int" && y.Decode(&i) == nil {
		return &Node{Kind: Number, Text: strconv.FormatInt(i, 10)}
	}
	var f float64
	if y.Decode(&f) == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
		if text, err := json.Marshal(f); err == nil {
			return &Node{Kind: Number, Text: string(text)}
		}
	}
	return textNode(y.Value)
}
