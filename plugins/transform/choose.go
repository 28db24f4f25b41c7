package transform

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/dlclark/regexp2"
)

// chooser finds the integration response for what a back end answered.
type chooser struct {
	patterns []pattern // by index of the answers; nil: the default
	fallback int       // the default's index, -1 without one
	own      []int     // the answers' own statuses
	mock     bool
	byStatus [1000]int8 // computed at deployment; -2: not there
}

// pattern matches whole texts.
type pattern interface{ matches(s string) bool }

type plainPattern struct{ re *regexp.Regexp }

func (p plainPattern) matches(s string) bool { return p.re.MatchString(s) }

// javaPattern is one that Go's own expressions do not have, such as (?!x).
type javaPattern struct{ re *regexp2.Regexp }

func (p javaPattern) matches(s string) bool {
	ok, err := p.re.MatchString(s)
	return ok && err == nil
}

// maxMatch bounds one match of a pattern that may take exponential time.
const maxMatch = 20 * time.Millisecond

// compilePattern compiles a Java regular expression that must match a whole
// text.
func compilePattern(s string) (pattern, error) {
	whole := `^(?:` + s + `)$`
	if re, err := regexp.Compile(`\A(?:` + s + `)\z`); err == nil {
		return plainPattern{re}, nil
	}
	re, err := regexp2.Compile(whole, regexp2.None)
	if err != nil {
		return nil, fmt.Errorf("selection pattern %q: %w", s, err)
	}
	re.MatchTimeout = maxMatch
	return javaPattern{re}, nil
}

func newChooser(kind Kind, answers []Answer) (chooser, error) {
	c := chooser{fallback: -1, mock: kind == Mock}
	if len(answers) > 100 {
		return c, fmt.Errorf("%d integration responses are too many", len(answers))
	}
	for i := range answers {
		n, _ := strconv.Atoi(answers[i].Status)
		c.own = append(c.own, n)
		var p pattern
		if answers[i].Pattern != "" {
			var err error
			if p, err = compilePattern(answers[i].Pattern); err != nil {
				return c, err
			}
		} else if c.fallback < 0 || n < c.own[c.fallback] {
			c.fallback = i
		}
		c.patterns = append(c.patterns, p)
	}
	for status := range c.byStatus {
		c.byStatus[status] = int8(c.search(status))
	}
	return c, nil
}

// status returns the index of the answer for a status, -1 for none.
func (c *chooser) status(n int) int {
	if n >= 0 && n < len(c.byStatus) {
		return int(c.byStatus[n])
	}
	return c.search(n)
}

// search tests the decimal status against all patterns. Of several that match
// the one of the lowest status counts; of a MOCK the one of that very status.
func (c *chooser) search(n int) int {
	text := strconv.Itoa(n)
	best := -1
	for i, p := range c.patterns {
		if p == nil || !p.matches(text) {
			continue
		}
		if c.mock && c.own[i] == n {
			return i
		}
		if best < 0 || c.own[i] < c.own[best] {
			best = i
		}
	}
	if best < 0 {
		return c.fallback
	}
	return best
}
