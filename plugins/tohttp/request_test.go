package tohttp

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gatehouse/core/bufs"
	"gatehouse/core/clock"
	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
	"gatehouse/core/upstream"
)

// engine is a server without loops: nothing is dialled here.
type engine struct{ clock clock.Clock }

func (*engine) RoomToDial() bool      { return false }
func (e *engine) Clock() *clock.Clock { return &e.clock }
func (*engine) Budget() *bufs.Budget  { return bufs.NewBudget(0) }

func client(t testing.TB) *upstream.Client {
	c := upstream.New(&engine{}, upstream.Config{Loops: 1})
	t.Cleanup(c.Close)
	return c
}

// request makes an exchange as http1 does.
func request(method, target string, headers ...string) *exchange.Exchange {
	x := exchange.New()
	x.Req.Method = method
	path, query, has := strings.Cut(target, "?")
	x.Req.Path, x.Req.Query, x.Req.HasQuery = []byte(path), []byte(query), has
	x.Path = x.Req.Path
	x.Req.Host = []byte("api.test")
	x.Req.Remote = netip.MustParseAddrPort("192.0.2.7:4000")
	x.Req.Local = netip.MustParseAddrPort("192.0.2.1:8080")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		x.Req.Headers.Add([]byte(name), []byte(value))
	}
	return x
}

// Parts of a request that are the same in most rows.
const (
	ours    = "forwarded: by=192.0.2.1;for=192.0.2.7;host=api.test;proto=http\r\nvia: HTTP/1.1 AmazonAPIGateway\r\n"
	noBody  = "content-type: text/plain; charset=utf-8\r\ncontent-length: 0\r\n\r\n"
	theHost = "host: b:9001\r\n"
)

