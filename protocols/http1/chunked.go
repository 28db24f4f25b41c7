package http1

import (
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

// chunked takes the chunked coding off a body, fed in pieces of any size
// (RFC 9112, 7.1). The zero value is ready.
type chunked struct {
	state   chunkState
	digits  uint8  // hex digits of this size line
	named   bool   // this trailer has a name
	skipped uint16 // bytes of chunk extensions and trailers seen
	left    int64  // bytes of this chunk still to come
}

type chunkState uint8

const (
	chunkSize chunkState = iota
	chunkExtension
	chunkSizeLF
	chunkData
	chunkDataCR
	chunkDataLF
	trailerStart
	trailerName
	trailerLine
	trailerLF
	trailerEndLF
	chunkDone
)

// Extensions and trailers are dropped; more of them than this is an attack.
const maxSkipped = 8 << 10

var (
	errChunk   = gwerr.BadRequest.Wrap(errText("malformed chunk"))
	errTrailer = gwerr.BadRequest.Wrap(errText("malformed or too long trailers or chunk extensions"))
)

// feed decodes b: it passes body bytes to data, as slices of b, and returns
// how much of b belongs to this body. done is true once the last chunk and its
// trailers are read.
func (c *chunked) feed(b []byte, data func(p []byte) *gwerr.Error) (n int, done bool, err *gwerr.Error) {
	for n < len(b) {
		if c.state == chunkData {
			take := int(min(c.left, int64(len(b)-n)))
			if err := data(b[n : n+take]); err != nil {
				return n, false, err
			}
			n += take
			if c.left -= int64(take); c.left == 0 {
				c.state = chunkDataCR
			}
			continue
		}
		if err := c.step(b[n]); err != nil {
			return n, false, err
		}
		n++
		if c.state == chunkDone {
			return n, true, nil
		}
	}
	return n, false, nil
}

// step takes one byte outside chunk data.
func (c *chunked) step(b byte) *gwerr.Error {
	switch c.state {
	case chunkSize:
		return c.size(b)
	case chunkExtension:
		return c.skip(b, chunkSizeLF)
	case chunkSizeLF:
		if b != '\n' {
			return errChunk
		}
		c.state = chunkData
		if c.left == 0 {
			c.state = trailerStart
		}
		c.digits = 0
		return nil
	case chunkDataCR:
		return c.expect(b, '\r', chunkDataLF)
	case chunkDataLF:
		return c.expect(b, '\n', chunkSize)
	case trailerStart:
		if b == '\r' {
			c.state = trailerEndLF
			return nil
		}
		c.state = trailerName
		c.named = false
		return c.name(b)
	case trailerName:
		return c.name(b)
	case trailerLine:
		return c.skip(b, trailerLF)
	case trailerLF:
		return c.expect(b, '\n', trailerStart)
	default: // trailerEndLF
		return c.expect(b, '\n', chunkDone)
	}
}

func (c *chunked) size(b byte) *gwerr.Error {
	v := unhex(b)
	switch {
	case v >= 0 && c.digits < 15:
		c.left = c.left<<4 | int64(v)
		c.digits++
	case b == '\r' && c.digits > 0:
		c.state = chunkSizeLF
	case b == ';' && c.digits > 0:
		c.state = chunkExtension
	default:
		return errChunk
	}
	return nil
}

// skip drops a byte of an extension or trailer; a carriage return leads on.
func (c *chunked) skip(b byte, after chunkState) *gwerr.Error {
	if b == '\r' {
		c.state = after
		return nil
	}
	if c.skipped++; c.skipped > maxSkipped || (b < ' ' && b != '\t') || b == 0x7f {
		return errTrailer
	}
	return nil
}

// name takes a byte of a trailer's name, which is dropped, but must be one.
func (c *chunked) name(b byte) *gwerr.Error {
	switch {
	case exchange.IsTokenByte(b):
		c.named = true
	case b == ':' && c.named:
		c.state = trailerLine
	default:
		return errTrailer
	}
	return c.skip(b, trailerLF)
}

func (c *chunked) expect(b, want byte, next chunkState) *gwerr.Error {
	if b != want {
		return errChunk
	}
	c.state = next
	return nil
}

func unhex(b byte) int {
	switch {
	case '0' <= b && b <= '9':
		return int(b - '0')
	case 'a' <= b && b <= 'f':
		return int(b-'a') + 10
	case 'A' <= b && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}
