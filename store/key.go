package store

import (
	"errors"
	"strings"
)

// root is the subject space of the bucket, as NATS key-value buckets have it, so
// that the NATS command line tool can read the documents.
const root = "$KV." + bucket + "."

var errForeignSubject = errors.New("store: not a subject of this store")

const upperHex = "0123456789ABCDEF"

// appendSubject appends key as part of a subject. Each segment becomes one
// token: letters, digits and "-" stand for themselves, any other byte is "="
// with two hexadecimal digits, and a lone "=" is the empty segment. The longest
// key so needs 3 bytes for each of its own, which fits NATS's control line of
// 4096 bytes with the reply subject beside it.
func appendSubject(dst []byte, key string) []byte {
	for i, segment := range strings.Split(key, "/") {
		if i > 0 {
			dst = append(dst, '.')
		}
		if segment == "" {
			dst = append(dst, '=')
		}
		for j := range len(segment) {
			c := segment[j]
			if plain(c) {
				dst = append(dst, c)
				continue
			}
			dst = append(dst, '=', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

func plain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-'
}

func subject(key string) string {
	return string(appendSubject([]byte(root), key))
}

// filter returns the narrowest subject filter that matches every key starting
// with prefix. It may match others: segments are whole in a filter.
func filter(prefix string) string {
	end := strings.LastIndexByte(prefix, '/')
	if end < 0 {
		return root + ">"
	}
	return subject(prefix[:end]) + ".>"
}

// keyOf is the inverse of subject. It takes only what subject makes, so that no
// two subjects are one key.
func keyOf(subj string) (string, error) {
	encoded, ok := strings.CutPrefix(subj, root)
	if !ok || len(encoded) > 3*MaxKey {
		return "", errForeignSubject
	}
	key := make([]byte, 0, len(encoded))
	for i, token := range strings.Split(encoded, ".") {
		if i > 0 {
			key = append(key, '/')
		}
		var err error
		if key, err = appendSegment(key, token); err != nil {
			return "", err
		}
	}
	if err := checkKey(string(key)); err != nil {
		return "", errForeignSubject
	}
	return string(key), nil
}

func appendSegment(dst []byte, token string) ([]byte, error) {
	if token == "=" {
		return dst, nil
	}
	if token == "" {
		return nil, errForeignSubject
	}
	for i := 0; i < len(token); i++ {
		if plain(token[i]) {
			dst = append(dst, token[i])
			continue
		}
		if token[i] != '=' || i+2 >= len(token) {
			return nil, errForeignSubject
		}
		hi, lo := strings.IndexByte(upperHex, token[i+1]), strings.IndexByte(upperHex, token[i+2])
		c := byte(hi<<4 | lo)
		if hi < 0 || lo < 0 || plain(c) || c == '/' {
			return nil, errForeignSubject
		}
		dst = append(dst, c)
		i += 2
	}
	return dst, nil
}
