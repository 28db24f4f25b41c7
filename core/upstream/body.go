package upstream

import (
	"bytes"
	"errors"
)

// framing tells where an answer's body ends (RFC 9112, 6.3 and 7.1). It is fed
// the bytes after the head, in pieces of any size.
type framing struct {
	kind  kind
	state chunkState
	left  int64 // bytes to come: of a sized body, or of the current chunk
	line  int   // bytes of the current size, extension or trailer line
	tail  int   // bytes of all trailer lines
}

type kind uint8

const (
	none       kind = iota // no body
	sized                  // Content-Length
	chunks                 // Transfer-Encoding: chunked
	untilClose             // the connection's end is the body's
)

type chunkState uint8

const (
	sizeFirst  chunkState = iota // the first digit must come
	sizeDigits                   // digits, extension or CR may come
	extension
	sizeLF
	data
	dataCR
	dataLF
	trailerStart // a trailer line or the end's CR
	trailerLine
	trailerLF
	endLF
)

// Limits of what chunked coding adds.
const (
	maxDigits    = 15       // of a chunk's size: 2^60
	maxExtension = 4096     // bytes of one chunk's size line
	maxTrailer   = 16 << 10 // bytes of all trailer lines
)

var (
	errChunk   = errors.New("malformed chunk")
	errTrailer = errors.New("malformed or too long trailer")
)

// frame chooses the framing of the answer to a request with the given method
// (RFC 9112, 6.3).
func (h *head) frame(method string) framing {
	switch {
	case method == "HEAD" || h.status == 204 || h.status == 304 || h.length == 0:
		return framing{kind: none}
	case h.chunked:
		return framing{kind: chunks}
	case h.length > 0:
		return framing{kind: sized, left: h.length}
	}
	return framing{kind: untilClose}
}

// next takes one piece of payload from the front of b, n bytes of b with its
// framing. An empty piece without done means that b is used up.
func (f *framing) next(b []byte) (piece []byte, n int, done bool, err error) {
	switch f.kind {
	case none:
		return nil, 0, true, nil
	case untilClose:
		return b, len(b), false, nil
	case sized:
		n = int(min(f.left, int64(len(b))))
		f.left -= int64(n)
		return b[:n], n, f.left == 0, nil
	}
	for n < len(b) {
		if f.state == data {
			m := int(min(f.left, int64(len(b)-n)))
			if f.left -= int64(m); f.left == 0 {
				f.state = dataCR
			}
			return b[n : n+m], n + m, false, nil
		}
		if f.skipLine(b, &n) {
			continue
		}
		done, err = f.control(b[n])
		n++
		if done || err != nil {
			return nil, n, done, err
		}
	}
	return nil, n, false, nil
}

// skipLine passes over clean bytes of an extension or trailer line at once and
// reports whether it did.
func (f *framing) skipLine(b []byte, n *int) bool {
	if f.state != extension && f.state != trailerLine {
		return false
	}
	i := bytes.IndexByte(b[*n:], '\r')
	if i < 0 {
		i = len(b) - *n
	}
	room := maxExtension - f.line
	if f.state == trailerLine {
		room = maxTrailer - f.tail
	}
	i = min(i, room)
	for j, c := range b[*n : *n+i] {
		if !clean(c) {
			i = j
			break
		}
	}
	f.line += i
	f.tail += i
	*n += i
	return i > 0
}

func clean(c byte) bool { return c == '\t' || (c >= ' ' && c != 0x7f) }

// control takes one byte that is not payload.
func (f *framing) control(c byte) (done bool, err error) {
	switch f.state {
	case sizeFirst, sizeDigits:
		return false, f.size(c)
	case extension:
		if c != '\r' {
			return false, errChunk // a control character, or too long
		}
		f.state = sizeLF
	case sizeLF:
		return false, f.sizeEnd(c)
	case dataCR:
		return false, f.expect(c, '\r', dataLF, errChunk)
	case dataLF:
		f.line = 0
		return false, f.expect(c, '\n', sizeFirst, errChunk)
	case trailerStart:
		return false, f.trailer(c)
	case trailerLine:
		return false, f.expect(c, '\r', trailerLF, errTrailer)
	case trailerLF:
		return false, f.expect(c, '\n', trailerStart, errTrailer)
	case endLF:
		return c == '\n', f.expect(c, '\n', endLF, errTrailer)
	}
	return false, nil
}

func (f *framing) expect(c, want byte, then chunkState, fault error) error {
	if c != want {
		return fault
	}
	f.state = then
	return nil
}

func (f *framing) size(c byte) error {
	if d := hexDigit(c); d >= 0 {
		if f.line++; f.line > maxDigits {
			return errChunk
		}
		f.left = f.left<<4 | int64(d)
		f.state = sizeDigits
		return nil
	}
	switch {
	case f.state == sizeFirst:
		return errChunk
	case c == ';':
		f.state = extension
	case c == '\r':
		f.state = sizeLF
	default:
		return errChunk
	}
	return nil
}

func (f *framing) sizeEnd(c byte) error {
	if c != '\n' {
		return errChunk
	}
	f.state = data
	if f.left == 0 {
		f.state, f.tail = trailerStart, 0
	}
	return nil
}

func (f *framing) trailer(c byte) error {
	if c == '\r' {
		f.state = endLF
		return nil
	}
	if !clean(c) || c == ' ' || c == '\t' || c == ':' {
		return errTrailer
	}
	f.tail++
	if f.tail > maxTrailer {
		return errTrailer
	}
	f.state = trailerLine
	return nil
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// take takes all payload of b as one slice: a part of b where it is one piece,
// else collected in scratch. used is how much of b belongs to the body.
func (f *framing) take(b []byte, scratch *[]byte) (payload []byte, used int, done bool, err error) {
	gathered := false
	for used < len(b) && !done && err == nil {
		var piece []byte
		var n int
		piece, n, done, err = f.next(b[used:])
		used += n
		switch {
		case len(piece) == 0:
		case payload == nil:
			payload = piece
		default:
			if !gathered {
				gathered = true
				*scratch = append((*scratch)[:0], payload...)
			}
			*scratch = append(*scratch, piece...)
			payload = *scratch
		}
	}
	return payload, used, done || f.kind == none, err
}

// measure reports how many payload bytes b holds and whether the body ends in
// it. f stays as it is.
func (f framing) measure(b []byte) (n int64, done bool, err error) {
	for used := 0; used < len(b) && !done && err == nil; {
		var piece []byte
		var m int
		piece, m, done, err = f.next(b[used:])
		used += m
		n += int64(len(piece))
	}
	return n, done || f.kind == none, err
}
