package routing

import (
	"bytes"
	"errors"
)

// ErrEscape says that a percent sign is not followed by two hexadecimal digits.
var ErrEscape = errors.New("percent sign without two hexadecimal digits")

// AppendDecodedPath appends to dst the path that an HTTP API hands to its back
// end for the path raw, which has no query. The path is decoded, read as a URL
// again, and decoded again: so it ends at a question mark that the first decoding
// brought out, and a percent sign that it brought out must begin an escape. The
// result can hold any byte, line ends and zero bytes included.
//
// On ErrEscape (AWS: 400) dst is returned as it was. dst and raw must not overlap.
//
// AWS: rawPath, requestContext.http.path.
func AppendDecodedPath(dst, raw []byte) ([]byte, error) {
	start := len(dst)
	out, err := AppendUnescaped(dst, raw)
	if err != nil {
		return dst, err
	}
	if i := bytes.IndexByte(out[start:], '?'); i >= 0 {
		out = out[:start+i]
	}
	// In place: what is written never overtakes what is read.
	out, err = AppendUnescaped(out[:start], out[start:])
	if err != nil {
		return dst, err
	}
	return out, nil
}

// AppendUnescaped appends s to dst with its percent escapes decoded once
// (RFC 3986, 2.1). A plus sign stays one. On ErrEscape dst is returned as it was.
func AppendUnescaped(dst, s []byte) ([]byte, error) {
	start := len(dst)
	for {
		i := bytes.IndexByte(s, '%')
		if i < 0 {
			return append(dst, s...), nil
		}
		if len(s) < i+3 {
			return dst[:start], ErrEscape
		}
		high, low := unhex(s[i+1]), unhex(s[i+2])
		if high > 15 || low > 15 {
			return dst[:start], ErrEscape
		}
		dst = append(append(dst, s[:i]...), high<<4|low)
		s = s[i+3:]
	}
}

// unhex returns the value of a hexadecimal digit, or 255.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
