package routing

import "bytes"

// walk is one search through a tree. It goes depth first: literal, then {name},
// then {name+}, which is the order of preference from left to right. A trie has
// one way to each node, so no node is visited twice, whatever the path.
type walk struct {
	tree  *tree
	path  []byte // "" or beginning with a slash
	exact verb   // the method's bit; 0 for a method without one
	cost  int    // nodes visited: at most as many as the tree has

	// HTTP dialect: the best of each lower rank so far.
	fullAny, restExact, restAny int32
}

func newWalk(t *tree, exact verb, path []byte) walk {
	return walk{tree: t, path: path, exact: exact, fullAny: none, restExact: none, restAny: none}
}

// find returns the best route, or none. $default is not among them.
func (w *walk) find() int32 {
	if w.tree.dialect == REST {
		return w.findREST(0, 0)
	}
	id := none
	if len(w.path) == 1 { // the root, whose pattern has no segment
		n := &w.tree.nodes[0]
		id = w.meetFull(n.full, n.fullVerbs)
		w.meetRest(n.greedy, n.greedyVerbs)
	} else {
		id = w.findHTTP(0, 0)
	}
	for _, next := range [...]int32{w.fullAny, w.restExact, w.restAny} {
		if id == none {
			id = next
		}
	}
	return id
}

// segmentEnd returns where the segment ends whose slash is at path[at].
func segmentEnd(path []byte, at int) int {
	if i := bytes.IndexByte(path[at+1:], '/'); i >= 0 {
		return at + 1 + i
	}
	return len(path)
}

// findREST returns the first route at or below node id that has the method or
// ANY: the pair of resource and method is chosen, not the resource.
func (w *walk) findREST(id int32, at int) int32 {
	w.cost++
	n := &w.tree.nodes[id]
	if at == len(w.path) {
		return w.pick(n.full, n.fullVerbs)
	}
	end := segmentEnd(w.path, at)
	if end > at+1 {
		if r := w.tryREST(w.tree.child(id, w.path, at, end)); r != none {
			return r
		}
		if n.paramVerbs == 0 {
			if r := w.tryREST(n.param, end); r != none {
				return r
			}
		} else if end == len(w.path) {
			if r := w.pick(n.param, n.paramVerbs); r != none {
				return r
			}
		}
	}
	return w.pick(n.greedy, n.greedyVerbs)
}

func (w *walk) tryREST(id int32, at int) int32 {
	if id == 0 {
		return none
	}
	n := &w.tree.nodes[id]
	if (n.underFull|n.underRest)&(w.exact|verbAny) == 0 {
		return none
	}
	return w.findREST(id, at)
}

func (w *walk) pick(at int32, verbs verb) int32 {
	if r := w.tree.route(at, verbs, w.exact); r != none {
		return r
	}
	return w.tree.route(at, verbs, verbAny)
}

// findHTTP returns the first full match at or below node id with the exact
// method; what it meets of lower rank goes into w.
func (w *walk) findHTTP(id int32, at int) int32 {
	w.cost++
	n := &w.tree.nodes[id]
	if at == len(w.path) {
		return w.meetFull(n.full, n.fullVerbs)
	}
	end := segmentEnd(w.path, at)
	if end > at+1 {
		if r := w.tryHTTP(w.tree.child(id, w.path, at, end)); r != none {
			return r
		}
		if n.paramVerbs == 0 {
			if r := w.tryHTTP(n.param, end); r != none {
				return r
			}
		} else if end == len(w.path) {
			if r := w.meetFull(n.param, n.paramVerbs); r != none {
				return r
			}
		}
	}
	w.meetRest(n.greedy, n.greedyVerbs)
	return none
}

// tryHTTP goes down to id if anything there can be better than what w has.
func (w *walk) tryHTTP(id int32, at int) int32 {
	if id == 0 {
		return none
	}
	n := &w.tree.nodes[id]
	full, rest := w.exact, verb(0)
	if w.fullAny == none {
		full |= verbAny
		if w.restExact == none {
			rest |= w.exact
			if w.restAny == none {
				rest |= verbAny
			}
		}
	}
	if n.underFull&full == 0 && n.underRest&rest == 0 {
		return none
	}
	return w.findHTTP(id, at)
}

func (w *walk) meetFull(at int32, verbs verb) int32 {
	if r := w.tree.route(at, verbs, w.exact); r != none {
		return r
	}
	if w.fullAny == none {
		w.fullAny = w.tree.route(at, verbs, verbAny)
	}
	return none
}

func (w *walk) meetRest(at int32, verbs verb) {
	if w.restExact == none {
		w.restExact = w.tree.route(at, verbs, w.exact)
	}
	if w.restAny == none {
		w.restAny = w.tree.route(at, verbs, verbAny)
	}
}
