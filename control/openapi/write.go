package openapi

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// JSON writes n as AWS's exports are written: two blanks a level, a blank on both
// sides of each colon, lists on the line of their owner.
func (n *Node) JSON() []byte { return n.appendJSON(nil, 0) }

func (n *Node) appendJSON(dst []byte, level int) []byte {
	switch n.Kind {
	case Map:
		return n.appendObject(dst, level)
	case List:
		return n.appendArray(dst, level)
	}
	return n.appendScalar(dst)
}

func (n *Node) appendObject(dst []byte, level int) []byte {
	if len(n.Names) == 0 {
		return append(dst, "{ }"...)
	}
	dst = append(dst, '{')
	for i, name := range n.Names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(newline(dst, level+1), quote(name)...)
		dst = n.Items[i].appendJSON(append(dst, " : "...), level+1)
	}
	return append(newline(dst, level), '}')
}

func (n *Node) appendArray(dst []byte, level int) []byte {
	if len(n.Items) == 0 {
		return append(dst, "[ ]"...)
	}
	dst = append(dst, '[')
	for i, item := range n.Items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = item.appendJSON(append(dst, ' '), level)
	}
	return append(dst, " ]"...)
}

func (n *Node) appendScalar(dst []byte) []byte {
	switch n.Kind {
	case Null:
		return append(dst, "null"...)
	case String:
		return append(dst, quote(n.Text)...)
	}
	return append(dst, n.Text...)
}

func newline(dst []byte, level int) []byte {
	return append(append(dst, '\n'), strings.Repeat("  ", level)...)
}

// compact writes n as JSON without white space.
func (n *Node) compact() string {
	var b strings.Builder
	n.appendCompact(&b)
	return b.String()
}

func (n *Node) appendCompact(b *strings.Builder) {
	if n.Kind != Map && n.Kind != List {
		b.Write(n.appendScalar(nil))
		return
	}
	brackets := "[]"
	if n.Kind == Map {
		brackets = "{}"
	}
	b.WriteByte(brackets[0])
	for i, item := range n.Items {
		if i > 0 {
			b.WriteByte(',')
		}
		if n.Kind == Map {
			b.WriteString(quote(n.Names[i]) + ":")
		}
		item.appendCompact(b)
	}
	b.WriteByte(brackets[1])
}

// quote is a JSON string that YAML reads, too: what YAML does not print is
// escaped.
func quote(s string) string {
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, "\\n"...)
		case r == '\r':
			b = append(b, "\\r"...)
		case r == '\t':
			b = append(b, "\\t"...)
		case r < ' ' || r >= 0x7f && r <= 0x9f || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff:
			b = fmt.Appendf(b, "\\u%04x", r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return string(append(b, '"'))
}
