package vtl

import (
	"fmt"
	"regexp"
	"strings"
)

// unit is what all parsers of one template share: names and what is defined.
type unit struct {
	names  map[string]int // slots of variables
	slots  int
	blocks []*block
	macros map[string]*macro
	text   string // of the whole template, for positions
	depth  int    // of what is being parsed

	mark, line, begin int          // an offset, its line from 0, and where that line begins
	noIndex           map[int]bool // offsets of brackets behind references that are text
}

// parser reads template text from left to right. A string in double quotes that
// holds references is read by a parser of its own.
type parser struct {
	unit   *unit
	text   string
	at     int
	base   int            // where text begins in the template
	params map[string]int // slots of the parameters of the macro being read
	inText bool           // text is that of a string
	nodes  []node
	from   int // begin of the text that is in no node yet
}

// macroNames finds the names of macros, which may be called before they are
// defined.
var macroNames = regexp.MustCompile(`#(?:macro|\{macro\})\s*\(\s*([A-Za-z_][A-Za-z0-9_-]*)`)

func newParser(text string) *parser {
	u := &unit{names: map[string]int{}, macros: map[string]*macro{}, text: text, noIndex: map[int]bool{}}
	for _, m := range macroNames.FindAllStringSubmatch(text, -1) {
		u.macros[m[1]] = &macro{name: m[1], content: -1}
	}
	return &parser{unit: u, text: text}
}

// fail is an error at offset at of p's text.
func (p *parser) fail(at int, format string, args ...any) error {
	line, column := p.position(at)
	return &SyntaxError{Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

// position goes on from the position that was last asked for.
func (p *parser) position(at int) (line, column int) {
	u := p.unit
	at = min(p.base+at, len(u.text))
	if at < u.mark {
		u.mark, u.line, u.begin = 0, 0, 0
	}
	for {
		n := strings.IndexByte(u.text[u.mark:at], '\n')
		if n < 0 {
			u.mark = at
			return u.line + 1, at - u.begin + 1
		}
		u.mark += n + 1
		u.line, u.begin = u.line+1, u.mark
	}
}

// deeper counts one more level of nesting, until shallower. Beyond the limit it
// counts nothing.
func (p *parser) deeper() error {
	if p.unit.depth == maxNesting {
		return p.fail(p.at, "template is nested too deep")
	}
	p.unit.depth++
	return nil
}

func (p *parser) shallower() { p.unit.depth-- }

// slot is the place of a variable's value.
func (p *parser) slot(name string) int {
	if slot, ok := p.params[name]; ok {
		return slot
	}
	slot, ok := p.unit.names[name]
	if !ok {
		slot = p.newSlot()
		p.unit.names[name] = slot
	}
	return slot
}

func (p *parser) newSlot() int {
	p.unit.slots++
	return p.unit.slots - 1
}

func (p *parser) template() (block, error) {
	b, end, err := p.block()
	if err != nil {
		return nil, err
	}
	if end.word != "" {
		return nil, p.fail(end.at, "#%s without a directive that it belongs to", end.word)
	}
	for _, m := range p.unit.macros {
		if m.body == nil {
			m.body = &block{} // its #macro stood in a comment or in literal text
		}
	}
	return b, nil
}

// tag is a directive's word in the text: "" at the end of it.
type tag struct {
	word string
	at   int  // of the #
	line int  // the line's begin when only blanks stand before the tag, else at
	when expr // of #elseif
}

// block reads up to an #else, #elseif or #end, which it gives back unread beyond
// its word, or up to the end of the text.
func (p *parser) block() (block, tag, error) {
	if err := p.deeper(); err != nil {
		return nil, tag{}, err
	}
	defer p.shallower()
	outer := p.nodes
	p.nodes, p.from = nil, p.at
	for p.at < len(p.text) {
		end, err := p.piece()
		if err != nil {
			return nil, tag{}, err
		}
		if end.word != "" {
			nodes := p.nodes
			p.nodes = outer
			return nodes, end, nil
		}
	}
	p.flush(len(p.text))
	nodes := p.nodes
	p.nodes = outer
	return nodes, tag{}, nil
}

// flush makes a node of the text up to end.
func (p *parser) flush(end int) {
	if end > p.from {
		p.nodes = append(p.nodes, literal(p.text[p.from:end]))
	}
	p.from = end
}

// piece goes past one piece of the text. Its tag is set for those that end a
// block.
func (p *parser) piece() (tag, error) {
	i := strings.IndexAny(p.text[p.at:], `$#\`)
	if i < 0 {
		p.at = len(p.text)
		return tag{}, nil
	}
	p.at += i
	switch p.text[p.at] {
	case '$':
		return tag{}, p.dollar()
	case '#':
		return p.hash()
	}
	return tag{}, p.backslash()
}

// dollar reads a reference in the text; what is none stays text.
func (p *parser) dollar() error {
	start := p.at
	ref, err := p.reference()
	if err != nil {
		return err
	}
	if ref == nil {
		p.at = start + 1
		return nil
	}
	p.flush(start)
	p.from = p.at
	p.nodes = append(p.nodes, &output{ref: ref})
	return nil
}

// backslash reads backslashes. Before a reference with a value, and before a
// directive, two make one and an odd one makes the rest text; elsewhere they are
// text.
func (p *parser) backslash() error {
	start := p.at
	for p.peek() == '\\' {
		p.at++
	}
	n := p.at - start
	switch p.peek() {
	case '$':
		return p.escapedReference(start, n)
	case '#':
		if word, _ := p.word(p.at); p.isDirective(word) {
			p.flush(start + n/2)
			p.from = p.at
			if n%2 == 1 {
				p.at++
			}
		}
	}
	return nil
}

func (p *parser) escapedReference(start, n int) error {
	dollar := p.at
	ref, err := p.reference()
	if err != nil {
		return err
	}
	if ref == nil {
		p.at = dollar + 1
		return nil
	}
	p.flush(start)
	p.nodes = append(p.nodes, &escaped{ref: ref, backslashes: p.text[start:dollar], text: p.text[dollar:p.at], odd: n%2 == 1})
	p.from = p.at
	return nil
}

func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func nameStart(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }

func nameByte(c byte) bool { return nameStart(c) || c >= '0' && c <= '9' }

// name gives the name that begins at at, "" without one. A hyphen belongs to it
// when another character of it follows.
func (p *parser) name(at int) string {
	if at >= len(p.text) || !nameStart(p.text[at]) {
		return ""
	}
	end := at + 1
	for end < len(p.text) && (nameByte(p.text[end]) || p.text[end] == '-' && end+1 < len(p.text) && nameByte(p.text[end+1])) {
		end++
	}
	return p.text[at:end]
}

// word gives the word of the directive whose # is at at, and where it ends.
func (p *parser) word(at int) (word string, end int) {
	at++
	if at < len(p.text) && p.text[at] == '@' {
		word, end = p.word(at)
		if word == "" {
			return "", 0
		}
		return "@" + word, end
	}
	if at < len(p.text) && p.text[at] == '{' {
		word = p.name(at + 1)
		end = at + len(word) + 2
		if word == "" || end > len(p.text) || p.text[end-1] != '}' {
			return "", 0
		}
		return word, end
	}
	for end = at; end < len(p.text) && nameByte(p.text[end]); end++ {
	}
	if end > at && !nameStart(p.text[at]) {
		return "", 0
	}
	return p.text[at:end], end
}
