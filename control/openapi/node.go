package openapi

import (
	"slices"
	"strconv"
	"strings"
)

// Kind says what a Node is.
type Kind uint8

// The zero Node is null.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Map
)

// Node is one value of a document. All methods that read take a nil Node for an
// absent one.
type Node struct {
	Kind  Kind
	Text  string   // of Bool: true or false; of Number: as JSON writes it; of String
	Names []string // of a Map, in the order of the document, each once
	Items []*Node  // of a List, or of a Map beside Names

	index map[string]int // of a Map with many names
}

// indexed is how many names a Map has before it keeps an index of them.
const indexed = 16

func textNode(s string) *Node { return &Node{Kind: String, Text: s} }

func boolNode(b bool) *Node { return &Node{Kind: Bool, Text: strconv.FormatBool(b)} }

func intNode[T int | int32](i T) *Node { return &Node{Kind: Number, Text: strconv.Itoa(int(i))} }

func listNode(items ...*Node) *Node { return &Node{Kind: List, Items: items} }

func textsNode(texts []string) *Node {
	n := listNode()
	for _, t := range texts {
		n.Items = append(n.Items, textNode(t))
	}
	return n
}

func mapNode() *Node { return &Node{Kind: Map} }

func (n *Node) find(name string) int {
	switch {
	case n == nil || n.Kind != Map:
		return -1
	case n.index == nil:
		return slices.Index(n.Names, name)
	}
	if i, ok := n.index[name]; ok {
		return i
	}
	return -1
}

// Get is the member of a Map; nil when there is none or n is no Map.
func (n *Node) Get(name string) *Node {
	if i := n.find(name); i >= 0 {
		return n.Items[i]
	}
	return nil
}

// At follows names downwards.
func (n *Node) At(names ...string) *Node {
	for _, name := range names {
		n = n.Get(name)
	}
	return n
}

// Set puts a member into a Map, at its old place when it was there. A nil value
// changes nothing. It answers n.
func (n *Node) Set(name string, value *Node) *Node {
	if value == nil {
		return n
	}
	if i := n.find(name); i >= 0 {
		n.Items[i] = value
		return n
	}
	n.Names, n.Items = append(n.Names, name), append(n.Items, value)
	switch {
	case n.index != nil:
		n.index[name] = len(n.Names) - 1
	case len(n.Names) > indexed:
		n.index = make(map[string]int, 2*indexed)
		for i, name := range n.Names {
			n.index[name] = i
		}
	}
	return n
}

// text sets a text member unless it is nil.
func (n *Node) text(name string, value *string) *Node {
	if value == nil {
		return n
	}
	return n.Set(name, textNode(*value))
}

// filled sets a member unless it is an empty Map or List.
func (n *Node) filled(name string, value *Node) *Node {
	if value.size() == 0 {
		return n
	}
	return n.Set(name, value)
}

func (n *Node) size() int {
	if n == nil {
		return 0
	}
	return len(n.Items)
}

// All gives the members of a Map in order; nothing for another kind.
func (n *Node) All() func(yield func(string, *Node) bool) {
	return func(yield func(string, *Node) bool) {
		if n == nil || n.Kind != Map {
			return
		}
		for i, name := range n.Names {
			if !yield(name, n.Items[i]) {
				return
			}
		}
	}
}

// is reports whether n is there and of a kind.
func (n *Node) is(k Kind) bool { return n != nil && n.Kind == k }

// str is the text of a scalar; "" for anything else.
func (n *Node) str() string {
	if n == nil || n.Kind == List || n.Kind == Map {
		return ""
	}
	return n.Text
}

// scalar is the text of a String, Number or Bool; nil for anything else.
func (n *Node) scalar() *string {
	if n == nil || n.Kind == Null || n.Kind == List || n.Kind == Map {
		return nil
	}
	return &n.Text
}

// upper is the text of a scalar in upper case; nil for anything else.
func (n *Node) upper() *string {
	s := n.scalar()
	if s == nil {
		return nil
	}
	up := strings.ToUpper(*s)
	return &up
}

// yes reports whether n is true, or the text of it.
func (n *Node) yes() bool { return n.str() == "true" }

// flag is a Bool, or the text of one; nil for anything else.
func (n *Node) flag() *bool {
	b, err := strconv.ParseBool(n.str())
	if err != nil {
		return nil
	}
	return &b
}

// int32 is a whole number, or the text of one; nil for anything else.
func (n *Node) int32() *int32 {
	i, err := strconv.ParseInt(n.str(), 10, 32)
	if err != nil {
		return nil
	}
	v := int32(i)
	return &v
}

// texts are the scalars of a List; a lone scalar is a list of one.
func (n *Node) texts() []string {
	if s := n.scalar(); s != nil {
		return []string{*s}
	}
	var out []string
	if n.is(List) {
		for _, item := range n.Items {
			if s := item.scalar(); s != nil {
				out = append(out, *s)
			}
		}
	}
	return out
}

// dict has the scalars of a Map; nil when n is none.
func (n *Node) dict() map[string]string {
	if !n.is(Map) {
		return nil
	}
	out := make(map[string]string, len(n.Names))
	for name, item := range n.All() {
		if s := item.scalar(); s != nil {
			out[name] = *s
		}
	}
	return out
}

// rewrite copies the tree; where f gives a Node, that one takes the place of its
// argument, and what is below is not visited.
func (n *Node) rewrite(f func(*Node) *Node) *Node {
	if n == nil {
		return nil
	}
	if other := f(n); other != nil {
		return other
	}
	c := &Node{Kind: n.Kind, Text: n.Text}
	if n.Kind == List {
		for _, item := range n.Items {
			c.Items = append(c.Items, item.rewrite(f))
		}
	}
	for name, item := range n.All() {
		c.Set(name, item.rewrite(f))
	}
	return c
}

// equal compares trees; names of Maps in order.
func (n *Node) equal(o *Node) bool {
	return n.Kind == o.Kind && n.Text == o.Text && slices.Equal(n.Names, o.Names) &&
		slices.EqualFunc(n.Items, o.Items, (*Node).equal)
}
