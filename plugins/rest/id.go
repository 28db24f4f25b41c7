package rest

import (
	"bytes"
	"math/rand/v2"
	"strconv"

	"gatehouse/core/clock"
	"gatehouse/core/exchange"
)

const hexDigits = "0123456789abcdef"

func fallback() uint64 { return rand.Uint64() }

// identify chooses the request id. AWS: a client may send its own UUID.
func (s *State) identify(x *exchange.Exchange) {
	if own := x.Header("x-amzn-RequestId"); own != nil {
		if isUUID(own) {
			copy(s.RequestID[:], own)
			return
		}
		s.Replaced = true
	}
	newUUID(&s.RequestID, Random(x), Random(x))
}

// newUUID writes a random UUID (RFC 9562, 5.4).
func newUUID(dst *[36]byte, a, b uint64) {
	a = a&^(0xf<<12) | 4<<12
	b = b&^(3<<62) | 2<<62
	n := 0
	for i := range 32 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			dst[n] = '-'
			n++
		}
		word := a
		if i > 15 {
			word = b
		}
		dst[n] = hexDigits[word>>(60-4*(i&15))&15]
		n++
	}
}

func isUUID(b []byte) bool {
	if len(b) != 36 {
		return false
	}
	for i, c := range b {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if !isHex(c) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// Trace is the X-Amzn-Trace-Id of a request: what the client sent, and a Root of
// our own where it sent none.
type Trace struct {
	Root, Parent, Sampled []byte
	known                 bool
	own                   [35]byte // the Root that we made
}

// AppendTrace appends the value of X-Amzn-Trace-Id as back ends and clients get
// it: Root, and the other parts that the client sent.
func (s *State) AppendTrace(dst []byte, x *exchange.Exchange) []byte {
	t := &s.Trace
	if !t.known {
		t.read(x.Header("X-Amzn-Trace-Id"))
		if t.Root == nil {
			t.Root = appendRoot(t.own[:0], x)
		}
	}
	dst = append(dst, "Root="...)
	dst = append(dst, t.Root...)
	return t.appendRest(dst)
}

func (t *Trace) appendRest(dst []byte) []byte {
	if t.Parent != nil {
		dst = append(append(dst, ";Parent="...), t.Parent...)
	}
	if t.Sampled != nil {
		dst = append(append(dst, ";Sampled="...), t.Sampled...)
	}
	return dst
}

// read takes the parts of a header that are well formed.
func (t *Trace) read(v []byte) {
	t.known = true
	for len(v) > 0 {
		var part []byte
		part, v, _ = bytes.Cut(v, []byte(";"))
		name, value, _ := bytes.Cut(bytes.TrimSpace(part), []byte("="))
		if len(value) == 0 || len(value) > 64 || !plain(value) {
			continue
		}
		switch string(name) {
		case "Root":
			t.Root = value
		case "Parent":
			t.Parent = value
		case "Sampled":
			t.Sampled = value
		}
	}
}

func plain(v []byte) bool {
	for _, c := range v {
		if !isHex(c) && c != '-' {
			return false
		}
	}
	return true
}

// appendRoot appends 1-{8 hex digits of the epoch}-{24 random ones}.
func appendRoot(dst []byte, x *exchange.Exchange) []byte {
	at := x.StartWall(clock.Real.Now(), clock.Real.Wall()).Unix()
	dst = append(dst, "1-"...)
	dst = appendHex(dst, uint64(at), 8)
	dst = append(dst, '-')
	dst = appendHex(dst, Random(x), 16)
	return appendHex(dst, Random(x), 8)
}

func appendHex(dst []byte, v uint64, digits int) []byte {
	for i := digits - 1; i >= 0; i-- {
		dst = append(dst, hexDigits[v>>(4*i)&15])
	}
	return dst
}

// AppendPort appends the port that the client has called.
func AppendPort(dst []byte, x *exchange.Exchange) []byte {
	return strconv.AppendUint(dst, uint64(x.Req.Local.Port()), 10)
}
