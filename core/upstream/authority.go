package upstream

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"gatehouse/core/exchange"
)

// ErrAuthority means that text is not a host with an optional port.
var ErrAuthority = errors.New("not a host and port")

// maxDynamic bounds the targets that one loop remembers by authority.
const maxDynamic = 1024

// ParseAuthority reads "host", "host:port" or "[v6 address]:port" (RFC 3986,
// 3.2, without user information); the port defaults to the scheme's.
func ParseAuthority(https bool, authority string) (Spec, error) {
	s := Spec{TLS: https, Port: 80}
	if https {
		s.Port = 443
	}
	host, port := authority, ""
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		host, port = authority[:i], authority[i+1:]
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return Spec{}, ErrAuthority
		}
		s.Port = uint16(n)
	}
	if strings.HasPrefix(host, "[") {
		a, err := netip.ParseAddr(strings.TrimSuffix(host[1:], "]"))
		if err != nil || !strings.HasSuffix(host, "]") || !a.Is6() || a.Zone() != "" {
			return Spec{}, ErrAuthority
		}
		s.Host = a.String()
		return s, nil
	}
	if !isHost(host) {
		return Spec{}, ErrAuthority
	}
	s.Host = strings.ToLower(host)
	return s, nil
}

// isHost accepts names and IPv4 addresses; the underscore is common in private
// zones.
func isHost(h string) bool {
	for i := range len(h) {
		c := h[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return h != "" && len(h) <= 253
}

// Dynamic returns the target of an authority that is known only at run time,
// from a bounded memory of l's own. ErrAuthority when it is none. Only for l.
func (c *Client) Dynamic(l exchange.Loop, https bool, authority []byte) (*Target, error) {
	if l.Index() >= len(c.shards) {
		return nil, errLoops
	}
	s := &c.shards[l.Index()]
	m := &s.dynamic[0]
	if https {
		m = &s.dynamic[1]
	}
	if t := (*m)[string(authority)]; t != nil {
		return t, nil
	}
	spec, err := ParseAuthority(https, string(authority))
	if err != nil {
		return nil, err
	}
	if *m == nil {
		*m = make(map[string]*Target)
	}
	for k := range *m { // any one makes room; its connections end by being idle
		if len(*m) < maxDynamic {
			break
		}
		delete(*m, k)
	}
	t := c.Target(spec)
	(*m)[string(authority)] = t
	return t, nil
}
