package vtl

import "strings"

// directives are the words of the language. The last three would load or compile
// text at run time, which AWS's templates can't.
var directives = map[string]bool{
	"set": true, "if": true, "elseif": true, "else": true, "end": true, "foreach": true, "break": true, "stop": true,
	"define": true, "macro": true, "evaluate": true, "parse": true, "include": true,
}

func (p *parser) isDirective(word string) bool {
	return word != "" && (directives[word] || p.unit.macros[strings.TrimPrefix(word, "@")] != nil)
}

// hash reads a directive or a comment; what is neither stays text.
func (p *parser) hash() (tag, error) {
	rest := p.text[p.at:]
	switch {
	case strings.HasPrefix(rest, "##"):
		p.lineComment()
		return tag{}, nil
	case strings.HasPrefix(rest, "#*"):
		return tag{}, p.skip("*#", "comment", false)
	case strings.HasPrefix(rest, "#[["):
		return tag{}, p.skip("]]#", "#[[", true)
	}
	word, end := p.word(p.at)
	if !p.isDirective(word) {
		p.at++
		return tag{}, nil
	}
	return p.directive(tag{word: word, at: p.at, line: p.lineStart()}, end)
}

// skip goes past what ends with end; its text stays when it is literal.
func (p *parser) skip(end, what string, literal bool) error {
	const open = 2
	n := strings.Index(p.text[p.at+open:], end)
	if n < 0 {
		return p.fail(p.at, "%s is not closed with %s", what, end)
	}
	p.flush(p.at)
	if literal {
		p.from = p.at + len("#[[")
		p.flush(max(p.from, p.at+open+n))
	}
	p.at += open + n + len(end)
	p.from = p.at
	return nil
}

// directive reads the directive t, whose word ends at end.
func (p *parser) directive(t tag, end int) (tag, error) {
	p.at = end
	switch t.word {
	case "end", "else":
		p.closeTag(t)
		return t, nil
	case "stop", "break":
		p.closeTag(t)
		p.nodes = append(p.nodes, jump(t.word == "stop"))
		return tag{}, nil
	}
	if !p.open() {
		return tag{}, p.bare(t)
	}
	if t.word == "elseif" {
		var err error
		t.when, err = p.condition(t)
		return t, err
	}
	return tag{}, p.arguments(t)
}

// bare is a directive without parentheses: the call of a macro without
// arguments, or text, or wrong.
func (p *parser) bare(t tag) error {
	switch {
	case t.word == "set" || t.word == "macro" || t.word == "define":
		return nil
	case directives[t.word]:
		return p.fail(t.at, "#%s is not followed by (", t.word)
	}
	p.closeTag(t)
	return p.called(t, &macroCall{content: -1})
}

// condition reads a condition and the parenthesis behind it.
func (p *parser) condition(t tag) (expr, error) {
	x, err := p.expression()
	if err != nil {
		return nil, err
	}
	return x, p.close(t)
}

// open goes past blanks and the opening parenthesis.
func (p *parser) open() bool {
	at := p.at
	for at < len(p.text) && isSpace(p.text[at]) {
		at++
	}
	if at == len(p.text) || p.text[at] != '(' {
		return false
	}
	p.at = at + 1
	return true
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (p *parser) arguments(t tag) error {
	switch t.word {
	case "set":
		return p.set(t)
	case "if":
		return p.conditional(t)
	case "foreach":
		return p.foreach(t)
	case "define":
		return p.define(t)
	case "macro":
		return p.macro(t)
	case "evaluate", "parse", "include":
		return p.fail(t.at, "#%s is not supported", t.word)
	}
	return p.macroCall(t)
}

// close goes past the closing parenthesis of a directive.
func (p *parser) close(t tag) error {
	if err := p.expect(')', t); err != nil {
		return err
	}
	p.closeTag(t)
	return nil
}

func (p *parser) expect(c byte, t tag) error {
	if p.spaces(); p.peek() != c {
		return p.fail(p.at, "%q expected in #%s", c, t.word)
	}
	p.at++
	return nil
}

func (p *parser) set(t tag) error {
	p.spaces()
	at := p.at
	ref, err := p.reference()
	if err != nil {
		return err
	}
	if ref == nil || len(ref.steps) > 0 && ref.steps[len(ref.steps)-1].call {
		return p.fail(at, "#set needs a variable to assign to")
	}
	if err := p.expect('=', t); err != nil {
		return err
	}
	x, err := p.expression()
	if err != nil {
		return err
	}
	if err := p.close(t); err != nil {
		return err
	}
	p.nodes = append(p.nodes, &set{ref: ref, value: x})
	return nil
}
