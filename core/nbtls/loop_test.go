package nbtls

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

const testWait = 20 * time.Second

// testLoop is an event loop for one Conn: all loop-side calls are made on one
// goroutine, as core/loop and core/upstream do, while the handshake runs beside it.
type testLoop struct {
	t    testing.TB
	c    *Conn
	sock net.Conn
	cut  func([]byte) [][]byte // how received bytes are split

	raw    chan []byte // from the socket; closed at its end
	posts  chan func()
	quit   chan struct{}
	closed sync.WaitGroup

	hs     chan error // the handshake's result
	got    bytes.Buffer
	gotCh  chan struct{} // rung after each change of got or ended
	ended  error
	onData func([]byte) // called on the loop with plaintext
}

func startLoop(t testing.TB, c *Conn, sock net.Conn, cut func([]byte) [][]byte) *testLoop {
	l := &testLoop{t: t, c: c, sock: sock, cut: cut,
		raw: make(chan []byte, 1<<16), posts: make(chan func(), 64),
		quit: make(chan struct{}), hs: make(chan error, 1), gotCh: make(chan struct{}, 1)}
	l.closed.Add(3)
	go l.receive()
	go l.handshake()
	go l.run()
	t.Cleanup(l.stop)
	return l
}

func (l *testLoop) stop() {
	select {
	case <-l.quit:
		return
	default:
	}
	close(l.quit)
	l.c.Abort()
	l.sock.Close()
	l.closed.Wait()
}

func (l *testLoop) receive() {
	defer l.closed.Done()
	defer close(l.raw)
	buf := make([]byte, 64<<10)
	for {
		n, err := l.sock.Read(buf)
		if n > 0 {
			l.raw <- append([]byte(nil), buf[:n]...)
		}
		if err != nil {
			return
		}
	}
}

func (l *testLoop) handshake() {
	defer l.closed.Done()
	ctx, cancel := context.WithTimeout(context.Background(), testWait)
	defer cancel()
	err := l.c.Handshake(ctx, func(b []byte) { l.sock.Write(b) })
	l.hs <- err
	l.post(l.drain)
}

func (l *testLoop) post(f func()) {
	select {
	case l.posts <- f:
	case <-l.quit:
	}
}

func (l *testLoop) run() {
	defer l.closed.Done()
	raw := l.raw
	for {
		select {
		case <-l.quit:
			return
		case f := <-l.posts:
			f()
		case b, ok := <-raw:
			if !ok {
				raw = nil
				l.c.PushEOF()
				l.drain()
				continue
			}
			for _, part := range l.cut(b) {
				if err := l.c.Push(part); err != nil && err != ErrLeft {
					l.end(err)
					break
				}
				l.drain()
			}
		}
	}
}

// drain reads until ErrWouldBlock and sends what reading produced.
func (l *testLoop) drain() {
	if !l.c.Ready() {
		return
	}
	p := make([]byte, 4<<10)
	for {
		n, err := l.c.Read(p)
		if n > 0 {
			l.got.Write(p[:n])
			l.ring()
			if l.onData != nil {
				l.onData(p[:n])
			}
		}
		if out := l.c.TakeOutput(nil); len(out) > 0 {
			l.sock.Write(out)
		}
		if err == ErrWouldBlock || err == ErrLeft {
			return
		}
		if err != nil {
			l.end(err)
			return
		}
	}
}

func (l *testLoop) end(err error) {
	if l.ended == nil {
		l.ended = err
	}
	l.ring()
}

func (l *testLoop) ring() {
	select {
	case l.gotCh <- struct{}{}:
	default:
	}
}

// do runs f on the loop and waits for it.
func (l *testLoop) do(f func()) {
	done := make(chan struct{})
	l.post(func() { defer close(done); f() })
	select {
	case <-done:
	case <-time.After(testWait):
		l.t.Error("loop hangs")
	}
}

func (l *testLoop) write(p []byte) {
	l.do(func() {
		out, err := l.c.AppendWrite(nil, p)
		if err != nil {
			l.t.Errorf("AppendWrite: %v", err)
		}
		go l.sock.Write(out)
	})
}

