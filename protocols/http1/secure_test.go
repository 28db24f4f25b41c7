package http1

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/core/exchange"
)

// secureRig serves echo, /big (8 MB), /stream (32 MB, leaves the loop) by TLS.
func secureRig(t testing.TB) *rig {
	t.Helper()
	return (&rig{tls: true, serve: func(x *exchange.Exchange) {
		if !x.Req.Secure {
			t.Error("exchange of a TLS connection is not Secure")
		}
		switch string(x.Req.Path) {
		case "/big":
			x.Res.Body = bytes.Repeat([]byte("b"), 8<<20)
			x.Conn.Respond(x)
		case "/stream":
			streamed(t, x, 32<<20)
		default:
			echo(x)
		}
	}}).start(t)
}

// streamed sends n bytes, off the loop once the client is slow.
func streamed(t testing.TB, x *exchange.Exchange, n int) {
	piece := bytes.Repeat([]byte("s"), 64<<10)
	x.Conn.Begin(x, int64(n))
	for ; n > 0; n -= len(piece) {
		if x.Conn.WriteBody(x, piece) {
			continue
		}
		w, err := x.Conn.Leave(x)
		if err != nil {
			t.Error(err)
			return
		}
		go func() {
			var err error
			for n -= len(piece); n > 0 && err == nil; n -= len(piece) {
				_, err = w.Write(piece)
			}
			w.Close(err)
		}()
		return
	}
	x.Conn.EndBody(x, nil)
}

func clientTLS(version uint16) *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, ServerName: "h.test", MinVersion: version, MaxVersion: version,
		NextProtos: []string{"http/1.1"}, ClientSessionCache: tls.NewLRUClientSessionCache(4)}
}

var tlsVersions = map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13}

