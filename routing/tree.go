package routing

import (
	"hash/maphash"
	"math/bits"
)

// none is the id of no route.
const none int32 = -1

// slot is one parameter: the segment it begins at, counted from 0.
type slot struct {
	name    string
	segment int
	greedy  bool
}

// tree is the trie of a table, laid out flat, without pointers and depth first:
// what is matched together lies together. Ten thousand routes must be as fast as
// ten, and what costs there is not the search but the cache lines it touches: an
// edge, a node or two in a row, and the route's value. So literals that leave no
// choice between them share a node, "orders/list" say.
//
// The literal edges of nodes with several are in one open hash table. It is at
// most three quarters full, and its hash has a secret seed, so that nobody can
// choose segments that collide.
type tree struct {
	dialect Dialect
	nodes   []node  // nodes[0] is the root
	edges   []edge  // a power of two of them
	text    string  // literals that are too long for their nodes
	ids     []int32 // routes of patterns with several methods
	seed    maphash.Seed
}

// inlineBytes is the length of literals that a node holds itself.
const inlineBytes = 32

// node is one pattern. It is 64 bytes, a cache line.
type node struct {
	full, greedy         int32  // see tree.route
	param                int32  // child for {name}, 0 = none; with paramVerbs as full
	only                 int32  // child for the only literal; 0 = none or several
	off                  uint32 // of a long literal in tree.text
	parent               int32  // checks what tree.edges says
	size                 uint16 // of the literals that lead here, with the slashes between them
	fullVerbs            verb   // methods of the pattern
	greedyVerbs          verb   // methods of the pattern with {name+} after it
	paramVerbs           verb   // methods of the pattern with {name} after it, if that ends all its routes
	underFull, underRest verb   // methods of full and of greedy routes here and below
	several              bool   // has literals in tree.edges
	literal              [inlineBytes]byte
}

// edge leads to the child of some node; the child knows which.
type edge struct {
	hash  uint32 // of the parent and the first literal
	child int32  // 0 = free slot: the root is nobody's child
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
