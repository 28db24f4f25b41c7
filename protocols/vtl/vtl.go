// Package vtl renders AWS API Gateway's mapping templates: the part of Apache
// Velocity's template language that the service runs, with $input, $util,
// $context and $stageVariables. A template is compiled once, when its API is
// deployed, and rendered for each request; limits on both sides keep any
// template and any body from hanging or filling the process.
//
// The engine knows no request: a Context carries the body and asks a Source for
// everything else. Gateway responses use plain substitution instead, see
// Substitution.
package vtl

// MaxTemplateBytes is the longest template. AWS: 300 KB.
const MaxTemplateBytes = 300 << 10

// Template is a compiled template. It is read-only: any goroutines may share it.
// The zero Template prints nothing.
type Template struct {
	body   block
	blocks []*block // what #define and block calls keep, by number
	slots  int      // variables in use
	known  [4]int   // one more than the slots of rootNames, 0 for those not in use
}

// Compile compiles a template. Its errors are of type *SyntaxError.
func Compile(text string) (*Template, error) {
	if len(text) > MaxTemplateBytes {
		return nil, &SyntaxError{Line: 1, Column: 1, Message: "template is longer than 300 KB"}
	}
	p := newParser(text)
	body, err := p.template()
	if err != nil {
		return nil, err
	}
	t := &Template{body: body, blocks: p.unit.blocks, slots: p.unit.slots}
	for i, name := range rootNames {
		if slot, ok := p.unit.names[name]; ok {
			t.known[i] = slot + 1
		}
	}
	return t, nil
}

// rootNames are the names that mean something before any #set, in the order of
// rootKinds.
var (
	rootNames = [...]string{"input", "context", "util", "stageVariables"}
	rootKinds = [...]kind{kInput, kContext, kUtil, kStage}
)

// Append renders t for c and appends what it prints to dst. When it fails the
// error is of type *RenderError, dst comes back as it was, and the client gets a
// 500. On success c.Overrides holds what the template has overridden.
//
// Bytes of c.Body and what c.Source returns must stay unchanged meanwhile;
// nothing of them is kept.
func (t *Template) Append(dst []byte, c *Context) ([]byte, error) {
	e := acquire(t, c, dst)
	t.body.run(e)
	out, err := e.out, e.err
	if err == nil {
		err = e.keepOverrides()
	}
	e.release()
	if err != nil {
		return dst, err
	}
	return out, nil
}