func TestRequestBytes(t *testing.T) {
	tests := []struct {
		name string
		cfg  Config
		x    *exchange.Exchange
		do   func(x *exchange.Exchange)
		want string
	}{
		{"quick create", Config{URI: "http://b:9001/base", AppendPath: true}, request("GET", "/orders/7?x=1"), nil,
			"GET /base/orders/7?x=1 HTTP/1.1\r\n" + theHost + ours + noBody},
		{"quick create, root", Config{URI: "http://b:9001/base", AppendPath: true}, request("GET", "/"), nil,
			"GET /base HTTP/1.1\r\n" + theHost + ours + noBody},
		{"quick create, no path", Config{URI: "http://b:9001", AppendPath: true}, request("GET", "/"), nil,
			"GET / HTTP/1.1\r\n" + theHost + ours + noBody},
		{"quick create, slash at both", Config{URI: "http://b:9001/base/", AppendPath: true}, request("GET", "/a/"), nil,
			"GET /base/a/ HTTP/1.1\r\n" + theHost + ours + noBody},
		{"decoded path is encoded", Config{URI: "http://b:9001", AppendPath: true}, request("GET", "/"), func(x *exchange.Exchange) { x.Path = []byte("/a b?c#d%e\r\nλ") },
			"GET /a%20b%3Fc%23d%25e%0D%0A%CE%BB HTTP/1.1\r\n" + theHost + ours + noBody},
		{"as written", Config{URI: "http://b:9001/fixed"}, request("GET", "/orders/7"), nil,
			"GET /fixed HTTP/1.1\r\n" + theHost + ours + noBody},
		{"parameters", Config{URI: "http://b:9001/o/{id}/{proxy+}?k={id}"}, request("GET", "/x?y=2"), func(x *exchange.Exchange) {
			x.Params = append(x.Params, exchange.Param{Name: "id", Value: []byte("7%2F8")}, exchange.Param{Name: "proxy", Value: []byte("a/b c")})
		}, "GET /o/7%2F8/a/b%20c?k=7%2F8&y=2 HTTP/1.1\r\n" + theHost + ours + noBody},
		{"unknown parameter", Config{URI: "http://b:9001/{nope}"}, request("GET", "/x"), nil,
			"GET / HTTP/1.1\r\n" + theHost + ours + noBody},
		{"query of the URI alone", Config{URI: "http://b:9001?a=b"}, request("GET", "/x?"), nil,
			"GET /?a=b HTTP/1.1\r\n" + theHost + ours + noBody},
		{"method", Config{URI: "http://b:9001", Method: "POST"}, request("GET", "/x"), nil,
			"POST / HTTP/1.1\r\n" + theHost + ours + noBody},
		{"default port, capitals", Config{URI: "http://Back.Test/"}, request("GET", "/x"), nil,
			"GET / HTTP/1.1\r\nhost: back.test\r\n" + ours + noBody},
		{"headers", Config{URI: "http://b:9001"}, request("GET", "/", "Host: api.test", "Accept: a", "X-One: 1", "Cookie: c=d", "ACCEPT: b", "Content-Type: text/x"), nil,
			"GET / HTTP/1.1\r\n" + theHost + "accept: a,b\r\nx-one: 1\r\ncookie: c=d\r\ncontent-type: text/x\r\n" + ours + "content-length: 0\r\n\r\n"},
		{"hop by hop", Config{URI: "http://b:9001"}, request("GET", "/", "Connection: keep-alive, X-Secret", "X-Secret: 1", "Keep-Alive: 5", "TE: trailers", "Trailer: x", "Trailers: y",
			"Transfer-Encoding: chunked", "Upgrade: h2c", "Proxy-Authenticate: a", "Proxy-Authorization: b", "Proxy-Connection: c", "Expect: 100-continue", "Content-Length: 99", "Kept: k"), nil,
			"GET / HTTP/1.1\r\n" + theHost + "kept: k\r\n" + ours + noBody},
		{"via", Config{URI: "http://b:9001"}, request("GET", "/", "Via: 1.1 cdn"), nil,
			"GET / HTTP/1.1\r\n" + theHost + strings.Replace(ours, "via: ", "via: 1.1 cdn,", 1) + noBody},
		{"forwarded", Config{URI: "http://b:9001"}, request("GET", "/", "Forwarded: for=9.9.9.9", "X-Forwarded-For: 1.1.1.1, 2001:db8::1", "X-Forwarded-Host: a:1", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443"), nil,
			"GET / HTTP/1.1\r\n" + theHost + "x-forwarded-port: 443\r\n" +
				strings.Replace(ours, "by=", `for=9.9.9.9,for=1.1.1.1;host="a:1";proto=https,for="[2001:db8::1]",by=`, 1) + noBody},
		{"forwarded proto alone", Config{URI: "http://b:9001"}, request("GET", "/", "X-Forwarded-Proto: https"), nil,
			"GET / HTTP/1.1\r\n" + theHost + strings.Replace(ours, "by=", "proto=https,by=", 1) + noBody},
		{"forwarded over TLS and IPv6", Config{URI: "http://b:9001"}, request("GET", "/"), func(x *exchange.Exchange) {
			x.Req.Secure = true
			x.Req.Remote = netip.MustParseAddrPort("[2001:db8::2]:1")
			x.Req.Host = []byte("api.test:8443")
		}, "GET / HTTP/1.1\r\n" + theHost + `forwarded: by=192.0.2.1;for="[2001:db8::2]";host="api.test:8443";proto=https` + "\r\nvia: HTTP/1.1 AmazonAPIGateway\r\n" + noBody},
		{"body", Config{URI: "http://b:9001"}, request("POST", "/"), func(x *exchange.Exchange) { x.Req.Body = make([]byte, 1234) },
			"POST / HTTP/1.1\r\n" + theHost + ours + "content-length: 1234\r\n\r\n"},
		{"mapped", Config{URI: "http://b:9001/base", AppendPath: true}, request("GET", "/x?a=1", "Accept: a", "Accept: b", "X-Forwarded-For: 1.1.1.1", "Via: 1.0 v", "Connection: x-secret", "X-Secret: s"), func(x *exchange.Exchange) {
			Prepare{}.Handle(x)
			x.Out.Path, x.Out.HasPath = []byte("/new path/%41"), true
			x.Out.Query = []byte("b=2 3")
			x.Out.Headers.Set([]byte("x-new"), []byte("v\r\nevil: 1"))
			x.Out.Headers.Set([]byte("host"), []byte("other.test"))
		}, "GET /new%20path/%41?b=2%203 HTTP/1.1\r\nhost: other.test\r\naccept: a,b\r\nx-new: v  evil: 1\r\n" +
			strings.Replace(strings.Replace(ours, "by=", "for=1.1.1.1,by=", 1), "via: ", "via: 1.0 v,", 1) + noBody},
		{"prepared, nothing mapped", Config{URI: "http://b:9001/base", AppendPath: true}, request("GET", "/x?a=1", "Accept: a"), func(x *exchange.Exchange) { Prepare{}.Handle(x) },
			"GET /base/x?a=1 HTTP/1.1\r\n" + theHost + "accept: a\r\n" + ours + noBody},
	}
	c := client(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.cfg.Client = c
			s, err := New(tt.cfg)
			if err != nil {
				t.Fatal(err)
			}
			if tt.do != nil {
				tt.do(tt.x)
			}
			method := tt.x.Req.Method
			if tt.cfg.Method != "" {
				method = tt.cfg.Method
			}
			got, err := s.build(tt.x, method, nil)
			if err != nil || string(got) != tt.want {
				t.Errorf("build =\n%s%v\nwant\n%s", got, err, tt.want)
			}
		})
	}
}

