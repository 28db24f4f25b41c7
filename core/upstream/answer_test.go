package upstream

import (
	"fmt"
	"strings"
	"testing"
)

// answers are what back ends send, with what becomes of it. close says that
// the back end ends the connection behind it.
var answers = []struct {
	name   string
	method string
	in     string
	close  bool
	want   outcome
}{
	{"sized", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n\r\nhi", false, outcome{200, "A:b\n", "hi", true, true}},
	{"empty", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, outcome{200, "", "", true, true}},
	{"no reason", "GET", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", false, outcome{200, "", "", true, true}},
	{"chunked", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: u\r\n\r\n", false, outcome{200, "", "abcde", true, true}},
	{"chunked capitals", "GET", "HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n", false, outcome{200, "", "0123456789", true, true}},
	{"until close", "GET", "HTTP/1.1 200 OK\r\n\r\nrest", true, outcome{200, "", "rest", true, false}},
	{"until close, nothing", "GET", "HTTP/1.1 200 OK\r\n\r\n", true, outcome{200, "", "", true, false}},
	{"old", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, outcome{200, "", "hi", true, false}},
	{"old kept alive", "GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi", false, outcome{200, "", "hi", true, true}},
	{"close", "GET", "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nhi", false, outcome{200, "", "hi", true, false}},
	{"close in a list", "GET", "HTTP/1.1 200 OK\r\nConnection: x, close\r\nX: 1\r\nContent-Length: 2\r\n\r\nhi", false, outcome{200, "", "hi", true, false}},
	{"head", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", false, outcome{200, "", "", true, true}},
	{"head chunked", "HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false, outcome{200, "", "", true, true}},
	{"204", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", false, outcome{204, "", "", true, true}},
	{"304", "GET", "HTTP/1.1 304 Not Modified\r\nEtag: \"a\"\r\nContent-Length: 5\r\n\r\n", false, outcome{304, "Etag:\"a\"\n", "", true, true}},
	{"continue first", "GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!", false, outcome{200, "", "!", true, true}},
	{"bytes behind", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\n\r\n", false, outcome{200, "", "hi", true, false}},
	{"hop by hop", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: a\r\nproxy-authorization: b\r\nTE: c\r\nTrailer: d\r\nTrailers: e\r\nUpgrade: f\r\nProxy-Connection: g\r\nKept: h\r\n\r\n",
		false, outcome{200, "Kept:h\n", "", true, true}},
	{"listed", "GET", "HTTP/1.1 200 OK\r\nSecret: 1\r\nConnection: keep-alive, secret\r\nContent-Length: 0\r\nsecret: 2\r\nOpen: 3\r\n\r\n", false, outcome{200, "Open:3\n", "", true, true}},
	{"white space", "GET", "HTTP/1.1 200 OK\r\nA: \t b c \t\r\nB:\r\nContent-Length:0\r\n\r\n", false, outcome{200, "A:b c\nB:\n", "", true, true}},
	{"both lengths", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", false, outcome{}},
	{"repeated length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi", false, outcome{}},
	{"length list", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nhi", false, outcome{}},
	{"signed length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nhi", false, outcome{}},
	{"empty length", "GET", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhi", false, outcome{}},
	{"huge length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhi", false, outcome{}},
	{"other coding", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", false, outcome{}},
	{"repeated coding", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false, outcome{}},
	{"old chunked", "GET", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false, outcome{}},
	{"bare line feed", "GET", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", false, outcome{}},
	{"bare line feeds", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\n\n", false, outcome{}},
	{"bare carriage return", "GET", "HTTP/1.1 200 OK\r\nA: b\rc\r\nContent-Length: 0\r\n\r\n", false, outcome{}},
	{"folded", "GET", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n", false, outcome{}},
	{"zero byte", "GET", "HTTP/1.1 200 OK\r\nA: b\x00\r\nContent-Length: 0\r\n\r\n", false, outcome{}},
	{"space before colon", "GET", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n", false, outcome{}},
	{"no name", "GET", "HTTP/1.1 200 OK\r\n: 0\r\n\r\n", false, outcome{}},
	{"no colon", "GET", "HTTP/1.1 200 OK\r\nAbc\r\n\r\n", false, outcome{}},
	{"version 2", "GET", "HTTP/2.0 200 OK\r\n\r\n", false, outcome{}},
	{"version 1.2", "GET", "HTTP/1.2 200 OK\r\n\r\n", false, outcome{}},
	{"not HTTP", "GET", "SSH-2.0-OpenSSH_9.2\r\n\r\n", false, outcome{}},
	{"four digits", "GET", "HTTP/1.1 2000 OK\r\n\r\n", false, outcome{}},
	{"status 999", "GET", "HTTP/1.1 999 OK\r\n\r\n", false, outcome{}},
	{"status 99", "GET", "HTTP/1.1 099 OK\r\n\r\n", false, outcome{}},
	{"two spaces", "GET", "HTTP/1.1  200 OK\r\n\r\n", false, outcome{}},
	{"leading line", "GET", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, outcome{}},
	{"switching", "GET", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", false, outcome{}},
	{"interim storm", "GET", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", maxInterim+1) + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, outcome{}},
	{"many lines", "GET", "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", maxLines+1) + "\r\n", false, outcome{}},
	{"huge head", "GET", "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", maxHead) + "\r\n\r\n", false, outcome{}},
	{"chunk without digits", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", false, outcome{}},
	{"chunk with a sign", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+2\r\nhi\r\n0\r\n\r\n", false, outcome{}},
	{"chunk with 0x", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nhi\r\n0\r\n\r\n", false, outcome{}},
	{"chunk with bare line feed", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nhi\r\n0\r\n\r\n", false, outcome{}},
	{"chunk too long", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhij\r\n0\r\n\r\n", false, outcome{}},
	{"chunk size overflow", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n", false, outcome{}},
	{"extension with bare line feed", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a\nb\r\nhi\r\n0\r\n\r\n", false, outcome{}},
	{"extension too long", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;" + strings.Repeat("x", maxExtension) + "\r\nhi\r\n0\r\n\r\n", false, outcome{}},
	{"trailers too long", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + strings.Repeat("A: b\r\n", maxTrailer/4+1) + "\r\n", false, outcome{}},
	{"folded trailer", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n c\r\n\r\n", false, outcome{}},
	{"ends in the head", "GET", "HTTP/1.1 200 OK\r\nContent-Le", true, outcome{}},
	{"ends in a sized body", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", true, outcome{}},
	{"ends in a chunk", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhi", true, outcome{}},
	{"ends before the last chunk", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", true, outcome{}},
}

func TestAnswers(t *testing.T) {
	for _, tt := range answers {
		for _, whole := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/whole=%v", tt.name, whole), func(t *testing.T) {
				r := newRig(t)
				for _, cut := range append([]int{len(tt.in)}, cuts(len(tt.in))...) {
					got := r.run(t, Request{Method: tt.method, Whole: whole}, tt.in, cut, tt.close)
					if got != tt.want {
						t.Fatalf("cut at %d: %+v, want %+v", cut, got, tt.want)
					}
				}
			})
		}
	}
}

// cuts are the places to cut n bytes at: all of them when they are few.
func cuts(n int) (at []int) {
	step := 1 + n/200
	if n < 5000 {
		at = append(at, 0) // byte by byte
	} else {
		step = n / 5
	}
	for i := 1; i < n; i += step {
		at = append(at, i)
	}
	return at
}

// run feeds in, cut in two at cut, byte by byte when cut is 0, as the answer to
// a request on a connection of its own.
func (r *rig) run(t testing.TB, req Request, in string, cut int, end bool) outcome {
	r.renew()
	r.do(t, req)
	if cut == 0 {
		for i := range len(in) {
			r.feed([]byte{in[i]})
		}
	} else {
		r.feed([]byte(in[:cut]))
		r.feed([]byte(in[cut:]))
	}
	if !end {
		o := r.outcome()
		r.end()
		return r.checked(t, o)
	}
	r.end()
	return r.checked(t, r.outcome())
}

// checked looks at what must be so whatever came.
func (r *rig) checked(t testing.TB, o outcome) outcome {
	t.Helper()
	if r.rcv.told != 1 {
		t.Errorf("the receiver was told %d times, want once", r.rcv.told)
	}
	if s := r.target.Stats(); s.InFlight != 0 || s.Conns != 0 || len(r.lane.idle) != 0 {
		t.Errorf("left behind: %d requests, %d connections, %d idle", s.InFlight, s.Conns, len(r.lane.idle))
	}
	if n := r.engine.budget.Used(); n != 0 {
		t.Errorf("budget holds %d bytes at the end", n)
	}
	r.x.Reset()
	return o
}

func FuzzAnswer(f *testing.F) {
	for _, tt := range answers {
		if len(tt.in) < 4096 {
			f.Add([]byte(tt.in), uint16(len(tt.in)/2), tt.close, false, tt.method == "HEAD")
		}
	}
	r := newRig(f)
	f.Fuzz(func(t *testing.T, in []byte, cut uint16, end, whole, head bool) {
		req := Request{Method: "GET", Whole: whole, Limit: 100}
		if head {
			req.Method = "HEAD"
		}
		want := r.run(t, req, string(in), max(len(in), 1)*min(1, len(in)), end)
		if got := r.run(t, req, string(in), 0, end); got != want {
			t.Errorf("byte by byte: %+v, whole: %+v", got, want)
		}
		if at := int(cut); at > 0 && at < len(in) {
			if got := r.run(t, req, string(in), at, end); got != want {
				t.Errorf("cut at %d: %+v, whole: %+v", at, got, want)
			}
		}
	})
}