// expect waits until exactly want has arrived.
func (l *testLoop) expect(want []byte) {
	l.t.Helper()
	deadline := time.After(testWait)
	for {
		var n int
		var same bool
		var ended error
		l.do(func() { n, same, ended = l.got.Len(), bytes.Equal(l.got.Bytes(), want), l.ended })
		if same {
			l.do(l.got.Reset)
			return
		}
		if n >= len(want) || ended != nil {
			l.t.Fatalf("got %d bytes (end: %v), want other %d", n, ended, len(want))
		}
		select {
		case <-l.gotCh:
		case <-deadline:
			l.t.Fatalf("got %d bytes, want %d", n, len(want))
		}
	}
}

// expectEnd waits for the end of reading.
func (l *testLoop) expectEnd(want error) {
	l.t.Helper()
	deadline := time.After(testWait)
	for {
		var ended error
		l.do(func() { ended = l.ended })
		if ended != nil {
			if !errors.Is(ended, want) {
				l.t.Fatalf("end = %v, want %v", ended, want)
			}
			return
		}
		select {
		case <-l.gotCh:
		case <-deadline:
			l.t.Fatalf("no end, want %v", want)
		}
	}
}

func (l *testLoop) shaken() error {
	select {
	case err := <-l.hs:
		return err
	case <-time.After(testWait):
		return fmt.Errorf("handshake hangs")
	}
}

// whole leaves received bytes as they came.
func whole(b []byte) [][]byte { return [][]byte{b} }

// single splits them into bytes.
func single(b []byte) [][]byte {
	var parts [][]byte
	for i := range b {
		parts = append(parts, b[i:i+1])
	}
	return parts
}

// chunks splits them at lengths that a seed gives.
func chunks(seed uint64) func([]byte) [][]byte {
	return func(b []byte) [][]byte {
		var parts [][]byte
		for len(b) > 0 {
			seed = seed*6364136223846793005 + 1442695040888963407
			n := min(len(b), 1+int(seed>>33)%(1<<(seed>>60)))
			parts = append(parts, b[:n])
			b = b[n:]
		}
		return parts
	}
}

// socketPair returns two ends: in memory or over loopback TCP.
func socketPair(t testing.TB, tcp bool) (net.Conn, net.Conn) {
	t.Helper()
	if !tcp {
		a, b := net.Pipe()
		t.Cleanup(func() { a.Close(); b.Close() })
		return a, b
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	b, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	a, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b
}

var testNow = time.Now

// devConfigs returns configurations of both sides that fit together.
func devConfigs(t testing.TB, version uint16) (server, client *tls.Config) {
	t.Helper()
	pair, err := SelfSigned(t.TempDir(), testNow())
	if err != nil {
		t.Fatal(err)
	}
	certs, err := LoadCertificates(pair)
	if err != nil {
		t.Fatal(err)
	}
	server, err = ServerConfig(ServerOptions{Certificates: certs, ALPN: []string{"h2", "http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	client, err = ClientConfig(ClientOptions{CAFile: pair.CertFile, ServerName: "localhost", ALPN: []string{"http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	server.MaxVersion, client.MaxVersion = version, version
	return server, client
}

// rig is a Conn on a loop and a plain tls.Conn as its peer.
type rig struct {
	*testLoop
	peer *tls.Conn
	wire net.Conn // under peer
}

func newRig(t testing.TB, server, client *tls.Config, isServer, tcp bool, cut func([]byte) [][]byte) *rig {
	t.Helper()
	a, b := socketPair(t, tcp)
	var c *Conn
	var peer *tls.Conn
	if isServer {
		c, peer = NewServer(server), tls.Client(b, client)
	} else {
		c, peer = NewClient(client), tls.Server(b, server)
	}
	peer.SetDeadline(time.Now().Add(testWait))
	return &rig{startLoop(t, c, a, cut), peer, b}
}

// shake completes the handshake on both sides.
func (r *rig) shake() {
	r.t.Helper()
	if err := r.peer.Handshake(); err != nil {
		r.t.Fatalf("peer's handshake: %v", err)
	}
	if err := r.shaken(); err != nil {
		r.t.Fatalf("Handshake = %v", err)
	}
}

// send writes on the peer while the loop reads.
func (r *rig) send(p []byte) {
	go func() {
		if _, err := r.peer.Write(p); err != nil {
			r.t.Errorf("peer's write: %v", err)
		}
	}()
}

// receive reads len(want) bytes on the peer.
func (r *rig) peerExpect(want []byte) {
	r.t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r.peer, got); err != nil {
		r.t.Fatalf("peer's read: %v", err)
	}
	if !bytes.Equal(got, want) {
		r.t.Fatalf("peer got other bytes than were written")
	}
}
