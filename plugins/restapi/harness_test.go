package restapi_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core/bufs"
	"gatehouse/core/clock"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/core/loop"
	"gatehouse/core/offload"
	"gatehouse/core/upstream"
	"gatehouse/plugins"
	_ "gatehouse/plugins/accesslog"
	"gatehouse/plugins/compress"
	"gatehouse/plugins/rest"
	"gatehouse/plugins/restapi"
	"gatehouse/plugins/tohttp"
	"gatehouse/plugins/tomock"
	"gatehouse/plugins/transform"
	"gatehouse/protocols/http1"
)

// gateway is a whole data plane of one REST API, in this process.
type gateway struct {
	t       testing.TB
	loops   *loop.Server
	client  *upstream.Client
	workers *offload.Pool
	addr    string
	site    atomic.Pointer[restapi.Site]
}

func start(t testing.TB) *gateway {
	t.Helper()
	g := &gateway{t: t, workers: offload.NewPool(2, 64)}
	budget := bufs.NewBudget(1 << 30)
	stopped := make(chan struct{})
	srv := http1.New(http1.Config{Budget: budget, Stopped: stopped, StallTimeout: 20 * time.Second,
		Serve: func(x *exchange.Exchange) { g.site.Load().Serve(x, nil, x.Req.Path) },
		Refuse: func(x *exchange.Exchange, err *gwerr.Error) {
			if !g.site.Load().Refuse(x, err) {
				http1.RefuseJSON(x, err)
			}
		},
		Draining: func() bool { return g.loops.Draining() }}, 1)
	var err error
	g.loops, err = loop.New(loop.Config{Loops: 1, Budget: budget, Clock: &clock.Clock{},
		Listeners: []loop.Listener{{Addr: "127.0.0.1:0", Accept: srv.Accept}}})
	if err != nil {
		t.Fatal(err)
	}
	g.client = upstream.New(g.loops, upstream.Config{Loops: 1})
	go func() {
		if err := g.loops.Run(); err != nil {
			t.Error(err)
		}
		close(stopped)
	}()
	<-g.loops.Ready()
	g.addr = g.loops.Addrs()[0]
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = g.loops.Drain(ctx)
		<-stopped
		g.client.Close()
		g.workers.Close()
	})
	return g
}

// serve puts stages into force.
func (g *gateway) serve(stages ...restapi.Stage) {
	g.t.Helper()
	s, err := restapi.New(restapi.Config{Account: "000000000000", Region: "us-east-1", API: "abc123", Stages: stages})
	if err != nil {
		g.t.Fatal(err)
	}
	g.site.Store(s)
}

// methods puts one stage "dev" into force.
func (g *gateway) methods(m ...restapi.Method) {
	g.serve(restapi.Stage{Name: "dev", Main: restapi.Variant{Deployment: "d1", Methods: m}})
}

// answers is a method response for each status, with these headers declared.
func answers(headers ...string) map[string][]string {
	m := map[string][]string{}
	for _, s := range []string{"200", "201", "204", "400", "404", "500"} {
		m[s] = headers
	}
	return m
}

// mock returns a MOCK method's settings.
func mock(request string, headers []string, a ...transform.Answer) plugins.Settings {
	if len(a) == 0 {
		a = []transform.Answer{{Status: "200"}}
	}
	return plugins.Settings{
		"transform.request":  transform.Request{Kind: transform.Mock, Templates: map[string]string{"application/json": request}},
		"tomock":             tomock.Step{},
		"transform.response": transform.Response{Kind: transform.Mock, Answers: a, Declared: answers(headers...)},
	}
}

// fixed is a MOCK method that answers text.
func fixed(path, verb, text string) restapi.Method {
	return restapi.Method{ResourceID: "r1", Path: path, Verb: verb,
		Settings: mock(`{"statusCode": 200}`, nil, transform.Answer{Status: "200", Templates: map[string]string{"application/json": text}})}
}

// http returns the settings of an HTTP method.
func (g *gateway) http(uri string, in transform.Request, out transform.Response) plugins.Settings {
	in.Kind, in.API, in.Workers, out.Kind, out.Workers = transform.HTTP, "abc123", g.workers, transform.HTTP, g.workers
	if out.Declared == nil {
		out.Declared = answers()
	}
	if out.Answers == nil {
		out.Answers = []transform.Answer{{Status: "200"}}
	}
	return plugins.Settings{
		"compress.request":   compress.Decoder{Workers: g.workers},
		"transform.request":  in,
		"tohttp.rest":        tohttp.RESTConfig{Client: g.client, API: "abc123", URI: uri, Method: in.Method, Whole: true, Limit: 10 << 20},
		"transform.response": out,
	}
}

