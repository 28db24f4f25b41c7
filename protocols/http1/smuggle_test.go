package http1

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/core/exchange"
)

// TestSmuggling: what two parsers could read differently is refused, and the
// connection closed, so that nothing behind it is ever taken for a request.
func TestSmuggling(t *testing.T) {
	t.Parallel()
	const (
		get  = "GET / HTTP/1.1\r\nHost: h\r\n"
		post = "POST / HTTP/1.1\r\nHost: h\r\n"
		te   = post + "Transfer-Encoding: chunked\r\n\r\n"
	)
	tests := []struct {
		name, raw string
		status    int
	}{
		{"both lengths", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
		{"both lengths, coding first", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
		{"two lengths, different", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400},
		{"two lengths, equal", post + "Content-Length: 5\r\ncontent-length: 5\r\n\r\nabcde", 400},
		{"list of lengths", post + "Content-Length: 5,5\r\n\r\nabcde", 400},
		{"list of lengths with space", post + "Content-Length: 5, 6\r\n\r\nabcde", 400},
		{"plus", post + "Content-Length: +5\r\n\r\nabcde", 400},
		{"minus", post + "Content-Length: -1\r\n\r\n", 400},
		{"hexadecimal length", post + "Content-Length: 0x5\r\n\r\nabcde", 400},
		{"length with a space inside", post + "Content-Length: 5 5\r\n\r\nabcde", 400},
		{"length with a letter", post + "Content-Length: 5a\r\n\r\nabcde", 400},
		{"length with a point", post + "Content-Length: 5.0\r\n\r\nabcde", 400},
		{"length with an underscore", post + "Content-Length: 1_0\r\n\r\nabcde", 400},
		{"quoted length", post + "Content-Length: \"5\"\r\n\r\nabcde", 400},
		{"empty length", post + "Content-Length: \r\n\r\n", 400},
		{"length over 63 bits", post + "Content-Length: 18446744073709551621\r\n\r\nabcde", 400},
		{"huge length", post + "Content-Length: 999999999999999999\r\n\r\nabcde", 413},
		{"length with vertical tab", post + "Content-Length: \x0b5\r\n\r\nabcde", 400},
		{"space before colon of length", post + "Content-Length : 5\r\n\r\nabcde", 400},
		{"unknown coding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
		{"gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
		{"chunked, chunked", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400},
		{"chunked twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
		{"chunked then identity", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400},
		{"identity", post + "Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\na", 400},
		{"chunked with vertical tab", post + "Transfer-Encoding: chunked\x0b\r\n\r\n0\r\n\r\n", 400},
		{"vertical tab before chunked", post + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 400},
		{"quoted coding", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400},
		{"coding with parameter", post + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n", 400},
		{"coding with comma", post + "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n", 400},
		{"empty coding", post + "Transfer-Encoding:\r\n\r\n0\r\n\r\n", 400},
		{"space before colon of coding", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
		{"tab before colon of coding", post + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n", 400},
		{"NUL in coding's name", post + "Transfer\x00-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
		{"coding folded", post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
		{"coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
		{"bare LF after request line", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400},
		{"bare LF after a header", "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400},
		{"bare LF ends the head", "GET / HTTP/1.1\r\nHost: h\r\n\n", 400},
		{"all bare LF", "GET / HTTP/1.1\nHost: h\n\n", 400},
		{"bare LF first", "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"bare CR in a value", get + "X: a\rb\r\n\r\n", 400},
		{"bare CR in the request line", "GET /\r HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"CR CR LF", get + "X: a\r\r\n\r\n", 400},
		{"CR hides a header", get + "X: a\rContent-Length: 5\r\n\r\n", 400},
		{"folded header", get + "X: a\r\n b\r\n\r\n", 400},
		{"folded by tab", get + "X: a\r\n\tb\r\n\r\n", 400},
		{"first header line folded", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
		{"space line", get + " \r\n\r\n", 400},
		{"NUL in a value", get + "X: a\x00b\r\n\r\n", 400},
		{"DEL in a value", get + "X: a\x7fb\r\n\r\n", 400},
		{"escape in a value", get + "X: abcdefghi\x1bjklmnop\r\n\r\n", 400},
		{"control in a name", get + "X\x01: a\r\n\r\n", 400},
		{"byte above 127 in a name", get + "X\xe4: a\r\n\r\n", 400},
		{"space in a name", get + "X Y: a\r\n\r\n", 400},
		{"no colon", get + "Xa\r\n\r\n", 400},
		{"no name", get + ": a\r\n\r\n", 400},
		{"no host", "GET / HTTP/1.1\r\nX: h\r\n\r\n", 400},
		{"two hosts", get + "Host: g\r\n\r\n", 400},
		{"two equal hosts", get + "hOST: h\r\n\r\n", 400},
		{"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
		{"host with a path", "GET / HTTP/1.1\r\nHost: h/a\r\n\r\n", 400},
		{"host with user", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", 400},
		{"list of hosts", "GET / HTTP/1.1\r\nHost: h, g\r\n\r\n", 400},
		{"host with space", "GET / HTTP/1.1\r\nHost: h g\r\n\r\n", 400},
		{"host with two ports", "GET / HTTP/1.1\r\nHost: h:1:2\r\n\r\n", 400},
		{"host with a named port", "GET / HTTP/1.1\r\nHost: h:http\r\n\r\n", 400},
		{"host with a huge port", "GET / HTTP/1.1\r\nHost: h:123456\r\n\r\n", 400},
		{"port without host", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400},
		{"open bracket in host", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
		{"bytes behind bracket in host", "GET / HTTP/1.1\r\nHost: [::1]h\r\n\r\n", 400},
		{"space before colon of host", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
		{"absolute form, other host", "GET http://g/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"absolute form, user", "GET http://u@h/ HTTP/1.1\r\nHost: u@h\r\n\r\n", 400},
		{"absolute form, no host line", "GET http://h/ HTTP/1.1\r\n\r\n", 400},
		{"absolute form, no authority", "GET http:///a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"absolute form, odd authority in 1.0", "GET http://a@b/ HTTP/1.0\r\n\r\n", 400},
		{"other scheme", "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"authority form", "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n", 400},
		{"target without slash", "GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"asterisk for GET", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"NUL in target", "GET /a\x00 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"tab in target", "GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"DEL in target", "GET /a\x7f HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"byte above 127 in target", "GET /\xe4 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"space in target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"two spaces before version", "GET /  HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"tab for space", "GET\t/\tHTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"space first", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"odd method", "G(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"long method", strings.Repeat("M", 40) + " / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
		{"no version (0.9)", "GET /\r\n\r\n", 400},
		{"version 2.0", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
		{"version 0.9", "GET / HTTP/0.9\r\nHost: h\r\n\r\n", 505},
		{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
		{"lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n", 400},
		{"version with two digits", "GET / HTTP/1.10\r\nHost: h\r\n\r\n", 400},
		{"version with space", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400},
		{"other protocol", "GET / RTSP/1.1\r\nHost: h\r\n\r\n", 400},
		{"TLS on the plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400},
		{"empty chunk size", te + "\r\nabc\r\n0\r\n\r\n", 400},
		{"chunk size with plus", te + "+3\r\nabc\r\n0\r\n\r\n", 400},
		{"chunk size with 0x", te + "0x3\r\nabc\r\n0\r\n\r\n", 400},
		{"chunk size with space", te + "3 \r\nabc\r\n0\r\n\r\n", 400},
		{"space before chunk size", te + " 3\r\nabc\r\n0\r\n\r\n", 400},
		{"negative chunk size", te + "-3\r\nabc\r\n0\r\n\r\n", 400},
		{"chunk size over 64 bits", te + "10000000000000003\r\nabc\r\n0\r\n\r\n", 400},
		{"huge chunk size", te + "fffffffffffffff\r\nabc\r\n0\r\n\r\n", 0},
		{"chunk size ends by LF", te + "3\nabc\r\n0\r\n\r\n", 400},
		{"chunk longer than said", te + "3\r\nabcd\r\n0\r\n\r\n", 400},
		{"chunk ends by LF", te + "3\r\nabc\n0\r\n\r\n", 400},
		{"bare LF in chunk extension", te + "3;a\nb\r\nabc\r\n0\r\n\r\n", 400},
		{"bare CR in chunk extension", te + "3;a\rb\r\nabc\r\n0\r\n\r\n", 400},
		{"NUL in chunk extension", te + "3;a\x00\r\nabc\r\n0\r\n\r\n", 400},
		{"long chunk extension", te + "3;" + strings.Repeat("e", 9000) + "\r\nabc\r\n0\r\n\r\n", 400},
		{"last chunk ends by LF", te + "0\n\n", 400},
		{"end ends by LF", te + "0\r\n\n", 400},
		{"trailer without colon", te + "0\r\nGET / HTTP/1.1\r\n\r\n", 400},
		{"trailer without name", te + "0\r\n: x\r\n\r\n", 400},
		{"folded trailer", te + "0\r\n X: x\r\n\r\n", 400},
		{"trailer ends by LF", te + "0\r\nX: x\n\r\n", 400},
		{"control in a trailer", te + "0\r\nX: \x00\r\n\r\n", 400},
		{"long trailers", te + "0\r\nX: " + strings.Repeat("e", 9000) + "\r\n\r\n", 400},
	}
	var after int
	_, addr := start(t, Config{Limits: Limits{Body: 1 << 20}}, func(x *exchange.Exchange) {
		if string(x.Req.Path) == "/smuggled" {
			after++ // one connection at a time: no race
		}
		echo(x)
	})
	const next = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.status == 0 { // grows until it is over the limit
				tt.raw, tt.status = tt.raw+strings.Repeat("x", 1<<20), 413
			}
			got := ask(t, addr, tt.raw+next)
			if want := fmt.Sprintf("HTTP/1.1 %d ", tt.status); !strings.HasPrefix(got, want) || strings.Count(got, "HTTP/1.1") != 1 {
				t.Errorf("answer = %.80q, want one with %q", got, want)
			}
			if !strings.Contains(got, "Connection: close\r\n") {
				t.Errorf("answer %.200q does not say close", got)
			}
		})
	}
	if after > 0 {
		t.Errorf("%d requests behind refused ones were served", after)
	}
}
