package mapping

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"gatehouse/plugins/expr"
)

// action is what an operation does. Operations of one map run in this order,
// so that their result does not depend on the order of a map.
type action uint8

const (
	remove action = iota
	overwrite
	add
)

var actions = map[string]action{"remove": remove, "overwrite": overwrite, "append": add}

// place is what an operation changes.
type place uint8

const (
	header place = iota
	query
	path
	statusCode
)

// operation is one compiled line of a mapping.
type operation struct {
	action action
	place  place
	name   []byte // of a header (in lower case) or a query parameter
	escape []byte // name of a query parameter as it stands in a query
	value  *expr.Expr
	fixed  []byte // value, when it is the same for all requests
	isFix  bool
}

// compileAll compiles one map. places are the ones that may be changed.
func compileAll(m map[string]string, g expr.Grammar, places ...place) ([]operation, error) {
	ops := make([]operation, 0, len(m))
	for key, value := range m {
		op, err := compileOne(key, value, g)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(places, op.place) {
			return nil, &Error{Key: key, Value: value, Problem: BadKey}
		}
		ops = append(ops, op)
	}
	slices.SortFunc(ops, func(a, b operation) int {
		return cmp.Or(cmp.Compare(a.action, b.action), cmp.Compare(a.place, b.place), slices.Compare(a.name, b.name))
	})
	return ops, nil
}

func compileOne(key, value string, g expr.Grammar) (operation, error) {
	op, name, problem := parseKey(key)
	if problem != "" {
		return op, &Error{Key: key, Value: value, Header: name, Problem: problem}
	}
	if op.action == remove {
		if value != "" && value != "''" {
			return op, &Error{Key: key, Value: value, Problem: BadValue}
		}
		return op, nil
	}
	e, err := expr.Compile(value, g)
	if err != nil {
		return op, &Error{Key: key, Value: value, Problem: BadValue, Cause: err}
	}
	op.value = e
	return op, op.fix(key, value)
}

// fix keeps the value of an operation that needs no exchange for it.
func (op *operation) fix(key, value string) error {
	text, constant := op.value.Constant()
	if !constant {
		return nil
	}
	op.isFix = true
	op.fixed = op.fit([]byte(text))
	if _, ok := parseStatus(op.fixed); op.place == statusCode && !ok {
		return &Error{Key: key, Value: value, Problem: BadValue}
	}
	return nil
}

// parseKey reads "append:header.x". With a problem, name is the name at fault.
func parseKey(key string) (op operation, name string, problem Problem) {
	verb, what, ok := strings.Cut(key, ":")
	act, known := actions[verb]
	if !ok || !known {
		return op, "", BadKey
	}
	op.action = act
	kind, name, named := strings.Cut(what, ".")
	switch {
	case what == "path" && act == overwrite:
		op.place = path
		return op, "", ""
	case what == "statuscode" && act == overwrite:
		op.place = statusCode
		return op, "", ""
	case kind == "header" && named:
		return op.ofHeader(name)
	case kind == "querystring" && named:
		return op.ofQuery(name)
	}
	return op, "", BadKey
}

func (op operation) ofHeader(name string) (operation, string, Problem) {
	op.place = header
	op.name = []byte(strings.ToLower(name))
	switch {
	case name == "" || strings.Trim(name, tokenChars) != "":
		return op, name, BadName
	case reserved(string(op.name)):
		return op, name, ReservedHeader
	}
	return op, name, ""
}

func (op operation) ofQuery(name string) (operation, string, Problem) {
	op.place = query
	op.name = []byte(name)
	op.escape = expr.AppendQueryEscaped(nil, op.name)
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return op, name, BadName
	}
	return op, name, ""
}

// tokenChars is tchar of RFC 9110, 5.6.2.
const tokenChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~"

// reservedHeaders can't be changed by a mapping. AWS: reserved headers.
var reservedHeaders = []string{
	"authorization", "connection", "content-encoding", "content-length", "content-location", "forwarded",
	"keep-alive", "origin", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding",
	"upgrade", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via",
}

var reservedPrefixes = []string{"access-control-", "apigw-", "x-amz-", "x-amzn-"}

// reserved reports whether name, in lower case, is a reserved header.
func reserved(name string) bool {
	return slices.Contains(reservedHeaders, name) ||
		slices.ContainsFunc(reservedPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// parseStatus reads a status code that a client may get.
func parseStatus(text []byte) (int, bool) {
	if len(text) != 3 {
		return 0, false
	}
	n, err := strconv.Atoi(string(text))
	return n, err == nil && n >= 200 && n <= 599
}
