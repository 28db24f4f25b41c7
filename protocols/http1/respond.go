package http1

import (
	"strconv"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
)

// copyLimit is the body size up to which copying beats a second vector, bytes.
const copyLimit = 16 << 10

// Respond implements exchange.Responder.
func (s *Session) Respond(x *exchange.Exchange) {
	if x != s.x {
		return
	}
	if s.phase == streaming { // a head went out already: this can't follow it
		s.conn.Abort()
		return
	}
	body := x.Res.Body
	length := int64(len(body))
	if s.noBody(x) {
		body = nil
		if x.Res.Length >= 0 {
			length = x.Res.Length
		}
	}
	s.head(x, length, false)
	x.Res.Streamed = int64(len(body))
	switch {
	case len(body) <= copyLimit:
		s.appendOut(body)
	default:
		s.writeBoth(body)
	}
	s.done()
}

// writeBoth sends what waits and a large body behind it.
func (s *Session) writeBoth(body []byte) {
	out := s.out
	s.out = nil
	_ = s.conn.Write2(out.B, body)
	bufs.Put(out)
}

// noBody reports whether the response must not have a body (RFC 9112, 6.3).
func (s *Session) noBody(x *exchange.Exchange) bool {
	return x.Req.Method == "HEAD" || bodyless(x.Res.Status)
}

func bodyless(status int) bool { return status == 204 || status == 304 || status/100 == 1 }

// appendOut queues response bytes.
func (s *Session) appendOut(b []byte) {
	if s.out == nil {
		s.out = bufs.Get(1024)
	}
	if cap(s.out.B)-len(s.out.B) < len(b) {
		s.out = bufs.Grow(s.out, len(b))
	}
	s.out.B = append(s.out.B, b...)
}

// head queues the head of a response with length body bytes, -1 when the body
// ends by chunks or by closing.
func (s *Session) head(x *exchange.Exchange, length int64, streamed bool) {
	if s.out == nil {
		s.out = bufs.Get(1024)
	}
	s.last = s.last || x.Res.Close || s.draining
	b := appendStatus(s.out.B, x.Res.Status)
	dated := false
	for _, f := range x.Res.Headers.All() {
		if framing(f.Name) {
			continue
		}
		dated = dated || (len(f.Name) == 4 && exchange.EqualFold(f.Name, "Date"))
		b = append(b, f.Name...)
		b = append(b, ": "...)
		b = exchange.AppendValue(b, f.Value)
		b = append(b, "\r\n"...)
	}
	if !dated {
		b = append(b, "Date: "...)
		b = append(b, s.srv.date(s.loop)...)
		b = append(b, "\r\n"...)
	}
	b = s.appendFraming(b, x, length, streamed)
	s.out.B = append(b, "\r\n"...)
}

func (s *Session) appendFraming(b []byte, x *exchange.Exchange, length int64, streamed bool) []byte {
	switch {
	case bodyless(x.Res.Status) && (x.Res.Status != 304 || x.Res.Length < 0): // RFC 9110, 8.6
	case length >= 0:
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, length, 10)
		b = append(b, "\r\n"...)
	case x.Req.Proto == exchange.HTTP11: // HEAD: what GET would say (RFC 9112, 6.1)
		s.chunking = streamed
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	case !streamed:
	default: // HTTP/1.0: the body ends with the connection
		s.last = true
	}
	if s.last {
		return append(b, "Connection: close\r\n"...)
	}
	return append(b, "Connection: keep-alive\r\n"...)
}

// framing reports whether a header is the protocol's to write.
func framing(name []byte) bool {
	switch len(name) {
	case 10:
		return exchange.EqualFold(name, "Connection") || exchange.EqualFold(name, "Keep-Alive")
	case 14:
		return exchange.EqualFold(name, "Content-Length")
	case 17:
		return exchange.EqualFold(name, "Transfer-Encoding")
	}
	return false
}

// Begin implements exchange.Responder.
func (s *Session) Begin(x *exchange.Exchange, length int64) {
	if x != s.x {
		return
	}
	s.phase = streaming
	s.chunking = false
	s.bodyless = s.noBody(x)
	s.head(x, length, !s.bodyless)
	s.loop.AtEnd(s)
}

// WriteBody implements exchange.Responder. Small pieces of one turn leave
// together at its end.
func (s *Session) WriteBody(x *exchange.Exchange, p []byte) bool {
	if x != s.x || len(p) == 0 || s.bodyless {
		return true
	}
	x.Res.Streamed += int64(len(p))
	if s.out == nil {
		s.out = bufs.Get(len(p) + 32)
		s.loop.AtEnd(s)
	}
	s.out = bufs.Grow(s.out, len(p)+32)
	s.out.B = appendChunk(s.out.B, p, s.chunking)
	if len(s.out.B) < copyLimit && s.conn.Unsent() == 0 {
		return true
	}
	return s.stream()
}

// stream sends what is ready of a body, and reports whether the client keeps up.
func (s *Session) stream() bool {
	out := s.out
	if out == nil {
		return true
	}
	s.out = nil
	slow, err := s.conn.Stream(out.B)
	bufs.Put(out)
	return err == nil && !slow
}

// TurnEnd implements loop.TurnEnder.
func (s *Session) TurnEnd() {
	if s.phase == streaming {
		s.stream() // a slow client is noticed by the next WriteBody
	}
}

func appendChunk(dst, p []byte, chunking bool) []byte {
	if !chunking {
		return append(dst, p...)
	}
	dst = strconv.AppendInt(dst, int64(len(p)), 16)
	dst = append(dst, "\r\n"...)
	dst = append(dst, p...)
	return append(dst, "\r\n"...)
}

// EndBody implements exchange.Responder.
func (s *Session) EndBody(x *exchange.Exchange, err error) {
	if x != s.x {
		return
	}
	if err != nil {
		s.conn.Abort() // Closed ends the exchange
		return
	}
	if s.chunking && !s.bodyless {
		s.appendOut(lastChunk)
	}
	s.done()
}

var lastChunk = []byte("0\r\n\r\n")

// appendStatus appends the status line.
func appendStatus(b []byte, status int) []byte {
	if status == 0 {
		status = 200
	}
	if status < len(statusLines) && statusLines[status] != "" {
		return append(b, statusLines[status]...)
	}
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	return append(b, " \r\n"...)
}
