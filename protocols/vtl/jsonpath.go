package vtl

import (
	"strconv"
	"strings"
)

// jsonPath is a compiled JSON path in Jayway's dialect.
type jsonPath struct {
	steps []pathStep
	// many: the path can select several values, so that its result is a list.
	many bool
	// function after the last step, or "".
	function string
}

// pathStep goes from a value to some of the values in it.
type pathStep struct {
	kind    stepKind
	deep    bool // from the value and everything below it
	names   []string
	indexes []int
	from    int // of a slice
	to      int
	open    bool // the slice has no end
	filter  *filter
}

type stepKind uint8

const (
	stepNames stepKind = iota
	stepIndexes
	stepSlice
	stepEvery
	stepFilter
)

const (
	maxPathBytes = 4096
	maxPathSteps = 64
)

// pathReader reads a JSON path from left to right.
type pathReader struct {
	text  string
	at    int
	depth int // of filters within each other
}

// compilePath compiles a path that begins with $, which may be left out. Its
// errors are of type *SyntaxError, with the column in the path.
func compilePath(s string) (*jsonPath, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, &SyntaxError{Line: 1, Column: 1, Message: "JSON path is empty"}
	}
	if len(s) > maxPathBytes {
		return nil, &SyntaxError{Line: 1, Column: 1, Message: "JSON path is longer than 4096 bytes"}
	}
	if s[0] != '$' {
		s = "$." + s
	}
	r := &pathReader{text: s, at: 1}
	p, ok := r.path()
	if !ok || r.at != len(s) {
		return nil, &SyntaxError{Line: 1, Column: r.at + 1, Message: "JSON path " + strconv.Quote(s) + " is not valid"}
	}
	return p, nil
}

func (r *pathReader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

// accept goes past word when it comes next.
func (r *pathReader) accept(word string) bool {
	if !strings.HasPrefix(r.text[r.at:], word) {
		return false
	}
	r.at += len(word)
	return true
}

func (r *pathReader) spaces() {
	for r.peek() == ' ' {
		r.at++
	}
}

// path reads the steps behind $ or @.
func (r *pathReader) path() (*jsonPath, bool) {
	p := &jsonPath{}
	for len(p.steps) < maxPathSteps {
		c := r.peek()
		if c != '.' && c != '[' {
			break
		}
		if done, ok := r.step(p); !ok || done {
			return p, ok
		}
	}
	return p, r.peek() != '.' && r.peek() != '['
}

// step reads one step, or a function, which is the last.
func (r *pathReader) step(p *jsonPath) (done, ok bool) {
	var st pathStep
	switch {
	case r.accept(".."):
		st.deep = true
	case r.accept("."):
	}
	if r.peek() == '[' && (st.deep || r.text[r.at-1] != '.') {
		ok = r.bracket(&st)
	} else if done, ok = r.dotted(p, &st); done {
		return true, ok
	}
	p.steps = append(p.steps, st)
	p.many = p.many || st.deep || st.kind > stepIndexes || len(st.indexes) > 1
	return false, ok
}

// dotted reads what follows a point: a name, * or a function.
func (r *pathReader) dotted(p *jsonPath, st *pathStep) (done, ok bool) {
	if r.accept("*") {
		st.kind = stepEvery
		return false, true
	}
	from := r.at
	for r.at < len(r.text) && !strings.ContainsRune(".[]() '\",=<>!&|*", rune(r.text[r.at])) {
		r.at++
	}
	name := r.text[from:r.at]
	if name == "" {
		return false, false
	}
	if r.accept("()") {
		p.function = name
		return true, !st.deep && pathFunctions[name] != nil
	}
	st.names = []string{name}
	return false, true
}

// bracket reads what stands in brackets.
func (r *pathReader) bracket(st *pathStep) bool {
	r.at++
	r.spaces()
	ok := false
	switch c := r.peek(); {
	case c == '\'' || c == '"':
		ok = r.names(st)
	case c == '*':
		r.at++
		st.kind, ok = stepEvery, true
	case c == '?':
		r.at++
		st.kind = stepFilter
		st.filter, ok = r.filter()
	default:
		ok = r.indexes(st)
	}
	r.spaces()
	return ok && r.accept("]")
}

func (r *pathReader) names(st *pathStep) bool {
	for {
		r.spaces()
		name, ok := r.quoted()
		if !ok {
			return false
		}
		st.names = append(st.names, name)
		if r.spaces(); !r.accept(",") {
			return true
		}
	}
}

// quoted reads a string in single or double quotes; a backslash takes the next
// character as it is.
func (r *pathReader) quoted() (string, bool) {
	quote := r.peek()
	if quote != '\'' && quote != '"' {
		return "", false
	}
	var b strings.Builder
	for r.at++; r.at < len(r.text); r.at++ {
		c := r.text[r.at]
		switch {
		case c == quote:
			r.at++
			return b.String(), true
		case c == '\\' && r.at+1 < len(r.text):
			r.at++
			c = r.text[r.at]
		}
		b.WriteByte(c)
	}
	return "", false
}

// indexes reads [0], [-1], [0,1], [1:3], [1:] and [:3].
func (r *pathReader) indexes(st *pathStep) bool {
	st.kind = stepIndexes
	n, given := r.integer()
	r.spaces()
	if r.accept(":") {
		st.kind, st.from = stepSlice, n
		r.spaces()
		st.to, given = r.integer()
		st.open = !given
		return true
	}
	for given {
		st.indexes = append(st.indexes, n)
		r.spaces()
		if !r.accept(",") {
			return true
		}
		r.spaces()
		n, given = r.integer()
	}
	return false
}

func (r *pathReader) integer() (int, bool) {
	from := r.at
	r.accept("-")
	for c := r.peek(); c >= '0' && c <= '9'; c = r.peek() {
		r.at++
	}
	n, err := strconv.ParseInt(r.text[from:r.at], 10, 32)
	return int(n), err == nil
}
