package wire

import "regexp"

// Option says what the Go types of an operation don't.
type Option func(*options)

// options is everything a row says beside its types. Keys and values that name
// members are Go names of the input (of the output where they say so).
type options struct {
	whenKey, whenValue string            // query pair that tells it from another row on the same path
	query              []string          // members in the query of a method that has a body
	headers            map[string]string // member -> request header
	spread             string            // map member that takes all query keys not otherwise bound
	payload            string            // member that is the whole raw body
	names              map[string]string // member -> wire name in query or body
	outHeaders         map[string]string // output member -> response header
	outPayload         string            // output member that is the whole raw body
	required           []string
	checks             []check
}

// check is one constraint of a top-level member: a pattern, or bounds on the
// length of a string, list or map, or on a number.
type check struct {
	member   string
	pattern  *regexp.Regexp
	source   string // of pattern, as printed
	min, max int64  // without a pattern
}

// Query puts members in the query of an operation whose method has a body.
func Query(members ...string) Option {
	return func(o *options) { o.query = append(o.query, members...) }
}

// Header takes member from a request header.
func Header(member, header string) Option {
	return func(o *options) { o.headers = with(o.headers, member, header) }
}

// Spread fills the string map member from all query keys that no other member
// is bound to (v1: parameters of ImportRestApi).
func Spread(member string) Option { return func(o *options) { o.spread = member } }

// Payload makes member the raw request body; a []byte or string.
func Payload(member string) Option { return func(o *options) { o.payload = member } }

// Named gives member another wire name in the query or the body.
func Named(member, name string) Option {
	return func(o *options) { o.names = with(o.names, member, name) }
}

// When tells apart operations on one method and path by a query pair that this
// one demands (v1: mode=import).
func When(key, value string) Option {
	return func(o *options) { o.whenKey, o.whenValue = key, value }
}

// OutHeader writes an output member as a response header, not in the body.
func OutHeader(member, header string) Option {
	return func(o *options) { o.outHeaders = with(o.outHeaders, member, header) }
}

// OutPayload writes an output member, a []byte or string, as the raw body. Its
// Content-Type is application/octet-stream unless an OutHeader or Call.Answer
// says another.
func OutPayload(member string) Option { return func(o *options) { o.outPayload = member } }

// Required adds members that must be there to those that the SDK's model
// requires already.
func Required(members ...string) Option {
	return func(o *options) { o.required = append(o.required, members...) }
}

// Pattern demands that a string member matches the whole of expr when present.
func Pattern(member, expr string) Option {
	c := check{member: member, pattern: regexp.MustCompile(`^(?:` + expr + `)$`), source: expr}
	return func(o *options) { o.checks = append(o.checks, c) }
}

// Length bounds a string (in characters), list or map member when present, both
// ends included.
func Length(member string, least, most int64) Option {
	c := check{member: member, min: least, max: most}
	return func(o *options) { o.checks = append(o.checks, c) }
}

// Range bounds a number member when present, both ends included.
func Range(member string, least, most int64) Option { return Length(member, least, most) }

func with(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}
