package routing

import (
	"testing"
	"unsafe"
)

// TestNodeIsACacheLine keeps the layout that makes ten thousand routes as fast as
// ten.
func TestNodeIsACacheLine(t *testing.T) {
	if size := unsafe.Sizeof(node{}); size != 64 {
		t.Errorf("a node has %d bytes, want 64", size)
	}
	if size := unsafe.Sizeof(edge{}); size != 8 {
		t.Errorf("an edge has %d bytes, want 8", size)
	}
}

func TestLiteralsWithoutChoiceShareANode(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want int // nodes, the root included
	}{
		{"one route", []string{"GET /a/b/c"}, 2},
		{"route on the way", []string{"GET /a/b/c", "GET /a"}, 3},
		{"greedy on the way", []string{"GET /a/b/c", "GET /a/{x+}"}, 3},
		{"param on the way", []string{"GET /a/b/c", "GET /a/{x}"}, 4},
		{"fork", []string{"GET /a/b/c", "GET /a/d"}, 4},
		{"after a param", []string{"GET /a/{x}/b/c"}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := len(mustTable(t, HTTP, c.keys...).tree.nodes); got != c.want {
				t.Errorf("%q make %d nodes, want %d", c.keys, got, c.want)
			}
		})
	}
}

// TestEqualHashesOfTwoParents forges an edge whose hash is that of another parent's
// literal, as happens once in four billion.
func TestEqualHashesOfTwoParents(t *testing.T) {
	tree := mustTable(t, HTTP, "GET /a/x", "GET /a/y", "GET /b/x", "GET /b/z").tree
	step := func(id int32, segment string) int32 {
		child, _ := tree.child(id, []byte("/"+segment), 0, 1+len(segment))
		return child
	}
	a, b := step(0, "a"), step(0, "b")
	wrong, right := step(a, "x"), step(b, "x")
	h := tree.hash(b, []byte("x"))
	tree.edges = make([]edge, 4)
	tree.edges[h&3] = edge{h, wrong}
	tree.edges[(h+1)&3] = edge{h, right}
	if got := step(b, "x"); got != right {
		t.Errorf("child = node %d, want %d", got, right)
	}
}
