package vtl

import (
	"fmt"
	"regexp"
	"strings"
)

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