func dialTLS(t testing.TB, addr string, cfg *tls.Config) *tls.Conn {
	t.Helper()
	c := tls.Client(dial(t, addr), cfg)
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSecure(t *testing.T) {
	t.Parallel()
	r := secureRig(t)
	for name, version := range tlsVersions {
		t.Run(name, func(t *testing.T) {
			cfg := clientTLS(version)
			for round := range 3 {
				c := dialTLS(t, r.secure, cfg)
				st := c.ConnectionState()
				if st.NegotiatedProtocol != "http/1.1" || st.PeerCertificates[0].VerifyHostname("h.test") != nil {
					t.Errorf("ALPN %q, certificate for %v", st.NegotiatedProtocol, st.PeerCertificates[0].DNSNames)
				}
				if st.DidResume != (round > 0) {
					t.Errorf("round %d: resumed = %v", round, st.DidResume)
				}
				br := bufio.NewReader(c)
				for _, body := range []string{"", "abc", strings.Repeat("u", 3<<20)} {
					go fmt.Fprintf(c, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
					if got := readBody(t, br, "POST"); got != "POST /a "+body {
						t.Fatalf("body = %.40q (%d bytes)", got, len(got))
					}
				}
				fmt.Fprintf(c, "GET /big HTTP/1.1\r\nHost: h\r\n\r\n")
				if got := readBody(t, br, "GET"); len(got) != 8<<20 {
					t.Fatalf("big body has %d bytes", len(got))
				}
				fmt.Fprintf(c, "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
				readBody(t, br, "GET")
				if n, err := br.Read(make([]byte, 1)); n != 0 || err != io.EOF {
					t.Errorf("after the last answer: %d, %v, want close_notify", n, err)
				}
			}
		})
	}
}

// trickle writes one byte per segment.
type trickle struct{ net.Conn }

func (c trickle) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := c.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
		if i%64 == 0 {
			time.Sleep(50 * time.Microsecond) // so that segments do not merge
		}
	}
	return len(p), nil
}

// glue holds back what is written until released: TLS 1.3 clients send their
// Finished together with the first request then.
type glue struct {
	net.Conn
	held bytes.Buffer
	hold bool
}

func (c *glue) Write(p []byte) (int, error) {
	if c.hold {
		return c.held.Write(p)
	}
	return c.Conn.Write(p)
}

func TestSecureSplitAndGlued(t *testing.T) {
	t.Parallel()
	r := secureRig(t)
	for name, version := range tlsVersions {
		c := tls.Client(trickle{dial(t, r.secure)}, clientTLS(version))
		br := bufio.NewReader(c)
		for range 2 {
			fmt.Fprintf(c, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
			if got := readBody(t, br, "POST"); got != "POST /a abc" {
				t.Errorf("%s byte by byte: body = %q", name, got)
			}
		}
	}
	for range 20 {
		g := &glue{Conn: dial(t, r.secure)}
		cfg := clientTLS(tls.VersionTLS13)
		cfg.VerifyConnection = func(tls.ConnectionState) error { g.hold = true; return nil }
		c := tls.Client(g, cfg)
		if err := c.Handshake(); err != nil { // Finished is held
			t.Fatal(err)
		}
		fmt.Fprintf(c, "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
		_, _ = g.Conn.Write(g.held.Bytes())
		g.hold = false
		br := bufio.NewReader(c)
		for _, want := range []string{"GET /a ", "GET /b "} {
			if got := readBody(t, br, "GET"); got != want {
				t.Fatalf("request beside Finished: body = %q, want %q", got, want)
			}
		}
	}
}

func TestSecureStreamToSlowReader(t *testing.T) {
	t.Parallel()
	r := secureRig(t)
	for name, version := range tlsVersions {
		c := dialTLS(t, r.secure, clientTLS(version))
		fmt.Fprintf(c, "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n")
		time.Sleep(100 * time.Millisecond)
		if got := readBody(t, bufio.NewReader(c), "GET"); len(got) != 32<<20 || strings.Trim(got, "s") != "" {
			t.Errorf("%s: body has %d bytes", name, len(got))
		}
	}
	eventually(t, "connections end", func() bool { return r.ls.Clients() == 0 })
}

func TestSecureManyAtOnce(t *testing.T) {
	t.Parallel()
	r := secureRig(t)
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			raw, err := net.Dial("tcp", r.secure)
			if err != nil {
				t.Error(err)
				return
			}
			defer raw.Close()
			_ = raw.SetDeadline(time.Now().Add(30 * time.Second))
			c := tls.Client(raw, clientTLS(tlsVersions[[]string{"TLS 1.2", "TLS 1.3"}[i%2]]))
			br := bufio.NewReader(c)
			for k := range 3 {
				if _, err := fmt.Fprintf(c, "GET /%d/%d HTTP/1.1\r\nHost: h\r\n\r\n", i, k); err != nil {
					t.Error(err)
					return
				}
				if got, want := readBody(t, br, "GET"), fmt.Sprintf("GET /%d/%d ", i, k); got != want {
					t.Errorf("body = %q, want %q", got, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestSecureRefusals(t *testing.T) {
	t.Parallel()
	r := secureRig(t)
	if got := ask(t, r.secure, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); strings.Contains(got, "HTTP/1.1 200") {
		t.Errorf("plain bytes on the TLS port were served: %q", got)
	}
	c := dial(t, r.secure)
	_, _ = c.Write([]byte{0x16, 3, 1, 2, 0, 1}) // a handshake that begins and goes no further
	silent := dial(t, r.secure)
	eventually(t, "connections", func() bool { return r.ls.Clients() == 2 })
	time.Sleep(30 * time.Millisecond)
	r.clock.Advance(9 * time.Second)
	time.Sleep(50 * time.Millisecond)
	if r.ls.Clients() != 2 {
		t.Error("handshakes ended before their time")
	}
	r.clock.Advance(1100 * time.Millisecond)
	for _, c := range []net.Conn{c, silent} {
		if _, err := io.ReadAll(c); err != nil {
			t.Errorf("slow handshake: %v, want the end", err)
		}
	}
	eventually(t, "slow handshakes end", func() bool { return r.ls.Clients() == 0 })
}

// TestSecureRefusalIsRead: a refusal by TLS reaches the client that still sends.
func TestSecureRefusalIsRead(t *testing.T) {
	t.Parallel()
	r := secureRig(t)
	c := dialTLS(t, r.secure, clientTLS(tls.VersionTLS13))
	go func() {
		fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 12000000\r\n\r\n")
		_, _ = c.Write(make([]byte, 12_000_000))
	}()
	if a := readAnswer(t, bufio.NewReader(c), "POST"); a.status != 413 {
		t.Errorf("answer = %d, want 413", a.status)
	}
}
