// Package accesslog writes a line per request, in the format of its stage, to a
// file per destination. The loop appends the line to a ring that a goroutine of
// the destination reads: no disk ever slows a request. When the disk is slower
// than the requests for long, lines are dropped and counted.
package accesslog

import (
	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/expr"
)

func init() {
	plugins.Register(plugins.Kind{Name: "accesslog", New: plugins.Compiler(func(l *Log) (plugins.Part, error) {
		return plugins.Part{Log: l}, nil
	})})
}

// missing stands for a variable without a value, as on AWS.
const missing = "-"

// Log writes the lines of one stage. Read only; shared by all loops.
//
// Values stand in a line as they are, without quotes or escapes, as on AWS; but
// control characters are written as \u000a and the like, so that no client can
// end a line or begin another.
type Log struct {
	format *expr.Expr
	to     *Destination
}

var _ pipeline.Logger = (*Log)(nil)

// New compiles a stage's format. The error is an *expr.Error.
//
// AWS: accessLogSettings.format.
func New(format string, to *Destination) (*Log, error) { return NewFor(expr.HTTPLog, format, to) }

// NewFor is New for the kind of API that has the grammar g.
func NewFor(g expr.Grammar, format string, to *Destination) (*Log, error) {
	e, err := expr.CompileLine(format, g)
	if err != nil {
		return nil, err
	}
	return &Log{format: e, to: to}, nil
}

// ValidateFormat checks a format as New does, for the control plane. The error
// is an *expr.Error.
func ValidateFormat(format string) error {
	_, err := expr.CompileLine(format, expr.HTTPLog)
	return err
}

// Log implements pipeline.Logger.
func (l *Log) Log(x *exchange.Exchange) {
	r := l.to.ring(x.Loop.Index())
	if r == nil {
		l.to.dropped.Add(1)
		return
	}
	r.line = append(l.format.AppendLine(r.line[:0], x, missing), '\n')
	l.to.put(r)
}
