package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// BodyHash is the hex SHA-256 of a body, as x-amz-content-sha256 has it.
func BodyHash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// appendCanonical appends the canonical request. path is in canonical form
// already; signed is lower case; bodyHash is what stands for the body.
func appendCanonical(dst []byte, r *Request, path string, signed []string, bodyHash string) []byte {
	dst = append(dst, r.Method...)
	dst = append(append(dst, '\n'), path...)
	dst = append(append(dst, '\n'), canonicalQuery(r.Query)...)
	dst = append(dst, '\n')
	for _, name := range signed {
		dst = append(append(dst, name...), ':')
		dst = append(appendValues(dst, r, name), '\n')
	}
	dst = append(append(dst, '\n'), strings.Join(signed, ";")...)
	return append(append(dst, '\n'), bodyHash...)
}

// appendValues appends all values of a field, joined by commas, each trimmed and
// with runs of blanks made one.
func appendValues(dst []byte, r *Request, name string) []byte {
	first := true
	for _, f := range r.Fields {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendSqueezed(dst, f.Value)
	}
	return dst
}

func appendSqueezed(dst []byte, s string) []byte {
	s = strings.Trim(s, " \t")
	for i := range len(s) {
		if s[i] == ' ' && s[i-1] == ' ' {
			continue
		}
		dst = append(dst, s[i])
	}
	return dst
}

// canonicalQuery sorts by encoded name, then value, and leaves X-Amz-Signature
// out. A plus is a blank, as every reader of our queries takes it.
func canonicalQuery(query string) string {
	if query == "" {
		return ""
	}
	var pairs [][2]string
	for pair := range strings.SplitSeq(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		if pair == "" || k == "X-Amz-Signature" {
			continue
		}
		pairs = append(pairs, [2]string{reencode(k), reencode(v)})
	}
	slices.SortFunc(pairs, func(a, b [2]string) int {
		if c := strings.Compare(a[0], b[0]); c != 0 {
			return c
		}
		return strings.Compare(a[1], b[1])
	})
	var dst []byte
	for i, p := range pairs {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = append(append(append(dst, p[0]...), '='), p[1]...)
	}
	return string(dst)
}

// reencode brings any spelling of a query part to AWS's. What can't be decoded
// is taken literally.
func reencode(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		s = plain
	}
	return string(appendEscaped(nil, s, false))
}

// appendEscaped percent-encodes all but A-Z a-z 0-9 - . _ ~ (RFC 3986, 2.3) and,
// with slash, "/".
func appendEscaped(dst []byte, s string, slash bool) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		if unreserved(c) || slash && c == '/' {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', digits[c>>4], digits[c&15])
		}
	}
	return dst
}

func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

// canonicalPaths lists the forms of a raw path that a signer may have used: the
// path encoded once more, without dot segments and double slashes (AWS's rule,
// botocore) or with them (Go SDK); with single also encoded once only.
func canonicalPaths(raw string, single bool) []string {
	if raw == "" {
		raw = "/"
	}
	paths := []string{string(appendEscaped(nil, raw, true))}
	if clean := normalize(raw); clean != raw {
		paths = append(paths, string(appendEscaped(nil, clean, true)))
	}
	if plain, err := url.PathUnescape(raw); single && err == nil {
		paths = append(paths, string(appendEscaped(nil, plain, true)))
	}
	return paths
}

// normalize removes empty and dot segments (RFC 3986, 5.2.4); a last slash stays.
func normalize(raw string) string {
	var out []string
	last := ""
	for seg := range strings.SplitSeq(raw, "/") {
		last = seg
		switch seg {
		case "", ".":
		case "..":
			out = out[:max(0, len(out)-1)]
		default:
			out = append(out, seg)
		}
	}
	p := "/" + strings.Join(out, "/")
	if len(out) > 0 && (last == "" || last == "." || last == "..") {
		p += "/"
	}
	return p
}
