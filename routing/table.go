package routing

import "bytes"

// Table is an immutable set of routes with a value each. Any number of
// goroutines may match at once.
type Table[T any] struct {
	tree   *tree
	values []T      // by route
	lists  []int32  // by route: its list of slots
	slots  [][]slot // many routes share few lists
	byAny  int32    // route of $default, or none
}

// Len returns the number of routes.
func (t *Table[T]) Len() int { return len(t.values) }

// Match returns the value of the route that serves method and path, and whether
// there is one. The path is what the stage and the API mapping have left, without
// a query; "" counts as "/". Its parameters go into p, which may be nil; their
// bytes are parts of path. It does not allocate, and visits each node of the
// table once at most: the time is bounded by the table and the path's length.
//
// AWS: REST resource and method selection; HTTP API route selection.
func (t *Table[T]) Match(method, path []byte, p *Params) (value T, ok bool) {
	if p != nil {
		p.count = 0
	}
	path, rooted := t.tree.trim(path)
	id := none
	if rooted {
		w := newWalk(t.tree, verbOf(method), path)
		id = w.find()
	}
	if id == none {
		id = t.byAny
	}
	if id == none {
		return value, false
	}
	if p != nil {
		p.capture(t.slots[t.lists[id]], path)
	}
	return t.values[id], true
}

var root = []byte("/") // never written to

// trim brings a path into the form that a walk takes, and reports whether it
// begins with a slash. REST: leading slashes count as one, trailing ones do not
// count.
func (t *tree) trim(path []byte) ([]byte, bool) {
	if len(path) == 0 {
		path = root
	}
	if path[0] != '/' {
		return path, false
	}
	if t.dialect == REST {
		path = CollapseLeading(path)
		path = bytes.TrimRight(path, "/")
	}
	return path, true
}

// CollapseLeading returns path from the last of its leading slashes on: "//a//b"
// gives "/a//b". AWS: path of the events of a REST API.
func CollapseLeading(path []byte) []byte {
	for len(path) > 1 && path[0] == '/' && path[1] == '/' {
		path = path[1:]
	}
	return path
}

// capture cuts path into the parameters of a route that is known to match it.
func (p *Params) capture(slots []slot, path []byte) {
	at, segment := 0, 0
	for i := range slots {
		for ; segment < slots[i].segment; segment++ {
			at = segmentEnd(path, at)
		}
		if slots[i].greedy {
			p.add(slots[i].name, path[at+1:])
		} else {
			p.add(slots[i].name, path[at+1:segmentEnd(path, at)])
		}
	}
}
