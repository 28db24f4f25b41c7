package tohttp

import (
	"bytes"
	"net/netip"

	"gatehouse/core/exchange"
)

// appendForwarded appends the Forwarded line (RFC 7239): what the client sent,
// its X-Forwarded-* converted, and an element of our own.
//
// AWS: HTTP APIs, "Forwarded" with by, for, host and proto.
func appendForwarded(dst []byte, x *exchange.Exchange, s survey) []byte {
	dst = append(dst, "forwarded: "...)
	if s.forwarded {
		dst = appendEarlier(dst, &x.Req.Headers)
	}
	dst = append(dst, "by="...)
	dst = appendNode(dst, x.Req.Local.Addr())
	dst = append(dst, ";for="...)
	dst = appendNode(dst, x.Req.Remote.Addr())
	dst = append(dst, ";host="...)
	dst = appendQuoted(dst, x.Req.Host)
	if x.Req.Secure {
		return append(dst, ";proto=https\r\n"...)
	}
	return append(dst, ";proto=http\r\n"...)
}

// appendEarlier appends the elements of earlier hops, each with a comma. A line
// whose quotes are not those of quoted values is dropped: an open one would take
// our element, which the back end trusts, into a value of the client's.
func appendEarlier(dst []byte, h *exchange.Headers) []byte {
	for _, f := range h.All() {
		if exchange.EqualFold(f.Name, "Forwarded") && len(f.Value) > 0 && wellQuoted(f.Value) {
			dst = append(exchange.AppendValue(dst, f.Value), ',')
		}
	}
	start := len(dst)
	for _, f := range h.All() {
		if !exchange.EqualFold(f.Name, "X-Forwarded-For") {
			continue
		}
		for node := range bytes.SplitSeq(f.Value, []byte(",")) {
			if node = exchange.Trim(node); len(node) == 0 {
				continue
			}
			alone := len(dst) == start
			dst = appendForName(append(dst, "for="...), node)
			if alone { // the other two tell of the first hop
				dst = appendOrigin(dst, h, ";")
			}
			dst = append(dst, ',')
		}
	}
	if len(dst) == start {
		dst = appendOrigin(dst, h, "")
		if len(dst) > start {
			dst = append(dst, ',')
		}
	}
	return dst
}

// appendOrigin appends host and proto of the first hop, as far as known, each
// after sep or, from the second on, a semicolon.
func appendOrigin(dst []byte, h *exchange.Headers, sep string) []byte {
	if v := h.Get("X-Forwarded-Host"); len(v) > 0 {
		dst = append(append(dst, sep...), "host="...)
		dst = appendQuoted(dst, v)
		sep = ";"
	}
	if v := h.Get("X-Forwarded-Proto"); len(v) > 0 {
		dst = append(append(dst, sep...), "proto="...)
		dst = appendQuoted(dst, v)
	}
	return dst
}

// appendForName appends a node that X-Forwarded-For names: an IPv6 address
// gets its brackets (RFC 7239, 6).
func appendForName(dst, node []byte) []byte {
	if a, err := netip.ParseAddr(string(node)); err == nil {
		return appendNode(dst, a)
	}
	return appendQuoted(dst, node)
}

func appendNode(dst []byte, a netip.Addr) []byte {
	switch {
	case !a.IsValid():
		return append(dst, "unknown"...)
	case a.Is6() && !a.Is4In6():
		dst = a.WithZone("").AppendTo(append(dst, `"[`...))
		return append(dst, `]"`...)
	}
	return a.Unmap().AppendTo(dst)
}

// appendQuoted appends v as a token where it is one, else as a quoted string
// (RFC 9110, 5.6.4).
func appendQuoted(dst, v []byte) []byte {
	if exchange.IsToken(v) {
		return append(dst, v...)
	}
	dst = append(dst, '"')
	for _, c := range v {
		if c == '"' || c == '\\' {
			dst = append(dst, '\\')
		}
		if c < ' ' || c == 0x7f {
			c = ' '
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}

// wellQuoted reports whether every quote of a Forwarded line belongs to a whole
// quoted string that is all of a value (RFC 7239, 4).
func wellQuoted(v []byte) bool {
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '\\':
			return false
		case '"':
			end := quotedEnd(v, i)
			if end == 0 || i == 0 || v[i-1] != '=' {
				return false
			}
			if rest := exchange.Trim(v[end:]); len(rest) > 0 && rest[0] != ';' && rest[0] != ',' {
				return false
			}
			i = end - 1
		}
	}
	return true
}

// quotedEnd returns the index behind the quoted string that begins at v[i], 0
// when it does not end (RFC 9110, 5.6.4).
func quotedEnd(v []byte, i int) int {
	for i++; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return 0
}
