package wire

import (
	"reflect"
)

// Operation is one row: what a service can do and where it is asked for.
type Operation struct {
	Name    string // AWS's name: "CreateApi"
	Method  string
	Path    string // "/v2/apis/{ApiId}"
	Status  int    // of a success
	Service string // name of its Service; New sets it
	Built   bool   // false: answers 501 NotImplementedException

	in, out reflect.Type // the structs, not the pointers
	run     func(c *Call, in any) (any, error)
	opts    options
}

// Op makes one row: an operation over the SDK's own input and output types.
//
// Members of I named in braces in path come from there, one segment each
// ({Name+} takes the rest of the path); braces hold the Go name. Of the others,
// GET and DELETE put all in the query and any other method puts all in the JSON
// body, unless opts say otherwise. do gets a fresh input; a nil output with a nil
// error stands for an empty one.
func Op[I, O any](name, method, path string, status int, do func(*Call, *I) (*O, error), opts ...Option) Operation {
	run := func(c *Call, in any) (any, error) {
		out, err := do(c, in.(*I))
		if out == nil {
			out = new(O)
		}
		return out, err
	}
	return newOp(name, method, path, status, reflect.TypeFor[I](), reflect.TypeFor[O](), run, opts)
}

func newOp(name, method, path string, status int, in, out reflect.Type, run func(*Call, any) (any, error), opts []Option) Operation {
	o := Operation{Name: name, Method: method, Path: path, Status: status, Built: true, in: in, out: out, run: run}
	for _, opt := range opts {
		opt(&o.opts)
	}
	return o
}

// NotBuilt makes a row for an operation that exists at AWS and is not built
// here: it answers 501 NotImplementedException naming itself. path is written as
// for Op; of opts only When matters.
func NotBuilt(name, method, path string, opts ...Option) Operation {
	o := Operation{Name: name, Method: method, Path: path, Status: 501}
	for _, opt := range opts {
		opt(&o.opts)
	}
	return o
}
