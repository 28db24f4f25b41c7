package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

func parseJSON(text []byte) (*Node, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	n, err := (&jsonReader{Decoder: d}).value(1)
	if err != nil {
		return nil, syntax(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: it goes on behind its end", ErrSyntax)
	}
	return n, nil
}

func syntax(err error) error { return fmt.Errorf("%w: %w", ErrSyntax, err) }

type jsonReader struct {
	*json.Decoder
	budget
}

func (r *jsonReader) value(depth int) (*Node, error) {
	if err := r.take(depth); err != nil {
		return nil, err
	}
	tok, err := r.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case string:
		return textNode(t), nil
	case bool:
		return &Node{Kind: Bool, Text: strconv.FormatBool(t)}, nil
	case json.Number:
		return &Node{Kind: Number, Text: t.String()}, nil
	case json.Delim:
		if t == '{' {
			return r.object(depth)
		}
		return r.array(depth)
	}
	return &Node{}, nil
}

func (r *jsonReader) object(depth int) (*Node, error) {
	n := mapNode()
	for r.More() {
		tok, err := r.Token()
		if err != nil {
			return nil, err
		}
		name, item := tok.(string), (*Node)(nil) // Token sees to it that names are texts
		if item, err = r.value(depth + 1); err != nil {
			return nil, err
		}
		if n.find(name) >= 0 {
			return nil, duplicate(name)
		}
		n.Set(name, item)
	}
	_, err := r.Token()
	return n, err
}

func (r *jsonReader) array(depth int) (*Node, error) {
	n := listNode()
	for r.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, item)
	}
	_, err := r.Token()
	return n, err
}
