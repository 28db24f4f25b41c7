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
