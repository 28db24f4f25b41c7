// Package mapping is the parameter mapping of HTTP APIs: it changes the request
// on its way to the back end and the response on its way to the client.
//
// AWS: requestParameters and responseParameters of an integration.
package mapping

import (
	"fmt"

	"gatehouse/plugins"
)

func init() {
	plugins.Register(plugins.Kind{Name: "mapping", New: plugins.Compiler(compile)})
}

// Settings are the mappings of one integration, as they are stored. The zero
// Settings map nothing and cost nothing.
type Settings struct {
	Request  map[string]string            // by "append:header.x" and the like
	Response map[string]map[string]string // by the back end's status ("200"), then as Request
}

func compile(s Settings) (plugins.Part, error) {
	var part plugins.Part
	req, err := NewRequest(s.Request)
	if err != nil {
		return part, err
	}
	res, err := NewResponse(s.Response)
	if err != nil {
		return part, err
	}
	if req != nil {
		part.Step = req
	}
	if res != nil {
		part.Finish = res
	}
	return part, nil
}

// ValidateRequest checks request mappings as NewRequest does, for the control
// plane. The error is an *Error.
func ValidateRequest(m map[string]string) error {
	_, err := NewRequest(m)
	return err
}

// ValidateResponse checks response mappings as NewResponse does, for the
// control plane. The error is an *Error.
func ValidateResponse(m map[string]map[string]string) error {
	_, err := NewResponse(m)
	return err
}

// Problem says, in words that follow a mapping's key, why it is refused.
type Problem string

const (
	BadKey         Problem = "is not an operation on a header, the query string, the path or the status code"
	BadName        Problem = "has a name with a character that is not allowed"
	ReservedHeader Problem = "changes a reserved header"
	BadValue       Problem = "has a value that is not allowed"
	BadStatus      Problem = "is not a status code from 200 to 599"
)

// Error says why a mapping is refused.
type Error struct {
	Key     string // the mapping's key, or the status code at fault
	Value   string
	Header  string // with ReservedHeader: its name as written
	Problem Problem
	Cause   error // with BadValue: why, an *expr.Error or nil
}

// Error tells all there is to tell.
func (e *Error) Error() string {
	text := fmt.Sprintf("mapping %.200q %s", e.Key, string(e.Problem))
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// Public is the text for the caller of the control plane, in AWS's words.
func (e *Error) Public() string {
	text := "Invalid mapping expression specified: " + e.Value
	switch e.Problem {
	case ReservedHeader:
		text = fmt.Sprintf("Operations on header %s are restricted", e.Header)
	case BadKey, BadName, BadStatus:
		text = "Invalid mapping expression specified: " + e.Key
	}
	return fmt.Sprintf("Invalid mapping expression specified: Validation Result: warnings : [], errors : [%s]", text)
}
