package wire

import (
	"fmt"
	"net/url"
	"strings"
)

// Bounds on what the tree is walked with.
const (
	maxPath     = 8 << 10 // bytes of a raw path
	maxSegments = 64
)

// tree finds rows by path. Literal segments win over parameters, parameters over
// the rest of the path.
type tree struct {
	rows    []*row // that end here
	literal map[string]*tree
	param   *tree
	rest    *tree // a parameter that takes all that follows
}

// add puts r in. Two rows that no request could tell apart are our bug: it panics.
func (t *tree) add(r *row) {
	for _, seg := range r.segments {
		t = t.child(seg)
	}
	for _, o := range t.rows {
		if o.Method == r.Method && o.opts.whenKey == r.opts.whenKey && o.opts.whenValue == r.opts.whenValue {
			panic(fmt.Sprintf("wire: %s and %s share %s %s", o.Name, r.Name, r.Method, r.Path))
		}
	}
	t.rows = append(t.rows, r)
}

func (t *tree) child(seg string) *tree {
	if _, ok := paramName(seg); ok {
		next := &t.param
		if strings.HasSuffix(seg, "+}") {
			next = &t.rest
		}
		if *next == nil {
			*next = &tree{}
		}
		return *next
	}
	if t.literal == nil {
		t.literal = map[string]*tree{}
	}
	if t.literal[seg] == nil {
		t.literal[seg] = &tree{}
	}
	return t.literal[seg]
}

// splitPath cuts a raw path into decoded segments: first cut, then decoded, so
// that a %2F stays within its segment. It reports false for what no path has.
func splitPath(raw string) ([]string, bool) {
	if len(raw) > maxPath || !strings.HasPrefix(raw, "/") || strings.Count(raw, "/") > maxSegments {
		return nil, false
	}
	segs := strings.Split(raw[1:], "/")
	for i, seg := range segs {
		plain, err := url.PathUnescape(seg)
		if err != nil {
			return nil, false
		}
		segs[i] = plain
	}
	return segs, true
}

// find returns the row for a request and the values of its path parameters, nil
// when there is none. params is what was collected on the way down.
func (t *tree) find(method string, segs []string, query url.Values, params []string) (*row, []string) {
	if len(segs) == 0 {
		return t.pick(method, query), params
	}
	if next := t.literal[segs[0]]; next != nil {
		if r, p := next.find(method, segs[1:], query, params); r != nil {
			return r, p
		}
	}
	if t.param != nil && segs[0] != "" {
		if r, p := t.param.find(method, segs[1:], query, append(params, segs[0])); r != nil {
			return r, p
		}
	}
	if t.rest != nil && segs[0] != "" {
		return t.rest.pick(method, query), append(params, strings.Join(segs, "/"))
	}
	return nil, nil
}

// pick chooses among the rows of one path: one whose query pair is there goes
// before one that asks for none.
func (t *tree) pick(method string, query url.Values) *row {
	var plain *row
	for _, r := range t.rows {
		if r.Method != method {
			continue
		}
		if r.opts.whenKey == "" {
			plain = r
		} else if query.Get(r.opts.whenKey) == r.opts.whenValue {
			return r
		}
	}
	return plain
}
