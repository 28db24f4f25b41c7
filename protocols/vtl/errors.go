package vtl

import (
	"errors"
	"fmt"
)

// SyntaxError says why a template or a JSON path does not compile. Line and
// Column count from 1; columns are bytes.
type SyntaxError struct {
	Line, Column int
	Message      string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// RenderError says why a template could not be rendered. Line and Column are of
// the reference that failed, 0 where none is to blame. Err is one of the limits
// below or a text for the execution log.
type RenderError struct {
	Line, Column int
	Err          error
}

func (e *RenderError) Error() string {
	if e.Line == 0 {
		return e.Err.Error()
	}
	return fmt.Sprintf("line %d, column %d: %v", e.Line, e.Column, e.Err)
}

// Unwrap gives the limit or cause.
func (e *RenderError) Unwrap() error { return e.Err }

// What a rendering may use. ErrRounds and the template's size are AWS's limits,
// the others keep the process safe and are far above what AWS's time-out allows.
var (
	ErrRounds   = errors.New("more than 1000 #foreach rounds")
	ErrSteps    = errors.New("template does too much work")
	ErrOutput   = errors.New("template prints more than 10 MB")
	ErrDepth    = errors.New("template or value is nested too deep")
	ErrMemory   = errors.New("template builds too large values")
	ErrRegexp   = errors.New("regular expression is not supported or too large")
	ErrDocument = errors.New("JSON document is nested too deep or has too many values")
)

const (
	maxRounds    = 1000     // #foreach rounds in one rendering
	maxOutput    = 10 << 20 // bytes printed
	maxCalls     = 20       // macros and blocks within each other, as Velocity has it
	maxNesting   = 128      // of blocks and expressions in a template
	maxDepth     = 512      // of values within each other
	maxValues    = 1 << 20  // in one JSON document
	maxPattern   = 1000     // bytes of a regular expression
	maxPatterns  = 100      // regular expressions compiled in one rendering
	maxDigits    = 1000     // of an integer
	baseSteps    = 1 << 21  // units of work; about half a microsecond each at most
	baseMemory   = 32 << 20 // bytes of values
	valueBytes   = 40       // what one value costs
	bytesPerStep = 32       // of a string that is copied or searched
)
