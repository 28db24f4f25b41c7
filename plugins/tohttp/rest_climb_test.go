package tohttp

import (
	"testing"

	"gatehouse/core/exchange"
)

func TestRESTPathValuesStayInTheirPlace(t *testing.T) {
	u, err := parseURI("http://b/base/{id}/x?q={q}")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		value  string
		climbs bool
	}{
		{"7", false}, {"a/b", false}, {"a..b", false}, {"..a", false}, {"a/..", false}, {".", false},
		{"..", true}, {"a/../..", true}, {"%2e%2e", true}, {".%2E", true}, {"a%2F..%2f..", true}, {"%2e%2e%2fadmin", true},
		{"%zz", false},
	}
	for _, tt := range tests {
		x := exchange.New()
		if got := u.path.climbsMapped(x, []exchange.Param{{Name: "id", Value: []byte(tt.value)}}); got != tt.climbs {
			t.Errorf("climbsMapped(%q) = %v, want %v", tt.value, got, tt.climbs)
		}
	}
}

func TestRESTQueryValuesAddNoParameters(t *testing.T) {
	u, err := parseURI("http://b/base/{id}/x?q={q}")
	if err != nil {
		t.Fatal(err)
	}
	got := u.query.appendMapped(nil, []exchange.Param{{Name: "q", Value: []byte("1&admin=1;x+y%26z")}}, appendQueryValue)
	if want := "q=1%26admin%3D1%3Bx%2By%26z"; string(got) != want {
		t.Errorf("query = %s, want %s", got, want)
	}
}
