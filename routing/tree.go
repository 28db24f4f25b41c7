package routing

import (
	"hash/maphash"
	"math/bits"
	"strings"
)

// none is the id of no route.
const none int32 = -1

// route is what a match needs to know of one route: where its parameters are.
type route struct {
	params []slot
}

// slot is one parameter: the segment it begins at, counted from 0.
type slot struct {
	name    string
	segment int
	greedy  bool
}

func routeOf(k RouteKey) route {
	var r route
	for i, part := range k.Parts {
		if part.Kind != Literal {
			r.params = append(r.params, slot{part.Text, i, part.Kind == Greedy})
		}
	}
	return r
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

// tree is the trie of a table, laid out flat: three arrays without pointers, so
// that ten thousand routes stay in the processor's caches and cost the garbage
// collector nothing.
//
// All literal edges are in one open hash table, keyed by parent and segment. It
// is at most half full, and its hash has a secret seed, so that nobody can choose
// segments that collide.
type tree struct {
	dialect Dialect
	nodes   []node // nodes[0] is the root
	edges   []edge // a power of two of them
	text    string // all literals, one after the other
	ids     []int32
	routes  []route
	byAny   int32 // route of $default, or none
	seed    maphash.Seed
}

// node is one pattern. Its routes of verb v are in tree.ids from base on, in the
// order of the bits of verbs.
type node struct {
	full, greedy         leaf
	param                int32 // child for {name}; 0 = none
	literals             bool  // has children for literals
	underFull, underRest verb  // methods of full and of greedy routes here and below
}

type leaf struct {
	base  int32
	verbs verb
}

type edge struct {
	hash          uint32
	parent, child int32 // child 0 = free slot: the root is nobody's child
	off, size     uint32
}

func newTree(d Dialect, root *branch) *tree {
	count := root.countEdges()
	size := 2
	for size < 2*count {
		size *= 2
	}
	t := &tree{dialect: d, edges: make([]edge, size), seed: maphash.MakeSeed()}
	var text strings.Builder
	t.place(root, &text)
	t.text = text.String()
	return t
}

func (n *branch) countEdges() int {
	count := len(n.order)
	for _, child := range n.literals {
		count += child.countEdges()
	}
	if n.param != nil {
		count += n.param.countEdges()
	}
	return count
}

// place lays out n and all below it, depth first: what is matched together lies
// together.
func (t *tree) place(n *branch, text *strings.Builder) int32 {
	id := int32(len(t.nodes))
	t.nodes = append(t.nodes, node{full: t.leaf(&n.full), greedy: t.leaf(&n.greedy), literals: len(n.order) > 0})
	underFull, underRest := n.full.verbs, n.greedy.verbs
	take := func(child int32) {
		underFull |= t.nodes[child].underFull
		underRest |= t.nodes[child].underRest
	}
	for _, literal := range n.order {
		off := uint32(text.Len())
		text.WriteString(literal)
		child := t.place(n.literals[literal], text)
		t.link(id, child, off, literal)
		take(child)
	}
	if n.param != nil {
		child := t.place(n.param, text)
		t.nodes[id].param = child
		take(child)
	}
	t.nodes[id].underFull, t.nodes[id].underRest = underFull, underRest
	return id
}

func (t *tree) leaf(s *routeSet) leaf {
	l := leaf{base: int32(len(t.ids)), verbs: s.verbs}
	for i, id := range s.ids {
		if s.verbs&(1<<i) != 0 {
			t.ids = append(t.ids, id)
		}
	}
	return l
}

func (t *tree) link(parent, child int32, off uint32, literal string) {
	h := t.hash(parent, []byte(literal))
	last := uint32(len(t.edges) - 1)
	i := h & last
	for t.edges[i].child != 0 {
		i = (i + 1) & last
	}
	t.edges[i] = edge{h, parent, child, off, uint32(len(literal))}
}

func (t *tree) hash(parent int32, segment []byte) uint32 {
	h := maphash.Bytes(t.seed, segment) ^ uint64(uint32(parent))*0x9e3779b97f4a7c15
	return uint32(h ^ h>>32)
}

// literal returns the child of parent for segment, or 0.
func (t *tree) literal(parent int32, segment []byte) int32 {
	h := t.hash(parent, segment)
	last := uint32(len(t.edges) - 1)
	for i := h & last; ; i = (i + 1) & last {
		e := &t.edges[i]
		if e.child == 0 {
			return 0
		}
		if e.hash == h && e.parent == parent && t.text[e.off:e.off+e.size] == string(segment) {
			return e.child
		}
	}
}

// route returns the route of l for the one verb v, or none. v may be 0.
func (t *tree) route(l leaf, v verb) int32 {
	if l.verbs&v == 0 {
		return none
	}
	return t.ids[l.base+int32(bits.OnesCount8(uint8(l.verbs&(v-1))))]
}
