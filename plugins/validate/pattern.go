package validate

import (
	"regexp"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// maxMatch bounds one match of a pattern that may take exponential time.
const maxMatch = 20 * time.Millisecond

// compilePattern is the engine of the keyword pattern: Go's own where it knows
// the expression, since that takes linear time.
func compilePattern(s string) (jsonschema.Regexp, error) {
	if re, err := regexp.Compile(s); err == nil {
		return re, nil
	}
	re, err := regexp2.Compile(s, regexp2.ECMAScript)
	if err != nil {
		return nil, err
	}
	re.MatchTimeout = maxMatch
	return slow{re}, nil
}

// slow is an expression with what Go's do not have, such as (?!x).
type slow struct{ re *regexp2.Regexp }

// MatchString implements jsonschema.Regexp. What takes too long does not match.
func (s slow) MatchString(text string) bool {
	ok, err := s.re.MatchString(text)
	return ok && err == nil
}

// String implements fmt.Stringer.
func (s slow) String() string { return s.re.String() }
