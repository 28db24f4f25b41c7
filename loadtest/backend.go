package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// slowness is what a request for /slow takes.
const slowness = 100 * time.Millisecond

// maxEcho is the longest body in bytes that is echoed.
const maxEcho = 10 << 20

// backend is what the gateway proxies to. Its owner must Close it.
type backend struct {
	*http.Server
	addr string
}

func startBackend() (*backend, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &backend{Server: &http.Server{Handler: http.HandlerFunc(serve), ReadHeaderTimeout: 10 * time.Second}, addr: l.Addr().String()}
	go b.Serve(l) // ends with ErrServerClosed when the owner closes it
	return b, nil
}

// serve echoes a POST and tells any other request its path and its x.
func serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodPost {
		// Read to its end first: net/http drops what is unread at the first write.
		if body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEcho)); err == nil {
			w.Write(body)
		}
		return
	}
	if r.URL.Path == "/slow" {
		time.Sleep(slowness)
	}
	fmt.Fprintf(w, `{"path":%q,"x":%q}`, r.URL.Path, r.URL.Query().Get("x"))
}
