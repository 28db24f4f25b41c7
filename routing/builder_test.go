package routing

import (
	"errors"
	"strings"
	"testing"
)

func TestAddRefuses(t *testing.T) {
	const dup, conflict, key = "duplicate", "conflict", "key"
	for _, c := range []struct {
		name    string
		dialect Dialect
		old     string
		add     string
		want    string // "" = accepted
	}{
		{"same key", HTTP, "GET /a/{x}", "GET /a/{x}", dup},
		{"same default", HTTP, "$default", "$default", dup},
		{"other name", HTTP, "GET /a/{x}", "GET /a/{y}", conflict},
		{"other name further up", HTTP, "GET /a/{x}", "GET /a/{y}/b", conflict},
		{"other greedy name", HTTP, "GET /a/{x+}", "GET /a/{y+}", conflict},
		{"other name, other method", HTTP, "GET /a/{x}", "POST /a/{y}", ""},
		{"other name, ANY", HTTP, "GET /a/{x}", "ANY /a/{y}", ""},
		{"other name, other branch", HTTP, "GET /a/{x}", "GET /b/{y}", ""},
		{"greedy beside param", HTTP, "GET /a/{x}", "GET /a/{proxy+}", ""},
		{"same name, deeper", HTTP, "GET /a/{x}", "GET /a/{x}/{y}", ""},
		{"braces are no literal", HTTP, "GET /a/{x}/c", "GET /a/b/c", ""},
		{"REST: same key", REST, "GET /a/{x}", "GET /a/{x}", dup},
		{"REST: other name", REST, "GET /a/{x}", "GET /a/{y}", conflict},
		{"REST: other name, other method", REST, "GET /a/{x}", "POST /a/{y}/b", conflict},
		{"REST: greedy beside param", REST, "GET /a/{x}", "POST /a/{x+}", conflict},
		{"REST: other method", REST, "GET /a/{x}", "POST /a/{x}", ""},
		{"REST: default", REST, "GET /", "$default", key},
		{"bad key", HTTP, "GET /", "GET /a/", key},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := NewBuilder[int](c.dialect)
			if err := b.Add(c.old, 1); err != nil {
				t.Fatalf("Add(%q): %v", c.old, err)
			}
			err := b.Add(c.add, 2)
			var keyErr *KeyError
			var dupErr *DuplicateError
			var conflictErr *ConflictError
			got := ""
			switch {
			case errors.As(err, &keyErr):
				got = key
			case errors.As(err, &dupErr) && dupErr.Key == c.add:
				got = dup
			case errors.As(err, &conflictErr) && conflictErr.New == c.add && conflictErr.Old == c.old:
				got = conflict
			case err != nil:
				t.Fatalf("Add(%q) = %#v", c.add, err)
			}
			if got != c.want {
				t.Errorf("Add(%q) after %q = %v, want %q", c.add, c.old, err, c.want)
			}
			if want := 1; c.want != "" && b.Build().Len() != want {
				t.Errorf("a refused key was added")
			}
		})
	}
}

func TestConflictNamesParts(t *testing.T) {
	b := NewBuilder[int](REST)
	if err := b.Add("GET /a/{x}", 1); err != nil {
		t.Fatal(err)
	}
	var e *ConflictError
	if err := b.Add("GET /a/{proxy+}", 2); !errors.As(err, &e) || e.NewPart != "{proxy+}" || e.OldPart != "{x}" {
		t.Errorf("Add = %v, want a conflict of {proxy+} with {x}", err)
	}
	if err := b.Add("GET /c/{n}/d/{m+}", 2); err != nil {
		t.Errorf("after a refusal, Add = %v", err)
	}
}

// TestRefusedKeyClaimsNothing adds a key whose second variable conflicts; its
// first one must not stand in the way of others.
func TestRefusedKeyClaimsNothing(t *testing.T) {
	b := NewBuilder[int](HTTP)
	if err := b.Add("GET /{a}/{b}", 1); err != nil {
		t.Fatal(err)
	}
	if err := b.Add("GET /{a}/{c}/{d}", 2); err == nil {
		t.Fatal("conflicting key was added")
	}
	if err := b.Add("GET /{a}/{b}/{e}", 3); err != nil {
		t.Errorf("Add = %v, want no conflict with a refused key", err)
	}
}

