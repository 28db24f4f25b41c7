package http1

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/core/exchange"
)

// TestRequestForms: what is accepted, and what the exchange then holds.
func TestRequestForms(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{}, func(x *exchange.Exchange) {
		x.Res.Body = fmt.Appendf(nil, "%s|%s|%s|%s|%s|%s", x.Req.Method, x.Req.Host, x.Req.Path, x.Req.Query, x.Header("x-a"), x.Req.Body)
		x.Conn.Respond(x)
	})
	tests := []struct{ name, raw, want string }{
		{"origin form", "GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n", "GET|h|/a|b=c||"},
		{"empty query", "GET /a? HTTP/1.1\r\nHost: h\r\n\r\n", "GET|h|/a|||"},
		{"absolute form", "GET http://h:80/a?b HTTP/1.1\r\nHost: h:80\r\n\r\n", "GET|h:80|/a|b||"},
		{"absolute form, https, upper case", "GET HTTPS://H/a HTTP/1.1\r\nHost: h\r\n\r\n", "GET|H|/a|||"},
		{"absolute form without path", "GET http://h HTTP/1.1\r\nHost: h\r\n\r\n", "GET|h|/|||"},
		{"absolute form, query alone", "GET http://h?q HTTP/1.1\r\nHost: h\r\n\r\n", "GET|h|/|q||"},
		{"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS|h|*|||"},
		{"leading empty lines", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET|h|/|||"},
		{"lower-case names", "GET / HTTP/1.1\r\nhost: h\r\nX-A: 1\r\n\r\n", "GET|h|/||1|"},
		{"odd case", "POST / HTTP/1.1\r\nhOST: h\r\ncontent-LENGTH: 2\r\nx-A:1\r\n\r\nab", "POST|h|/||1|ab"},
		{"white space around values", "GET / HTTP/1.1\r\nHost:\t h \t\r\nx-a: \t 1 2 \r\n\r\n", "GET|h|/||1 2|"},
		{"empty value", "GET / HTTP/1.1\r\nHost: h\r\nX-A:\r\n\r\n", "GET|h|/|||"},
		{"first of repeated lines", "GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\n\r\n", "GET|h|/||1|"},
		{"bytes above 127 in a value", "GET / HTTP/1.1\r\nHost: h\r\nX-A: \xe4\r\n\r\n", "GET|h|/||\xe4|"},
		{"IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET|[::1]:80|/|||"},
		{"unknown method", "PURGE / HTTP/1.1\r\nHost: h\r\n\r\n", "PURGE|h|/|||"},
		{"later minor version", "GET / HTTP/1.9\r\nHost: h\r\n\r\n", "GET|h|/|||"},
		{"body by length", "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 0003\r\n\r\nabc", "PUT|h|/|||abc"},
		{"empty body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "POST|h|/|||"},
		{"GET with body", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na", "GET|h|/|||a"},
		{"chunks", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n", "POST|h|/|||abc0123456789"},
		{"chunk extensions and trailers dropped", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y;z=\"q\"\r\nabc\r\n0;e\r\nX-A: no\r\nContent-Length: 9\r\n\r\n", "POST|h|/|||abc"},
		{"no chunks", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST|h|/|||"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, addr)
			// Twice: the second shows that the first was framed rightly.
			_, _ = io.WriteString(c, tt.raw+tt.raw)
			r := bufio.NewReader(c)
			for range 2 {
				if a := readAnswer(t, r, strings.Fields(tt.raw)[0]); a.status != 200 || a.body != tt.want {
					t.Errorf("answer = %d %q, want 200 %q", a.status, a.body, tt.want)
				}
			}
		})
	}
}

// TestPersistence: when the connection stays, and what the answer says of it.
func TestPersistence(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{}, func(x *exchange.Exchange) {
		x.Res.Close = len(x.Header("x-close")) > 0
		echo(x)
	})
	tests := []struct {
		name, line, want string
		stays            bool
	}{
		{"1.1", "GET / HTTP/1.1\r\nHost: h", "keep-alive", true},
		{"1.1 close", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close", "close", false},
		{"1.1 close in a list", "GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close ,y", "close", false},
		{"1.1 close in a second line", "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\nConnection: close", "close", false},
		{"1.0", "GET / HTTP/1.0", "close", false},
		{"1.0 keep-alive", "GET / HTTP/1.0\r\nConnection: Keep-Alive", "keep-alive", true},
		{"1.0 keep-alive and close", "GET / HTTP/1.0\r\nConnection: keep-alive, close", "close", false},
		{"answer says close", "GET / HTTP/1.1\r\nHost: h\r\nX-Close: 1", "close", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, addr)
			_, _ = io.WriteString(c, tt.line+"\r\n\r\n")
			r := bufio.NewReader(c)
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			if got := strings.Join(res.Header["Connection"], ","); got != tt.want && (got != "" || tt.want != "close" || !res.Close) {
				t.Errorf("Connection = %q, want %q", got, tt.want)
			}
			if tt.stays {
				_, _ = io.WriteString(c, tt.line+"\r\n\r\n")
				readAnswer(t, r, "GET")
			} else if !closed(c) {
				t.Error("connection stays open, want it closed")
			}
		})
	}
}

