package http1

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

var fuzzSeeds = []string{
	"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
	"\r\nPOST /a?b HTTP/1.1\r\nhost:h\r\nContent-Length: 3\r\n\r\nabcGET http://h/ HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0A\r\n0123456789\r\n0\r\nT: u\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: [::1]:8\r\nConnection: close\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
	"GET / HTTP/1.1\nHost: h\r\n\r\n", "GET / HTTP/2.0\r\nA: b\n\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nExpect: x\r\nA: b\n\r\n",
	"GET /" + strings.Repeat("a", 400) + " HTTP/1.1\r\nHost: h\r\n\r\n", "GET /" + strings.Repeat("a", 600),
	"GET / HTTP/1.1\r\nHost: h\r\nA: " + strings.Repeat("a", 700) + "\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\n" + strings.Repeat("A: b\r\n", 12) + "\r\n",
	"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2001\r\n\r\n" + strings.Repeat("b", 2001),
	"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n7d1\r\n" + strings.Repeat("b", 2001),
	"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "\x16\x03\x01", "\r", "\n", "\r\n\r\n\r",
}

// read is what a session makes of data cut at the places that cuts tell.
func read(t testing.TB, data, cuts []byte, later bool) []string {
	p := newTape(t, later)
	for _, cut := range cuts {
		n := min(int(cut)+1, len(data))
		p.feed(data[:n])
		data = data[n:]
	}
	if len(data) > 0 {
		p.feed(data)
	}
	p.end()
	return p.seen
}

// FuzzSession: the same exchanges and refusals however the bytes are cut and
// whenever the answers come; and what is accepted is what net/http reads.
func FuzzSession(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add([]byte(s), []byte{3, 30, 1})
	}
	f.Fuzz(func(t *testing.T, data, cuts []byte) {
		if len(data) > 8<<10 {
			return
		}
		want := read(t, data, nil, false)
		for name, got := range map[string][]string{
			"cut":              read(t, data, cuts, false),
			"answered later":   read(t, data, nil, true),
			"cut, later":       read(t, data, cuts, true),
			"one byte a time":  read(t, data, make([]byte, len(data)), false),
			"one a time later": read(t, data, make([]byte, len(data)), true),
		} {
			if !slices.Equal(got, want) {
				t.Fatalf("%s:\n got %q\nwant %q", name, got, want)
			}
		}
		compare(t, data, want)
	})
}

// compare has net/http read data as far as the session accepted it.
func compare(t testing.TB, data []byte, seen []string) {
	r := bufio.NewReader(bytes.NewReader(data))
	for _, ours := range seen {
		if strings.HasPrefix(ours, "refused") {
			return
		}
		for b, _ := r.Peek(2); string(b) == "\r\n"; b, _ = r.Peek(2) {
			_, _ = r.Discard(2)
		}
		req, err := http.ReadRequest(r)
		if err != nil {
			if !refusedByStandard(ours, err) {
				t.Fatalf("net/http refuses %s: %v", ours, err)
			}
			return
		}
		body, err := io.ReadAll(req.Body)
		if err != nil && !strings.Contains(err.Error(), "line too long") {
			t.Fatalf("net/http can't read the body of %s: %v", ours, err)
		}
		want := fmt.Sprintf("%s %q host %q", req.Method, req.RequestURI, req.Host)
		if !strings.HasPrefix(strings.ToLower(ours), strings.ToLower(want)) || !strings.Contains(ours, fmt.Sprintf(" body %q", body)) {
			t.Fatalf("read differently:\n     ours %s\nnet/http %s body %q", ours, want, body)
		}
		lines := strings.ToLower(ours[strings.Index(ours, " body ")+6:])
		for name, values := range req.Header {
			for _, v := range values {
				if want := strings.ToLower(fmt.Sprintf("%q=%q", name, v)); !strings.Contains(lines, want) && name != "Cache-Control" {
					t.Fatalf("net/http sees %s, ours %s", want, ours)
				}
			}
		}
	}
}

// refusedByStandard are the requests that we take and net/http does not:
// targets that are no URL by its rules (escapes are routing's to judge), and
// Trailer lines that it does not like (we drop trailers).
func refusedByStandard(ours string, err error) bool {
	var bad *url.Error
	return errors.As(err, &bad) || strings.Contains(strings.ToLower(ours), `"trailer"=`) || strings.Contains(err.Error(), "URI")
}

// FuzzChunked: the decoder says the same however the bytes are cut, takes no
// byte behind the body, and decodes as net/http does.
func FuzzChunked(f *testing.F) {
	for _, s := range []string{"0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\nGET", "a;x=y\r\n0123456789\r\n00\r\nA: b\r\nC:\r\n\r\n", "3\r\nabcd", "+1\r\n", "fffffffffffffff\r\n"} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, piece uint8) {
		whole, n, state := unchunk(data, len(data)+1)
		split, n2, state2 := unchunk(data, int(piece)+1)
		if !bytes.Equal(whole, split) || state != state2 || (n != n2 && state != "error") {
			t.Fatalf("whole %q %d %s, split %q %d %s", whole, n, state, split, n2, state2)
		}
		if state != "done" {
			return
		}
		r := bufio.NewReader(bytes.NewReader(data))
		std, err := io.ReadAll(httputil.NewChunkedReader(r))
		if err != nil && !strings.Contains(err.Error(), "line too long") {
			t.Fatalf("net/http refuses %q: %v", data, err)
		}
		if err == nil && !bytes.Equal(std, whole) {
			t.Fatalf("decoded %q, net/http %q", whole, std)
		}
		if _, err := textproto.NewReader(r).ReadMIMEHeader(); err != nil {
			t.Fatalf("net/http refuses the trailers of %q: %v", data, err)
		}
		if left := r.Buffered(); err == nil && left != len(data)-n && len(data) < 4096 {
			t.Fatalf("took %d of %d bytes, net/http leaves %d", n, len(data), left)
		}
	})
}

func unchunk(data []byte, piece int) (body []byte, n int, state string) {
	var c chunked
	for n < len(data) {
		took, done, err := c.feed(data[n:min(n+piece, len(data))], func(p []byte) *gwerr.Error {
			body = append(body, p...)
			return nil
		})
		n += took
		if err != nil {
			return body, n, "error"
		}
		if done {
			return body, n, "done"
		}
	}
	return body, n, "more"
}

// FuzzHead: a parsed head points into its own bytes, in order, and holds
// nothing that would break a line when it is sent on.
func FuzzHead(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add([]byte(s))
	}
	lim := &Limits{URL: 10240, Headers: 20480, Lines: 200}
	f.Fuzz(func(t *testing.T, data []byte) {
		x := exchange.New()
		end := headEnd(data, 0, lim)
		if end == 0 {
			return
		}
		h, err := parseHead(x, data[:end], lim)
		if err != nil {
			if err.Status/100 != 4 && err.Status != 505 {
				t.Fatalf("refused by %v", err)
			}
			return
		}
		if !bytes.HasSuffix(data[:end], crlfcrlf) {
			t.Fatalf("accepted an unfinished head %q", data[:end])
		}
		if h.chunked && h.length >= 0 || len(x.Req.Path) == 0 || !exchange.IsToken([]byte(x.Req.Method)) {
			t.Fatalf("accepted %+v %+v", h, x.Req)
		}
		for _, l := range x.Req.Headers.All() {
			if !exchange.IsToken(l.Name) || !exchange.CleanValue(l.Value) || bytes.ContainsAny(l.Value, "\r\n\x00") {
				t.Fatalf("accepted line %q: %q", l.Name, l.Value)
			}
		}
	})
}