func TestConfigRefused(t *testing.T) {
	c := client(t)
	tests := []struct {
		name string
		cfg  Config
		want error
	}{
		{"no client", Config{URI: "http://b"}, ErrClient},
		{"no scheme", Config{Client: c, URI: "b/x"}, ErrScheme},
		{"other scheme", Config{Client: c, URI: "ftp://b/x"}, ErrScheme},
		{"fragment", Config{Client: c, URI: "http://b/x#y"}, ErrFragment},
		{"line end", Config{Client: c, URI: "http://b/x\r\nA: b"}, ErrText},
		{"space", Config{Client: c, URI: "http://b/x y"}, ErrText},
		{"open placeholder", Config{Client: c, URI: "http://b/{x"}, ErrPlaceholder},
		{"closed placeholder", Config{Client: c, URI: "http://b/x}"}, ErrPlaceholder},
		{"nested placeholder", Config{Client: c, URI: "http://b/{{x}}"}, ErrPlaceholder},
		{"empty placeholder", Config{Client: c, URI: "http://b/{}"}, ErrPlaceholder},
		{"no host", Config{Client: c, URI: "http:///x"}, upstream.ErrAuthority},
		{"user", Config{Client: c, URI: "http://u:p@b/x"}, upstream.ErrAuthority},
		{"port", Config{Client: c, URI: "http://b:99999/x"}, upstream.ErrAuthority},
		{"short time-out", Config{Client: c, URI: "http://b", Timeout: time.Millisecond}, ErrTimeout},
		{"long time-out", Config{Client: c, URI: "http://b", Timeout: time.Minute}, ErrTimeout},
		{"method", Config{Client: c, URI: "http://b", Method: "GE T"}, ErrMethod},
		{"connect", Config{Client: c, URI: "http://b", Method: "CONNECT"}, ErrMethod},
	}
	for _, tt := range tests {
		if _, err := New(tt.cfg); !errors.Is(err, tt.want) {
			t.Errorf("%s: New = %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestMappedPathRefused(t *testing.T) {
	s, err := New(Config{Client: client(t), URI: "http://b"})
	if err != nil {
		t.Fatal(err)
	}
	x := request("GET", "/")
	x.Target = &exchange.Target{Errors: jsonErrors{}}
	Prepare{}.Handle(x)
	x.Out.Path, x.Out.HasPath = []byte("/50%"), true
	if v := s.Handle(x); v != pipeline.Reply || x.Res.Status != 400 {
		t.Errorf("Handle = %v, status %d; want a 400", v, x.Res.Status)
	}
}

// FuzzRequest looks for inputs that break out of the request line or a header.
func FuzzRequest(f *testing.F) {
	f.Add("/a b", "q=1", "v", "p", "1.1.1.1")
	f.Add("/a\r\n\r\n", "q\r\n", "v\r\nx: y", "\r\n", "a\", b")
	s, err := New(Config{Client: client(f), URI: "http://b:9001/base/{p}?k={p}", AppendPath: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path, query, value, param, node string) {
		for _, mapped := range []bool{false, true} {
			x := request("GET", "/")
			x.Path, x.Req.Query = []byte(path), []byte(query)
			x.Params = append(x.Params, exchange.Param{Name: "p", Value: []byte(param)})
			x.Req.Headers.Add([]byte("X-A"), []byte(value))
			x.Req.Headers.Add([]byte("X-Forwarded-For"), []byte(node))
			if mapped {
				Prepare{}.Handle(x)
				x.Out.Path, x.Out.HasPath = []byte(path), true
			}
			got, err := s.build(x, "GET", nil)
			if err != nil {
				continue
			}
			lines := strings.Split(string(got), "\r\n")
			if len(lines) != 9 || strings.Count(lines[0], " ") != 2 || !strings.HasPrefix(lines[0], "GET /") || strings.ContainsAny(strings.Join(lines, ""), "\r\n\x00") {
				t.Errorf("build = %q", got)
			}
		}
	})
}
