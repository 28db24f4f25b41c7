package tohttp

import "bytes"

// What may stand in a path without being percent-encoded: pchar and the slash
// (RFC 3986, 3.3); appendDecoded also encodes the percent sign.
var pathByte = func() (t [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/") {
		t[c] = true
	}
	return
}()

const hexDigits = "0123456789ABCDEF"

// appendDecoded appends the decoded path p, percent-encoding what must be.
func appendDecoded(dst, p []byte) []byte {
	for i, c := range p {
		if !pathByte[c] {
			return appendSlow(append(dst, p[:i]...), p[i:])
		}
	}
	return append(dst, p...)
}

func appendSlow(dst, p []byte) []byte {
	for _, c := range p {
		if pathByte[c] {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return dst
}

// appendEncoded appends p, which is percent-encoded by its origin's word; what
// would end or break a request line is encoded all the same.
func appendEncoded(dst, p []byte) []byte {
	for _, c := range p {
		if c <= ' ' || c >= 0x7f || c == '?' || c == '#' {
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// appendQueryValue appends p, which is percent-encoded by its origin's word, as a
// value of a query: what would end it there and begin another is encoded.
func appendQueryValue(dst, p []byte) []byte {
	for _, c := range p {
		if c == '%' || c != '+' && c != '&' && c != '=' && c != ';' && pathByte[c] {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return dst
}

// climbs reports whether the path p has dot segments that lead above where it
// begins (RFC 3986, 5.2.4): put behind a path of the integration's, it would name
// something outside of that.
func climbs(p []byte) bool {
	if !bytes.Contains(p, dotDot) {
		return false
	}
	depth := 0
	for segment := range bytes.SplitSeq(p, slash) {
		switch string(segment) {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return true
			}
		default:
			depth++
		}
	}
	return false
}

var dotDot, slash = []byte(".."), []byte("/")

// appendQuery appends the raw query q; what would break a request line is
// encoded.
func appendQuery(dst, q []byte) []byte {
	for _, c := range q {
		if c <= ' ' || c >= 0x7f || c == '#' {
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// wellEscaped reports whether every percent sign of p begins an escape
// (RFC 3986, 2.1).
func wellEscaped(p []byte) bool {
	for i, c := range p {
		if c == '%' && (i+2 >= len(p) || !isHex(p[i+1]) || !isHex(p[i+2])) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return (c >= '0' && c <= '9') || (c|0x20 >= 'a' && c|0x20 <= 'f')
}
