package routing

import (
	"hash/maphash"
	"math/bits"
	"strings"
)

// none is the id of no route.
const none int32 = -1

// slot is one parameter: the segment it begins at, counted from 0.
type slot struct {
	name    string
	segment int
	greedy  bool
}

func slotsOf(k RouteKey) []slot {
	var slots []slot
	for i, part := range k.Parts {
		if part.Kind != Literal {
			slots = append(slots, slot{part.Text, i, part.Kind == Greedy})
		}
	}
	return slots
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

// tree is the trie of a table, laid out flat, without pointers and depth first:
// what is matched together lies together. Ten thousand routes must be as fast as
// ten, and what costs there is not the search but the cache lines it touches: an
// edge, a node or two in a row, and the route's value. So literals that leave no
// choice between them share a node, "orders/list" say.
//
// The literal edges of nodes with several are in one open hash table. It is at
// most three quarters full, and its hash has a secret seed, so that nobody can choose
// segments that collide.
type tree struct {
	dialect Dialect
	nodes   []node  // nodes[0] is the root
	edges   []edge  // a power of two of them
	text    string  // literals that are too long for their nodes
	ids     []int32 // routes of patterns with several methods
	seed    maphash.Seed
}

const inlineBytes = 32

// node is one pattern. It is 64 bytes, a cache line.
type node struct {
	full, greedy         int32  // see tree.route
	param                int32  // child for {name}; 0 = none
	only                 int32  // child for the only literal; 0 = none or several
	off                  uint32 // of a long literal in tree.text
	parent               int32
	size                 uint16 // of the literals that lead here, with the slashes between them
	fullVerbs            verb   // methods of the pattern
	greedyVerbs          verb   // methods of the pattern with {name+} after it
	underFull, underRest verb   // methods of full and of greedy routes here and below
	several              bool   // has literals in tree.edges
	literal              [inlineBytes]byte
}

// edge leads to the child of some node; the child knows which.
type edge struct {
	hash  uint32 // of the parent and the first literal
	child int32  // 0 = free slot: the root is nobody's child
}

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
	if n.param != nil {
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
	if n.param != nil {
		self.param = t.place(n.param, id, "", text)
		self.take(&t.nodes[self.param])
	}
	return id
}

func (n *node) take(child *node) {
	n.underFull |= child.underFull
	n.underRest |= child.underRest
}

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

// route returns the route for the one verb v, or none; v may be 0. Where verbs is
// one method, at is its route; where it is several, their routes are in t.ids from
// at on, in the order of their bits.
func (t *tree) route(at int32, verbs, v verb) int32 {
	switch {
	case verbs&v == 0:
		return none
	case verbs == v:
		return at
	}
	return t.ids[at+int32(bits.OnesCount8(uint8(verbs&(v-1))))]
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

func (t *tree) hash(parent int32, segment []byte) uint32 {
	h := maphash.Bytes(t.seed, segment) ^ uint64(uint32(parent))*0x9e3779b97f4a7c15
	return uint32(h ^ h>>32)
}

// child returns the child of node id for the literals at path[at:end] and after,
// and where they end; or 0. The slash before them is at path[at].
func (t *tree) child(id int32, path []byte, at, end int) (int32, int) {
	n := &t.nodes[id]
	if n.only != 0 {
		return t.follow(n.only, path, at)
	}
	if !n.several {
		return 0, 0
	}
	h := t.hash(id, path[at+1:end])
	last := uint32(len(t.edges) - 1)
	for i := h & last; ; i = (i + 1) & last {
		e := &t.edges[i]
		if e.child == 0 {
			return 0, 0
		}
		if e.hash != h || t.nodes[e.child].parent != id {
			continue
		}
		// Another literal of the same hash may be further on.
		if child, end := t.follow(e.child, path, at); child != 0 {
			return child, end
		}
	}
}

// follow returns id and the end of its literals if path has them at at; or 0.
func (t *tree) follow(id int32, path []byte, at int) (int32, int) {
	n := &t.nodes[id]
	end := at + 1 + int(n.size)
	if end > len(path) || end < len(path) && path[end] != '/' {
		return 0, 0
	}
	text := path[at+1 : end]
	if len(text) <= inlineBytes {
		if string(n.literal[:len(text)]) == string(text) {
			return id, end
		}
	} else if t.text[n.off:int(n.off)+len(text)] == string(text) {
		return id, end
	}
	return 0, 0
}
