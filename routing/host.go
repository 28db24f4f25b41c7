package routing

import (
	"bytes"
	"fmt"
	"strings"
)

// maxHostBytes bounds a host name (RFC 1035, 2.3.4).
const maxHostBytes = 253

// apiMarker stands between the API id and the suffix of a default hostname.
var apiMarker = []byte(".execute-api.")

// HostKind says by which rule a host was found.
type HostKind uint8

const (
	HostUnknown    HostKind = iota // no rule
	HostAPI                        // {apiId}.execute-api.{suffix}: disableExecuteApiEndpoint acts here
	HostPrivateAPI                 // {apiId}-{vpceId}.execute-api.{suffix}
	HostEndpoint                   // {vpceId}-xxxx.execute-api.{suffix}: no value, x-apigw-api-id names the API
	HostDomain                     // a custom domain, by its name
	HostWildcard                   // a custom domain, by its wildcard
)

// HostError says why a host or an API id is refused.
type HostError struct {
	Name   string
	Reason string
}

func (e *HostError) Error() string { return fmt.Sprintf("host name %.260q %s", e.Name, e.Reason) }

// Hosts is an immutable map from Host headers to values.
type Hosts[T any] struct {
	apis      map[string]T
	domains   map[string]T
	wildcards map[string]T // by what follows the star, with its dot
}

// NewHosts returns the hosts of the maps, which are copied. apis is by API id, an
// id being one label; domains is by custom domain name, where a first label "*"
// stands for any one label. Case does not count. The error is a *HostError.
func NewHosts[T any](apis, domains map[string]T) (*Hosts[T], error) {
	h := &Hosts[T]{apis: map[string]T{}, domains: map[string]T{}, wildcards: map[string]T{}}
	for id, value := range apis {
		if strings.Contains(id, ".") {
			return nil, &HostError{id, "is more than one label"}
		}
		if err := addHost(h.apis, id, id, value); err != nil {
			return nil, err
		}
	}
	for name, value := range domains {
		to, key := h.domains, strings.TrimSuffix(name, ".")
		if suffix, wild := strings.CutPrefix(key, "*"); wild && strings.HasPrefix(suffix, ".") {
			to, key = h.wildcards, suffix
		}
		if err := addHost(to, key, name, value); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// addHost adds key, which is all or the end of name as the user wrote it.
func addHost[T any](to map[string]T, key, name string, value T) error {
	key = strings.ToLower(key)
	labels := key
	if strings.HasPrefix(name, "*") {
		labels = strings.TrimPrefix(key, ".")
	}
	switch {
	case labels == "" || strings.Contains("."+labels+".", ".."):
		return &HostError{name, "has an empty label"}
	case len(key) > maxHostBytes:
		return &HostError{name, "is too long"}
	case strings.ContainsAny(key, "*/:[]@ \t\r\n"):
		return &HostError{name, "has a character that is not allowed"}
	}
	if _, ok := to[key]; ok {
		return &HostError{name, "is there twice"}
	}
	to[key] = value
	return nil
}

// Match finds the value for a Host header. Case, a port and one trailing dot do
// not count. The default hostname of a known API comes before custom domains, an
// exact domain before a wildcard. Where kind is HostUnknown or HostEndpoint there
// is no value. It does not allocate.
func (h *Hosts[T]) Match(host []byte) (value T, kind HostKind) {
	var buf [maxHostBytes]byte
	host = bytes.TrimSuffix(trimPort(host), []byte("."))
	if len(host) == 0 || len(host) > len(buf) {
		return value, HostUnknown
	}
	name := buf[:len(host)]
	for i, c := range host {
		if c == ':' {
			return value, HostUnknown
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		name[i] = c
	}
	dot := bytes.IndexByte(name, '.')
	kind = HostUnknown
	if dot > 0 && bytes.HasPrefix(name[dot:], apiMarker) && len(name) > dot+len(apiMarker) {
		if value, kind = h.matchAPI(name[:dot]); kind == HostAPI || kind == HostPrivateAPI {
			return value, kind
		}
	}
	if v, ok := h.domains[string(name)]; ok {
		return v, HostDomain
	}
	if dot > 0 {
		if v, ok := h.wildcards[string(name[dot:])]; ok {
			return v, HostWildcard
		}
	}
	return value, kind
}

// matchAPI reads the first label of a default hostname. An id comes before the
// private form, since an id of the user's choice may look like one.
func (h *Hosts[T]) matchAPI(label []byte) (value T, kind HostKind) {
	if v, ok := h.apis[string(label)]; ok {
		return v, HostAPI
	}
	if i := bytes.LastIndex(label, []byte("-vpce-")); i > 0 {
		if v, ok := h.apis[string(label[:i])]; ok {
			return v, HostPrivateAPI
		}
	}
	if bytes.HasPrefix(label, []byte("vpce-")) {
		return value, HostEndpoint
	}
	return value, HostUnknown
}

// trimPort removes ":port", which may be empty (RFC 3986, 3.2.3). What has a colon
// still, such as an IPv6 literal, is no name.
func trimPort(host []byte) []byte {
	i := bytes.LastIndexByte(host, ':')
	if i < 0 {
		return host
	}
	for _, c := range host[i+1:] {
		if c < '0' || c > '9' {
			return host
		}
	}
	return host[:i]
}
