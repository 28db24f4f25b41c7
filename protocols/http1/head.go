package http1

import (
	"bytes"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

// Limits of a request head. They hold before any API is known; an API may be
// stricter (HTTP APIs: 10,240 bytes for line and headers).
type Limits struct {
	URL     int   // bytes of the request target; default 10,240 (AWS: URL length)
	Headers int   // bytes of all header lines; default 20,480 (AWS: total of names, values, line breaks)
	Lines   int   // header lines; default 200
	Body    int64 // bytes; default 10,485,760 (AWS: payload)
}

// head is what the framing needs to know of a parsed request head.
type head struct {
	length   int64 // Content-Length; -1 without one
	chunked  bool
	close    bool // the client wants the connection closed
	keep10   bool // HTTP/1.0 with Connection: keep-alive
	expects  bool // Expect: 100-continue
	hostSeen bool
}

var (
	errRequestLine = gwerr.BadRequest.Wrap(errText("malformed request line"))
	errTarget      = gwerr.BadRequest.Wrap(errText("malformed request target"))
	errHeaderLine  = gwerr.BadRequest.Wrap(errText("malformed header line"))
	errBareLF      = gwerr.BadRequest.Wrap(errText("line feed without carriage return"))
	errFold        = gwerr.BadRequest.Wrap(errText("folded header line"))
	errHost        = gwerr.BadRequest.Wrap(errText("missing, repeated or malformed Host"))
	errLength      = gwerr.BadRequest.Wrap(errText("repeated or malformed Content-Length"))
	errCoding      = gwerr.BadRequest.Wrap(errText("transfer coding other than one chunked"))
	errBothLengths = gwerr.BadRequest.Wrap(errText("Content-Length beside Transfer-Encoding"))
	errExpect      = &gwerr.Error{Type: "EXPECTATION_FAILED", Status: 417, Message: "Expectation Failed"}
)

type errText string

func (e errText) Error() string { return string(e) }

// headEnd finds the end of the request head in b, of which the first seen
// bytes were searched before. 0: not there yet. A head that is bound to be
// refused ends where that is known, so that parseHead says the same however
// the bytes were split.
func headEnd(b []byte, seen int, lim *Limits) int {
	from := max(seen-3, 0)
	if i := bytes.Index(b[from:], crlfcrlf); i >= 0 {
		return from + i + 4
	}
	// A head that ends its lines by LF alone would never end.
	for at := from; ; at++ {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			break
		}
		if at += i; at == 0 || b[at-1] != '\r' {
			return at + 1
		}
	}
	if len(b) > min(lim.URL, lim.Headers) && overLimit(b, lim) {
		return len(b)
	}
	return 0
}

// overLimit reports whether the unfinished head b is too long already.
func overLimit(b []byte, lim *Limits) bool {
	line := bytes.IndexByte(b, '\n')
	if line < 0 {
		line = len(b) - 1
	}
	return line > lim.URL+lineSlack || len(b)-line-1 > lim.Headers+2
}

// lineSlack is what a request line may have besides its target, bytes.
const lineSlack = 64

var crlfcrlf = []byte("\r\n\r\n")

// parseHead reads a request head, b, which x owns, into x. It refuses what two
// parsers could read differently (RFC 9112, 2.2, 3, 5, 6, 11). Lines are judged
// in their order: where b is not a whole head, one of them is refused.
func parseHead(x *exchange.Exchange, b []byte, lim *Limits) (head, *gwerr.Error) {
	h := head{length: -1}
	x.Req.HeadBytes = len(b)
	line := bytes.IndexByte(b, '\n')
	if line < 0 || line > lim.URL+lineSlack {
		return h, gwerr.URITooLong
	}
	if err := parseLine(&x.Req, b[:line+1], lim); err != nil {
		return h, err
	}
	b = b[line+1:]
	for left := lim.Headers; ; {
		n := bytes.IndexByte(b, '\n')
		if n == 1 && b[0] == '\r' {
			return h, checkHead(&x.Req, &h)
		}
		if left -= n + 1; n < 0 || left < 0 || x.Req.Headers.Len() == lim.Lines {
			return h, gwerr.HeadersTooLarge
		}
		if n < 1 || b[n-1] != '\r' {
			return h, errBareLF
		}
		if err := parseField(x, &h, b[:n-1]); err != nil {
			return h, err
		}
		b = b[n+1:]
	}
}

