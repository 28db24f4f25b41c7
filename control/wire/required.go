package wire

import (
	_ "embed"
	"reflect"
	"strings"
	"sync"
)

// requiredText has a line per SDK type with required members: "service.Type A B".
// The SDK says it in comments only; TestRequiredTable reads them and keeps this
// file true (-update rewrites it).
//
//go:embed required.txt
var requiredText string

var requiredTable = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(requiredText) {
		name, members, _ := strings.Cut(strings.TrimSpace(line), " ")
		m[name] = members
	}
	return m
})

// requiredOf is the set of members that the SDK's model requires of t.
func requiredOf(t reflect.Type) map[string]bool {
	set := map[string]bool{}
	for _, m := range strings.Fields(requiredTable()[typeName(t)]) {
		set[m] = true
	}
	return set
}
