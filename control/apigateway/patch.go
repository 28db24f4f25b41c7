package apigateway

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// patchOp is one operation of a PATCH, as the rule for its path sees it.
type patchOp struct {
	op    types.Op
	path  string   // as sent
	args  []string // what stood in place of each {}, unescaped
	raw   []string // the same, still escaped
	value string   // "" when absent
	given bool     // whether there was a value
	from  string
}

// rule is one path at which a resource can be patched.
type rule[T any] struct {
	path string // each segment {} takes any one, a final {...} all that follow
	ops  string // "add remove replace"
	do   func(t *T, p patchOp) error
}

// patchRules are all paths of a resource and what AWS says to others. The first
// rule that fits a path decides.
type patchRules[T any] struct {
	rules   []rule[T]
	listed  string                // the fixed list that AWS prints; "" names the path alone
	wrongOp func(p patchOp) error // nil: by the rule
}

// apply runs the operations in order on t. After an error t is half changed and
// to be dropped.
func (r patchRules[T]) apply(t *T, ops []types.PatchOperation) error {
	for _, op := range ops {
		if err := r.one(t, op); err != nil {
			return err
		}
	}
	return nil
}

func (r patchRules[T]) one(t *T, op types.PatchOperation) error {
	if op.Path == nil {
		return badRequest("Invalid patch path null")
	}
	p := patchOp{op: op.Op, path: *op.Path, value: str(op.Value), given: op.Value != nil, from: str(op.From)}
	segments := strings.Split(strings.TrimPrefix(p.path, "/"), "/")
	for _, rule := range r.rules {
		raw, fits := match(rule.path, segments)
		if !fits {
			continue
		}
		if p.raw, p.args = raw, unescapeAll(raw); !slices.Contains(strings.Fields(rule.ops), string(p.op)) {
			return r.refuseOp(p, rule.ops)
		}
		return rule.do(t, p)
	}
	return r.refusePath(p)
}

// refusePath words a path that no rule has.
func (r patchRules[T]) refusePath(p patchOp) error {
	switch {
	case r.listed == "":
		return badPath(p)
	case p.op == types.OpReplace:
		return badRequest("Invalid patch path  '%s' specified for op 'replace'. Must be one of: [%s]", p.path, r.listed)
	}
	return badOp(p)
}

// refuseOp words an operation that the path's rule doesn't take.
func (r patchRules[T]) refuseOp(p patchOp, allowed string) error {
	switch {
	case r.wrongOp != nil:
		return r.wrongOp(p)
	case r.listed == "" && allowed == "replace":
		return errReplaceOnly
	}
	return badOp(p)
}

var errReplaceOnly = badRequest("Invalid patch operation specified. Must be one of: [replace]")

func badPath(p patchOp) error { return badRequest("Invalid patch path %s", p.path) }

func badOp(p patchOp) error {
	return badRequest("Invalid patch path  '%s' specified for op '%s'. Please choose supported operations", p.path, p.op)
}

// match fits segments to a rule's path and gives what stood at its {}.
func match(path string, segments []string) (args []string, ok bool) {
	want := strings.Split(path[1:], "/")
	for i, w := range want {
		switch {
		case w == "{...}" && i < len(segments):
			return append(args, segments[i:]...), true
		case i >= len(segments):
			return nil, false
		case w == "{}" && segments[i] != "":
			args = append(args, segments[i])
		case w != segments[i]:
			return nil, false
		}
	}
	return args, len(want) == len(segments)
}

var pointerEscapes = strings.NewReplacer("~1", "/", "~0", "~")

// unescapeAll undoes RFC 6901's escapes.
func unescapeAll(raw []string) []string {
	args := make([]string, len(raw))
	for i, s := range raw {
		args[i] = pointerEscapes.Replace(s)
	}
	return args
}

// What rules do to a member. An empty text is none.

func setText[T any](member func(*T) **string) func(*T, patchOp) error {
	return func(t *T, p patchOp) error {
		if *member(t) = &p.value; p.value == "" || p.op == types.OpRemove {
			*member(t) = nil
		}
		return nil
	}
}

// isTrueText reads a boolean: what is none is false, as at AWS.
func isTrueText(value string) bool { return strings.EqualFold(value, "true") }

func setFlag[T any](member func(*T) *bool) func(*T, patchOp) error {
	return func(t *T, p patchOp) error {
		*member(t) = isTrueText(p.value)
		return nil
	}
}

func setInt[T any](member func(*T) *int32) func(*T, patchOp) error {
	return func(t *T, p patchOp) error {
		n, err := strconv.ParseInt(p.value, 10, 32)
		if err != nil {
			return badPatchValue(p)
		}
		*member(t) = int32(n)
		return nil
	}
}

func badPatchValue(p patchOp) error {
	return badRequest("Invalid value '%s' specified for path '%s'", p.value, p.path)
}

// setEnum takes one of an SDK enumeration's values; "" clears it.
func setEnum[T any, E interface {
	~string
	Values() []E
}](member func(*T) *E) func(*T, patchOp) error {
	return func(t *T, p patchOp) error {
		v := E(p.value)
		if all := v.Values(); v != "" && !slices.ContainsFunc(all, func(x E) bool { return string(x) == string(v) }) {
			return badPatchValue(p)
		}
		*member(t) = v
		return nil
	}
}

// setEntry edits the entry of a map under the path's last argument. Removing one
// that is not there gives missing, and with strict replacing one does, too.
func setEntry[T, V any](member func(*T) *map[string]V, read func(string) V, missing error, strict bool) func(*T, patchOp) error {
	return func(t *T, p patchOp) error {
		m, key := member(t), p.args[len(p.args)-1]
		_, known := (*m)[key]
		if !known && (p.op == types.OpRemove || strict && p.op == types.OpReplace) {
			return missing
		}
		if p.op == types.OpRemove {
			delete(*m, key)
			return nil
		}
		if *m == nil {
			*m = map[string]V{}
		}
		(*m)[key] = read(p.value)
		return nil
	}
}

func asIs(value string) string { return value }

// addTo and removeFrom treat a list as a set that keeps its order.
func addTo(set []string, value string) []string {
	if slices.Contains(set, value) {
		return set
	}
	return append(set, value)
}

func removeFrom(set []string, value string) []string {
	return slices.DeleteFunc(set, func(s string) bool { return s == value })
}

// setMember edits a list by the operation's value.
func setMember[T any](member func(*T) *[]string) func(*T, patchOp) error {
	return func(t *T, p patchOp) error {
		if p.value == "" {
			return badPatchValue(p)
		}
		if list := member(t); p.op == types.OpRemove {
			*list = removeFrom(*list, p.value)
		} else {
			*list = addTo(*list, p.value)
		}
		return nil
	}
}
