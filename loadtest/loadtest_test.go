package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestBackendAnswers pins the answers that http.js compares with.
func TestBackendAnswers(t *testing.T) {
	back, err := startBackend()
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	long := strings.Repeat("x", 100_000)
	tests := []struct{ name, method, path, body, want string }{
		{"read", "GET", "/orders/42?x=1", "", `{"path":"/orders/42","x":"1"}`},
		{"write", "POST", "/orders", `{"id":7}`, `{"id":7}`},
		{"long write", "POST", "/orders", long, long},
		{"slow", "GET", "/slow", "", `{"path":"/slow","x":""}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequest(tt.method, "http://"+back.addr+tt.path, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if got, _ := io.ReadAll(resp.Body); string(got) != tt.want {
				t.Errorf("%s %s = %.99s (%d bytes), want %.99s (%d bytes)", tt.method, tt.path, got, len(got), tt.want, len(tt.want))
			}
		})
	}
}
