package openapi

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// Documentation finds what documentation parts say of an entity of an API. A nil
// one says nothing.
//
// AWS: DocumentationPart and DocumentationPartLocation, with the inheritance that
// the model of the API describes.
type Documentation struct {
	parts map[subject][]said // the general before the special
}

// subject is what kind of entity a part is about, and its name.
type subject struct {
	kind types.DocumentationPartType
	name string
}

// said is one part. The members of place that its kind doesn't have are "".
type said struct {
	place      place
	properties *Node
}

type place struct{ path, method, status string }

// Members of locations by kind of part.
var (
	hasPath   = []types.DocumentationPartType{"RESOURCE", "METHOD", "PATH_PARAMETER", "QUERY_PARAMETER", "REQUEST_HEADER", "REQUEST_BODY", "RESPONSE", "RESPONSE_HEADER", "RESPONSE_BODY"}
	hasMethod = hasPath[1:]
	hasStatus = hasPath[6:]
)

// inherits are the kinds whose entities take over what is said of more general
// places.
var inherits = []types.DocumentationPartType{"PATH_PARAMETER", "QUERY_PARAMETER", "REQUEST_HEADER", "RESPONSE", "RESPONSE_HEADER", "RESPONSE_BODY"}

const anyValue = "*" // of a method or status code

// Document reads parts. Those whose properties are no JSON say nothing.
func Document(parts []types.DocumentationPart) *Documentation {
	d := &Documentation{parts: map[subject][]said{}}
	for i := range parts {
		if parts[i].Location == nil || parts[i].Properties == nil {
			continue
		}
		n, err := parseJSON([]byte(*parts[i].Properties))
		if err != nil {
			continue
		}
		s := subjectOf(parts[i].Location)
		d.parts[s] = append(d.parts[s], said{placeOf(parts[i].Location), n})
	}
	for _, list := range d.parts {
		slices.SortStableFunc(list, func(a, b said) int { return a.place.compare(b.place) })
	}
	return d
}

func subjectOf(l *types.DocumentationPartLocation) subject {
	return subject{l.Type, textOr(l.Name, "")}
}

// placeOf fills in the defaults of a location.
func placeOf(l *types.DocumentationPartLocation) (p place) {
	if slices.Contains(hasPath, l.Type) {
		p.path = textOr(l.Path, "/")
	}
	if slices.Contains(hasMethod, l.Type) {
		p.method = strings.ToUpper(textOr(l.Method, anyValue))
	}
	if slices.Contains(hasStatus, l.Type) {
		p.status = textOr(l.StatusCode, anyValue)
	}
	return p
}

func textOr(text *string, dflt string) string {
	if text == nil || *text == "" {
		return dflt
	}
	return *text
}

// compare puts general places before special ones: first by path, then by method,
// then by status code.
func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(len(p.path), len(o.path)), special(p.method)-special(o.method), special(p.status)-special(o.status))
}

func special(value string) int {
	if value == anyValue {
		return 0
	}
	return 1
}

// covers reports whether o inherits from p: the path of p begins that of o, the
// rest is alike or left open by p.
func (p place) covers(o place) bool {
	begins := p.path == "/" || p.path == o.path || strings.HasPrefix(o.path, p.path+"/")
	return begins && (p.method == anyValue || p.method == o.method) && (p.status == anyValue || p.status == o.status)
}

// At has all that is said of the entity at l, inherited content under its own;
// nil when nothing is.
func (d *Documentation) At(l types.DocumentationPartLocation) *Node {
	if d == nil {
		return nil
	}
	var all *Node
	at, inherit := placeOf(&l), slices.Contains(inherits, l.Type)
	for _, s := range d.parts[subjectOf(&l)] {
		if s.place != at && !(inherit && s.place.covers(at)) {
			continue
		}
		if all == nil {
			all = mapNode()
		}
		for name, value := range s.properties.All() {
			all.Set(name, value)
		}
	}
	return all
}

// Description is what a document says of an entity beside its documentation
// parts.
type Description struct {
	Location types.DocumentationPartLocation
	Text     string
}

// With gives the properties of the part at the place of x once it says x, too. It
// reports false when nothing changes: the text is there already, or inherited.
func (d *Documentation) With(x Description) (properties string, changed bool) {
	if d.At(x.Location).Get("description").str() == x.Text {
		return "", false
	}
	own := mapNode()
	if s := d.exactly(&x.Location); s != nil {
		if !s.properties.is(Map) {
			return "", false
		}
		own = s.properties.without("") // a copy
	}
	return own.Set("description", textNode(x.Text)).compact(), true
}

// exactly is the part at l; nil when there is none.
func (d *Documentation) exactly(l *types.DocumentationPartLocation) *said {
	list, at := d.parts[subjectOf(l)], placeOf(l)
	if i := slices.IndexFunc(list, func(s said) bool { return s.place == at }); i >= 0 {
		return &list[i]
	}
	return nil
}
