package sigv4

import (
	"fmt"
	"log/slog"
)

// Secret is a secret access key. However it is printed, logged or marshalled it
// reads [redacted]; only Reveal gives it away.
type Secret string

const redacted = "[redacted]"

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// Format prints the placeholder for every verb of fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue keeps the secret out of slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText keeps the secret out of JSON, YAML and XML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