func TestResponseForms(t *testing.T) {
	t.Parallel()
	const big = 40 << 10
	_, addr := start(t, Config{}, func(x *exchange.Exchange) {
		x.Res.Headers.Add([]byte("X-B"), []byte("a\r\nEvil: 1"))
		x.Res.Headers.Add([]byte("Content-Length"), []byte("77"))
		x.Res.Headers.Add([]byte("Transfer-Encoding"), []byte("gzip"))
		switch string(x.Req.Path) {
		case "/204":
			x.Res.Status, x.Res.Length = 204, 5
		case "/304":
			x.Res.Status, x.Res.Length = 304, 5
		case "/799":
			x.Res.Status = 799
		case "/big":
			x.Res.Body = bytes.Repeat([]byte("b"), big)
		case "/chunks", "/chunks304":
			if string(x.Req.Path) == "/chunks304" {
				x.Res.Status = 304
			}
			x.Conn.Begin(x, -1)
			x.Conn.WriteBody(x, []byte("abc"))
			x.Conn.WriteBody(x, nil)
			x.Conn.WriteBody(x, []byte("defg"))
			x.Conn.EndBody(x, nil)
			return
		case "/length":
			x.Conn.Begin(x, 3)
			x.Conn.WriteBody(x, []byte("abc"))
			x.Conn.EndBody(x, nil)
			return
		default:
			x.Res.Body = []byte("hello")
		}
		x.Conn.Respond(x)
	})
	tests := []struct {
		name, method, path, proto string
		status                    int
		body                      string
		length                    int64
		chunked, close            bool
	}{
		{"plain", "GET", "/", "1.1", 200, "hello", 5, false, false},
		{"HEAD", "HEAD", "/", "1.1", 200, "", 5, false, false},
		{"big", "GET", "/big", "1.1", 200, strings.Repeat("b", big), big, false, false},
		{"no content", "GET", "/204", "1.1", 204, "", 0, false, false},
		{"not modified", "GET", "/304", "1.1", 304, "", 5, false, false},
		{"status without a text", "GET", "/799", "1.1", 799, "", 0, false, false},
		{"chunks", "GET", "/chunks", "1.1", 200, "abcdefg", -1, true, false},
		{"chunks, HEAD", "HEAD", "/chunks", "1.1", 200, "", -1, true, false},
		{"chunks, 304", "GET", "/chunks304", "1.1", 304, "", -1, false, false},
		{"until close", "GET", "/chunks", "1.0", 200, "abcdefg", -1, false, true},
		{"until close, HEAD", "HEAD", "/chunks", "1.0", 200, "", -1, false, false},
		{"length", "GET", "/length", "1.1", 200, "abc", 3, false, false},
		{"length, HEAD", "HEAD", "/length", "1.1", 200, "", 3, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, addr)
			fmt.Fprintf(c, "%s %s HTTP/%s\r\nHost: h\r\nConnection: keep-alive\r\n\r\n", tt.method, tt.path, tt.proto)
			r := bufio.NewReader(c)
			a := readAnswer(t, r, tt.method)
			if a.status != tt.status || a.body != tt.body {
				t.Errorf("answer = %d %q, want %d %q", a.status, a.body, tt.status, tt.body)
			}
			if got := len(a.coding) > 0; got != tt.chunked || (a.length != tt.length && a.status != 304) {
				t.Errorf("chunked %v, length %d, want %v, %d", got, a.length, tt.chunked, tt.length)
			}
			if a.status == 204 && a.header["Content-Length"] != nil {
				t.Error("204 has a Content-Length")
			}
			if a.header.Get("Evil") != "" || (a.header.Get("X-B") == "" && !strings.Contains(tt.name, "chunks304")) {
				t.Errorf("headers = %v: want X-B in one line", a.header)
			}
			if tt.close {
				if !closed(c) {
					t.Error("connection stays open")
				}
				return
			}
			fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
			if a := readAnswer(t, r, "GET"); a.body != "hello" {
				t.Errorf("next answer = %q, want hello", a.body)
			}
		})
	}
}

