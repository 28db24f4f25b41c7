package routing

import "testing"

func TestSplitPathForm(t *testing.T) {
	for _, c := range []struct {
		name, path           string
		apiID, stage, suffix string // apiID "" = no path form
	}{
		{"aws", "/_aws/execute-api/abc123/prod/a/b", "abc123", "prod", "/a/b"},
		{"aws, no path", "/_aws/execute-api/abc123/prod", "abc123", "prod", "/"},
		{"aws, slash", "/_aws/execute-api/abc123/prod/", "abc123", "prod", "/"},
		{"aws, default stage", "/_aws/execute-api/abc123/$default/x", "abc123", "$default", "/x"},
		{"aws, nothing decoded", "/_aws/execute-api/abc123/%24default/a%2Fb", "abc123", "%24default", "/a%2Fb"},
		{"aws, slashes stay", "/_aws/execute-api/abc123/prod//x/", "abc123", "prod", "//x/"},
		{"aws, no stage", "/_aws/execute-api/abc123", "", "", ""},
		{"aws, empty stage", "/_aws/execute-api/abc123/", "", "", ""},
		{"aws, empty stage before a path", "/_aws/execute-api/abc123//x", "", "", ""},
		{"aws, empty id", "/_aws/execute-api//prod/x", "", "", ""},
		{"aws, nothing", "/_aws/execute-api/", "", "", ""},
		{"aws, prefix only", "/_aws/execute-api", "", "", ""},
		{"aws, longer word", "/_aws/execute-apis/abc123/prod/x", "", "", ""},
		{"restapis", "/restapis/abc123/prod/_user_request_/a/b", "abc123", "prod", "/a/b"},
		{"restapis, no path", "/restapis/abc123/prod/_user_request_", "abc123", "prod", "/"},
		{"restapis, slash", "/restapis/abc123/prod/_user_request_/", "abc123", "prod", "/"},
		{"restapis, slashes stay", "/restapis/abc123/prod/_user_request_//x", "abc123", "prod", "//x"},
		{"restapis, mark in the path", "/restapis/a/b/_user_request_/_user_request_", "a", "b", "/_user_request_"},
		{"restapis, no mark", "/restapis/abc123/prod/a/b", "", "", ""},
		{"restapis, longer mark", "/restapis/abc123/prod/_user_request_x/b", "", "", ""},
		{"restapis, early mark", "/restapis/abc123/_user_request_/b", "", "", ""},
		{"restapis, empty id", "/restapis//prod/_user_request_/b", "", "", ""},
		{"restapis, empty stage", "/restapis/a//_user_request_/b", "", "", ""},
		{"restapis, nothing", "/restapis/", "", "", ""},
		{"other", "/prod/a", "", "", ""},
		{"root", "/", "", "", ""},
		{"empty", "", "", "", ""},
		{"leading slashes", "//_aws/execute-api/abc123/prod/a", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			apiID, stage, rest, ok := SplitPathForm([]byte(c.path))
			if string(apiID) != c.apiID || string(stage) != c.stage || string(rest) != c.suffix || ok != (c.apiID != "") {
				t.Errorf("SplitPathForm(%q) = %q, %q, %q, %v, want %q, %q, %q", c.path, apiID, stage, rest, ok, c.apiID, c.stage, c.suffix)
			}
		})
	}
}
