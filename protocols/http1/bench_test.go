package http1

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

// browserRequest is what a browser sends for a page of an application.
const browserRequest = "GET /orders/42/items?expand=price&lang=de HTTP/1.1\r\n" +
	"Host: abcdef1234.execute-api.eu-central-1.example.com\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36\r\n" +
	"Accept: application/json, text/plain, */*\r\nAccept-Language: de-DE,de;q=0.9,en;q=0.7\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n" +
	"Referer: https://shop.example.com/orders/42\r\nOrigin: https://shop.example.com\r\n" +
	"Authorization: Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.NHVaYe26MbtOYhSKkoKYdFVomg4i8ZJd8_-RU8VNbftc\r\n" +
	"Cookie: sid=2f1c0a7be4d94f0d8a6e; theme=dark; consent=1\r\nConnection: keep-alive\r\n" +
	"Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-site\r\n\r\n"

// wrkRequest is what wrk sends.
const wrkRequest = "GET /orders/7?x=1 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"

var benchRequests = []struct{ name, raw string }{{"browser", browserRequest}, {"wrk", wrkRequest}}

// BenchmarkParseHead compares our parser, the copy into the exchange included,
// with fasthttp's over the same bytes.
func BenchmarkParseHead(b *testing.B) {
	lim := &Limits{URL: 10240, Headers: 20480, Lines: 200}
	for _, req := range benchRequests {
		raw := []byte(req.raw)
		b.Run(req.name+"/ours", func(b *testing.B) {
			x := exchange.New()
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				x.Reset()
				end := headEnd(raw, 0, lim)
				if _, err := parseHead(x, x.Copy(raw[:end]), lim); err != nil {
					b.Fatal(err)
				}
			}
		})
		for name, plain := range map[string]bool{"fasthttp": false, "fasthttp-names-as-sent": true} {
			b.Run(req.name+"/"+name, func(b *testing.B) {
				var h fasthttp.RequestHeader
				if plain {
					h.DisableNormalizing()
				}
				src := bytes.NewReader(raw)
				r := bufio.NewReaderSize(src, 4096)
				b.ReportAllocs()
				b.SetBytes(int64(len(raw)))
				for b.Loop() {
					src.Reset(raw)
					r.Reset(src)
					if err := h.Read(r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkChunked(b *testing.B) {
	var raw bytes.Buffer
	for range 10 {
		raw.WriteString("400\r\n" + strings.Repeat("c", 1024) + "\r\n")
	}
	raw.WriteString("0\r\n\r\n")
	b.ReportAllocs()
	b.SetBytes(int64(raw.Len()))
	n := 0
	sink := func(p []byte) *gwerr.Error { n += len(p); return nil }
	for b.Loop() {
		var c chunked
		if _, done, err := c.feed(raw.Bytes(), sink); !done || err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSession is a whole request through the session, without a socket.
func BenchmarkSession(b *testing.B) {
	for _, req := range benchRequests {
		b.Run(req.name, func(b *testing.B) {
			p := newTape(b, false)
			p.s.srv.cfg.Limits = Limits{URL: 10240, Headers: 20480, Lines: 200, Body: 10 << 20}
			p.s.srv.cfg.Serve = func(x *exchange.Exchange) {
				x.Res.Status, x.Res.Body = 200, crlfcrlf
				x.Conn.Respond(x)
			}
			raw := []byte(req.raw)
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				p.out = p.out[:0]
				p.s.Feed(raw)
			}
		})
	}
}

func BenchmarkResponseHead(b *testing.B) {
	p := newTape(b, false)
	s, x := p.s, exchange.New()
	for _, f := range [][2]string{{"Content-Type", "application/json"}, {"Apigw-Requestid", "ABCDEFGHIJKLMNO="}, {"Cache-Control", "max-age=60"}} {
		x.Res.Headers.Add([]byte(f[0]), []byte(f[1]))
	}
	s.head(x, 200, false)
	b.ReportAllocs()
	for b.Loop() {
		s.out.B = s.out.B[:0]
		s.head(x, 200, false)
	}
}
