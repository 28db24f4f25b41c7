package store

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/nats-io/nats.go"
)

// Headers of a stored message. The operation header is the one of NATS key-value
// buckets; encoding says that the body is compressed.
const (
	operationHeader = "KV-Operation"
	operationDelete = "DEL"
	encodingHeader  = "Content-Encoding"
	encodingGzip    = "gzip"
)

// headroom is what a message needs of the server's max_payload beside its body:
// the headers of a compare-and-set, and of a compressed body.
const headroom = 512

// pack makes the message that stores value under subj on a server whose
// max_payload is limit. Only a value that does not fit is compressed, so that
// the others stay readable with NATS's own tools; one that does not fit even so
// is ErrTooLarge, and the text tells which setting to raise.
func pack(subj string, value []byte, limit int64) (*nats.Msg, error) {
	if err := checkValue(value); err != nil {
		return nil, err
	}
	m := &nats.Msg{Subject: subj, Data: value, Header: nats.Header{}}
	if int64(len(value)) <= limit-headroom {
		return m, nil
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(value); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if int64(b.Len()) > limit-headroom {
		return nil, fmt.Errorf("%w: %d bytes, %d compressed, and the NATS server takes %d; set its max_payload to 9MB",
			ErrTooLarge, len(value), b.Len(), limit)
	}
	m.Data = b.Bytes()
	m.Header.Set(encodingHeader, encodingGzip)
	return m, nil
}

// unpack returns the value of a stored message. What decompresses to more than
// MaxValue is none of ours.
func unpack(h nats.Header, data []byte) ([]byte, error) {
	encoding := h.Get(encodingHeader)
	if encoding == "" {
		return data, nil
	}
	if encoding != encodingGzip {
		return nil, fmt.Errorf("store: unknown encoding %q", encoding)
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("store: decompress: %w", err)
	}
	value, err := io.ReadAll(io.LimitReader(r, MaxValue+1))
	if err != nil {
		return nil, fmt.Errorf("store: decompress: %w", err)
	}
	return value, checkValue(value)
}

// deleted reports whether a message is the marker of a deletion: ours, or one
// that another client of the bucket has left.
func deleted(h nats.Header) bool { return h.Get(operationHeader) != "" }
