package nbtls

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// TestBlocking leaves the loop after pushed bytes of ciphertext were taken from
// the socket, of which read bytes of plaintext were read.
func TestBlocking(t *testing.T) {
	data := pattern(100000)
	cases := []struct{ pushed, read int }{
		{0, 0}, {3, 0}, {5, 0}, {700, 0}, {1300, 0}, {1300, 10}, {30000, 0}, {30000, 1}, {30000, 5000}, {30000, 20000},
	}
	eachSide(t, func(t *testing.T, version uint16, isServer bool) {
		for _, tc := range cases {
			t.Run(fmt.Sprintf("%d-%d", tc.pushed, tc.read), func(t *testing.T) {
				c, peer, raw := byHand(t, version, isServer)
				go peer.Write(data)
				part := make([]byte, tc.pushed)
				if _, err := io.ReadFull(raw, part); err != nil {
					t.Fatal(err)
				}
				if err := c.Push(part); err != nil {
					t.Fatal(err)
				}
				got := readSome(t, c, tc.read)
				b := c.Blocking(raw)
				rest := make([]byte, len(data)-len(got))
				if _, err := io.ReadFull(b, rest); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(append(got, rest...), data) {
					t.Fatal("other bytes arrived than were written")
				}
				checkBlockingWrite(t, b, peer, data)
				if err := c.Push([]byte("x")); err != ErrLeft {
					t.Errorf("Push after Blocking = %v, want ErrLeft", err)
				}
			})
		}
	})
}

// byHand returns an established Conn with its socket, and the peer.
func byHand(t *testing.T, version uint16, isServer bool) (*Conn, *tls.Conn, net.Conn) {
	t.Helper()
	server, client := devConfigs(t, version)
	server.SessionTicketsDisabled = true // so that ciphertext offsets are data's alone
	raw, wire := socketPair(t, true)
	c, peer := NewServer(server), tls.Client(wire, client)
	if !isServer {
		c, peer = NewClient(client), tls.Server(wire, server)
	}
	peer.SetDeadline(time.Now().Add(testWait))
	end := make(chan error, 1)
	go func() { end <- peer.Handshake() }()
	shakeByHand(t, c, raw)
	if err := <-end; err != nil {
		t.Fatal(err)
	}
	raw.SetDeadline(time.Now().Add(testWait))
	return c, peer, raw
}

// readSome reads n bytes of plaintext.
func readSome(t *testing.T, c *Conn, n int) []byte {
	t.Helper()
	got := make([]byte, n)
	for at := 0; at < n; {
		m, err := c.Read(got[at:])
		if err != nil {
			t.Fatal(err)
		}
		at += m
	}
	return got
}

// checkBlockingWrite sends data to the peer, then meets a deadline, then closes.
func checkBlockingWrite(t *testing.T, b net.Conn, peer *tls.Conn, data []byte) {
	t.Helper()
	go b.Write(data)
	got := make([]byte, len(data))
	if _, err := io.ReadFull(peer, got); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("peer's read: %v, or other bytes", err)
	}
	b.SetReadDeadline(time.Now().Add(time.Millisecond))
	if _, err := b.Read(got); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Read at the deadline = %v", err)
	}
	b.SetReadDeadline(time.Now().Add(testWait))
	go peer.Write([]byte("on"))
	if _, err := io.ReadFull(b, got[:2]); err != nil {
		t.Errorf("Read after the deadline: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if _, err := peer.Read(got); err != io.EOF {
		t.Errorf("peer's read after Close = %v, want EOF", err)
	}
}

// TestBlockingAddresses: the result is a net.Conn of its socket.
func TestBlockingAddresses(t *testing.T) {
	c, _, raw := byHand(t, tls.VersionTLS13, true)
	b := c.Blocking(raw)
	if b.RemoteAddr() != raw.RemoteAddr() || b.LocalAddr() != raw.LocalAddr() {
		t.Errorf("addresses = %v, %v, want the socket's", b.RemoteAddr(), b.LocalAddr())
	}
}
