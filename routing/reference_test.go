package routing

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// reference is the matcher written down as the rules read: try every route, rank
// what matches, take the best. Its routes are keys that a Builder accepted.
type reference struct {
	dialect Dialect
	keys    []RouteKey
}

// match returns the index of the best route, or -1, with its parameters.
func (r *reference) match(method, path string) (best int, params string) {
	best, bestRank := -1, ""
	for i, k := range r.keys {
		captured, ok := r.try(k, path)
		if !ok || k.Method != method && k.Method != "ANY" && !k.Default() {
			continue
		}
		if rank := r.rank(k); best < 0 || rank < bestRank {
			best, bestRank, params = i, rank, captured
		}
	}
	return best, params
}

// rank orders routes: less is better. Kinds are written L < P < Z, left to right.
func (r *reference) rank(k RouteKey) string {
	kinds, greedy := "", false
	for _, part := range k.Parts {
		kinds += string("LPZ"[part.Kind])
		greedy = greedy || part.Kind == Greedy
	}
	anyMethod := "0"
	if k.Method == "ANY" {
		anyMethod = "1"
	}
	switch {
	case r.dialect == REST:
		return kinds + anyMethod
	case k.Default():
		return "4"
	case greedy:
		return "2" + anyMethod + kinds
	}
	return "0" + anyMethod + kinds
}

// try compares one route with a path, whatever the method.
func (r *reference) try(k RouteKey, path string) (params string, ok bool) {
	if k.Default() {
		return "", true
	}
	if path == "" {
		path = "/"
	}
	if !strings.HasPrefix(path, "/") {
		return "", false
	}
	segments := strings.Split(path[1:], "/")
	if r.dialect == REST {
		segments = strings.Split(strings.Trim(path, "/"), "/")
	}
	if len(k.Parts) == 0 {
		return "", len(segments) == 1 && segments[0] == ""
	}
	var captured []string
	for i, part := range k.Parts {
		if i == len(segments) {
			return "", false
		}
		switch part.Kind {
		case Literal:
			if segments[i] != part.Text {
				return "", false
			}
		case Param:
			if segments[i] == "" {
				return "", false
			}
			captured = append(captured, part.Text+"="+segments[i])
		case Greedy:
			rest := strings.Join(segments[i:], "/")
			if rest == "" && r.dialect == REST {
				return "", false
			}
			return strings.Join(append(captured, part.Text+"="+rest), " "), true
		}
	}
	return strings.Join(captured, " "), len(segments) == len(k.Parts)
}

// conflicts reports whether adding k must fail.
func (r *reference) conflicts(k RouteKey) bool {
	for _, old := range r.keys {
		if old.Text == k.Text {
			return true
		}
		if r.dialect == HTTP && old.Method != k.Method {
			continue
		}
		for i := range min(len(old.Parts), len(k.Parts)) {
			a, b := old.Parts[i], k.Parts[i]
			if a == b {
				continue
			}
			if a.Kind != Literal && b.Kind != Literal && (a.Kind == b.Kind || r.dialect == REST) {
				return true
			}
			break
		}
	}
	return false
}

var (
	fuzzParts   = []string{"a", "b", "ab", "{x}", "{y}", "{x+}", "{z+}"}
	fuzzMethods = []string{"GET", "POST", "ANY", "HEAD"}
)

// fuzzKeys reads keys out of bytes: seven of eight values add a part, the eighth
// ends the key and chooses its method.
func fuzzKeys(code []byte) []string {
	var keys []string
	var path strings.Builder
	for _, c := range code {
		if i := int(c & 7); i < len(fuzzParts) {
			path.WriteString("/" + fuzzParts[i])
			continue
		}
		if path.Len() == 0 {
			path.WriteString("/")
		}
		keys = append(keys, fuzzMethods[c>>3&3]+" "+path.String())
		if c >= 0xf0 {
			keys = append(keys, DefaultKey)
		}
		path.Reset()
	}
	return keys
}

// compareWithReference builds a table of keys and matches each path.
func compareWithReference(t *testing.T, d Dialect, keys []string, method string, paths ...string) {
	t.Helper()
	ref := &reference{dialect: d}
	b := NewBuilder[int](d)
	for _, key := range keys {
		k, parseErr := ParseRouteKey(key)
		err := b.Add(key, len(ref.keys))
		var keyErr *KeyError
		switch {
		case parseErr != nil || k.Default() && d == REST:
			if !errors.As(err, &keyErr) {
				t.Fatalf("Add(%q) = %v, want a *KeyError", key, err)
			}
		case ref.conflicts(k) != (err != nil):
			t.Fatalf("Add(%q) after %v = %v, want conflict: %v", key, ref.keys, err, ref.conflicts(k))
		case err == nil:
			ref.keys = append(ref.keys, k)
		}
	}
	table := b.Build()
	if n := table.tree.nodes; len(n) != cap(n) {
		t.Fatalf("%q make %d nodes, %d were counted", keys, len(n), cap(n))
	}
	for _, path := range paths {
		want, wantParams := ref.match(method, path)
		var p Params
		got, ok := table.Match([]byte(method), []byte(path), &p)
		if !ok {
			got = -1
		}
		if got != want || show(&p) != wantParams {
			t.Fatalf("Match(%q, %q) among %q = %d, %q, want %d, %q", method, path, keys, got, show(&p), want, wantParams)
		}
		if trimmed, rooted := table.tree.trim([]byte(path)); rooted {
			w := newWalk(table.tree, verbOf([]byte(method)), trimmed)
			if w.find(); w.cost > len(table.tree.nodes) {
				t.Fatalf("Match(%q, %q) among %q visits %d nodes of %d", method, path, keys, w.cost, len(table.tree.nodes))
			}
		}
	}
}

func TestMatchAgainstReference(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	segments := []string{"a", "b", "ab", "c", ""}
	methods := []string{"GET", "POST", "HEAD", "PUT", "PROPFIND", "ANY", ""}
	for range 3000 {
		code := make([]byte, rng.IntN(120))
		for i := range code {
			code[i] = byte(rng.Uint32())
		}
		paths := []string{"", "/", "a", "//"}
		for range 20 {
			path := ""
			for range rng.IntN(6) {
				path += "/" + segments[rng.IntN(len(segments))]
			}
			paths = append(paths, path)
		}
		for _, d := range []Dialect{HTTP, REST} {
			compareWithReference(t, d, fuzzKeys(code), methods[rng.IntN(len(methods))], paths...)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add([]byte{0, 7, 0, 3, 7, 0, 1, 15, 5, 23, 0xff}, "GET", "/a/b")
	f.Add([]byte{3, 3, 7, 0, 6, 23, 3, 0, 31}, "POST", "/a//b/")
	f.Add([]byte{7, 5, 23}, "HEAD", "/")
	f.Fuzz(func(t *testing.T, code []byte, method, path string) {
		if len(code) > 400 {
			code = code[:400]
		}
		for _, d := range []Dialect{HTTP, REST} {
			compareWithReference(t, d, fuzzKeys(code), method, path, path+"/", "/a"+path, "/a/"+path+"/b")
		}
	})
}
