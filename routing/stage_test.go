package routing

import "testing"

func stagesOf(names ...string) *Stages[string] {
	m := map[string]string{}
	for _, name := range names {
		m[name] = name
	}
	return NewStages(m)
}

func TestHTTPStage(t *testing.T) {
	both, named := stagesOf("$default", "pets", "a%20b"), stagesOf("pets")
	for _, c := range []struct {
		name       string
		stages     *Stages[string]
		path       string
		want, rest string // want "" = no stage
	}{
		{"named stage beats a route", both, "/pets/dog", "pets", "/dog"},
		{"named stage, no slash", both, "/pets", "pets", "/"},
		{"named stage, slash", both, "/pets/", "pets", "/"},
		{"named stage, twice", both, "/pets/pets/x", "pets", "/pets/x"},
		{"inner slashes stay", both, "/pets//x", "pets", "//x"},
		{"default", both, "/dogs/1", "$default", "/dogs/1"},
		{"default, root", both, "/", "$default", "/"},
		{"default, empty", both, "", "$default", ""},
		{"default has no name in a path", both, "/$default/x", "$default", "/$default/x"},
		{"case counts", both, "/Pets/x", "$default", "/Pets/x"},
		{"whole segment", both, "/petshop", "$default", "/petshop"},
		{"leading slashes are a segment", both, "//pets/x", "$default", "//pets/x"},
		{"nothing decoded", both, "/a%20b/x", "a%20b", "/x"},
		{"no default: named", named, "/pets/dog", "pets", "/dog"},
		{"no default: none", named, "/dogs", "", "/dogs"},
		{"no default: root", named, "/", "", "/"},
		{"no stage at all", stagesOf(), "/x", "", "/x"},
		{"no leading slash", named, "pets", "", "pets"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, rest, ok := c.stages.HTTP([]byte(c.path))
			if got != c.want || ok != (c.want != "") || ok && string(rest) != c.rest {
				t.Errorf("HTTP(%q) = %q, %q, %v, want %q, %q", c.path, got, rest, ok, c.want, c.rest)
			}
		})
	}
}

func TestRESTStage(t *testing.T) {
	stages := stagesOf("prod", "$default", "")
	for _, c := range []struct{ name, path, want, rest string }{
		{"stage", "/prod/x", "prod", "/x"},
		{"no slash after it", "/prod", "prod", "/"},
		{"slash after it", "/prod/", "prod", "/"},
		{"slashes before it", "//prod/x", "prod", "/x"},
		{"many slashes before it", "/////prod", "prod", "/"},
		{"slashes after it stay", "/prod//hardcoded", "prod", "//hardcoded"},
		{"escapes stay", "/prod/a%2Fb", "prod", "/a%2Fb"},
		{"unknown", "/test/x", "", ""},
		{"case counts", "/PROD/x", "", ""},
		{"root", "/", "", ""},
		{"slashes", "///", "", ""},
		{"empty", "", "", ""},
		{"no default on REST", "/$default/x", "", ""},
		{"no leading slash", "prod/x", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, rest, ok := stages.REST([]byte(c.path))
			if got != c.want || ok != (c.want != "") || ok && string(rest) != c.rest {
				t.Errorf("REST(%q) = %q, %q, %v, want %q, %q", c.path, got, rest, ok, c.want, c.rest)
			}
		})
	}
}

func TestStageByName(t *testing.T) {
	stages := stagesOf("prod", "$default")
	for name, want := range map[string]string{"prod": "prod", "$default": "$default", "%24default": "$default", "test": "", "": "", "PROD": ""} {
		if got, ok := stages.Get([]byte(name)); got != want || ok != (want != "") {
			t.Errorf("Get(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
	if _, ok := stagesOf("prod").Get([]byte("$default")); ok {
		t.Error("Get finds a $default that is not there")
	}
}

func TestStagesCopyTheirMap(t *testing.T) {
	m := map[string]int{"prod": 1}
	s := NewStages(m)
	m["test"] = 2
	if _, ok := s.Get([]byte("test")); ok {
		t.Error("a change of the map reached the stages")
	}
}

func TestCollapseLeading(t *testing.T) {
	for in, want := range map[string]string{"": "", "/": "/", "//": "/", "//hardcoded": "/hardcoded", "/a//b": "/a//b", "///a//": "/a//", "a//b": "a//b"} {
		if got := CollapseLeading([]byte(in)); string(got) != want {
			t.Errorf("CollapseLeading(%q) = %q, want %q", in, got, want)
		}
	}
}
