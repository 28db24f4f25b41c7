package routing

import (
	"strings"
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

func TestNodesAreOnlyForChoices(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want int // nodes, the root included
	}{
		{"one route", []string{"GET /a/b/c"}, 2},
		{"route on the way", []string{"GET /a/b/c", "GET /a"}, 3},
		{"greedy on the way", []string{"GET /a/b/c", "GET /a/{x+}"}, 3},
		{"param at the end", []string{"GET /a/b/c", "GET /a/{x}"}, 3},
		{"param on the way", []string{"GET /a/b/c", "GET /a/{x}/d"}, 5},
		{"param with greedy", []string{"GET /a/{x}/{y+}"}, 3},
		{"param with param", []string{"GET /a/{x}/{y}"}, 3},
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

// TestLongLiterals has literals around the length that a node holds itself.
func TestLongLiterals(t *testing.T) {
	for size := inlineBytes - 2; size <= inlineBytes+2; size++ {
		one := strings.Repeat("x", size)
		run := strings.Repeat("ab/", size/3) + strings.Repeat("c", size%3+1)
		table := mustTable(t, HTTP, "GET /"+one, "GET /"+one+"y/z", "GET /"+run, "GET /end/{p}/"+one)
		runMatch(t, table, []matchCase{
			{"one segment", "GET /" + one, "GET /" + one, ""},
			{"longer segment", "GET /" + one + "y/z", "GET /" + one + "y/z", ""},
			{"run of segments", "GET /" + run, "GET /" + run, ""},
			{"after a param", "GET /end/7/" + one, "GET /end/{p}/" + one, "p=7"},
			{"last byte differs", "GET /" + one[1:] + "y", "", ""},
			{"one byte less", "GET /" + one[1:], "", ""},
			{"run, last byte differs", "GET /" + run[:len(run)-1] + "d", "", ""},
			{"run, one byte more", "GET /" + run + "c", "", ""},
			{"run, one segment more", "GET /" + run + "/c", "", ""},
		})
	}
}
