package wire

import (
	"bytes"
	"net/http"
	"testing"
)

// BenchmarkCall is a whole call without a socket: dispatch, decode, validate,
// run, encode.
func BenchmarkCall(b *testing.B) {
	body := []byte(`{"name":"shop","protocolType":"HTTP","corsConfiguration":{"allowOrigins":["*"],"maxAge":5},"tags":{"a":"b"}}`)
	for _, c := range []struct {
		name string
		keys []Key
	}{{"unsigned", nil}, {"refused", []Key{{ID: testKey, Secret: testSecret}}}} {
		b.Run(c.name, func(b *testing.B) {
			s := New(Config{Keys: c.keys}, testService())
			b.ReportAllocs()
			for b.Loop() {
				r, err := http.NewRequest("POST", "http://h/v2/apis", bytes.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				s.ServeHTTP(newRecorder(), r)
			}
		})
	}
}
