package expr

import "strings"

const hexLower, hexUpper = "0123456789abcdef", "0123456789ABCDEF"

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

var (
	inLine  = bytesOf(func(b byte) bool { return b >= ' ' && b != 0x7f })
	inQuery = among(alphanumeric + "-._~")               // RFC 3986, 2.3: unreserved
	inPath  = among(alphanumeric + "-._~!$&'()*+,;=:@/") // RFC 3986, 3.3: pchar and the slash
)

func among(set string) *[256]bool {
	return bytesOf(func(b byte) bool { return strings.IndexByte(set, b) >= 0 })
}

func bytesOf(is func(byte) bool) *[256]bool {
	t := new([256]bool)
	for b := range t {
		t[b] = is(byte(b))
	}
	return t
}

// escapeLine writes control characters as JSON strings do.
func escapeLine(dst []byte, start int) []byte { return rewrite(dst, start, inLine, appendUnicode) }

// escapePath writes bytes that have no place in the path of a URI as percent
// escapes, percent signs included.
func escapePath(dst []byte, start int) []byte { return rewrite(dst, start, inPath, appendPercent) }

// literalPath writes s as escapePath does, but keeps the escapes that it has.
func literalPath(s string) string {
	var out []byte
	for len(s) > 0 {
		n := 1
		if s[0] == '%' && len(s) > 2 && unhex(s[1]) < 16 && unhex(s[2]) < 16 {
			out, n = append(out, s[:3]...), 3
		} else {
			out = AppendPathEscaped(out, []byte(s[:1]))
		}
		s = s[n:]
	}
	return string(out)
}

// IsPath reports whether s, a decoded path, stands in a URI as it is.
func IsPath(s []byte) bool {
	for _, b := range s {
		if !inPath[b] {
			return false
		}
	}
	return true
}

// AppendPathEscaped appends s, a decoded path, as it stands in a URI.
func AppendPathEscaped(dst, s []byte) []byte {
	return rewrite(append(dst, s...), len(dst), inPath, appendPercent)
}

// AppendQueryEscaped appends s as a name or a value stands in a query.
func AppendQueryEscaped(dst, s []byte) []byte {
	return rewrite(append(dst, s...), len(dst), inQuery, appendPercent)
}

func appendPercent(dst []byte, b byte) []byte {
	return append(dst, '%', hexUpper[b>>4], hexUpper[b&15])
}

func appendUnicode(dst []byte, b byte) []byte {
	return append(dst, '\\', 'u', '0', '0', hexLower[b>>4], hexLower[b&15])
}

// rewrite has put write each byte of dst[start:] that is not in keep. The
// rewritten bytes grow behind the others first, and then take their place.
func rewrite(dst []byte, start int, keep *[256]bool, put func([]byte, byte) []byte) []byte {
	first, end := start, len(dst)
	for first < end && keep[dst[first]] {
		first++
	}
	if first == end {
		return dst
	}
	for i := first; i < end; i++ {
		if b := dst[i]; keep[b] {
			dst = append(dst, b)
		} else {
			dst = put(dst, b)
		}
	}
	return append(dst[:first], dst[end:]...)
}
