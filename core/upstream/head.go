package upstream

import (
	"bytes"
	"errors"

	"gatehouse/core/exchange"
)

// Limits of an answer's head.
const (
	maxHead    = 64 << 10 // bytes of status line and header lines
	maxLines   = 200      // header lines
	maxInterim = 16       // 1xx heads before the answer
)

// Errors of an answer's head.
var (
	errHeadSize   = errors.New("head is over 64 KB")
	errHeadLines  = errors.New("head has over 200 lines")
	errInterim    = errors.New("too many 1xx answers")
	errSwitch     = errors.New("back end switched protocols unasked")
	errBareLF     = errors.New("line feed without carriage return")
	errStatusLine = errors.New("malformed status line")
	errLine       = errors.New("malformed header line")
	errFold       = errors.New("folded header line")
	errLength     = errors.New("malformed or repeated Content-Length")
	errCoding     = errors.New("unknown or repeated Transfer-Encoding")
	errBoth       = errors.New("Content-Length beside Transfer-Encoding")
)

// scanner finds the end of a head in bytes that arrive in pieces.
type scanner struct {
	line int // where the current line begins
	next int // where to look for its end
}

// scan returns the length of the head that b begins with, 0 when its end has
// not come yet. b always begins at the head's first byte.
func (s *scanner) scan(b []byte) (int, error) {
	limit := min(len(b), maxHead)
	for {
		i := bytes.IndexByte(b[s.next:limit], '\n')
		if i < 0 {
			s.next = limit
			if limit == maxHead {
				return 0, errHeadSize
			}
			return 0, nil
		}
		end := s.next + i
		// RFC 9112, 2.2: a sender must not end a line by LF alone.
		if end == 0 || b[end-1] != '\r' {
			return 0, errBareLF
		}
		if end-1 == s.line {
			return end + 1, nil
		}
		s.line, s.next = end+1, end+1
	}
}

// head is what the framing needs of a parsed head.
type head struct {
	status    int
	length    int64 // Content-Length, -1 without one
	chunked   bool
	old       bool // HTTP/1.0
	close     bool // Connection: close
	keepAlive bool // Connection: keep-alive
	listed    bool // Connection names further headers
	framing   bool // out gets Connection and Content-Length, too
}

// persistent reports whether the connection may serve another request
// (RFC 9112, 9.3).
func (h *head) persistent() bool { return !h.close && (!h.old || h.keepAlive) }

// parseStatusLine reads the status line at the beginning of b, a whole head,
// and returns where the header lines begin.
func (h *head) parseStatusLine(b []byte) (int, error) {
	*h = head{length: -1}
	end := bytes.IndexByte(b, '\r')
	if end < 12 || string(b[:7]) != "HTTP/1." || b[8] != ' ' || (end > 12 && b[12] != ' ') {
		return 0, errStatusLine
	}
	switch b[7] {
	case '1':
	case '0':
		h.old = true
	default:
		return 0, errStatusLine
	}
	for _, c := range b[9:12] {
		if c < '0' || c > '9' {
			return 0, errStatusLine
		}
		h.status = 10*h.status + int(c-'0')
	}
	if h.status < 100 || h.status > 599 || b[end+1] != '\n' || !exchange.CleanValue(b[12:end]) {
		return 0, errStatusLine
	}
	return end + 2, nil
}

// parseFields reads the header lines b, which end with the empty line, and
// adds those that the client shall see to out; nil drops all. What out gets
// are parts of b.
func (h *head) parseFields(b []byte, out *exchange.Headers) error {
	for lines := 0; len(b) > 2; lines++ {
		if lines == maxLines {
			return errHeadLines
		}
		end := bytes.IndexByte(b, '\n') - 1 // the scanner saw CR LF
		name, value, err := splitLine(b[:end])
		if err != nil {
			return err
		}
		keep, err := h.field(name, value)
		if err != nil {
			return err
		}
		if keep && out != nil {
			out.Add(name, value)
		}
		b = b[end+2:]
	}
	return h.check()
}

// splitLine splits a header line without its end (RFC 9112, 5).
func splitLine(line []byte) (name, value []byte, err error) {
	if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		return nil, nil, errFold // RFC 9112, 5.2
	}
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || !exchange.IsToken(line[:colon]) {
		return nil, nil, errLine
	}
	value = exchange.Trim(line[colon+1:])
	if !exchange.CleanValue(value) {
		return nil, nil, errLine
	}
	return line[:colon], value, nil
}

// field takes from a header what concerns framing and reports whether the
// client shall get it: hop-by-hop ones (RFC 9110, 7.6.1) stay here, and
// Content-Length is written anew.
func (h *head) field(name, value []byte) (keep bool, err error) {
	switch len(name) {
	case 2:
		return !exchange.EqualFold(name, "TE"), nil
	case 7:
		return !exchange.EqualFold(name, "Trailer") && !exchange.EqualFold(name, "Upgrade"), nil
	case 8:
		return !exchange.EqualFold(name, "Trailers"), nil
	case 10:
		if exchange.EqualFold(name, "Connection") {
			h.options(value)
			return h.framing, nil
		}
		return !exchange.EqualFold(name, "Keep-Alive"), nil
	case 14:
		if exchange.EqualFold(name, "Content-Length") {
			return h.framing, h.contentLength(value)
		}
	case 16:
		return !exchange.EqualFold(name, "Proxy-Connection"), nil
	case 17:
		if exchange.EqualFold(name, "Transfer-Encoding") {
			return false, h.transferEncoding(value)
		}
	case 18:
		return !exchange.EqualFold(name, "Proxy-Authenticate"), nil
	case 19:
		return !exchange.EqualFold(name, "Proxy-Authorization"), nil
	}
	return true, nil
}

func (h *head) options(value []byte) {
	switch {
	case exchange.EqualFold(value, "keep-alive"):
		h.keepAlive = true
	case exchange.EqualFold(value, "close"):
		h.close = true
	default:
		h.close = h.close || exchange.HasListToken(value, "close")
		h.keepAlive = h.keepAlive || exchange.HasListToken(value, "keep-alive")
		h.listed = true
	}
}

// contentLength refuses every second line and everything but digits: another
// reader could see another length (RFC 9112, 6.3).
func (h *head) contentLength(value []byte) error {
	if h.length >= 0 || len(value) == 0 || len(value) > 18 {
		return errLength
	}
	n := int64(0)
	for _, c := range value {
		if c < '0' || c > '9' {
			return errLength
		}
		n = 10*n + int64(c-'0')
	}
	h.length = n
	return nil
}

func (h *head) transferEncoding(value []byte) error {
	if h.chunked || !exchange.EqualFold(value, "chunked") {
		return errCoding
	}
	h.chunked = true
	return nil
}

func (h *head) check() error {
	switch {
	case h.chunked && h.length >= 0:
		return errBoth // RFC 9112, 6.3: smuggling
	case h.chunked && h.old:
		return errCoding // RFC 9112, 6.1: faulty framing
	}
	return nil
}

// dropListed removes the headers that Connection lines of the answer named.
// fields are the header lines as they came.
func dropListed(fields []byte, out *exchange.Headers) {
	for len(fields) > 2 {
		end := bytes.IndexByte(fields, '\n') - 1
		name, value, _ := splitLine(fields[:end])
		if exchange.EqualFold(name, "Connection") {
			out.DeleteFunc(func(n []byte) bool { return len(n) > 0 && exchange.HasListToken(value, string(n)) })
		}
		fields = fields[end+2:]
	}
}
