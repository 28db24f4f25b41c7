package openapi

import (
	"fmt"
	"slices"
	"strings"
)

// Report is what an import has to say of a document. Errors are reasons to
// refuse it.
type Report struct {
	Info     []string // legal, and without effect
	Warnings []string // wrong or unsupported, and left out
	Errors   []string
}

// Bounds of each list of a Report: a document can be wrong in every line, and
// names in it can be long.
const (
	maxReport = 1000 // entries
	maxEntry  = 1000 // bytes
)

func add(list *[]string, format string, args ...any) {
	if len(*list) < maxReport {
		*list = append(*list, clip(fmt.Sprintf(format, args...)))
	}
}

// clip shortens a long text to whole characters.
func clip(text string) string {
	if len(text) <= maxEntry {
		return text
	}
	return strings.ToValidUTF8(text[:maxEntry], "") + "..."
}

// Infof adds to Info.
func (r *Report) Infof(format string, args ...any) { add(&r.Info, format, args...) }

// Warnf adds to Warnings.
func (r *Report) Warnf(format string, args ...any) { add(&r.Warnings, format, args...) }

// Errorf adds to Errors.
func (r *Report) Errorf(format string, args ...any) { add(&r.Errors, format, args...) }

// Refusal is the message with which an import is refused; "" when it isn't.
// Warnings are reasons only when failOnWarnings.
func (r *Report) Refusal(failOnWarnings bool) string {
	switch {
	case len(r.Errors) > 0:
		return "Errors found during import:\n\t" + strings.Join(r.Errors, "\n\t")
	case failOnWarnings && len(r.Warnings) > 0:
		return "Warnings found during import:\n\t" + strings.Join(r.Warnings, "\n\t")
	}
	return ""
}

// Clone copies r, so that each attempt of an import can add to its own.
func (r *Report) Clone() Report {
	return Report{slices.Clone(r.Info), slices.Clone(r.Warnings), slices.Clone(r.Errors)}
}