// parseLine reads the request line, line feed included (RFC 9112, 3).
func parseLine(r *exchange.Request, b []byte, lim *Limits) *gwerr.Error {
	if len(b) < 2 || b[len(b)-2] != '\r' {
		return errBareLF
	}
	b = b[:len(b)-2]
	sp := bytes.IndexByte(b, ' ')
	if sp < 1 || sp > 32 || !exchange.IsToken(b[:sp]) {
		return errRequestLine
	}
	r.Method = method(b[:sp])
	b = b[sp+1:]
	sp = bytes.IndexByte(b, ' ')
	if sp < 1 {
		return errRequestLine
	}
	if sp > lim.URL {
		return gwerr.URITooLong
	}
	if err := parseVersion(r, b[sp+1:]); err != nil {
		return err
	}
	return parseTarget(r, b[:sp])
}

func parseVersion(r *exchange.Request, v []byte) *gwerr.Error {
	if len(v) != 8 || string(v[:5]) != "HTTP/" || v[6] != '.' || !digit(v[5]) || !digit(v[7]) {
		return errRequestLine
	}
	switch {
	case v[5] != '1':
		return gwerr.VersionNotSupported
	case v[7] == '0':
		r.Proto = exchange.HTTP10
	}
	return nil
}

// parseTarget splits the request target (RFC 9112, 3.2). The authority of an
// absolute form is compared with Host later.
func parseTarget(r *exchange.Request, t []byte) *gwerr.Error {
	for _, c := range t {
		if c <= ' ' || c >= 0x7f || c == '#' {
			return errTarget
		}
	}
	r.Target = t
	switch {
	case t[0] == '/':
	case len(t) == 1 && t[0] == '*':
		if r.Method != "OPTIONS" {
			return errTarget
		}
	default:
		var ok bool
		if r.Host, t, ok = splitAbsolute(t); !ok {
			return errTarget
		}
	}
	if q := bytes.IndexByte(t, '?'); q >= 0 {
		r.HasQuery, r.Query, t = true, t[q+1:], t[:q]
	}
	if len(t) == 0 {
		t = slash
	}
	r.Path = t
	return nil
}

var slash = []byte("/")

// splitAbsolute splits http://authority/path (RFC 9112, 3.2.2).
func splitAbsolute(t []byte) (authority, path []byte, ok bool) {
	n := 7
	if len(t) > 8 && exchange.EqualFold(t[:8], "https://") {
		n = 8
	} else if len(t) <= 7 || !exchange.EqualFold(t[:7], "http://") {
		return nil, nil, false
	}
	t = t[n:]
	if i := bytes.IndexAny(t, "/?"); i >= 0 {
		return t[:i], t[i:], i > 0
	}
	return t, nil, true
}

// parseField reads one header line without its line break.
func parseField(x *exchange.Exchange, h *head, line []byte) *gwerr.Error {
	if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		return errFold
	}
	colon := bytes.IndexByte(line, ':')
	if colon < 1 || !exchange.IsToken(line[:colon]) {
		return errHeaderLine
	}
	name, value := line[:colon:colon], exchange.Trim(line[colon+1:])
	if !exchange.CleanValue(value) {
		return errHeaderLine
	}
	x.Req.Headers.Add(name, value)
	return h.note(&x.Req, name, value)
}

