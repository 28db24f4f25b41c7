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
