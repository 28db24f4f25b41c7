package routing

import (
	"errors"
	"strings"
	"testing"
)

func TestHosts(t *testing.T) {
	apis := map[string]string{"abc123": "abc123", "My-API": "my-api", "x-vpce-y": "odd id"}
	domains := map[string]string{"api.example.com": "exact", "*.example.com": "wild", "*.a.example.com": "deep", "Shop.Example.org.": "shop",
		"localhost": "one label", "*.execute-api.test": "unknown ids", "abc123.execute-api.hidden": "hidden"}
	hosts, err := NewHosts(apis, domains)
	if err != nil {
		t.Fatal(err)
	}
	label := strings.Repeat("a", 60)
	for _, c := range []struct {
		name, host string
		want       string
		kind       HostKind
	}{
		{"default", "abc123.execute-api.us-east-1.amazonaws.com", "abc123", HostAPI},
		{"default in China", "abc123.execute-api.cn-north-1.amazonaws.com.cn", "abc123", HostAPI},
		{"default, any suffix", "abc123.execute-api.localhost", "abc123", HostAPI},
		{"default, port", "abc123.execute-api.localhost:8080", "abc123", HostAPI},
		{"default, trailing dot", "abc123.execute-api.localhost.", "abc123", HostAPI},
		{"default, trailing dot and port", "abc123.execute-api.localhost.:8080", "abc123", HostAPI},
		{"default, case", "ABC123.Execute-API.LocalHost", "abc123", HostAPI},
		{"id of the user's choice", "my-api.execute-api.localhost", "my-api", HostAPI},
		{"default comes first", "abc123.execute-api.hidden", "abc123", HostAPI},
		{"id like a private one", "x-vpce-y.execute-api.localhost", "odd id", HostAPI},
		{"private", "abc123-vpce-0123456789abcdef0.execute-api.us-east-1.amazonaws.com", "abc123", HostPrivateAPI},
		{"private, dashes", "my-api-vpce-01.execute-api.us-east-1.amazonaws.com", "my-api", HostPrivateAPI},
		{"private, unknown", "zzz-vpce-01.execute-api.us-east-1.amazonaws.com", "", HostUnknown},
		{"endpoint", "vpce-0123-abcd.execute-api.us-east-1.vpce.amazonaws.com", "", HostEndpoint},
		{"unknown id", "zzz.execute-api.localhost", "", HostUnknown},
		{"no suffix", "abc123.execute-api", "", HostUnknown},
		{"empty suffix", "abc123.execute-api..", "", HostUnknown},
		{"other service", "abc123.lambda-url.localhost", "", HostUnknown},
		{"marker further on", "x.abc123.execute-api.localhost", "", HostUnknown},
		{"no id", ".execute-api.localhost", "", HostUnknown},
		{"wildcard over unknown ids", "zzz.execute-api.test", "unknown ids", HostWildcard},
		{"known id before the wildcard", "abc123.execute-api.test", "abc123", HostAPI},
		{"exact before wildcard", "api.example.com", "exact", HostDomain},
		{"exact, case, port, dot", "API.example.COM.:443", "exact", HostDomain},
		{"written with dot and case", "shop.example.org", "shop", HostDomain},
		{"one label", "localhost:8080", "one label", HostDomain},
		{"wildcard", "www.example.com", "wild", HostWildcard},
		{"wildcard, port", "www.example.com:80", "wild", HostWildcard},
		{"wildcard is one label", "a.b.example.com", "", HostUnknown},
		{"wildcard, deeper", "b.a.example.com", "deep", HostWildcard},
		{"wildcard of a wildcard's base", "a.example.com", "wild", HostWildcard},
		{"wildcard needs a label", ".example.com", "", HostUnknown},
		{"wildcard needs its dot", "example.com", "", HostUnknown},
		{"a star is no request", "*.example.org", "", HostUnknown},
		{"IPv4", "127.0.0.1:8080", "", HostUnknown},
		{"IPv6", "[::1]", "", HostUnknown},
		{"IPv6, port", "[::1]:8080", "", HostUnknown},
		{"IPv6, no brackets", "::1", "", HostUnknown},
		{"IPv6, broken", "[::1", "", HostUnknown},
		{"port without name", ":8080", "", HostUnknown},
		{"empty port", "localhost:", "one label", HostDomain},
		{"port of letters", "localhost:http", "", HostUnknown},
		{"port of letters after a suffix", "abc123.execute-api.localhost:http", "", HostUnknown},
		{"two ports after a suffix", "abc123.execute-api.localhost:80:80", "", HostUnknown},
		{"colon in a wildcard's label", "a:b.example.com", "", HostUnknown},
		{"two ports", "localhost:80:80", "", HostUnknown},
		{"two dots", "localhost..", "", HostUnknown},
		{"only a dot", ".", "", HostUnknown},
		{"empty", "", "", HostUnknown},
		{"too long", label + "." + label + "." + label + "." + label + "." + label + ".example.com", "", HostUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, kind := hosts.Match([]byte(c.host))
			if got != c.want || kind != c.kind {
				t.Errorf("Match(%q) = %q, %d, want %q, %d", c.host, got, kind, c.want, c.kind)
			}
		})
	}
}

