package gateway

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCreateAPI(t *testing.T) {
	tests := []struct {
		name, body string
		status     int
		host, err  string
	}{
		{"made", `{"apiId":"abc123","name":"bench"}`, http.StatusCreated, "abc123.execute-api.localhost", ""},
		{"refused", `{"message":"Invalid target"}`, http.StatusBadRequest, "", "Invalid target"},
		{"no JSON", `<html>`, http.StatusCreated, "", "create api"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var sent string
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				sent = r.Method + " " + r.URL.Path + " " + string(b)
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			}))
			defer s.Close()
			g := &Gateway{Admin: strings.TrimPrefix(s.URL, "http://")}
			host, err := g.CreateAPI(context.Background(), API{Name: "bench", ProtocolType: "HTTP", Target: "http://b"})
			if host != tt.host || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("CreateAPI = %q, %v, want %q, error with %q", host, err, tt.host, tt.err)
			}
			want := `POST /v2/apis {"name":"bench","protocolType":"HTTP","target":"http://b"}`
			if sent != want {
				t.Errorf("sent %s, want %s", sent, want)
			}
		})
	}
}
