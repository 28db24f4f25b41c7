package exchange

import "encoding/binary"

// CleanValue reports whether b may be a header's value: no control characters
// but the tab (RFC 9110, 5.5). Eight bytes at a time.
func CleanValue(b []byte) bool {
	const (
		ones = 0x0101010101010101
		high = 0x8080808080808080
	)
	for len(b) >= 8 {
		v := binary.LittleEndian.Uint64(b)
		below := (v - ones*0x20) & ^v & high                      // a byte under 0x20
		del := ((v ^ ones*0x7f) - ones) & ^(v ^ ones*0x7f) & high // a byte of 0x7f
		if below|del != 0 && !cleanSlow(b[:8]) {
			return false
		}
		b = b[8:]
	}
	return cleanSlow(b)
}

func cleanSlow(b []byte) bool {
	for _, c := range b {
		if (c < 0x20 && c != '\t') || c == 0x7f {
			return false
		}
	}
	return true
}

// AppendValue appends v to dst as a header's value; a control character, which
// would end the line or worse, becomes a space.
func AppendValue(dst, v []byte) []byte {
	if CleanValue(v) {
		return append(dst, v...)
	}
	for _, c := range v {
		if (c < 0x20 && c != '\t') || c == 0x7f {
			c = ' '
		}
		dst = append(dst, c)
	}
	return dst
}

// Trim removes optional white space from both ends (RFC 9110, 5.6.3).
func Trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// IsToken reports whether b is a token (RFC 9110, 5.6.2): a method or a
// header's name.
func IsToken(b []byte) bool {
	for _, c := range b {
		if !token[c] {
			return false
		}
	}
	return len(b) > 0
}

// IsTokenByte reports whether c may be part of a token.
func IsTokenByte(c byte) bool { return token[c] }

var token = func() (t [256]bool) {
	for _, c := range []byte("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		t[c] = true
	}
	return
}()

// HasListToken reports whether the comma-separated list v names tok, without
// regard to case (Connection and its like).
func HasListToken(v []byte, tok string) bool {
	for len(v) > 0 {
		i := 0
		for i < len(v) && v[i] != ',' {
			i++
		}
		if EqualFold(Trim(v[:i]), tok) {
			return true
		}
		v = v[min(i+1, len(v)):]
	}
	return false
}
