package compress

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
)

// Coding is a content coding (RFC 9110, 8.4.1).
type Coding uint8

// The codings that AWS knows, and all others.
const (
	Identity Coding = iota
	Gzip
	Deflate
	Unknown
)

// ErrTooLarge means that a body expands to more than it may.
var ErrTooLarge = errors.New("the expanded body is over the size limit")

// CodingOf reads a Content-Encoding; a list of several codings is Unknown.
func CodingOf(v []byte) Coding {
	switch v = exchange.Trim(v); {
	case len(v) == 0 || exchange.EqualFold(v, "identity"):
		return Identity
	case exchange.EqualFold(v, "gzip") || exchange.EqualFold(v, "x-gzip"):
		return Gzip
	case exchange.EqualFold(v, "deflate"):
		return Deflate
	}
	return Unknown
}

// Choose returns the coding of the highest weight in an Accept-Encoding, the
// first of several. Unknown also stands for "*" and for none at all.
func Choose(accept []byte) Coding {
	best, weight := Unknown, 0.0
	for part := range bytes.SplitSeq(accept, []byte(",")) {
		name, params, _ := bytes.Cut(part, []byte(";"))
		if name = exchange.Trim(name); len(name) == 0 {
			continue
		}
		if q := weightOf(params); q > weight {
			best, weight = CodingOf(name), q
		}
	}
	return best
}

// weightOf reads "q=0.5" (RFC 9110, 12.4.2); 1 without one.
func weightOf(params []byte) float64 {
	for p := range bytes.SplitSeq(params, []byte(";")) {
		name, v, ok := bytes.Cut(exchange.Trim(p), []byte("="))
		if ok && exchange.EqualFold(name, "q") {
			if q, err := strconv.ParseFloat(string(v), 64); err == nil {
				return q
			}
			return 0
		}
	}
	return 1
}

var (
	gzipReaders  sync.Pool
	zlibReaders  sync.Pool
	gzipWriters  = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}
	zlibWriters  = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}
	errNoTrailer = errors.New("bytes follow the coded body")
)

// Decode returns what b stands for, at most limit bytes; the caller puts the
// buffer back. Any goroutine may call it.
func (c Coding) Decode(b []byte, limit int) (*bufs.Buf, error) {
	src := bytes.NewReader(b)
	r, give, err := c.reader(src)
	if err != nil {
		return nil, err
	}
	defer give()
	out := bufs.Get(min(4*len(b)+512, limit+1))
	for {
		out = bufs.Grow(out, 512)
		n, err := r.Read(out.B[len(out.B):cap(out.B)])
		out.B = out.B[:len(out.B)+n]
		switch {
		case len(out.B) > limit:
			err = ErrTooLarge
		case err == nil:
			continue
		case errors.Is(err, io.EOF) && src.Len() > 0:
			err = errNoTrailer
		case errors.Is(err, io.EOF):
			return out, nil
		}
		bufs.Put(out)
		return nil, err
	}
}

// reader returns a reader of the coding and how to give it back.
func (c Coding) reader(src *bytes.Reader) (io.Reader, func(), error) {
	if c == Gzip {
		r, ok := gzipReaders.Get().(*gzip.Reader)
		if !ok {
			r = new(gzip.Reader)
		}
		if err := r.Reset(src); err != nil {
			return nil, nil, err
		}
		return r, func() { gzipReaders.Put(r) }, nil
	}
	if r, ok := zlibReaders.Get().(io.ReadCloser); ok {
		if err := r.(zlib.Resetter).Reset(src, nil); err == nil {
			return r, func() { zlibReaders.Put(r) }, nil
		}
	} else if r, err := zlib.NewReader(src); err == nil {
		return r, func() { zlibReaders.Put(r) }, nil
	}
	// Some senders mean the bare format (RFC 1951) by deflate.
	_, _ = src.Seek(0, io.SeekStart)
	return flate.NewReader(src), func() {}, nil
}

// Encode returns b coded; the caller puts the buffer back. Any goroutine may
// call it.
func (c Coding) Encode(b []byte) (*bufs.Buf, error) {
	out := &sink{bufs.Get(len(b)/2 + 512)}
	var err error
	if c == Gzip {
		w := gzipWriters.Get().(*gzip.Writer)
		w.Reset(out)
		_, _ = w.Write(b) // Close tells of errors
		err = w.Close()
		gzipWriters.Put(w)
	} else {
		w := zlibWriters.Get().(*zlib.Writer)
		w.Reset(out)
		_, _ = w.Write(b)
		err = w.Close()
		zlibWriters.Put(w)
	}
	return out.buf, err
}

// sink collects what a writer writes.
type sink struct{ buf *bufs.Buf }

func (s *sink) Write(p []byte) (int, error) {
	s.buf = bufs.Grow(s.buf, len(p))
	s.buf.B = append(s.buf.B, p...)
	return len(p), nil
}
