package routing

import (
	"hash/maphash"
	"math/bits"
	"strings"
)

// branch is a node of the trie while it grows.
type branch struct {
	literals     map[string]*branch
	order        []string // of literals, so that equal builders make equal tables
	param        *branch
	full, greedy routeSet
}

// routeSet has the routes of one pattern by method.
type routeSet struct {
	verbs verb
	ids   [8]int32 // by bit of verb
}

func (s *routeSet) set(v verb, id int32) {
	s.verbs |= v
	s.ids[bits.TrailingZeros8(uint8(v))] = id
}

// insert adds the route id for k, which is not $default, below the root n.
func (n *branch) insert(k RouteKey, id int32) {
	for _, part := range k.Parts {
		switch part.Kind {
		case Literal:
			n = n.literal(part.Text)
		case Param:
			if n.param == nil {
				n.param = &branch{}
			}
			n = n.param
		case Greedy:
			n.greedy.set(keyVerb(k.Method), id)
			return
		}
	}
	n.full.set(keyVerb(k.Method), id)
}

func (n *branch) literal(text string) *branch {
	child := n.literals[text]
	if child == nil {
		if n.literals == nil {
			n.literals = map[string]*branch{}
		}
		child = &branch{}
		n.literals[text] = child
		n.order = append(n.order, text)
	}
	return child
}

// newTree lays out the trie that begins at root.
func newTree(d Dialect, root *branch) *tree {
	nodes, hashed := root.count()
	size := 2
	for size*3 < hashed*4 {
		size *= 2
	}
	t := &tree{dialect: d, nodes: make([]node, 0, nodes), edges: make([]edge, size), seed: maphash.MakeSeed()}
	var text strings.Builder
	t.place(root, 0, "", &text)
	t.text = text.String()
	return t
}

// run returns the node where the choice is, n or the last of the literals that
// follow n without one, and these literals with a slash before each.
func (n *branch) run() (last *branch, literals string) {
	for len(n.order) == 1 && n.param == nil && n.full.verbs|n.greedy.verbs == 0 {
		literals += "/" + n.order[0]
		n = n.literals[n.order[0]]
	}
	return n, literals
}

// ends reports whether nothing is below n, which then needs no node after {name}.
func (n *branch) ends() bool {
	return len(n.order) == 0 && n.param == nil && n.greedy.verbs == 0
}

// count returns the number of nodes, and of edges that need hashing.
func (n *branch) count() (nodes, hashed int) {
	nodes = 1
	if len(n.order) > 1 {
		hashed = len(n.order)
	}
	add := func(child *branch) {
		below, edges := child.count()
		nodes, hashed = nodes+below, hashed+edges
	}
	for _, child := range n.literals {
		last, _ := child.run()
		add(last)
	}
	if n.param != nil && !n.param.ends() {
		add(n.param)
	}
	return nodes, hashed
}

// place lays out n, which literal leads to from parent, and all below it.
func (t *tree) place(n *branch, parent int32, literal string, text *strings.Builder) int32 {
	id := int32(len(t.nodes))
	t.nodes = append(t.nodes, node{parent: parent, size: uint16(len(literal)), off: uint32(text.Len())})
	self := &t.nodes[id] // stays: newTree counted the nodes
	if copy(self.literal[:], literal) < len(literal) {
		text.WriteString(literal)
	}
	self.full, self.fullVerbs = t.placeRoutes(&n.full)
	self.greedy, self.greedyVerbs = t.placeRoutes(&n.greedy)
	self.underFull, self.underRest = self.fullVerbs, self.greedyVerbs
	for _, first := range n.order {
		last, more := n.literals[first].run()
		child := t.place(last, id, first+more, text)
		if len(n.order) == 1 {
			self.only = child
		} else {
			self.several = true
			t.link(id, child, first)
		}
		self.take(&t.nodes[child])
	}
	switch {
	case n.param == nil:
	case n.param.ends():
		self.param, self.paramVerbs = t.placeRoutes(&n.param.full)
		self.underFull |= self.paramVerbs
	default:
		self.param = t.place(n.param, id, "", text)
		self.take(&t.nodes[self.param])
	}
	return id
}

func (n *node) take(child *node) {
	n.underFull |= child.underFull
	n.underRest |= child.underRest
}

// placeRoutes lays out the routes of one pattern as tree.route reads them.
func (t *tree) placeRoutes(s *routeSet) (int32, verb) {
	if bits.OnesCount8(uint8(s.verbs)) == 1 {
		return s.ids[bits.TrailingZeros8(uint8(s.verbs))], s.verbs
	}
	base := int32(len(t.ids))
	for i, id := range s.ids {
		if s.verbs&(1<<i) != 0 {
			t.ids = append(t.ids, id)
		}
	}
	return base, s.verbs
}

func (t *tree) link(parent, child int32, first string) {
	h := t.hash(parent, []byte(first))
	last := uint32(len(t.edges) - 1)
	i := h & last
	for t.edges[i].child != 0 {
		i = (i + 1) & last
	}
	t.edges[i] = edge{h, child}
}
