package routing

import "fmt"

// Problem says, in words that follow a route key, why it is refused.
type Problem string

const (
	NotMethodAndPath Problem = "is neither $default nor a method and a path"
	UnknownMethod    Problem = "has a method that is not GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or ANY"
	NoLeadingSlash   Problem = "has a path that does not begin with a slash"
	TrailingSlash    Problem = "has a path that ends in a slash"
	EmptyPart        Problem = "has an empty part in its path"
	BadBraces        Problem = "has a brace that does not enclose a whole part"
	EmptyName        Problem = "has a parameter without a name"
	BadCharacter     Problem = "has a part with a character that is not allowed"
	GreedyNotLast    Problem = "has a greedy parameter that is not last"
	RepeatedName     Problem = "has a parameter name twice"
	TooManyParams    Problem = "has too many parameters"
	KeyTooLong       Problem = "is too long"
	NoDefaultHere    Problem = "is for HTTP APIs only"
)

// KeyError says why a route key is refused.
type KeyError struct {
	Key     string
	Problem Problem
	Part    string // the part at fault; "" when it is the whole key
}

// Error cuts long keys short: the limit on keys guards this text, too.
func (e *KeyError) Error() string {
	text := fmt.Sprintf("route key %.200q %s", e.Key, string(e.Problem))
	if e.Part != "" {
		text += fmt.Sprintf(": %.200q", e.Part)
	}
	return text
}

// DuplicateError says that a table has a key already, to the letter. AWS:
// "Route with key {key} already exists for this API".
type DuplicateError struct {
	Key string
}

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("route key %.200q exists already", e.Key)
}

// ConflictError says that two keys name the variable of one level differently.
// AWS: `The provided route key "{new}" has a conflicting variable on the same
// hierarchical level as "{old}"`.
type ConflictError struct {
	New, Old         string // whole keys
	NewPart, OldPart string // the parts that clash, with their braces
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("route key %.200q has %s where %.200q has %s", e.New, e.NewPart, e.Old, e.OldPart)
}
