package tohttp

import (
	"gatehouse/core/exchange"
)

// class says what becomes of a request header on its way to the back end.
type class uint8

const (
	pass       class = iota
	drop             // ends here: hop-by-hop (RFC 9110, 7.6.1), framing, Expect
	host             // the back end's own, unless a mapping made one
	via              // ours is appended
	forwarding       // folded into Forwarded
	connection       // dropped, and may name others
	typed            // Content-Type
)

// classOf sorts a header by its name.
func classOf(name []byte) class {
	switch len(name) {
	case 2:
		return when(name, "te", drop)
	case 3:
		return when(name, "via", via)
	case 4:
		return when(name, "host", host)
	case 6:
		return when(name, "expect", drop)
	case 7:
		return max(when(name, "trailer", drop), when(name, "upgrade", drop))
	case 8:
		return when(name, "trailers", drop)
	case 9:
		return when(name, "forwarded", forwarding)
	case 10:
		return max(when(name, "connection", connection), when(name, "keep-alive", drop))
	case 12:
		return when(name, "content-type", typed)
	case 14:
		return when(name, "content-length", drop)
	case 15:
		return when(name, "x-forwarded-for", forwarding)
	case 16:
		return max(when(name, "x-forwarded-host", forwarding), when(name, "proxy-connection", drop))
	case 17:
		return max(when(name, "x-forwarded-proto", forwarding), when(name, "transfer-encoding", drop))
	case 18:
		return when(name, "proxy-authenticate", drop)
	case 19:
		return when(name, "proxy-authorization", drop)
	}
	return pass
}

func when(name []byte, s string, c class) class {
	if exchange.EqualFold(name, s) {
		return c
	}
	return pass
}

// survey is what one look over the headers finds out.
type survey struct {
	repeated  bool // two names may be equal
	typed     bool // there is a Content-Type
	host      bool // there is a Host
	via       bool
	forwarded bool // there are forwarding headers
	listed    bool // Connection names headers
}

// look surveys h. Names are told apart by one bit of 64 each, so that equal
// ones are looked for only when they are likely.
func look(h *exchange.Headers) (s survey) {
	seen := uint64(0)
	for _, f := range h.All() {
		if len(f.Name) == 0 {
			continue
		}
		bit := uint64(1) << ((uint(len(f.Name))*5 + uint(exchange.Lower(f.Name[0])) + 3*uint(exchange.Lower(f.Name[len(f.Name)-1]))) & 63)
		s.repeated = s.repeated || seen&bit != 0
		seen |= bit
		switch classOf(f.Name) {
		case typed:
			s.typed = true
		case host:
			s.host = true
		case via:
			s.via = true
		case forwarding:
			s.forwarded = true
		case connection:
			s.listed = s.listed || (!exchange.EqualFold(f.Value, "keep-alive") && !exchange.EqualFold(f.Value, "close"))
		}
	}
	return s
}

// passes reports whether the header called name goes to the back end as the
// client sent it.
func (s survey) passes(h *exchange.Headers, name []byte) bool {
	if c := classOf(name); c != pass && c != typed {
		return false
	}
	if !s.listed {
		return true
	}
	for _, f := range h.All() {
		if exchange.EqualFold(f.Name, "Connection") && exchange.HasListToken(f.Value, string(name)) {
			return false
		}
	}
	return true
}

// first reports whether no line before the i-th has its name.
func first(all []exchange.Field, i int) bool {
	for j := range i {
		if sameName(all[j].Name, all[i].Name) {
			return false
		}
	}
	return true
}

func sameName(a, b []byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if exchange.Lower(a[i]) != exchange.Lower(b[i]) {
			return false
		}
	}
	return true
}

// appendJoined appends the values of all lines that have the i-th one's name,
// joined by "," (AWS: HTTP APIs).
func appendJoined(dst []byte, all []exchange.Field, i int) []byte {
	dst = exchange.AppendValue(dst, all[i].Value)
	for j := i + 1; j < len(all); j++ {
		if sameName(all[j].Name, all[i].Name) {
			dst = append(dst, ',')
			dst = exchange.AppendValue(dst, all[j].Value)
		}
	}
	return dst
}

// appendLower appends a name in lower case.
func appendLower(dst, name []byte) []byte {
	for _, c := range name {
		dst = append(dst, exchange.Lower(c))
	}
	return dst
}

// appendHeaders appends the lines of h that go to the back end: names in lower
// case, one line per name.
func appendHeaders(dst []byte, h *exchange.Headers, s survey) []byte {
	all := h.All()
	for i, f := range all {
		if !s.passes(h, f.Name) || (s.repeated && !first(all, i)) {
			continue
		}
		dst = appendLower(dst, f.Name)
		dst = append(dst, ": "...)
		if s.repeated {
			dst = appendJoined(dst, all, i)
		} else {
			dst = exchange.AppendValue(dst, f.Value)
		}
		dst = append(dst, "\r\n"...)
	}
	return dst
}
