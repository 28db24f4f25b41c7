package openapi

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// maxRefs is how many references may lead from one to the next.
const maxRefs = 32

var errRefs = errors.New("references go in a circle or are chained too long")

// resolve follows n while it is a reference ({"$ref": "#/..."}). A nil Node
// without an error is an absent one.
func (n *Node) resolve(root *Node) (*Node, error) {
	for range maxRefs {
		ref := n.Get("$ref")
		if !ref.is(String) {
			return n, nil
		}
		if n = root.pointer(ref.Text); n == nil {
			return nil, fmt.Errorf("reference '%s' not found", ref.Text)
		}
	}
	return nil, errRefs
}

// pointer follows a JSON pointer within the document (RFC 6901); nil when it
// leads nowhere or to another document.
func (n *Node) pointer(ref string) *Node {
	path, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return nil
	}
	if path == "" {
		return n
	}
	if path, ok = strings.CutPrefix(path, "/"); !ok {
		return nil
	}
	for step := range strings.SplitSeq(path, "/") {
		if n = n.step(step); n == nil {
			return nil
		}
	}
	return n
}

func (n *Node) step(text string) *Node {
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	text = strings.NewReplacer("~1", "/", "~0", "~").Replace(text)
	if !n.is(List) {
		return n.Get(text)
	}
	if i, err := strconv.Atoi(text); err == nil && i >= 0 && i < len(n.Items) {
		return n.Items[i]
	}
	return nil
}
