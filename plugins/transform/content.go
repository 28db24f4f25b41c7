package transform

import (
	"encoding/base64"
	"unicode/utf8"

	"gatehouse/core/bufs"
)

// conversion is what content handling does to a body.
type conversion uint8

const (
	asText conversion = iota // bytes that are no UTF-8 become U+FFFD
	decode                   // Base64 text to bytes
	asIs                     // bytes pass, and no template may see them
	encode                   // bytes to Base64 text
)

// binary reports whether the converted body is bytes that no template may see.
func (c conversion) binary() bool { return c == decode || c == asIs }

// requestConversion is AWS's table for requests.
func requestConversion(binary bool, handling string) conversion {
	switch {
	case binary && handling == ToText:
		return encode
	case binary:
		return asIs
	case handling == ToBinary:
		return decode
	}
	return asText
}

// responseConversion is AWS's table for responses: whether the API has binary
// types at all, and whether the back end's and the accepted type are among them.
func responseConversion(list, body, accept bool, handling string) conversion {
	switch {
	case !body && (!list || !accept):
		if handling == ToBinary {
			return decode
		}
		return asText
	case !body:
		if handling == ToText {
			return asText
		}
		return decode
	case handling == ToText:
		return encode
	case handling == ToBinary || accept:
		return asIs
	}
	return encode
}

// convert returns the converted body, b itself where nothing changes, and the
// buffer that holds it otherwise.
func (c conversion) convert(b []byte) ([]byte, *bufs.Buf, error) {
	switch c {
	case asText:
		if utf8.Valid(b) {
			return b, nil, nil
		}
		buf := bufs.Get(len(b) + len(b)/2)
		buf.B = appendRepaired(buf.B, b)
		return buf.B, buf, nil
	case encode:
		buf := bufs.Get(base64.StdEncoding.EncodedLen(len(b)))
		buf.B = base64.StdEncoding.AppendEncode(buf.B, b)
		return buf.B, buf, nil
	case decode:
		buf := bufs.Get(base64.StdEncoding.DecodedLen(len(b)))
		out, err := base64.StdEncoding.AppendDecode(buf.B, b)
		if err != nil {
			bufs.Put(buf)
			return nil, nil, errBase64
		}
		buf.B = out
		return out, buf, nil
	}
	return b, nil, nil
}

// appendRepaired appends b with U+FFFD for each byte that is no part of UTF-8.
func appendRepaired(dst, b []byte) []byte {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			dst, n = append(dst, "\uFFFD"...), 1
		} else {
			dst = append(dst, b[:n]...)
		}
		b = b[n:]
	}
	return dst
}
