package wire

import (
	"fmt"
	"slices"
	"strings"
)

// row is an Operation made ready to serve: which member comes from where.
type row struct {
	Operation
	svc      *Service
	segments []string // of Path; "{...}" is a parameter
	params   []int    // struct index of each path parameter, in order

	in      *shape // whole input, for validation
	query   []field
	headers []bound
	spread  int    // struct index of the map for all other query keys, -1 without
	payload int    // struct index of the raw body, -1 without
	body    *shape // members in the JSON body
	checks  []check
	outside map[int]bool // struct index -> bound outside the body

	out        *shape // members in the answer's body
	outHeaders []bound
	outPayload int // struct index of the raw body, -1 without
}

// bound is a member that travels in a header.
type bound struct {
	field
	header string
}

// newRow makes o ready. Names that are no members are our bug: it panics.
func newRow(svc *Service, b *shaper, o Operation) *row {
	r := &row{Operation: o, svc: svc, spread: -1, payload: -1, outPayload: -1, outside: map[int]bool{}}
	r.segments = strings.Split(strings.TrimPrefix(o.Path, "/"), "/")
	if o.Built {
		r.bindInput(b)
		r.bindOutput(b)
	}
	return r
}

func (r *row) bindInput(b *shaper) {
	r.in = r.named(b.of(r.Operation.in))
	r.bindPath()
	for member, header := range r.opts.headers {
		f := r.member(r.in, member)
		r.headers, r.outside[f.index] = append(r.headers, bound{f, header}), true
	}
	if r.opts.spread != "" {
		r.spread = r.take(r.opts.spread)
	}
	if r.opts.payload != "" {
		r.payload = r.take(r.opts.payload)
	}
	inQuery := r.Method == "GET" || r.Method == "DELETE" || r.Method == "HEAD"
	for _, name := range r.opts.query {
		r.query = append(r.query, r.in.fields[r.position(r.take(name))])
	}
	r.body = r.rest(r.in)
	if inQuery {
		for _, f := range r.body.fields {
			r.query, r.outside[f.index] = append(r.query, f), true
		}
		r.body = r.rest(r.in)
	}
	r.checks = r.opts.checks
	for _, c := range r.checks {
		k := r.member(r.in, c.member).shape.kind
		if c.pattern != nil && k != kString || k == kBool || k == kTime || k == kStruct {
			panic(fmt.Sprintf("wire: %s: no such constraint for %s", r.Name, c.member))
		}
	}
}

// named copies the input's shape with what the row says of its members.
func (r *row) named(s *shape) *shape {
	c := &shape{kind: s.kind, typ: s.typ, byName: map[string]int{}}
	for _, f := range s.fields {
		if n, ok := r.opts.names[f.goName]; ok {
			f.name = n
		}
		f.required = f.required || slices.Contains(r.opts.required, f.goName)
		c.add(f)
	}
	for name := range r.opts.names {
		r.member(c, name)
	}
	for _, name := range r.opts.required {
		r.member(c, name)
	}
	return c
}

func (r *row) bindPath() {
	for _, seg := range r.segments {
		if name, ok := paramName(seg); ok {
			r.params = append(r.params, r.take(name))
		}
	}
}

// paramName returns X of {X} and {X+}.
func paramName(seg string) (string, bool) {
	if !strings.HasPrefix(seg, "{") || !strings.HasSuffix(seg, "}") {
		return "", false
	}
	return strings.TrimSuffix(seg[1:len(seg)-1], "+"), true
}

// take marks an input member as bound outside the JSON body.
func (r *row) take(member string) int {
	f := r.member(r.in, member)
	r.outside[f.index] = true
	return f.index
}

func (r *row) position(index int) int {
	return slices.IndexFunc(r.in.fields, func(f field) bool { return f.index == index })
}

func (r *row) member(s *shape, goName string) field {
	i := slices.IndexFunc(s.fields, func(f field) bool { return f.goName == goName })
	if i < 0 {
		panic(fmt.Sprintf("wire: %s: %v has no member %s", r.Name, s.typ, goName))
	}
	return s.fields[i]
}

// rest is s without the members bound elsewhere.
func (r *row) rest(s *shape) *shape {
	c := &shape{kind: kStruct, typ: s.typ, byName: map[string]int{}}
	for _, f := range s.fields {
		if !r.outside[f.index] {
			c.add(f)
		}
	}
	return c
}

func (r *row) bindOutput(b *shaper) {
	all := b.of(r.Operation.out)
	r.out = &shape{kind: kStruct, typ: all.typ, byName: map[string]int{}}
	for _, f := range all.fields {
		switch header, ok := r.opts.outHeaders[f.goName]; {
		case ok:
			r.outHeaders = append(r.outHeaders, bound{f, header})
		case f.goName == r.opts.outPayload:
			r.outPayload = f.index
		default:
			r.out.add(f)
		}
	}
	if r.opts.outPayload != "" && r.outPayload < 0 {
		r.member(all, r.opts.outPayload)
	}
	for name := range r.opts.outHeaders {
		r.member(all, name)
	}
}
