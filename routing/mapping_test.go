package routing

import (
	"errors"
	"strings"
	"testing"
)

func mustMappings(t testing.TB, keys ...string) *Mappings[string] {
	t.Helper()
	m := map[string]string{}
	for _, key := range keys {
		m[key] = "to " + key
	}
	mappings, err := NewMappings(m)
	if err != nil {
		t.Fatal(err)
	}
	return mappings
}

func TestMappings(t *testing.T) {
	worked := mustMappings(t, "orders", "orders/v1", "orders/v1/items", "v2")
	empty := mustMappings(t, "orders/v1", "(none)")
	for _, c := range []struct {
		name             string
		mappings         *Mappings[string]
		path             string
		want, base, rest string // want "" = none
	}{
		{"three segments", worked, "/orders/v1/items/7", "to orders/v1/items", "orders/v1/items", "/7"},
		{"two segments", worked, "/orders/v1/other", "to orders/v1", "orders/v1", "/other"},
		{"one segment", worked, "/orders/v2", "to orders", "orders", "/v2"},
		{"whole segments", worked, "/ordersx", "", "", ""},
		{"whole path", worked, "/v2", "to v2", "v2", "/"},
		{"whole path and slash", worked, "/v2/", "to v2", "v2", "/"},
		{"slashes stay", worked, "/v2//x/", "to v2", "v2", "//x/"},
		{"whole segments, deeper", worked, "/orders/v1/itemsx", "to orders/v1", "orders/v1", "/itemsx"},
		{"case counts", worked, "/Orders", "", "", ""},
		{"root", worked, "/", "", "", ""},
		{"empty path", worked, "", "", "", ""},
		{"inner empty segment", worked, "/orders//v1", "to orders", "orders", "//v1"},
		{"leading empty segment", worked, "//orders", "", "", ""},
		{"no leading slash", worked, "orders", "", "", ""},
		{"empty key: rest", empty, "/x/y", "to (none)", "", "/x/y"},
		{"empty key: root", empty, "/", "to (none)", "", "/"},
		{"empty key: empty path", empty, "", "to (none)", "", "/"},
		{"empty key: part of a longer key", empty, "/orders", "to (none)", "", "/orders"},
		{"empty key: leading slashes", empty, "//orders/v1", "to (none)", "", "//orders/v1"},
		{"key before the empty key", empty, "/orders/v1/7", "to orders/v1", "orders/v1", "/7"},
		{"no mapping", mustMappings(t), "/orders", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, base, rest, ok := c.mappings.Match([]byte(c.path))
			if got != c.want || ok != (c.want != "") || ok && (string(base) != c.base || string(rest) != c.rest) {
				t.Errorf("Match(%q) = %q, %q, %q, %v, want %q, %q, %q", c.path, got, base, rest, ok, c.want, c.base, c.rest)
			}
		})
	}
}

func TestMappingKeys(t *testing.T) {
	long := strings.Repeat("k", MaxMappingKeyBytes)
	for _, good := range []string{"", "(none)", "a", "a/b/c", "aZ9$-_.+!*'()", long} {
		if _, err := NewMappings(map[string]int{good: 1}); err != nil {
			t.Errorf("NewMappings(%q): %v", good, err)
		}
	}
	for _, bad := range []string{"/", "/a", "a/", "a//b", "a b", "a%20", "a?", "λ", "{x}", long + "k"} {
		var e *MappingError
		if _, err := NewMappings(map[string]int{bad: 1}); !errors.As(err, &e) || e.Key != bad {
			t.Errorf("NewMappings(%q) = %v, want a *MappingError", bad, err)
		}
	}
	var e *MappingError
	if _, err := NewMappings(map[string]int{"": 1, "(none)": 2}); !errors.As(err, &e) {
		t.Errorf("two empty keys: %v, want a *MappingError", err)
	}
}
