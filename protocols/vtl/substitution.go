package vtl

import "strings"

// Substitution is a compiled text in which $context.X and $stageVariables.X
// stand for values; everything else is text. AWS uses it for the templates of
// gateway responses, which are not VTL. It is read-only.
type Substitution struct {
	parts []substitute
}

// substitute is text or, with a place, a variable.
type substitute struct {
	text string
	of   variables
}

type variables uint8

const (
	plainText variables = iota
	contextVariables
	stageVariables
	methodPath
	methodQuery
	methodHeader
)

// prefixes name what a gateway response's template can name.
var prefixes = []struct {
	text string
	of   variables
}{
	{"context.", contextVariables},
	{"stageVariables.", stageVariables},
	{"method.request.path.", methodPath},
	{"method.request.querystring.", methodQuery},
	{"method.request.header.", methodHeader},
}

// CompileSubstitution compiles a text, which can't be wrong. Names may be in
// braces: ${context.requestId}.
func CompileSubstitution(s string) *Substitution {
	t := &Substitution{}
	from, at := 0, 0
	for {
		i := strings.IndexByte(s[at:], '$')
		if i < 0 {
			break
		}
		at += i
		part, n := readSubstitute(s[at:])
		if n == 0 {
			at++
			continue
		}
		t.add(s[from:at])
		t.parts = append(t.parts, part)
		at += n
		from = at
	}
	t.add(s[from:])
	return t
}

func (t *Substitution) add(text string) {
	if text != "" {
		t.parts = append(t.parts, substitute{text: text})
	}
}

// readSubstitute reads the variable at the begin of s, and says how long it is:
// 0 when there is none.
func readSubstitute(s string) (substitute, int) {
	open := 1
	braces := strings.HasPrefix(s, "${")
	if braces {
		open = 2
	}
	for _, p := range prefixes {
		name, ok := strings.CutPrefix(s[open:], p.text)
		if !ok {
			continue
		}
		name = strings.TrimRight(name[:substituteEnd(name)], ".-")
		n := open + len(p.text) + len(name)
		if name == "" || braces && !strings.HasPrefix(s[n:], "}") {
			return substitute{}, 0
		}
		if braces {
			n++
		}
		return substitute{text: name, of: p.of}, n
	}
	return substitute{}, 0
}

func substituteEnd(s string) int {
	for i := range len(s) {
		if !nameByte(s[i]) && s[i] != '.' && s[i] != '-' {
			return i
		}
	}
	return len(s)
}

// Append appends the text with the values of src in it; variables without a
// value are empty.
func (t *Substitution) Append(dst []byte, src Source) []byte {
	for _, p := range t.parts {
		switch p.of {
		case plainText:
			dst = append(dst, p.text...)
		case contextVariables:
			dst, _ = src.AppendContext(dst, p.text)
		case stageVariables:
			dst, _ = src.AppendStageVariable(dst, p.text)
		default:
			dst, _ = src.AppendParam(dst, Place(p.of-methodPath), p.text)
		}
	}
	return dst
}