func TestExpect(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{}, echo)
	c := dial(t, addr)
	_, _ = io.WriteString(c, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n")
	r := bufio.NewReader(c)
	if line, _ := r.ReadString('\n'); line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("interim answer = %q", line)
	}
	_, _ = r.ReadString('\n')
	_, _ = io.WriteString(c, "ab")
	if a := readAnswer(t, r, "POST"); a.body != "POST / ab" {
		t.Errorf("body = %q", a.body)
	}
	for name, tt := range map[string]struct{ raw, want string }{
		"too large: no interim answer": {"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n", "HTTP/1.1 413 "},
		"unknown expectation":          {"POST / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 417 "},
		"1.0 does not know it":         {"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 200 "},
		"body is there already":        {"POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 200 "},
	} {
		if got := ask(t, addr, tt.raw); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: answer = %.40q, want %q", name, got, tt.want)
		}
	}
}

// TestSplitAnywhere cuts three pipelined requests at every byte.
func TestSplitAnywhere(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{}, echo)
	raw := "\r\nPOST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz" +
		"POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2;q\r\nuv\r\n0\r\nT: 1\r\n\r\n" +
		"GET /c HTTP/1.1\r\nHost: h\r\n\r\n"
	c := dial(t, addr)
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	r := bufio.NewReader(c)
	for cut := 1; cut < len(raw); cut++ {
		_, _ = io.WriteString(c, raw[:cut])
		time.Sleep(200 * time.Microsecond)
		_, _ = io.WriteString(c, raw[cut:])
		for _, want := range []string{"POST /a xyz", "POST /b uv", "GET /c "} {
			if a := readAnswer(t, r, "GET"); a.body != want {
				t.Fatalf("cut at %d: body = %q, want %q", cut, a.body, want)
			}
		}
	}
}

// TestPipelineOfBodies sends a hundred requests of all kinds in odd pieces;
// some answers come later, some are streamed.
func TestPipelineOfBodies(t *testing.T) {
	t.Parallel()
	_, addr := start(t, Config{}, func(x *exchange.Exchange) {
		switch x.Req.Path[1] {
		case 'a':
			l := x.Loop
			go func() { time.Sleep(time.Millisecond); l.Post(func() { echo(x) }) }()
		case 's':
			x.Conn.Begin(x, -1)
			x.Conn.WriteBody(x, []byte("POST "))
			x.Loop.Post(func() {
				x.Conn.WriteBody(x, x.Req.Target)
				x.Conn.WriteBody(x, []byte(" "))
				x.Conn.WriteBody(x, x.Req.Body)
				x.Conn.EndBody(x, nil)
			})
		default:
			echo(x)
		}
	})
	var raw bytes.Buffer
	var want []string
	for i := range 100 {
		body := strings.Repeat(string(rune('a'+i%26)), i*150)
		path := fmt.Sprintf("/%c%d", "xasx"[i%4], i)
		if i%3 == 0 {
			fmt.Fprintf(&raw, "POST %s HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", path)
			for b := body; len(b) > 0; b = b[min(len(b), 1000):] {
				fmt.Fprintf(&raw, "%x\r\n%s\r\n", min(len(b), 1000), b[:min(len(b), 1000)])
			}
			raw.WriteString("0\r\n\r\n")
		} else {
			fmt.Fprintf(&raw, "POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
		}
		want = append(want, "POST "+path+" "+body)
	}
	c := dial(t, addr)
	go func() {
		for raw.Len() > 0 {
			if _, err := c.Write(raw.Next(1 + rand.IntN(20000))); err != nil {
				return
			}
		}
	}()
	r := bufio.NewReader(c)
	for i := range want {
		if got := readBody(t, r, "POST"); got != want[i] {
			t.Fatalf("answer %d = %.60q (%d bytes), want %.60q (%d bytes)", i, got, len(got), want[i], len(want[i]))
		}
	}
}