func TestBuildIsASnapshot(t *testing.T) {
	b := NewBuilder[int](HTTP)
	if err := b.Add("GET /a", 1); err != nil {
		t.Fatal(err)
	}
	before := b.Build()
	if err := b.Add("GET /b", 2); err != nil {
		t.Fatal(err)
	}
	after := b.Build()
	if _, ok := before.Match([]byte("GET"), []byte("/b"), nil); ok {
		t.Error("a built table changed")
	}
	if v, ok := after.Match([]byte("GET"), []byte("/b"), nil); !ok || v != 2 {
		t.Errorf("Match = %d, %v in the second table, want 2", v, ok)
	}
}

// hostileTable has every key of depth segments that are each "a" or {p}, and ends
// in a segment that no path has: every search must look everywhere.
func hostileTable(t *testing.T, d Dialect, depth int) *Table[string] {
	b := NewBuilder[string](d)
	for i := range 1 << depth {
		var key strings.Builder
		key.WriteString("GET ")
		for j := range depth {
			if i&(1<<j) == 0 {
				key.WriteString("/a")
			} else {
				key.WriteString("/{p" + string(rune('a'+j)) + "}")
			}
		}
		key.WriteString("/end")
		if err := b.Add(key.String(), ""); err != nil {
			t.Fatal(err)
		}
	}
	return b.Build()
}

// costOf returns how many nodes a match visits, and how many there are.
func costOf(table *Table[string], method, path string) (visited, nodes int) {
	trimmed, _ := table.tree.trim([]byte(path))
	w := newWalk(table.tree, verbOf([]byte(method)), trimmed)
	w.find()
	return w.cost, len(table.tree.nodes)
}

// TestHostileTableIsBounded runs the worst paths over the worst tables. All 4096
// patterns fit all but the end of the first path, so that all nodes are looked at
// whose literal fits, but each one once.
func TestHostileTableIsBounded(t *testing.T) {
	for _, c := range []struct {
		name    string
		table   *Table[string]
		path    string
		atMost  int
		atLeast int
	}{
		{"HTTP, all fit but the end", hostileTable(t, HTTP, 12), strings.Repeat("/a", 12) + "/x", 2 << 12, 1 << 12},
		{"REST, all fit but the end", hostileTable(t, REST, 12), strings.Repeat("/a", 12) + "/x", 2 << 12, 1 << 12},
		{"HTTP, first segment differs", hostileTable(t, HTTP, 12), "/b" + strings.Repeat("/a", 11) + "/x", 1 << 12, 1},
		{"long path", hostileTable(t, HTTP, 12), strings.Repeat("/a", 100_000), 2 << 12, 1},
		{"slashes", hostileTable(t, HTTP, 12), strings.Repeat("/", 100_000), 1, 1},
		{"REST slashes", hostileTable(t, REST, 12), strings.Repeat("/", 100_000), 1, 1},
		{"ladder", ladderTable(t, 512), strings.Repeat("/a", 600), 2 * 512, 512},
	} {
		t.Run(c.name, func(t *testing.T) {
			visited, nodes := costOf(c.table, "GET", c.path)
			if visited > min(nodes, c.atMost) || visited < c.atLeast {
				t.Errorf("visited %d of %d nodes, want %d to %d", visited, nodes, c.atLeast, c.atMost)
			}
		})
	}
}

// TestMethodPrunes: where no route has the method, nothing is searched.
func TestMethodPrunes(t *testing.T) {
	for _, d := range []Dialect{HTTP, REST} {
		if visited, _ := costOf(hostileTable(t, d, 8), "POST", strings.Repeat("/a", 8)+"/x"); visited != 1 {
			t.Errorf("visited %d nodes for a method without routes, want 1", visited)
		}
	}
}

// ladderTable has /a/a/.../a/{p}/end at every depth up to depth.
func ladderTable(t *testing.T, depth int) *Table[string] {
	b := NewBuilder[string](HTTP)
	for i := range depth {
		if err := b.Add("GET "+strings.Repeat("/a", i)+"/{p}/end", ""); err != nil {
			t.Fatal(err)
		}
	}
	return b.Build()
}
