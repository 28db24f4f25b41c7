package all

import (
	"strings"
	"testing"

	"gatehouse/plugins"
)

// TestEveryPlaceHasItsKind finds a package that is not linked, and a line of
// Order that nothing stands for.
func TestEveryPlaceHasItsKind(t *testing.T) {
	for _, p := range plugins.Order {
		_, err := plugins.Build(nil, plugins.Settings{p.Name: nil})
		if err == nil || strings.Contains(err.Error(), "no plugin is called") {
			t.Errorf("place %q: Build = %v, want a complaint about its settings", p.Name, err)
		}
	}
}
