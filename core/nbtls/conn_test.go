package nbtls

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"time"
)

// versions are the protocol versions every behaviour is tested with.
var versions = map[string]uint16{"tls12": tls.VersionTLS12, "tls13": tls.VersionTLS13}

// eachSide runs f for both versions, both roles, with and without the fields
// of tls.Conn that layout looks for.
func eachSide(t *testing.T, f func(t *testing.T, version uint16, isServer bool)) {
	for name, version := range versions {
		for _, isServer := range []bool{true, false} {
			role := map[bool]string{true: "server", false: "client"}[isServer]
			t.Run(name+"/"+role, func(t *testing.T) { f(t, version, isServer) })
			t.Run(name+"/"+role+"/foreign-layout", func(t *testing.T) {
				withoutLayout(t)
				f(t, version, isServer)
			})
		}
	}
}

// withoutLayout makes the package work as with an unknown tls.Conn.
func withoutLayout(t testing.TB) {
	old := layout
	layout = connLayout{}
	t.Cleanup(func() { layout = old })
}

func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i*7 + i>>8)
	}
	return p
}

func TestLayoutIsKnown(t *testing.T) {
	if !layout.known {
		t.Error("tls.Conn of this Go release has other fields: idle connections cost more memory; look at layout.go")
	}
}

func TestExchange(t *testing.T) {
	cuts := map[string]func([]byte) [][]byte{"whole": whole, "bytes": single, "chunks": chunks(7)}
	for cutName, cut := range cuts {
		for _, tcp := range []bool{false, true} {
			name := cutName + map[bool]string{true: "/tcp", false: "/pipe"}[tcp]
			t.Run(name, func(t *testing.T) {
				eachSide(t, func(t *testing.T, version uint16, isServer bool) {
					server, client := devConfigs(t, version)
					r := newRig(t, server, client, isServer, tcp, cut)
					r.shake()
					for _, size := range []int{1, 100, 16384, 16385, 50000} {
						r.send(pattern(size))
						r.expect(pattern(size))
						r.write(pattern(size))
						r.peerExpect(pattern(size))
					}
					r.do(func() {
						if r.c.ALPN() != "http/1.1" || r.c.ServerName() != "localhost" || r.c.Version() != version || r.c.Resumed() {
							t.Errorf("ALPN, SNI, version, resumed = %q, %q, %x, %v", r.c.ALPN(), r.c.ServerName(), r.c.Version(), r.c.Resumed())
						}
						if r.c.CipherSuite() != r.c.State().CipherSuite {
							t.Errorf("CipherSuite = %x, want %x", r.c.CipherSuite(), r.c.State().CipherSuite)
						}
					})
				})
			})
		}
	}
}

func TestLargeTransfer(t *testing.T) {
	big := pattern(16 << 20)
	eachSide(t, func(t *testing.T, version uint16, isServer bool) {
		server, client := devConfigs(t, version)
		r := newRig(t, server, client, isServer, true, whole)
		r.shake()
		r.send(big)
		r.write(big)
		r.peerExpect(big)
		r.expect(big)
		r.do(func() {
			if n := r.c.Buffered(); n != 0 {
				t.Errorf("Buffered() = %d after everything was read, want 0", n)
			}
		})
	})
}

func TestCloseNotify(t *testing.T) {
	eachSide(t, func(t *testing.T, version uint16, isServer bool) {
		server, client := devConfigs(t, version)
		r := newRig(t, server, client, isServer, true, single)
		r.shake()
		r.peer.Write([]byte("last words"))
		r.peer.CloseWrite()
		r.expect([]byte("last words"))
		r.expectEnd(io.EOF)
		r.write([]byte("answer after the peer's end"))
		r.peerExpect([]byte("answer after the peer's end"))
		r.do(func() {
			out := r.c.AppendClose([]byte("x"))
			if len(out) < 8 || out[0] != 'x' {
				t.Errorf("AppendClose = %q, want x and an alert", out)
			}
			if again := r.c.AppendClose(nil); len(again) != 0 {
				t.Errorf("second AppendClose = %q, want nothing", again)
			}
			if _, err := r.c.AppendWrite(nil, []byte("late")); err == nil {
				t.Error("AppendWrite after AppendClose succeeded")
			}
			r.sock.Write(out[1:])
		})
		if n, err := r.peer.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("peer's read after close_notify = %d, %v, want EOF", n, err)
		}
	})
}

func TestTruncation(t *testing.T) {
	eachSide(t, func(t *testing.T, version uint16, isServer bool) {
		server, client := devConfigs(t, version)
		r := newRig(t, server, client, isServer, true, whole)
		r.shake()
		r.peer.Write([]byte("half"))
		r.wire.Close()
		r.expect([]byte("half"))
		r.expectEnd(io.ErrUnexpectedEOF)
	})
}

func TestTruncationInRecord(t *testing.T) {
	eachSide(t, func(t *testing.T, version uint16, isServer bool) {
		server, client := devConfigs(t, version)
		r := newRig(t, server, client, isServer, true, whole)
		r.shake()
		r.wire.Write([]byte{23, 3, 3, 0, 100, 1, 2, 3})
		r.wire.Close()
		r.expectEnd(io.ErrUnexpectedEOF)
	})
}

