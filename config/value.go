package config

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

type text string

func (v *text) String() string     { return string(*v) }
func (v *text) Set(s string) error { *v = text(s); return nil }
func (v *text) Type() string       { return "text" }

type list []string

func (v *list) String() string { return strings.Join(*v, ",") }
func (v *list) Type() string   { return "list" }
func (v *list) Set(s string) error {
	*v = nil
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*v = append(*v, part)
		}
	}
	return nil
}

type flag bool

func (v *flag) String() string   { return strconv.FormatBool(bool(*v)) }
func (v *flag) Type() string     { return "bool" }
func (v *flag) IsBoolFlag() bool { return true }
func (v *flag) Set(s string) error {
	b, err := strconv.ParseBool(s)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", s)
	}
	*v = flag(b)
	return nil
}

type number int

func (v *number) String() string { return strconv.Itoa(int(*v)) }
func (v *number) Type() string   { return "number" }
func (v *number) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil {
		return fmt.Errorf("%q is not a whole number", s)
	}
	*v = number(n)
	return nil
}

type span time.Duration

func (v *span) String() string { return time.Duration(*v).String() }
func (v *span) Type() string   { return "duration" }
func (v *span) Set(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("%q is not a duration such as 10s, 5m or 2h", s)
	}
	*v = span(d)
	return nil
}

// Size is a number of bytes, written 512MiB, 1GiB or plain.
type Size int64

var units = []struct {
	name string
	size int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

// String writes the largest unit that divides.
func (v *Size) String() string {
	for _, u := range units {
		if n := int64(*v); n != 0 && n%u.size == 0 {
			return strconv.FormatInt(n/u.size, 10) + u.name
		}
	}
	return strconv.FormatInt(int64(*v), 10)
}

// Type implements Value.
func (v *Size) Type() string { return "bytes" }

// Set implements Value.
func (v *Size) Set(s string) error {
	factor, digits := int64(1), s
	for _, u := range units {
		if d, ok := strings.CutSuffix(s, u.name); ok {
			factor, digits = u.size, d
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > 1<<50/factor {
		return fmt.Errorf("%q is not a size such as 512MiB or 1GiB", s)
	}
	*v = Size(n * factor)
	return nil
}

// Key is an access key of the management API.
type Key struct {
	ID     string
	Secret Secret
}

// Secret prints as [redacted] in every format.
type Secret string

// String implements fmt.Stringer.
func (Secret) String() string { return "[redacted]" }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return "[redacted]" }

// MarshalText implements encoding.TextMarshaler.
func (Secret) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// Keys is a list of access keys, written ID:SECRET,ID:SECRET.
type Keys []Key

// String tells ids only.
func (v *Keys) String() string {
	ids := make([]string, len(*v))
	for i, k := range *v {
		ids[i] = k.ID + ":[redacted]"
	}
	return strings.Join(ids, ",")
}

// Type implements Value.
func (v *Keys) Type() string { return "keys" }

// Set implements Value. Its error never shows a secret.
func (v *Keys) Set(s string) error {
	*v = nil
	for i, pair := range strings.Split(s, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		id, secret, ok := strings.Cut(pair, ":")
		if !ok || id == "" || len(secret) < 8 {
			return fmt.Errorf("pair %d is not ID:SECRET with a secret of at least 8 characters", i+1)
		}
		*v = append(*v, Key{id, Secret(secret)})
	}
	return nil
}
