package transform

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gatehouse/core/exchange"
	"gatehouse/plugins/rest"
	"gatehouse/protocols/vtl"
)

// templates are those of one message by media type, in its order.
type templates []typed

type typed struct {
	mime string
	body body
}

// body is a compiled template. One without a dollar sign and a hash is its own
// output.
type body struct {
	static []byte
	vtl    *vtl.Template // nil: static
	empty  bool          // the text was empty: the body passes
}

// newTemplates compiles m. The error names the media type and wraps a
// *vtl.SyntaxError.
func newTemplates(m map[string]string) (templates, error) {
	t := make(templates, 0, len(m))
	for mime, text := range m {
		b := body{static: []byte(text), empty: text == ""}
		if strings.ContainsAny(text, "$#") {
			var err error
			if b.vtl, err = vtl.Compile(text); err != nil {
				return nil, fmt.Errorf("template for %s: %w", mime, err)
			}
		}
		t = append(t, typed{strings.ReplaceAll(mime, "~1", "/"), b})
	}
	slices.SortFunc(t, func(a, b typed) int { return cmp.Compare(a.mime, b.mime) })
	return t, nil
}

// find returns the template of exactly that type, nil without one.
func (t templates) find(mime []byte) *body {
	for i := range t {
		if exchange.EqualFold(mime, t[i].mime) {
			return &t[i].body
		}
	}
	return nil
}

// forAnswer returns the template for what the client accepts: that, else JSON's,
// else the first; nil without any.
func (t templates) forAnswer(accept []byte) *body {
	if b := t.find(accept); b != nil {
		return b
	}
	if b := t.find([]byte(rest.JSON)); b != nil {
		return b
	}
	if len(t) > 0 {
		return &t[0].body
	}
	return nil
}

// render appends what b prints. c's overrides become the template's.
func (b *body) render(dst []byte, c *vtl.Context) ([]byte, error) {
	if b.vtl == nil {
		return append(dst, b.static...), nil
	}
	return b.vtl.Append(dst, c)
}