func TestGarbageAfterHandshake(t *testing.T) {
	eachSide(t, func(t *testing.T, version uint16, isServer bool) {
		server, client := devConfigs(t, version)
		r := newRig(t, server, client, isServer, true, single)
		r.shake()
		r.peer.Write([]byte("good"))
		r.wire.Write(append([]byte{23, 3, 3, 0, 40}, pattern(40)...))
		r.expect([]byte("good"))
		for deadline := time.Now().Add(testWait); ; {
			var ended error
			r.do(func() { ended = r.ended })
			if ended != nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("no error")
			}
		}
		if _, err := r.peer.Read(make([]byte, 1)); err == nil || err == io.EOF {
			t.Errorf("peer's read = %v, want the alert", err)
		}
	})
}

func TestResumption(t *testing.T) {
	eachSide(t, func(t *testing.T, version uint16, isServer bool) {
		server, client := devConfigs(t, version)
		for i, want := range []bool{false, true, true} {
			r := newRig(t, server, client, isServer, true, single)
			r.shake()
			r.write([]byte("a"))
			r.peerExpect([]byte("a"))
			r.send([]byte("b")) // a client has read the ticket when it has read this
			r.expect([]byte("b"))
			r.do(func() {
				if r.c.Resumed() != want {
					t.Errorf("connection %d: Resumed() = %v, want %v", i, r.c.Resumed(), want)
				}
			})
			if got := r.peer.ConnectionState().DidResume; got != want {
				t.Errorf("connection %d: peer's DidResume = %v, want %v", i, got, want)
			}
			r.stop()
		}
	})
}

// The client's first data comes in one segment with its Finished. In TLS 1.2
// that is so in a resumed handshake, where the client speaks last.
func TestEarlyApplicationData(t *testing.T) {
	for name, version := range versions {
		t.Run(name, func(t *testing.T) {
			server, client := devConfigs(t, version)
			for i := range 40 {
				a, b := socketPair(t, true)
				peer := tls.Client(&corked{Conn: b}, client)
				peer.SetDeadline(time.Now().Add(testWait))
				l := startLoop(t, NewServer(server), a, chunks(uint64(time.Now().UnixNano())))
				if _, err := peer.Write(pattern(40000)); err != nil {
					t.Fatal(err)
				}
				peer.NetConn().(*corked).flush()
				if err := l.shaken(); err != nil {
					t.Fatal(err)
				}
				l.expect(pattern(40000))
				l.write([]byte("done")) // reading it, the client takes the ticket
				if _, err := io.ReadFull(peer, make([]byte, 4)); err != nil {
					t.Fatal(err)
				}
				if got := peer.ConnectionState().DidResume; got != (i > 0) {
					t.Errorf("connection %d: DidResume = %v", i, got)
				}
				l.stop()
			}
		})
	}
}

// corked holds back what is written until the next read or flush, so that Finished and first data travel in one segment.
type corked struct {
	net.Conn
	held bytes.Buffer
}

func (c *corked) Write(p []byte) (int, error) { return c.held.Write(p) }
func (c *corked) Read(p []byte) (int, error) {
	c.flush()
	return c.Conn.Read(p)
}
func (c *corked) flush() {
	c.Conn.Write(c.held.Bytes())
	c.held.Reset()
}

func TestBeforeHandshake(t *testing.T) {
	server, _ := devConfigs(t, 0)
	c := NewServer(server)
	if _, err := c.Read(make([]byte, 1)); err != ErrHandshake {
		t.Errorf("Read = %v, want ErrHandshake", err)
	}
	if out, err := c.AppendWrite([]byte("x"), []byte("y")); err != ErrHandshake || string(out) != "x" {
		t.Errorf("AppendWrite = %q, %v, want x, ErrHandshake", out, err)
	}
	if out := c.AppendClose([]byte("x")); string(out) != "x" {
		t.Errorf("AppendClose = %q, want x", out)
	}
	if c.Blocking(nil) != nil {
		t.Error("Blocking before the handshake returned a connection")
	}
	if c.Ready() {
		t.Error("Ready() = true")
	}
}

func TestPushLimit(t *testing.T) {
	server, client := devConfigs(t, 0)
	c := NewServer(server)
	c.SetLimit(100)
	if err := c.Push(make([]byte, 100)); err != nil {
		t.Errorf("Push(100) = %v, want nil", err)
	}
	if err := c.Push([]byte{1}); err != ErrOverflow {
		t.Errorf("Push beyond the limit = %v, want ErrOverflow", err)
	}
	r := newRig(t, server, client, true, true, whole)
	r.shake()
	r.do(func() {
		if err := r.c.Push(make([]byte, DefaultLimit+1)); err != ErrOverflow {
			t.Errorf("Push beyond the limit on the loop = %v, want ErrOverflow", err)
		}
	})
}

func TestWouldBlockIsTemporary(t *testing.T) {
	e, ok := ErrWouldBlock.(interface {
		net.Error
		Temporary() bool
	})
	if !ok || !e.Temporary() || e.Timeout() {
		t.Errorf("ErrWouldBlock = %#v, want Temporary and no Timeout", ErrWouldBlock)
	}
}
