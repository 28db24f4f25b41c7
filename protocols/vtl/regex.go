package vtl

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// pattern is a Java regular expression compiled for Go's engine, which finds the
// same where it knows the syntax, and always in linear time.
type pattern struct {
	plain string         // of an expression without special characters
	some  *regexp.Regexp // finds it anywhere; nil for a plain one
	all   *regexp.Regexp // matches a whole text
	size  int            // of the compiled program, in instructions
}

const special = `\.[]{}()*+?^$|`

// compilePattern compiles a Java regular expression; whole also for matching a
// whole text. Look-around, back references, possessive quantifiers and class
// intersections are not supported: ErrRegexp.
func compilePattern(s string, whole bool) (*pattern, error) {
	if len(s) > maxPattern {
		return nil, ErrRegexp
	}
	p := &pattern{}
	if !strings.ContainsAny(s, special) {
		p.plain = s
		if !whole {
			return p, nil
		}
	}
	translated, ok := translate(s)
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrRegexp, s)
	}
	var err error
	if p.some, err = regexp.Compile(translated); err != nil {
		return nil, fmt.Errorf("%w: %q", ErrRegexp, s)
	}
	p.size = programSize(translated)
	if whole {
		p.all, err = regexp.Compile(`\A(?:` + translated + `)\z`)
	}
	return p, err
}

// programSize is how many instructions one step of matching may go through.
func programSize(s string) int {
	re, err := syntax.Parse(s, syntax.Perl)
	if err != nil {
		return 0
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return 0
	}
	return len(prog.Inst)
}

// classes are Java's names of ASCII character classes.
var classes = map[string]string{
	"Lower": "lower", "Upper": "upper", "Alpha": "alpha", "Digit": "digit", "Alnum": "alnum", "Punct": "punct",
	"Space": "space", "XDigit": "xdigit", "Graph": "graph", "Print": "print", "Blank": "blank", "Cntrl": "cntrl",
	"ASCII": "ascii",
}

// translate spells a Java regular expression for Go. It reports false for class
// operations, which Go would read as something else.
func translate(s string) (string, bool) {
	var b strings.Builder
	class := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			n := escapeIn(&b, s[i:], class)
			i += n - 1
			continue
		case class && (c == '[' || c == '&' && strings.HasPrefix(s[i:], "&&")):
			return "", false
		case c == '[':
			class = true
			if strings.HasPrefix(s[i:], "[^]") || strings.HasPrefix(s[i:], "[]") {
				return "", false
			}
		case c == ']':
			class = false
		case c == '.' && !class && !strings.HasPrefix(s, "(?s)"):
			b.WriteString(`[^\n\r\x{85}\x{2028}\x{2029}]`)
			continue
		}
		b.WriteByte(c)
	}
	return b.String(), !class
}

// escapeIn translates the escape that s begins with and says how long it is.
func escapeIn(b *strings.Builder, s string, class bool) int {
	if c := s[1]; (c == 'p' || c == 'P') && strings.HasPrefix(s[2:], "{") {
		name, _, found := strings.Cut(s[3:], "}")
		if ascii, ok := classes[name]; ok && found {
			not := ""
			if c == 'P' {
				not = "^"
			}
			item := "[:" + not + ascii + ":]"
			if !class {
				item = "[" + item + "]"
			}
			b.WriteString(item)
			return len(name) + 4
		}
	}
	switch s[1] {
	case 's', 'S':
		return spaceIn(b, s[1], class)
	case 'u':
		if len(s) >= 6 {
			b.WriteString(`\x{` + s[2:6] + `}`)
			return 6
		}
	case 'Q':
		end := strings.Index(s, `\E`)
		if end < 0 {
			b.WriteString(regexp.QuoteMeta(s[2:]))
			return len(s)
		}
		b.WriteString(regexp.QuoteMeta(s[2:end]))
		return end + 2
	}
	b.WriteString(s[:2])
	return 2
}

// spaceIn writes \s, which in Java has the vertical tab too.
func spaceIn(b *strings.Builder, c byte, class bool) int {
	switch {
	case c == 's' && class:
		b.WriteString(`\s\x0b`)
	case c == 's':
		b.WriteString(`[\s\x0b]`)
	case class:
		b.WriteString(`\S`)
	default:
		b.WriteString(`[^\s\x0b]`)
	}
	return 2
}

// pattern gives the expression of a call's first argument.
func (e *eval) pattern(a *arguments, whole bool) *pattern {
	if a.step.pattern != nil {
		return a.step.pattern
	}
	s, ok := a.str(e, 0)
	if !ok {
		return nil
	}
	if p := e.patterns[s]; p != nil && (!whole || p.all != nil) {
		return p
	}
	if len(e.patterns) >= maxPatterns || !e.work(10*len(s)+100) {
		e.fail(ErrRegexp)
		return nil
	}
	p, err := compilePattern(s, whole)
	if err != nil {
		e.fail(err)
		return nil
	}
	if e.patterns == nil {
		e.patterns = map[string]*pattern{}
	}
	e.patterns[s] = p
	return p
}

// patternMethod calls a method of a string that replaces, splits or matches.
func (e *eval) patternMethod(s string, a *arguments) value {
	m := a.step.method
	if m == mReplace {
		return e.replaceText(s, a)
	}
	p := e.pattern(a, m == mMatches)
	if p == nil || e.err != nil || !e.work(p.cost(s)) {
		return value{}
	}
	switch {
	case m == mMatches:
		return boolean(p.all.MatchString(s))
	case m == mSplit:
		return e.split(s, p, a)
	}
	with, ok := a.str(e, 1)
	if !ok {
		return value{}
	}
	return e.replace(s, p, with, m == mReplaceFirst)
}