func TestNewHostsRefuses(t *testing.T) {
	one := func(name string) map[string]int { return map[string]int{name: 1} }
	for _, c := range []struct {
		name          string
		apis, domains map[string]int
		bad           string // part of HostError.Name
	}{
		{"dot in an id", one("a.b"), nil, "a.b"},
		{"empty id", one(""), nil, ""},
		{"two cases of one id", map[string]int{"a": 1, "A": 2}, nil, ""},
		{"empty domain", nil, one(""), ""},
		{"star alone", nil, one("*"), "*"},
		{"star without a domain", nil, one("*."), "*."},
		{"star inside", nil, one("a.*.com"), "a.*.com"},
		{"star in a label", nil, one("*a.com"), "*a.com"},
		{"two stars", nil, one("*.*.com"), "*.*.com"},
		{"port", nil, one("a.com:80"), "a.com:80"},
		{"empty label", nil, one("a..com"), "a..com"},
		{"leading dot", nil, one(".com"), ".com"},
		{"IPv6", nil, one("[::1]"), "[::1]"},
		{"too long", nil, one(strings.Repeat("a.", 128)), "a.a."},
		{"twice", nil, map[string]int{"a.com": 1, "a.com.": 2}, "a.com"},
	} {
		_, err := NewHosts(c.apis, c.domains)
		var e *HostError
		if !errors.As(err, &e) || !strings.HasPrefix(e.Name, c.bad) {
			t.Errorf("%s: NewHosts = %v, want a *HostError for %q", c.name, err, c.bad)
		}
	}
}

// referenceHost finds a host by its labels.
func referenceHost(host string) (int, HostKind) {
	if name, port, ok := strings.Cut(host, ":"); ok {
		if strings.Trim(port, "0123456789") != "" {
			return 0, HostUnknown
		}
		host = name
	}
	host = strings.TrimSuffix(host, ".")
	if len(host) > maxHostBytes {
		return 0, HostUnknown
	}
	labels := strings.Split(strings.Map(lower, host), ".")
	if len(labels) > 2 && labels[1] == "execute-api" && !(len(labels) == 3 && labels[2] == "") {
		id, private := labels[0], false
		if i := strings.LastIndex(id, "-vpce-"); i >= 0 {
			id, private = id[:i], true
		}
		switch {
		case id == "abc123" && private:
			return 1, HostPrivateAPI
		case id == "abc123":
			return 1, HostAPI
		case strings.HasPrefix(labels[0], "vpce-"):
			return 0, HostEndpoint
		}
	}
	if len(labels) != 3 || labels[1] != "example" || labels[2] != "com" || labels[0] == "" {
		return 0, HostUnknown
	}
	if labels[0] == "api" {
		return 2, HostDomain
	}
	return 3, HostWildcard
}

func lower(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// FuzzHosts compares Match with referenceHost.
func FuzzHosts(f *testing.F) {
	hosts, err := NewHosts(map[string]int{"abc123": 1}, map[string]int{"api.example.com": 2, "*.example.com": 3})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"abc123.execute-api.localhost:8080", "a.example.com.", "[::1]:80", "::", "]", ":", "abc123-vpce-1.execute-api.x",
		"vpce-1.execute-api.x", "abc123-vpce-vpce-.execute-api.x", "API.Example.com:", "abc123.execute-api.:8"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, host []byte) {
		v, kind := hosts.Match(host)
		if want, wantKind := referenceHost(string(host)); v != want || kind != wantKind {
			t.Fatalf("Match(%q) = %d, %d, want %d, %d", host, v, kind, want, wantKind)
		}
	})
}
