package vtl

import "strings"

// lineComment goes past a comment to the end of its line; a line without
// anything else goes wholly.
func (p *parser) lineComment() {
	start, own := p.lineStart(), p.ownLine(p.at)
	p.flush(start)
	n := strings.IndexByte(p.text[p.at:], '\n')
	switch {
	case n < 0:
		p.at = len(p.text)
	case own:
		p.at += n + 1
	case n > 0 && p.text[p.at+n-1] == '\r':
		p.at += n - 1
	default:
		p.at += n
	}
	p.from = p.at
}

// ownLine reports whether only blanks stand before at in its line.
func (p *parser) ownLine(at int) bool {
	if p.inText {
		return false
	}
	for at > 0 && (p.text[at-1] == ' ' || p.text[at-1] == '\t') {
		at--
	}
	return at == 0 || p.text[at-1] == '\n'
}

// lineStart is where the line of p.at begins when only blanks stand before it,
// else p.at.
func (p *parser) lineStart() int {
	if !p.ownLine(p.at) {
		return p.at
	}
	at := p.at
	for at > p.from && (p.text[at-1] == ' ' || p.text[at-1] == '\t') {
		at--
	}
	return at
}

// closeTag ends a tag at p.at. A tag alone on its line takes the line with it,
// blanks and line break: Velocity's space gobbling "lines".
func (p *parser) closeTag(t tag) {
	end := p.at
	for end < len(p.text) && (p.text[end] == ' ' || p.text[end] == '\t') {
		end++
	}
	next := end
	switch {
	case strings.HasPrefix(p.text[end:], "\r\n"):
		next = end + 2
	case end < len(p.text) && p.text[end] == '\n':
		next = end + 1
	case end < len(p.text):
		next = -1
	}
	before := t.at
	if next >= 0 && p.ownLine(t.at) {
		before, p.at = t.line, next
	}
	p.flush(before)
	p.from = p.at
}
