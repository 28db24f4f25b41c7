package vtl

import (
	"fmt"
	"sync"
	"unsafe"
)

// eval is one rendering under way. Evaluators are pooled; all memory of values
// is theirs and is used again.
type eval struct {
	t   *Template
	c   *Context
	src Source
	out []byte
	err error

	base   int // where the rendering begins in out
	vars   []value
	loops  []loop
	saved  []value // of parameters, while macros run
	calls  int     // macros and blocks under way
	halted bool    // by #stop
	rounds int
	steps  int // left
	memory int // bytes left
	depth  int // of the value being printed or compared

	heap     heap
	doc      document // being read
	scratch  []byte
	body     value // the document, once parsed
	parsed   bool
	requests value // $context.requestOverride, once touched
	answers  value // $context.responseOverride
	patterns map[string]*pattern
}

// loop is a #foreach under way.
type loop struct {
	index, size int
}

var evals = sync.Pool{New: func() any { return new(eval) }}

func acquire(t *Template, c *Context, dst []byte) *eval {
	e := evals.Get().(*eval)
	e.t, e.c, e.src, e.out, e.base = t, c, c.Source, dst, len(dst)
	if e.src == nil {
		e.src = nothing{}
	}
	e.steps = baseSteps + 4*len(c.Body)
	e.memory = baseMemory + 8*len(c.Body)
	if cap(e.vars) < t.slots {
		e.vars = make([]value, t.slots)
	}
	e.vars = e.vars[:t.slots]
	for i, slot := range t.known {
		if slot > 0 {
			e.vars[slot-1] = value{kind: rootKinds[i]}
		}
	}
	return e
}

// release gives e back without a trace of the request in it.
func (e *eval) release() {
	clear(e.vars)
	clear(e.saved)
	e.heap.reset()
	e.t, e.c, e.src, e.out, e.err = nil, nil, nil, nil, nil
	e.vars, e.loops, e.saved = e.vars[:0], e.loops[:0], e.saved[:0]
	e.calls, e.rounds, e.depth, e.halted, e.parsed = 0, 0, 0, false, false
	e.body, e.requests, e.answers, e.patterns = value{}, value{}, value{}, nil
	if e.scratch = e.scratch[:0]; cap(e.scratch) > textChunk {
		e.scratch = nil
	}
	evals.Put(e)
}

// fail ends the rendering. The first error stays. It returns null so that
// callers can return it.
func (e *eval) fail(err error) value {
	if e.err == nil {
		e.err = &RenderError{Err: err}
	}
	return value{}
}

func (e *eval) failf(format string, args ...any) value { return e.fail(fmt.Errorf(format, args...)) }

// work takes n units of work and reports whether there were as many.
func (e *eval) work(n int) bool {
	e.steps -= n
	if e.steps < 0 {
		e.fail(ErrSteps)
		return false
	}
	return e.err == nil
}

// scan takes the work of going over n bytes.
func (e *eval) scan(n int) bool { return e.work(1 + n/bytesPerStep) }

// take takes n bytes of memory and reports whether there were as many.
func (e *eval) take(n int) bool {
	e.memory -= n
	if e.memory < 0 {
		e.fail(ErrMemory)
		return false
	}
	return e.scan(n)
}

// printed checks the output's size.
func (e *eval) printed() bool {
	if len(e.out)-e.base > maxOutput {
		e.fail(ErrOutput)
		return false
	}
	return e.err == nil
}

func (e *eval) list(n int) *object {
	if !e.take(valueBytes * (n + 2)) {
		return new(object)
	}
	o := e.heap.object()
	o.vals = e.heap.values(n)[:0]
	return o
}

func (e *eval) dict(n int) *object {
	o := e.list(n)
	if e.err == nil {
		o.keys = e.heap.names(n)[:0]
	}
	return o
}

// keep copies b into the evaluator's memory.
func (e *eval) keep(b []byte) string {
	if len(b) == 0 || !e.take(len(b)) {
		return ""
	}
	dst := e.heap.bytes(len(b))
	return unsafeString(e.heap.commit(append(dst, b...)))
}

// sourced is a text that a Source appended, null without one.
func (e *eval) sourced(b []byte, ok bool) value {
	if !ok || !e.take(len(b)) {
		return value{}
	}
	return text(unsafeString(e.heap.commit(b)))
}

func unsafeString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
