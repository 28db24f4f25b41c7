package rest

import (
	"bytes"
	"strings"

	"gatehouse/core/exchange"
)

// JSON is the media type that counts where a message names none.
const JSON = "application/json"

// MIME returns the media type of a Content-Type without its parameters, JSON's
// for none.
func MIME(value []byte) []byte {
	if i := bytes.IndexByte(value, ';'); i >= 0 {
		value = value[:i]
	}
	if value = exchange.Trim(value); len(value) == 0 {
		return jsonType
	}
	return value
}

var jsonType = []byte(JSON)

// FirstAccept returns the media type of the first entry of an Accept header,
// JSON's for none.
func FirstAccept(value []byte) []byte {
	if i := bytes.IndexByte(value, ','); i >= 0 {
		value = value[:i]
	}
	return MIME(value)
}

// MediaTypes are those that count as binary. nil has none. AWS:
// binaryMediaTypes.
type MediaTypes struct {
	all      bool
	exact    []string
	prefixes []string // "image/" for "image/*"
}

// NewMediaTypes compiles a list of type/subtype, type/* and */*; other entries
// match nothing. The console's spelling with ~1 for the slash is understood.
func NewMediaTypes(list []string) *MediaTypes {
	if len(list) == 0 {
		return nil
	}
	m := &MediaTypes{}
	for _, t := range list {
		t = strings.ReplaceAll(t, "~1", "/")
		prefix, wild := strings.CutSuffix(t, "/*")
		switch {
		case t == "*/*":
			m.all = true
		case wild:
			m.prefixes = append(m.prefixes, prefix+"/")
		default:
			m.exact = append(m.exact, t)
		}
	}
	return m
}

// All reports whether every type is binary.
func (m *MediaTypes) All() bool { return m != nil && m.all }

// Has reports whether mime, without parameters, is binary. A wildcard in mime is
// literal text: it matches an entry that is spelled alike.
func (m *MediaTypes) Has(mime []byte) bool {
	if m == nil {
		return false
	}
	for _, t := range m.exact {
		if exchange.EqualFold(mime, t) {
			return true
		}
	}
	for _, p := range m.prefixes {
		if len(mime) > len(p) && exchange.EqualFold(mime[:len(p)], p) {
			return true
		}
	}
	return m.all
}
