package routing

import (
	"fmt"
	"strings"
)

// NoBasePath is v1's word for the empty mapping key.
const NoBasePath = "(none)"

// MaxMappingKeyBytes is AWS's limit on the length of a mapping key.
const MaxMappingKeyBytes = 300

// MappingError says why a mapping key is refused.
type MappingError struct {
	Key    string
	Reason string
}

func (e *MappingError) Error() string {
	return fmt.Sprintf("API mapping key %.320q %s", e.Key, e.Reason)
}

// Mappings is the immutable set of a domain's API mappings with a value each.
type Mappings[T any] struct {
	byKey  map[string]T
	depths []bool // by number of segments: some key has so many
}

// NewMappings returns the mappings of the map, which is copied. The empty key,
// which may be spelled "(none)", matches every path. The error is a *MappingError.
//
// AWS: apiMappingKey; v1: basePath.
func NewMappings[T any](mappings map[string]T) (*Mappings[T], error) {
	m := &Mappings[T]{byKey: make(map[string]T, len(mappings))}
	for key, value := range mappings {
		if key == NoBasePath {
			key = ""
		}
		if err := CheckMappingKey(key); err != nil {
			return nil, err
		}
		if _, ok := m.byKey[key]; ok {
			return nil, &MappingError{key, "is there twice"}
		}
		m.byKey[strings.Clone(key)] = value
		depth := 0
		if key != "" {
			depth = 1 + strings.Count(key, "/")
		}
		for len(m.depths) <= depth {
			m.depths = append(m.depths, false)
		}
		m.depths[depth] = true
	}
	return m, nil
}

// CheckMappingKey returns a *MappingError for a key that no mapping can have.
// The empty key is fine.
func CheckMappingKey(key string) error {
	if len(key) > MaxMappingKeyBytes {
		return &MappingError{key, "is too long"}
	}
	if key != "" && strings.Contains("/"+key+"/", "//") {
		return &MappingError{key, "has an empty segment"}
	}
	for i := range len(key) {
		if !alphanumeric(key[i]) && strings.IndexByte("$-_.+!*'()/", key[i]) < 0 {
			return &MappingError{key, "has a character that is not allowed"}
		}
	}
	return nil
}

// Match returns the mapping whose key has the most segments of those that begin
// path, segment by segment and case-sensitive. base is the part of path that is
// the key, without its slash; rest is what follows, and "/" if nothing does. Not
// ok: 403.
//
// AWS: base is $context.customDomain.basePathMatched.
func (m *Mappings[T]) Match(path []byte) (value T, base, rest []byte, ok bool) {
	if len(path) == 0 {
		path = root
	}
	value, ok = m.byKey[""]
	base, rest = path[:0], path
	if path[0] != '/' {
		return value, base, rest, ok
	}
	at := 0
	for depth := 1; depth < len(m.depths) && at < len(path); depth++ {
		at = segmentEnd(path, at)
		if !m.depths[depth] {
			continue
		}
		if v, found := m.byKey[string(path[1:at])]; found && at > 1 {
			value, ok, base, rest = v, true, path[1:at], path[at:]
		}
	}
	if len(rest) == 0 {
		rest = path[:1:1]
	}
	return value, base, rest, ok
}
