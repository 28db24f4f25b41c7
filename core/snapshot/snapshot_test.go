package snapshot

import (
	"fmt"
	"sync"
	"testing"

	"gatehouse/core/exchange"
)

// site writes down how it was addressed.
type site string

func (s site) Serve(x *exchange.Exchange, stage, path []byte) {
	x.Res.Body = fmt.Appendf(nil, "%s %s %s", string(s), stage, path)
}

func TestServe(t *testing.T) {
	a, err := NewAddresses(map[string]Site{"abc123": site("A"), "x": site("X")})
	if err != nil {
		t.Fatal(err)
	}
	var h Holder
	h.Swap(&Snapshot{Router: a, Unknown: site("unknown")})
	tests := []struct{ name, host, path, want string }{
		{"host", "abc123.execute-api.us-east-1.amazonaws.com", "/p", "A  /p"},
		{"host and port", "abc123.execute-api.localhost:8080", "/", "A  /"},
		{"unknown id", "zzz.execute-api.localhost", "/", "unknown  /"},
		{"no API in host", "localhost", "/a/b", "unknown  /a/b"},
		{"path form", "localhost", "/_aws/execute-api/abc123/dev/p/q", "A dev /p/q"},
		{"other path form", "localhost", "/restapis/x/v1/_user_request_/p", "X v1 /p"},
		{"path form, unknown id", "localhost", "/_aws/execute-api/zzz/dev/p", "unknown dev /p"},
		{"host comes first", "x.execute-api.localhost", "/_aws/execute-api/abc123/dev/p", "X  /_aws/execute-api/abc123/dev/p"},
		{"asterisk", "localhost", "*", "unknown  *"},
	}
	for _, tt := range tests {
		x := exchange.New()
		x.Req.Host, x.Req.Path = []byte(tt.host), []byte(tt.path)
		h.Serve(x)
		if string(x.Res.Body) != tt.want {
			t.Errorf("%s: served by %q, want %q", tt.name, x.Res.Body, tt.want)
		}
	}
}

// TestSwap is for the race detector: readers see one snapshot or the other.
func TestSwap(t *testing.T) {
	var h Holder
	a, _ := NewAddresses(nil)
	h.Swap(&Snapshot{Router: a, Unknown: site("0")})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			x := exchange.New()
			x.Req.Host, x.Req.Path = []byte("h"), []byte("/")
			for range 1000 {
				h.Serve(x)
			}
		})
	}
	for i := range 1000 {
		h.Swap(&Snapshot{Router: a, Unknown: site(fmt.Sprint(i)), Revision: uint64(i)})
	}
	wg.Wait()
	if r := h.Current().Revision; r != 999 {
		t.Errorf("Revision = %d, want 999", r)
	}
}
