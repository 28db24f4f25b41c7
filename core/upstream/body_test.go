package upstream

import (
	"bytes"
	"testing"
)

// FuzzChunks feeds a chunked body whole and cut: payload, end and refusal must
// be the same.
func FuzzChunks(f *testing.F) {
	for _, s := range []string{
		"0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\nmore",
		"fffffffffffffff\r\n", "5\nhello", "5 \r\nhello\r\n", "\r\n", "0\r\n:\r\n\r\n", "0\r\nA\x00\r\n\r\n",
	} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, in []byte, size uint8) {
		body, used, done, bad := decode(in, len(in))
		for _, n := range []int{1, int(size)} {
			if n == 0 {
				continue
			}
			b, u, d, e := decode(in, n)
			if !bytes.Equal(b, body) || d != done || e != bad || (done && u != used) {
				t.Errorf("pieces of %d: %q, %d used, done %v, refused %v; whole: %q, %d used, done %v, refused %v", n, b, u, d, e, body, used, done, bad)
			}
		}
		fr := framing{kind: chunks}
		if n, d, err := fr.measure(in); n != int64(len(body)) || d != done || (err != nil) != bad {
			t.Errorf("measure = %d, %v, %v; want %d, %v, refused %v", n, d, err, len(body), done, bad)
		}
	})
}

func decode(in []byte, size int) (body []byte, used int, done, bad bool) {
	fr := framing{kind: chunks}
	var scratch []byte
	for used < len(in) && !done {
		b := in[used:min(len(in), used+max(size, 1))]
		payload, n, d, err := fr.take(b, &scratch)
		body = append(body, payload...)
		used += n
		done = d
		if err != nil {
			return body, used, false, true
		}
	}
	return body, used, done, false
}
