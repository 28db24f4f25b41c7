package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// MaxBytes is the longest document, AWS's 6 MB.
	MaxBytes = 6 << 20

	maxNodes = 500_000
	maxDepth = 128
)

// Errors of Parse; all others wrap ErrSyntax, too.
var (
	ErrSyntax   = errors.New("not a document")
	errTooBig   = fmt.Errorf("%w: it is longer than %d bytes", ErrSyntax, MaxBytes)
	errTooMany  = fmt.Errorf("%w: it has more than %d values", ErrSyntax, maxNodes)
	errTooDeep  = fmt.Errorf("%w: it is nested deeper than %d levels", ErrSyntax, maxDepth)
	errNotUTF8  = fmt.Errorf("%w: it is not UTF-8", ErrSyntax)
	errNoObject = fmt.Errorf("%w: it is no object", ErrSyntax)
)

// Parse reads JSON or YAML. The document is an object within the package's
// limits. Errors wrap ErrSyntax.
func Parse(text []byte) (*Node, error) {
	switch {
	case len(text) > MaxBytes:
		return nil, errTooBig
	case !utf8.Valid(text):
		return nil, errNotUTF8
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	n, err := parseEither(text)
	if err != nil {
		return nil, err
	}
	if n.Kind != Map {
		return nil, errNoObject
	}
	return n, nil
}

// parseEither prefers JSON where the text looks like it: it is faster, and YAML
// takes no tabs and no surrogate pairs. What only looks like JSON can be YAML.
func parseEither(text []byte) (*Node, error) {
	if !strings.HasPrefix(strings.TrimLeft(string(text[:min(len(text), 512)]), " \t\r\n"), "{") {
		return parseYAML(text)
	}
	n, err := parseJSON(text)
	if err == nil || isLimit(err) {
		return n, err
	}
	if y, yamlErr := parseYAML(text); yamlErr == nil || isLimit(yamlErr) {
		return y, yamlErr
	}
	return nil, err
}

func isLimit(err error) bool { return errors.Is(err, errTooMany) || errors.Is(err, errTooDeep) }

// budget counts what has been read.
type budget struct{ nodes int }

func (b *budget) take(depth int) error {
	if b.nodes++; b.nodes > maxNodes {
		return errTooMany
	}
	if depth > maxDepth {
		return errTooDeep
	}
	return nil
}

func duplicate(name string) error {
	return fmt.Errorf("%w: it has %q twice in one object", ErrSyntax, name)
}
