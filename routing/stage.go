package routing

import (
	"bytes"
	"strings"
)

// Stages is the immutable set of an API's stages with a value each.
type Stages[T any] struct {
	named     map[string]T
	byDefault T
	has       bool // a stage $default
}

// NewStages returns the stages of the map, which is copied. The name $default is
// the stage that serves an HTTP API where no named one does; a REST API has none.
func NewStages[T any](stages map[string]T) *Stages[T] {
	s := &Stages[T]{named: make(map[string]T, len(stages))}
	for name, value := range stages {
		if name == DefaultKey {
			s.byDefault, s.has = value, true
		} else {
			s.named[strings.Clone(name)] = value
		}
	}
	return s
}

// Get returns the stage of a name, as the path forms carry it: $default may have
// its dollar sign escaped. Names are case-sensitive.
func (s *Stages[T]) Get(name []byte) (T, bool) {
	if string(name) == DefaultKey || string(name) == "%24default" {
		return s.byDefault, s.has
	}
	value, ok := s.named[string(name)]
	return value, ok
}

// HTTP chooses the stage of an HTTP API: the one that the first segment names,
// else $default. rest is what routing sees: the path without the name of a named
// stage, and "/" where nothing else is left. Not ok: 404.
func (s *Stages[T]) HTTP(path []byte) (value T, rest []byte, ok bool) {
	name, rest := cutSegment(path)
	if value, ok = s.named[string(name)]; ok && len(name) > 0 {
		return value, rest, true
	}
	return s.byDefault, path, s.has
}

// REST chooses the stage of a REST API on its default hostname: the first segment
// names it always. Several slashes before it count as one. Not ok: 403.
func (s *Stages[T]) REST(path []byte) (value T, rest []byte, ok bool) {
	name, rest := cutSegment(CollapseLeading(path))
	value, ok = s.named[string(name)]
	return value, rest, ok && len(name) > 0
}

// cutSegment splits "/a/b" into "a" and "/b", and "/a" into "a" and "/". A path
// that does not begin with a slash has no segment.
func cutSegment(path []byte) (segment, rest []byte) {
	if len(path) == 0 || path[0] != '/' {
		return nil, path
	}
	if i := bytes.IndexByte(path[1:], '/'); i >= 0 {
		return path[1 : 1+i], path[1+i:]
	}
	return path[1:], path[:1:1]
}
