package rest

import "iter"

// Pairs gives the names and values of a query as they were sent. "&" and ";"
// separate them; empty ones are passed over.
func Pairs(q []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for len(q) > 0 {
			end, eq := len(q), -1
			for i, c := range q {
				if c == '&' || c == ';' {
					end = i
					break
				}
				if c == '=' && eq < 0 {
					eq = i
				}
			}
			pair := q[:end]
			q = q[min(end+1, len(q)):]
			if len(pair) == 0 {
				continue
			}
			name, value := pair, pair[len(pair):]
			if eq >= 0 {
				name, value = pair[:eq], pair[eq+1:]
			}
			if !yield(name, value) {
				return
			}
		}
	}
}

// queryByte has the bytes that stand in a query as they are: those that form
// decoding leaves alone and encoding does, too, and the ones between pairs.
var queryByte = func() (t [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~") {
		t[c] = true
	}
	return
}()

// AppendQuery appends a client's query decoded and encoded again, which is how
// back ends get it.
func AppendQuery(dst, q []byte) []byte {
	first := true
	for name, value := range Pairs(q) {
		if !first {
			dst = append(dst, '&')
		}
		first = false
		dst = appendAgain(dst, name)
		dst = append(dst, '=')
		dst = appendAgain(dst, value)
	}
	return dst
}

func appendAgain(dst, s []byte) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case queryByte[c]:
			dst = append(dst, c)
			continue
		case c == '+':
			c = ' '
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
			if queryByte[c] {
				dst = append(dst, c)
				continue
			}
		}
		const upper = "0123456789ABCDEF"
		dst = append(dst, '%', upper[c>>4], upper[c&15])
	}
	return dst
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// WellFormed reports whether a request target's path and query can be read:
// percent signs begin escapes, and "|", "{" and "}" are escaped in the query.
func WellFormed(path, query []byte) bool { return escaped(path, false) && escaped(query, true) }

func escaped(s []byte, query bool) bool {
	for i, c := range s {
		switch c {
		case '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
		case '|', '{', '}':
			if query {
				return false
			}
		}
	}
	return true
}