// cost is the work of matching s.
func (p *pattern) cost(s string) int {
	if p.some == nil {
		return len(s) / bytesPerStep
	}
	return len(s) * (1 + p.size/bytesPerStep)
}

// replaceText is String.replace: text for text.
func (e *eval) replaceText(s string, a *arguments) value {
	from, ok := a.str(e, 0)
	with, also := a.str(e, 1)
	if !ok || !also {
		return value{}
	}
	n := strings.Count(s, from)
	if n == 0 {
		return text(s)
	}
	if !e.take(len(s) + n*(len(with)-len(from)) + len(s)) {
		return value{}
	}
	return text(strings.ReplaceAll(s, from, with))
}

// replace is String.replaceAll, or replaceFirst.
func (e *eval) replace(s string, p *pattern, with string, once bool) value {
	groups := 0
	if p.some != nil {
		groups = p.some.NumSubexp()
	}
	parts, err := replacement(with, groups, p)
	if err != nil {
		return e.fail(err)
	}
	return e.render(func() {
		at := 0
		for _, m := range e.matches(p, s, once) {
			e.out = append(e.out, s[at:m[0]]...)
			for _, part := range parts {
				e.out = append(e.out, part.of(s, m)...)
			}
			at = m[1]
			if !e.scan(16+len(with)) || !e.printed() {
				return
			}
		}
		e.out = append(e.out, s[at:]...)
	})
}

// maxMatches bounds the memory of one search.
const maxMatches = 1 << 16

// matches finds p in s: offsets of the whole match and of its groups.
func (e *eval) matches(p *pattern, s string, once bool) [][]int {
	n := maxMatches + 1
	if once {
		n = 1
	}
	found := p.find(s, n)
	if len(found) > maxMatches {
		e.fail(ErrMemory)
	}
	e.take(len(found) * valueBytes)
	return found
}

func (p *pattern) find(s string, n int) [][]int {
	if p.some != nil {
		return p.some.FindAllStringSubmatchIndex(s, n)
	}
	if p.plain == "" {
		return emptyPattern.FindAllStringSubmatchIndex(s, n)
	}
	var found [][]int
	for at := 0; n > 0; n-- {
		i := strings.Index(s[at:], p.plain)
		if i < 0 {
			break
		}
		at += i + len(p.plain)
		found = append(found, []int{at - len(p.plain), at})
	}
	return found
}

var emptyPattern = regexp.MustCompile("")

// piece is a part of a replacement: text, or a group when that is not negative.
type piece struct {
	text  string
	group int
}

func (p piece) of(s string, m []int) string {
	if p.group < 0 {
		return p.text
	}
	if from := m[2*p.group]; from >= 0 {
		return s[from:m[2*p.group+1]]
	}
	return ""
}

// replacement reads Java's replacement text: $1 and ${name} are groups, a
// backslash makes the next character plain.
func replacement(with string, groups int, p *pattern) ([]piece, error) {
	var parts []piece
	plain := func(s string) { parts = append(parts, piece{text: s, group: -1}) }
	for with != "" {
		i := strings.IndexAny(with, `\$`)
		if i < 0 {
			plain(with)
			break
		}
		plain(with[:i])
		if i+1 == len(with) {
			return nil, fmt.Errorf("replacement ends in %q", with[i:])
		}
		if with[i] == '\\' {
			plain(with[i+1 : i+2])
			with = with[i+2:]
			continue
		}
		group, n := groupOf(with[i+1:], groups, p)
		if n == 0 {
			return nil, fmt.Errorf("replacement names no group: %q", with[i:])
		}
		parts = append(parts, piece{group: group})
		with = with[i+1+n:]
	}
	return parts, nil
}

// groupOf reads a group's number, with as many digits as there are groups for,
// or its name in braces, and says how long that is.
func groupOf(s string, groups int, p *pattern) (group, n int) {
	if s[0] == '{' {
		name, _, found := strings.Cut(s[1:], "}")
		if p.some == nil || !found || p.some.SubexpIndex(name) < 0 {
			return 0, 0
		}
		return p.some.SubexpIndex(name), len(name) + 2
	}
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		next := group*10 + int(s[n]-'0')
		if next > groups {
			break
		}
		group = next
		n++
	}
	return group, n
}

// split is String.split: without a limit, empty strings at the end go; a match
// of nothing at the begin makes none.
func (e *eval) split(s string, p *pattern, a *arguments) value {
	limit := 0
	if a.n == 2 && a.vals[1].kind == kInt {
		limit = int(min(max(a.vals[1].num, -1), maxValues))
	}
	o := e.list(0)
	add := func(part string) bool {
		o.vals = append(o.vals, text(part))
		return e.take(valueBytes)
	}
	at := 0
	for _, m := range e.matches(p, s, false) {
		if limit > 0 && len(o.vals) == limit-1 {
			break
		}
		if m[1] == 0 || m[0] == len(s) && m[0] == m[1] {
			continue
		}
		if !add(s[at:m[0]]) {
			return value{}
		}
		at = m[1]
	}
	add(s[at:])
	if limit == 0 && len(o.vals) > 1 {
		for len(o.vals) > 0 && o.vals[len(o.vals)-1].str == "" {
			o.vals = o.vals[:len(o.vals)-1]
		}
	}
	return value{kind: kList, obj: o}
}