// proxy returns the settings of an HTTP_PROXY method.
func (g *gateway) proxy(uri string, params map[string]string, binary ...string) plugins.Settings {
	types := rest.NewMediaTypes(binary)
	return plugins.Settings{
		"compress.request":   compress.Decoder{Workers: g.workers},
		"transform.request":  transform.Request{Kind: transform.HTTPProxy, API: "abc123", Parameters: params, Binary: types, Workers: g.workers},
		"tohttp.rest":        tohttp.RESTConfig{Client: g.client, API: "abc123", URI: uri, Proxy: true, Whole: true, Limit: 10 << 20},
		"transform.response": transform.Response{Kind: transform.HTTPProxy, Binary: types, Workers: g.workers},
	}
}

// response is what a client got.
type response struct {
	status  int
	headers []string // lines, without Date
	body    string
}

func (r *response) header(name string) string {
	for _, h := range r.headers {
		if k, v, _ := strings.Cut(h, ": "); strings.EqualFold(k, name) {
			return v
		}
	}
	return ""
}

// do sends one request, whose lines end by \n here, and reads its response.
func (g *gateway) do(request string) response {
	g.t.Helper()
	head, body, _ := strings.Cut(request, "\n\n")
	if body != "" && !strings.Contains(head, "Transfer-Encoding") {
		head += "\nContent-Length: " + strconv.Itoa(len(body))
	}
	nc, err := net.Dial("tcp", g.addr)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = nc.Close() }()
	_ = nc.SetDeadline(time.Now().Add(20 * time.Second))
	lines := strings.Split(head, "\n")
	lines[0] += " HTTP/1.1\r\nHost: abc123.execute-api.localhost"
	if _, err := io.WriteString(nc, strings.Join(lines, "\r\n")+"\r\n\r\n"+body); err != nil {
		g.t.Fatal(err)
	}
	r, err := readResponse(bufio.NewReader(nc), strings.HasPrefix(head, "HEAD "))
	if err != nil {
		g.t.Fatalf("response to %q: %v", lines[0], err)
	}
	return r
}

func readResponse(br *bufio.Reader, head bool) (r response, err error) {
	line, err := br.ReadString('\n')
	if err != nil {
		return r, err
	}
	if _, err = fmt.Sscanf(line, "HTTP/1.1 %d", &r.status); err != nil {
		return r, err
	}
	length := 0
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			return r, err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ": ")
		if strings.EqualFold(name, "Content-Length") {
			length, _ = strconv.Atoi(value)
		}
		if name != "Date" {
			r.headers = append(r.headers, line)
		}
	}
	if head {
		return r, nil
	}
	b := make([]byte, length)
	_, err = io.ReadFull(br, b)
	r.body = string(b)
	return r, err
}

// backend is a server that keeps what it was sent, to the byte.
type backend struct {
	ln     net.Listener
	url    string
	answer atomic.Pointer[func(head, body string) string]

	mu   sync.Mutex
	head string
	body string
}

func newBackend(t testing.TB) *backend {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &backend{ln: ln, url: "http://" + ln.Addr().String()}
	b.says("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}")
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			go b.serve(nc)
		}
	}()
	return b
}

func (b *backend) says(text string) {
	f := func(string, string) string { return text }
	b.answer.Store(&f)
}

func (b *backend) serve(nc net.Conn) {
	defer func() { _ = nc.Close() }()
	br := bufio.NewReader(nc)
	for {
		var head strings.Builder
		length := 0
		for {
			line, err := br.ReadString('\n')
			if err != nil {
				return
			}
			if strings.TrimSpace(line) == "" {
				break
			}
			if v, ok := strings.CutPrefix(line, "Content-Length: "); ok {
				length, _ = strconv.Atoi(strings.TrimSpace(v))
			}
			head.WriteString(strings.TrimRight(line, "\r\n") + "\n")
		}
		body := make([]byte, length)
		if _, err := io.ReadFull(br, body); err != nil {
			return
		}
		b.mu.Lock()
		b.head, b.body = head.String(), string(body)
		b.mu.Unlock()
		if _, err := io.WriteString(nc, (*b.answer.Load())(head.String(), string(body))); err != nil {
			return
		}
	}
}

// forget drops what was sent so far.
func (b *backend) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.head, b.body = "", ""
}

// got returns the last request's head, without values that change, and body.
func (b *backend) got() (head, body string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for line := range strings.SplitSeq(b.head, "\n") {
		if v, ok := strings.CutPrefix(line, "X-Amzn-Trace-Id: "); ok && len(v) == 40 {
			line = "X-Amzn-Trace-Id: *"
		}
		if strings.HasPrefix(line, "X-Forwarded-Port: ") {
			line = "X-Forwarded-Port: *"
		}
		out = append(out, line)
	}
	return strings.ReplaceAll(strings.Join(out, "\n"), b.ln.Addr().String(), "backend"), b.body
}
