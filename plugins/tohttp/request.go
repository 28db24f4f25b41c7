package tohttp

import (
	"bytes"
	"errors"
	"strconv"

	"gatehouse/core/exchange"
)

// Errors of a request that can't be sent as it would be.
var (
	errPath  = errors.New("the mapped path is not a path")
	errClimb = errors.New("dot segments lead out of the integration's path")
	errHost  = errors.New("the mapped Host is not a host and port")
)

// build makes the request's head in x's own memory. host is nil for a fixed
// target.
func (s *Step) build(x *exchange.Exchange, method string, host []byte) ([]byte, error) {
	h := &x.Req.Headers
	in := look(h)
	out := in
	if x.Out.Prepared {
		h = &x.Out.Headers
		out = look(h)
	}
	if err := s.check(x, out); err != nil {
		return nil, err
	}
	b := append(x.Arena(), method...)
	b = append(b, ' ')
	b = s.appendTarget(b, x)
	b = s.appendHost(b, x, host, out)
	b = appendHeaders(b, h, out)
	b = appendForwarded(b, x, in)
	b = appendVia(b, x, in)
	b = appendFraming(b, len(x.Req.Body), out.typed)
	return x.Keep(b), nil
}

// check refuses what a back end could read differently than was meant.
func (s *Step) check(x *exchange.Exchange, out survey) error {
	mapped := x.Out.Prepared && x.Out.HasPath
	switch {
	case x.Out.HasPath && !wellEscaped(x.Out.Path):
		return errPath
	case mapped && climbs(x.Out.Path),
		!mapped && s.cfg.AppendPath && climbs(x.Path),
		!mapped && s.uri.path.climbs(x):
		return errClimb
	case x.Out.Prepared && out.host && !isAuthority(x.Out.Headers.Get("host")):
		return errHost
	}
	return nil
}

// isAuthority reports whether a Host that a mapping made holds only what hosts
// and ports are made of (RFC 3986, 3.2.2).
func isAuthority(v []byte) bool {
	for _, c := range v {
		if c <= ' ' || c >= 0x7f || bytes.IndexByte([]byte(`/?#@\"<>^{|},`), c) >= 0 {
			return false
		}
	}
	return len(v) > 0
}

// appendTarget appends the request target (RFC 9112, 3.2.1).
func (s *Step) appendTarget(b []byte, x *exchange.Exchange) []byte {
	start := len(b)
	switch {
	case x.Out.Prepared && x.Out.HasPath:
		b = appendEncoded(b, x.Out.Path)
	default:
		b = s.uri.path.append(b, x, appendEncoded)
		if s.cfg.AppendPath {
			b = joinPath(b, start, x.Path)
		}
	}
	if len(b) == start || b[start] != '/' {
		b = append(b, 0)
		copy(b[start+1:], b[start:])
		b[start] = '/'
	}
	return s.appendQuery(b, x)
}

// joinPath puts the request's path behind the URI's, with one slash between.
func joinPath(b []byte, start int, path []byte) []byte {
	if len(path) > 0 && path[0] == '/' {
		path = path[1:]
	}
	if len(path) == 0 {
		return b
	}
	if len(b) == start || b[len(b)-1] != '/' {
		b = append(b, '/')
	}
	return appendDecoded(b, path)
}

// appendQuery appends the URI's query and then the client's.
func (s *Step) appendQuery(b []byte, x *exchange.Exchange) []byte {
	sep := byte('?')
	if len(s.uri.query) > 0 {
		b = append(b, sep)
		b = s.uri.query.append(b, x, appendQueryValue)
		sep = '&'
	}
	query := x.Req.Query
	if x.Out.Prepared {
		query = x.Out.Query
	}
	if len(query) == 0 {
		return b
	}
	return appendQuery(append(b, sep), query)
}

func (s *Step) appendHost(b []byte, x *exchange.Exchange, host []byte, out survey) []byte {
	switch {
	case x.Out.Prepared && out.host:
		b = append(b, " HTTP/1.1\r\nhost: "...)
		b = exchange.AppendValue(b, x.Out.Headers.Get("host"))
	case host == nil:
		return append(b, s.tail...)
	default:
		b = append(b, " HTTP/1.1\r\nhost: "...)
		b = appendLower(b, host)
	}
	return append(b, "\r\n"...)
}

// appendVia appends our element behind those of the client (RFC 9110, 7.6.3).
func appendVia(b []byte, x *exchange.Exchange, in survey) []byte {
	b = append(b, "via: "...)
	if in.via {
		for _, f := range x.Req.Headers.All() {
			if classOf(f.Name) == via && len(f.Value) > 0 {
				b = append(exchange.AppendValue(b, f.Value), ',')
			}
		}
	}
	return append(b, "HTTP/1.1 AmazonAPIGateway\r\n"...)
}

// appendFraming appends the length and ends the head. AWS: a request without a
// payload gets a Content-Type and a length of 0.
func appendFraming(b []byte, body int, typed bool) []byte {
	if body == 0 {
		if !typed {
			b = append(b, "content-type: text/plain; charset=utf-8\r\n"...)
		}
		return append(b, "content-length: 0\r\n\r\n"...)
	}
	b = append(b, "content-length: "...)
	b = strconv.AppendInt(b, int64(body), 10)
	return append(b, "\r\n\r\n"...)
}
