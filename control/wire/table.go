package wire

import (
	"fmt"
	"strings"
)

// MarkdownTable says in Markdown which operations of services are built, one
// table per service in the order of its rows; docs/operations.md is made of it.
func MarkdownTable(services []Service) string {
	var b strings.Builder
	for _, s := range services {
		fmt.Fprintf(&b, "## %s: %d of %d operations\n\n", s.Name, built(s), len(s.Operations))
		b.WriteString("| Operation | Request | Built |\n|---|---|---|\n")
		for _, o := range s.Operations {
			fmt.Fprintf(&b, "| %s | %s `%s` | %s |\n", o.Name, o.Method, docPath(o), yesNo(o.Built))
		}
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func docPath(o Operation) string {
	if o.opts.whenKey == "" {
		return o.Path
	}
	return o.Path + "?" + o.opts.whenKey + "=" + o.opts.whenValue
}

func built(s Service) (n int) {
	for _, o := range s.Operations {
		if o.Built {
			n++
		}
	}
	return n
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
