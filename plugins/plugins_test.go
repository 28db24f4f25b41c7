package plugins

import (
	"errors"
	"strings"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
)

type piece string

func (piece) Handle(*exchange.Exchange) pipeline.Verdict { return pipeline.Next }
func (piece) Finish(*exchange.Exchange)                  {}
func (piece) Log(*exchange.Exchange)                     {}

// withKinds registers kinds of its own for one test.
func withKinds(t *testing.T) {
	t.Helper()
	old, oldOrder := kinds, Order
	t.Cleanup(func() { kinds, Order = old, oldOrder })
	kinds = map[string]Kind{}
	Order = []Place{{"a", "first"}, {"b", "second"}, {"c", "third"}, {"d", "fourth"}}
	Register(Kind{"c", Compiler(func(s string) (Part, error) { return Part{Step: piece(s), Log: piece(s)}, nil })})
	Register(Kind{"a", Compiler(func(s string) (Part, error) { return Part{Step: piece(s), Finish: piece(s)}, nil })})
	Register(Kind{"b", Compiler(func(s string) (Part, error) { return Part{}, nil })})
	Register(Kind{"d", Compiler(func(err error) (Part, error) { return Part{}, err })})
}

func TestBuildFollowsOrder(t *testing.T) {
	withKinds(t)
	target := &exchange.Target{}
	p, err := Build(target, Settings{"c": "C", "b": "B"}, nil, Settings{"a": "A"})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Steps) != 2 || p.Steps[0] != piece("A") || p.Steps[1] != piece("C") {
		t.Errorf("Steps = %v, want A and C", p.Steps)
	}
	if len(p.Finish) != 1 || len(p.Log) != 1 || p.Target != target {
		t.Errorf("Build = %+v", p)
	}
}

func TestBuildRefuses(t *testing.T) {
	withKinds(t)
	broken := errors.New("broken")
	for _, c := range []struct {
		name     string
		settings []Settings
		want     string
	}{
		{"unknown kind", []Settings{{"x": 1}}, `no plugin is called "x"`},
		{"twice", []Settings{{"a": "1"}, {"a": "2"}}, `plugin "a" has settings twice`},
		{"wrong type", []Settings{{"a": 1}}, "a: settings are a int, not a string"},
		{"plugin's own", []Settings{{"d": broken}}, "d: broken"},
	} {
		_, err := Build(nil, c.settings...)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: Build = %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := Build(nil, Settings{"d": broken}); !errors.Is(err, broken) {
		t.Errorf("Build = %v, which does not wrap the plugin's error", err)
	}
}

func TestRegisterPanics(t *testing.T) {
	withKinds(t)
	compile := Compiler(func(string) (Part, error) { return Part{}, nil })
	for _, c := range []struct {
		name, want string
		kind       Kind
	}{
		{"duplicate", "registered twice", Kind{"a", compile}},
		{"no place", "no line in Order", Kind{"nowhere", compile}},
		{"no New", "no New", Kind{"e", nil}},
	} {
		func() {
			defer func() {
				if r, _ := recover().(string); !strings.Contains(r, c.want) {
					t.Errorf("%s: Register panics with %q, want %q", c.name, r, c.want)
				}
			}()
			Register(c.kind)
		}()
	}
}

func TestOrderHasReasons(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Order {
		if p.Name == "" || p.Why == "" || seen[p.Name] {
			t.Errorf("Order has the line %+v", p)
		}
		seen[p.Name] = true
	}
}
