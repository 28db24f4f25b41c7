//go:build !race

package restapi_test

import (
	"bufio"
	"io"
	"net"
	"runtime"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/plugins/restapi"
	"gatehouse/plugins/transform"
)

// quiet is an exchange's loop and client without a network.
type quiet struct{}

func (quiet) Post(func())                                                 {}
func (quiet) Now() int64                                                  { return 0 }
func (quiet) Index() int                                                  { return 0 }
func (quiet) Rand() uint64                                                { return 42 }
func (quiet) Respond(*exchange.Exchange)                                  {}
func (quiet) Begin(*exchange.Exchange, int64)                             {}
func (quiet) WriteBody(*exchange.Exchange, []byte) bool                   { return true }
func (quiet) EndBody(*exchange.Exchange, error)                           {}
func (quiet) Leave(*exchange.Exchange) (w exchange.BodyWriter, err error) { return nil, nil }

func TestAllocsMock(t *testing.T) {
	cors := transform.Answer{Status: "200", Templates: params{"application/json": "hello"}, Parameters: params{"method.response.header.Access-Control-Allow-Origin": "'*'"}}
	s, err := restapi.New(restapi.Config{Stages: []restapi.Stage{{Name: "dev", Main: restapi.Variant{Methods: []restapi.Method{
		{Path: "/a/{b}", Verb: "GET", Settings: mock(`{"statusCode": 200}`, []string{"Access-Control-Allow-Origin"}, cors)},
		{Path: "/t", Verb: "GET", Settings: mock(`{"statusCode": 200}`, nil, transform.Answer{Status: "200", Templates: params{"application/json": `{"q":"$input.params('q')"}`}})},
	}}}}})
	if err != nil {
		t.Fatal(err)
	}
	x := exchange.New()
	for _, c := range []struct {
		path   string
		status int
		most   float64
	}{{"/dev/a/b", 200, 0}, {"/dev/none", 403, 0}, {"/dev/t", 200, 4}} {
		path, query, name, value := []byte(c.path), []byte("q=1"), []byte("User-Agent"), []byte("test")
		n := testing.AllocsPerRun(500, func() {
			x.Reset()
			x.Loop, x.Conn, x.Req.Method, x.Req.Path, x.Req.Query = quiet{}, quiet{}, "GET", path, query
			x.Req.Headers.Add(name, value)
			s.Serve(x, nil, path)
		})
		if n > c.most || x.Res.Status != c.status {
			t.Errorf("%s = %d %s allocates %v times, want %d and at most %v", c.path, x.Res.Status, x.Res.Body, n, c.status, c.most)
		}
	}
}

// TestAllocsProxy counts all allocations of the process while requests pass.
func TestAllocsProxy(t *testing.T) {
	g, b := start(t), newBackend(t)
	g.methods(restapi.Method{Path: "/{proxy+}", Verb: "ANY", Settings: g.proxy(b.url+"/{proxy}", map[string]string{"integration.request.path.proxy": "method.request.path.proxy"})},
		restapi.Method{Path: "/plain", Verb: "GET", Settings: g.proxy(b.url+"/x", nil)})
	ln := quietBackend(t)
	g.methods(restapi.Method{Path: "/plain", Verb: "GET", Settings: g.proxy("http://"+ln+"/x", nil)},
		restapi.Method{Path: "/{proxy+}", Verb: "ANY", Settings: g.proxy("http://"+ln+"/{proxy}", map[string]string{"integration.request.path.proxy": "method.request.path.proxy"})})
	nc, err := net.Dial("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = nc.Close() }()
	br := bufio.NewReader(nc)
	for _, path := range []string{"/dev/plain?a=1", "/dev/a/b"} {
		request := []byte("GET " + path + " HTTP/1.1\r\nHost: x\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n")
		once := func() {
			if _, err := nc.Write(request); err != nil {
				t.Fatal(err)
			}
			skipResponse(t, br)
		}
		for range 200 {
			once()
		}
		const rounds = 2000
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range rounds {
			once()
		}
		runtime.ReadMemStats(&after)
		if per := float64(after.Mallocs-before.Mallocs) / rounds; per > 0.2 {
			t.Errorf("%s allocates %.2f times a request, want 0", path, per)
		}
	}
}

// skipResponse reads a response of 11 body bytes without allocating.
func skipResponse(t *testing.T, br *bufio.Reader) {
	for {
		line, err := br.ReadSlice('\n')
		if err != nil {
			t.Fatal(err)
		}
		if len(line) == 2 {
			break
		}
	}
	if _, err := br.Discard(11); err != nil {
		t.Fatal(err)
	}
}

// quietBackend answers each request by the same bytes and allocates nothing.
func quietBackend(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	answer := []byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: s\r\nContent-Length: 11\r\n\r\n{\"ok\":true}")
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = nc.Close() }()
				buf := make([]byte, 4096)
				for {
					if _, err := nc.Read(buf); err != nil {
						if err != io.EOF {
							return
						}
						return
					}
					if _, err := nc.Write(answer); err != nil {
						return
					}
				}
			}()
		}
	}()
	return ln.Addr().String()
}
