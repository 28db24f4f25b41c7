package apigateway

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// edits is what a PATCH can do to one resource: by path, the operations that it
// takes there and what each does. Sections 5.1 and 5.2 of AWS's behaviour.
type edits map[string]edit

type edit struct {
	ops []types.Op
	do  func(op types.Op, value string) error
}

var (
	replaceOnly = []types.Op{types.OpReplace}
	addRemove   = []types.Op{types.OpAdd, types.OpRemove}
	addReplace  = []types.Op{types.OpAdd, types.OpReplace}
	anyEdit     = []types.Op{types.OpAdd, types.OpReplace, types.OpRemove}
	removeOnly  = []types.Op{types.OpRemove}
)

// apply runs one operation. listed is what AWS prints when it refuses a path;
// without it the path alone is named.
func (e edits) apply(op types.PatchOperation, listed ...string) error {
	if op.Path == nil {
		return badRequest("Invalid patch path null")
	}
	x, known := e[*op.Path]
	if known && slices.Contains(x.ops, op.Op) {
		return x.do(op.Op, str(op.Value))
	}
	if !known && (op.Op == types.OpReplace || len(listed) == 0) {
		return badEditPath(*op.Path, listed)
	}
	return badEditOp(op)
}

func badEditPath(path string, listed []string) error {
	if len(listed) == 0 {
		return badRequest("Invalid patch path %s", path)
	}
	return badRequest("Invalid patch path  '%s' specified for op 'replace'. Must be one of: [%s]", path, strings.Join(listed, ", "))
}

func badEditOp(op types.PatchOperation) error {
	return badRequest("Invalid patch path  '%s' specified for op '%s'. Please choose supported operations", *op.Path, op.Op)
}

// text edits a string: an empty value and a removal leave none.
func text(member **string, ops []types.Op) edit {
	return edit{ops, func(op types.Op, value string) error {
		if *member = &value; op == types.OpRemove || value == "" {
			*member = nil
		}
		return nil
	}}
}

// flag edits a boolean: what is no boolean is false, as at AWS.
func flag(member *bool) edit {
	return edit{replaceOnly, func(_ types.Op, value string) error {
		*member = strings.EqualFold(value, "true")
		return nil
	}}
}

// number edits a whole number.
func number(path string, member *int32, ops []types.Op) edit {
	return edit{ops, func(_ types.Op, value string) error {
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil {
			return badValue(path, value)
		}
		*member = int32(n)
		return nil
	}}
}

// rate edits a number that may have a fraction.
func rate(path string, member *float64, ops []types.Op) edit {
	return edit{ops, func(_ types.Op, value string) error {
		n, err := strconv.ParseFloat(value, 64)
		if err != nil || n != n || n > 1e15 || n < -1e15 {
			return badValue(path, value)
		}
		*member = n
		return nil
	}}
}

func badValue(path, value string) error {
	return badRequest("Invalid patch value  '%s' specified for path '%s'", value, path)
}

// element edits a list of strings as a set.
func element(list *[]string, check func(op types.Op, value string) error) edit {
	return edit{addRemove, func(op types.Op, value string) error {
		if err := check(op, value); err != nil {
			return err
		}
		*list = slices.DeleteFunc(slices.Clone(*list), func(s string) bool { return s == value })
		if op == types.OpAdd {
			*list = append(*list, value)
		}
		return nil
	}}
}
