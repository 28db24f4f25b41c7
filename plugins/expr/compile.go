package expr

import (
	"strings"
)

// compiler collects the parts of one expression.
type compiler struct {
	grammar Grammar
	text    string
	expr    Expr
}

func (c *compiler) done(err error) (*Expr, error) {
	if err != nil {
		return nil, err
	}
	return &c.expr, nil
}

func (c *compiler) refuse(p Problem, part string) error {
	return &Error{Expr: c.text, Problem: p, Part: part}
}

func (c *compiler) literal(text string) {
	if text != "" {
		c.expr.parts = append(c.expr.parts, part{literal: text, inPath: literalPath(text)})
	}
}

func (c *compiler) value(v value) { c.expr.parts = append(c.expr.parts, part{value: v}) }

// braced compiles text with ${selections}.
func (c *compiler) braced(text string) error {
	for {
		before, rest, found := strings.Cut(text, "${")
		c.literal(before)
		if !found {
			return nil
		}
		inner, after, closed := strings.Cut(rest, "}")
		if !closed {
			return c.refuse(OpenBrace, "")
		}
		if err := c.selection(inner); err != nil {
			return err
		}
		text = after
	}
}

// line compiles text with $context.X in it.
func (c *compiler) line(text string) error {
	const mark = "$context."
	for {
		at := strings.Index(text, mark)
		if at < 0 {
			c.literal(text)
			return nil
		}
		c.literal(text[:at])
		text = text[at+len(mark):]
		name := strings.TrimRight(text[:wordEnd(text)], ".")
		text = text[len(name):]
		v := c.grammar.Context.find(name)
		if v == nil {
			v = absent
		}
		c.value(v)
	}
}

// wordEnd returns where the name ends that s begins with.
func wordEnd(s string) int {
	for i := range len(s) {
		if !wordByte(s[i]) {
			return i
		}
	}
	return len(s)
}

// wordByte tells what the names of context and stage variables are made of.
func wordByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_' || b == '.'
}

// selection compiles what follows the dollar sign.
func (c *compiler) selection(s string) error {
	source, name, _ := strings.Cut(s, ".")
	g := c.grammar
	switch {
	case source == "context" && g.Context != nil:
		return c.context(name)
	case source == "stageVariables" && g.Variables:
		return c.stageVariable(name)
	case source == "request" && g.Request:
		return c.message(s, name, requestParts)
	case source == "response" && g.Response:
		return c.message(s, name, responseParts)
	}
	return c.refuse(UnknownSource, s)
}

func (c *compiler) context(name string) error {
	if err := c.word(name); err != nil {
		return err
	}
	v := c.grammar.Context.find(name)
	if v == nil {
		return c.refuse(UnknownVariable, name)
	}
	c.value(v)
	return nil
}

func (c *compiler) stageVariable(name string) error {
	if err := c.word(name); err != nil {
		return err
	}
	c.value(stageVariable(name))
	return nil
}

func (c *compiler) word(name string) error {
	if name == "" {
		return c.refuse(NoName, "")
	}
	if wordEnd(name) != len(name) {
		return c.refuse(BadName, name)
	}
	return nil
}

// message compiles a part of the request or the response: s is the selection,
// rest what follows its first point.
func (c *compiler) message(s, rest string, parts map[string]source) error {
	kind := rest
	if i := strings.IndexAny(rest, ".["); i >= 0 {
		kind = rest[:i]
	}
	src, ok := parts[kind]
	if !ok {
		return c.refuse(UnknownSource, s)
	}
	rest = rest[len(kind):]
	if src.body != nil {
		return c.body(src, rest)
	}
	name, dotted := strings.CutPrefix(rest, ".")
	switch {
	case rest == "" && src.whole != nil:
		c.value(src.whole)
		return nil
	case !dotted:
		return c.refuse(NoName, s)
	}
	return c.named(src, name)
}

func (c *compiler) named(src source, name string) error {
	if name == "" {
		return c.refuse(NoName, "")
	}
	for i := range len(name) {
		if !src.allowed(name[i]) {
			return c.refuse(BadName, name)
		}
	}
	c.value(src.named(name))
	return nil
}

func (c *compiler) body(src source, path string) error {
	c.expr.needBody = true
	if path == "" {
		c.value(wholeBody(src.body))
		return nil
	}
	p, problem := parsePath(path)
	if problem != "" {
		return c.refuse(problem, path)
	}
	c.value(bodyPath(src.body, p))
	return nil
}
