package openapi

import (
	"regexp"
	"slices"
	"strings"
)

// YAML writes n as AWS's exports are written: texts always in double quotes,
// names only where they need it, lists at the level of their owner.
func (n *Node) YAML() []byte {
	dst := []byte("---")
	if n.isBlock() {
		dst = n.appendBlock(dst, 0, false)
	} else {
		dst = n.appendFlow(append(dst, ' '))
	}
	return append(dst, '\n')
}

// isBlock reports whether n is written on lines of its own.
func (n *Node) isBlock() bool { return n.Kind >= List && len(n.Items) > 0 }

// appendBlock writes the lines of a Map or List at level; when inline, the first
// goes on where dst ends.
func (n *Node) appendBlock(dst []byte, level int, inline bool) []byte {
	for i, item := range n.Items {
		if i > 0 || !inline {
			dst = newline(dst, level)
		}
		if n.Kind == List {
			dst = item.appendItem(append(dst, "- "...), level)
		} else {
			dst = item.appendMember(dst, n.Names[i], level)
		}
	}
	return dst
}

func (n *Node) appendItem(dst []byte, level int) []byte {
	if n.isBlock() {
		return n.appendBlock(dst, level+1, true)
	}
	return n.appendFlow(dst)
}

func (n *Node) appendMember(dst []byte, name string, level int) []byte {
	dst = append(appendName(dst, name, level), ':')
	switch {
	case !n.isBlock():
		return n.appendFlow(append(dst, ' '))
	case n.Kind == Map:
		level++
	}
	return n.appendBlock(dst, level, false)
}

func (n *Node) appendFlow(dst []byte) []byte {
	switch n.Kind {
	case Map:
		return append(dst, "{}"...)
	case List:
		return append(dst, "[]"...)
	}
	return n.appendScalar(dst)
}

// longName is how many bytes of a name YAML reads without a mark, less some for
// quotes.
const longName = 500

var plainName = regexp.MustCompile(`^[A-Za-z_$/][A-Za-z0-9_$/.+{}-]*$`)

// notNames are words that YAML, in one version or another, reads as something
// else than text.
var notNames = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}

func appendName(dst []byte, name string, level int) []byte {
	switch {
	case len(name) > longName:
		return newline(append(append(dst, "? "...), quote(name)...), level)
	case plainName.MatchString(name) && !slices.Contains(notNames, strings.ToLower(name)):
		return append(dst, name...)
	}
	return append(dst, quote(name)...)
}