// note remembers what the framing depends on.
func (h *head) note(r *exchange.Request, name, value []byte) *gwerr.Error {
	switch len(name) {
	case 4:
		if exchange.EqualFold(name, "Host") {
			return h.noteHost(r, value)
		}
	case 6:
		if exchange.EqualFold(name, "Expect") {
			if !exchange.EqualFold(value, "100-continue") {
				return errExpect
			}
			h.expects = true
		}
	case 10:
		if exchange.EqualFold(name, "Connection") {
			h.close = h.close || exchange.HasListToken(value, "close")
			h.keep10 = h.keep10 || exchange.HasListToken(value, "keep-alive")
		}
	case 14:
		if exchange.EqualFold(name, "Content-Length") {
			return h.noteLength(value)
		}
	case 17:
		if exchange.EqualFold(name, "Transfer-Encoding") {
			// RFC 9112, 6.1: only the one coding that every parser reads alike.
			if h.chunked || !exchange.EqualFold(value, "chunked") {
				return errCoding
			}
			h.chunked = true
		}
	}
	return nil
}

func (h *head) noteHost(r *exchange.Request, value []byte) *gwerr.Error {
	if h.hostSeen || !validHost(value) {
		return errHost
	}
	h.hostSeen = true
	if r.Host != nil { // RFC 9112, 3.2.2: the absolute form's authority must agree
		if !exchange.EqualFold(r.Host, string(value)) {
			return errHost
		}
		return nil
	}
	r.Host = value
	return nil
}

// validHost refuses what is no host and port (RFC 9110, 7.2).
func validHost(v []byte) bool {
	end := len(v)
	if end > 0 && v[0] == '[' {
		end = bytes.IndexByte(v, ']') + 1
		return validIP6(v[:end]) && validPort(v[end:])
	}
	if i := bytes.IndexByte(v, ':'); i >= 0 {
		end = i
	}
	for _, c := range v[:end] {
		if !hostByte[c] {
			return false
		}
	}
	return end > 0 && validPort(v[end:])
}

// validIP6 judges an address in brackets by its characters.
func validIP6(v []byte) bool {
	for _, c := range v[min(1, len(v)):max(len(v)-1, 0)] {
		if unhex(c) < 0 && c != ':' && c != '.' {
			return false
		}
	}
	return len(v) > 2
}

// validPort judges ":port" or nothing (RFC 3986, 3.2.3).
func validPort(v []byte) bool {
	if len(v) == 0 {
		return true
	}
	for _, c := range v[1:] {
		if !digit(c) {
			return false
		}
	}
	return v[0] == ':' && len(v) <= 6
}

var hostByte = func() (t [256]bool) {
	for _, c := range []byte("-._~!$&'()*+;=%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		t[c] = true
	}
	return
}()

func (h *head) noteLength(v []byte) *gwerr.Error {
	if h.length >= 0 || len(v) == 0 || len(v) > 18 {
		return errLength
	}
	var n int64
	for _, c := range v {
		if !digit(c) {
			return errLength
		}
		n = n*10 + int64(c-'0')
	}
	h.length = n
	return nil
}

func checkHead(r *exchange.Request, h *head) *gwerr.Error {
	switch {
	case h.chunked && h.length >= 0: // RFC 9112, 6.3: refuse
		return errBothLengths
	case h.chunked && r.Proto == exchange.HTTP10: // RFC 9112, 6.1: faulty framing
		return errCoding
	case !h.hostSeen && r.Proto != exchange.HTTP10:
		return errHost
	case r.Host != nil && !validHost(r.Host):
		return errHost
	}
	return nil
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// method returns the constant for a method that is known, without allocating.
func method(b []byte) string {
	switch string(b) {
	case "GET":
		return "GET"
	case "POST":
		return "POST"
	case "PUT":
		return "PUT"
	case "DELETE":
		return "DELETE"
	case "PATCH":
		return "PATCH"
	case "HEAD":
		return "HEAD"
	case "OPTIONS":
		return "OPTIONS"
	}
	return string(b)
}
