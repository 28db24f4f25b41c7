package expr

import (
	"encoding/json"
	"strconv"
	"strings"
)

// maxBodyView is how much of a body a JSON path sees, in bytes. AWS: 100 KB.
const maxBodyView = 100 << 10

// path is a compiled JSON path: the part behind $request.body.
type path struct {
	steps []step
	many  bool // can select several values: the result is an array
}

// step goes from a value to some of its members or elements.
type step struct {
	name  string // member; used when index is none of the others
	kind  stepKind
	index int // element; negative: counted from the end
}

type stepKind uint8

const (
	member stepKind = iota
	element
	every // all members or elements
)

// parsePath reads what follows the dollar sign of a JSON path, from its first
// point or bracket on: .name, ['name'], [0], [-1], .* and [*].
func parsePath(s string) (path, Problem) {
	var p path
	for s != "" {
		var st step
		var problem Problem
		switch s[0] {
		case '.':
			st, s, problem = parseDotted(s[1:])
		case '[':
			st, s, problem = parseBracket(s[1:])
		default:
			problem = BadPath
		}
		if problem != "" {
			return path{}, problem
		}
		p.many = p.many || st.kind == every
		p.steps = append(p.steps, st)
	}
	return p, ""
}

func parseDotted(s string) (step, string, Problem) {
	end := strings.IndexAny(s, ".[")
	if end < 0 {
		end = len(s)
	}
	name, rest := s[:end], s[end:]
	switch {
	case name == "" && strings.HasPrefix(rest, "."):
		return step{}, "", Recursive
	case name == "*":
		return step{kind: every}, rest, ""
	case name == "", strings.ContainsAny(name, " \t\r\n]{}()?,'\"*"):
		return step{}, "", BadPath
	}
	return step{name: name}, rest, ""
}

func parseBracket(s string) (step, string, Problem) {
	switch {
	case strings.HasPrefix(s, "?"):
		return step{}, "", Filter
	case strings.HasPrefix(s, "'"), strings.HasPrefix(s, `"`):
		name, rest, ok := strings.Cut(s[1:], s[:1]+"]")
		if !ok || name == "" || strings.ContainsAny(name, s[:1]+`\`) {
			return step{}, "", BadPath
		}
		return step{name: name}, rest, ""
	}
	text, rest, ok := strings.Cut(s, "]")
	if text == "*" && ok {
		return step{kind: every}, rest, ""
	}
	n, err := strconv.Atoi(text)
	if !ok || err != nil || strings.HasPrefix(text, "+") {
		return step{}, "", BadPath
	}
	return step{kind: element, index: n}, rest, ""
}

// append appends what p selects of body. A string is appended without its
// quotes, an object or array in compact form; null is no value. Of a body above
// the limit only its beginning counts; another body must be JSON.
func (p path) append(dst, body []byte) ([]byte, bool) {
	if len(body) > maxBodyView {
		body = body[:maxBodyView]
	} else if !json.Valid(body) {
		return dst, false
	}
	if p.many {
		return p.appendMany(dst, body)
	}
	v, ok := body, true
	for i := range p.steps {
		if v, ok = p.steps[i].first(v); !ok {
			return dst, false
		}
	}
	v, ok = wholeValue(v)
	if !ok || string(v) == "null" {
		return dst, false
	}
	return appendText(dst, v), true
}

// appendMany appends an array of all that p selects.
func (p path) appendMany(dst, body []byte) ([]byte, bool) {
	values := [][]byte{body}
	for i := range p.steps {
		var next [][]byte
		for _, v := range values {
			next = p.steps[i].all(next, v)
		}
		values = next
	}
	if len(values) == 0 {
		return dst, false
	}
	dst = append(dst, '[')
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCompact(dst, v)
	}
	return append(dst, ']'), true
}

// first goes one step that selects one value at most.
func (s *step) first(v []byte) (found []byte, ok bool) {
	if s.kind == element {
		return s.element(v)
	}
	for key, item := range members(v) {
		if keyEqual(key, s.name) {
			found, ok = item, true // the last of equal names counts, as in JavaScript
		}
	}
	return found, ok
}

func (s *step) element(v []byte) ([]byte, bool) {
	want := s.index
	if want < 0 {
		for range elements(v) {
			want++
		}
	}
	i := 0
	for item := range elements(v) {
		if i == want {
			return item, true
		}
		i++
	}
	return nil, false
}

// all appends to dst all values that one step selects of v.
func (s *step) all(dst [][]byte, v []byte) [][]byte {
	if s.kind != every {
		if item, ok := s.first(v); ok {
			dst = append(dst, item)
		}
		return dst
	}
	for _, item := range members(v) {
		dst = append(dst, item)
	}
	for item := range elements(v) {
		dst = append(dst, item)
	}
	return dst
}
