//go:build !race

package routing

import "testing"

// TestAllocsMatch pins everything that a request passes through at no allocation.
func TestAllocsMatch(t *testing.T) {
	http := mustTable(t, HTTP, "$default", "GET /pets", "GET /pets/{id}", "ANY /pets/{id}/toys/{toy}", "GET /files/{proxy+}")
	rest := mustTable(t, REST, "GET /", "GET /foo", "ANY /foo/{id}", "POST /foo/bar", "OPTIONS /{proxy+}")
	stages := stagesOf("prod", "$default")
	mappings := mustMappings(t, "orders", "orders/v1", "(none)")
	hosts, err := NewHosts(map[string]int{"abc123": 1}, map[string]int{"*.example.com": 2})
	if err != nil {
		t.Fatal(err)
	}
	params := new(Params)
	get := []byte("GET")
	match := func(table *Table[string], path string) func() {
		p := []byte(path)
		return func() {
			if _, ok := table.Match(get, p, params); !ok {
				t.Errorf("no route for %q", path)
			}
		}
	}
	long := []byte("ABC123.execute-api.us-east-1.amazonaws.com:8080")
	wild := []byte("www.example.com")
	path := []byte("/prod/orders/v1/7")
	form := []byte("/_aws/execute-api/abc123/prod/x")
	raw := []byte("/a%20b/%252F")
	buf := make([]byte, 0, 64)
	for name, f := range map[string]func(){
		"http literal":   match(http, "/pets"),
		"http param":     match(http, "/pets/7"),
		"http two":       match(http, "/pets/7/toys/8"),
		"http greedy":    match(http, "/files/a/b/c"),
		"http default":   match(http, "/none/at/all"),
		"http empty":     match(http, ""),
		"rest literal":   match(rest, "//foo/"),
		"rest param":     match(rest, "/foo/bar"),
		"rest root":      match(rest, "/"),
		"stage, HTTP":    func() { stages.HTTP(path) },
		"stage, REST":    func() { stages.REST(path) },
		"stage, by name": func() { stages.Get(get) },
		"mapping":        func() { mappings.Match(path[5:]) },
		"host":           func() { hosts.Match(long) },
		"host, wildcard": func() { hosts.Match(wild) },
		"path form":      func() { SplitPathForm(form) },
		"decode":         func() { buf, _ = AppendDecodedPath(buf[:0], raw) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations, want 0", name, n)
		}
	}
}
