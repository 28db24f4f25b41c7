package restapi_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"gatehouse/plugins/restapi"
)

// BenchmarkProxyPost sends 10 KB of text through an HTTP_PROXY, back end and
// client included.
func BenchmarkProxyPost(b *testing.B) {
	g := start(b)
	body := strings.Repeat("0123456789", 1024)
	ln := sinkhole(b, len(body))
	g.methods(restapi.Method{Path: "/", Verb: "POST", Settings: g.proxy("http://"+ln+"/x", nil)})
	nc, err := net.Dial("tcp", g.addr)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = nc.Close() }()
	br := bufio.NewReader(nc)
	request := []byte("POST /dev HTTP/1.1\r\nHost: x\r\nUser-Agent: test\r\nContent-Type: text/plain\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := nc.Write(request); err != nil {
			b.Fatal(err)
		}
		r, err := readResponse(br, false)
		if err != nil || r.status != http.StatusOK {
			b.Fatal(r.status, err)
		}
	}
}

// sinkhole answers after each body of size bytes.
func sinkhole(b *testing.B, size int) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = nc.Close() }()
				br := bufio.NewReaderSize(nc, 16<<10)
				for {
					line, err := br.ReadSlice('\n')
					if err != nil {
						return
					}
					if len(line) > 2 {
						continue
					}
					if _, err = br.Discard(size); err != nil {
						return
					}
					if _, err = io.WriteString(nc, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"); err != nil {
						return
					}
				}
			}()
		}
	}()
	return ln.Addr().String()
}
