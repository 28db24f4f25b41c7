package rest

import (
	"fmt"
	"strings"
	"time"

	"gatehouse/core/clock"
	"gatehouse/core/exchange"
)

// Log collects the lines of an execution log. A nil Log takes nothing, and its
// methods are cheap. AWS: the log of TestInvokeMethod.
type Log struct {
	text strings.Builder
	Now  func() time.Time // nil: the clock's
}

// maxHeaders bounds the text of headers in one line.
const maxHeaders = 998

// Title writes the first line, which has no time.
func (l *Log) Title(id []byte) { fmt.Fprintf(&l.text, "Execution log for request %s\n", id) }

// Line writes one line.
func (l *Log) Line(format string, args ...any) {
	if l == nil {
		return
	}
	now := clock.Real.Wall
	if l.Now != nil {
		now = l.Now
	}
	l.text.WriteString(now().UTC().Format("Mon Jan 02 15:04:05 UTC 2006"))
	l.text.WriteString(" : ")
	fmt.Fprintf(&l.text, format, args...)
	l.text.WriteByte('\n')
}

// String returns what was written.
func (l *Log) String() string { return l.text.String() }

// Map prints pairs as {a=b, c=d}.
type Map [][2]string

// String implements fmt.Stringer.
func (m Map) String() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, kv := range m {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(kv[0] + "=" + kv[1])
	}
	b.WriteByte('}')
	return b.String()
}

// HeaderMap prints header lines as a Map, credentials hidden, long text cut.
func HeaderMap(h *exchange.Headers) string {
	m := make(Map, 0, h.Len())
	for _, f := range h.All() {
		value := string(f.Value)
		if exchange.EqualFold(f.Name, "Authorization") || exchange.EqualFold(f.Name, "x-api-key") {
			value = "****"
		}
		m = append(m, [2]string{string(f.Name), value})
	}
	text := m.String()
	if len(text) > maxHeaders {
		return text[:maxHeaders] + " [TRUNCATED]"
	}
	return text
}
