package expr

import "fmt"

// Grammar says which sources an expression of one place may name.
type Grammar struct {
	Request   bool  // $request.header, .querystring, .body and .path
	Response  bool  // $response.header and .body
	Variables bool  // $stageVariables
	Context   *Vars // $context; nil: not allowed
}

// The grammars of HTTP APIs.
var (
	// HTTPRequest is for request parameter mappings and identity sources.
	HTTPRequest = Grammar{Request: true, Variables: true, Context: HTTPVars}
	// HTTPResponse is for response parameter mappings.
	HTTPResponse = Grammar{Response: true, Variables: true, Context: HTTPVars}
	// HTTPLog is for access log formats.
	HTTPLog = Grammar{Context: HTTPVars}
)

// Problem says, in words that follow an expression, why it is refused.
type Problem string

const (
	UnknownSource   Problem = "does not begin with a source that is allowed here"
	UnknownVariable Problem = "names a context variable that does not exist"
	BadName         Problem = "has a name with a character that is not allowed"
	NoName          Problem = "lacks a name"
	OpenBrace       Problem = "has ${ without }"
	Recursive       Problem = "has a recursive descent (..), which is not supported"
	Filter          Problem = "has a filter expression, which is not supported"
	BadPath         Problem = "has a malformed JSON path"
	TooLong         Problem = "is too long"
)

// Error says why an expression is refused.
type Error struct {
	Expr    string // whole expression
	Problem Problem
	Part    string // the part at fault; "" when it is the whole expression
}

// Error cuts long expressions short: the limit on length guards this text, too.
func (e *Error) Error() string {
	text := fmt.Sprintf("expression %.200q %s", e.Expr, string(e.Problem))
	if e.Part != "" && e.Part != e.Expr {
		text += fmt.Sprintf(": %.200q", e.Part)
	}
	return text
}
