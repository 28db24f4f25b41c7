package nbtls

import (
	"context"
	"crypto/tls"
	"sync"
	"testing"
)

// link joins a server and a client in memory and completes their handshakes.
// What either sends is pushed into the other by the sender's worker.
func link(t testing.TB, server, client *tls.Config) (s, c *Conn) {
	t.Helper()
	s, c = NewServer(server), NewClient(client)
	serr, cerr := linkThrough(s, c, func(b []byte) []byte { return b })
	if serr != nil || cerr != nil {
		t.Fatalf("handshakes = %v, %v", serr, cerr)
	}
	return s, c
}

// linkThrough is link with a change made to what the client sends. A side that
// fails ends the other's socket.
func linkThrough(s, c *Conn, change func([]byte) []byte) (serr, cerr error) {
	var both sync.WaitGroup
	both.Go(func() {
		serr = s.Handshake(context.Background(), func(b []byte) { c.Push(b) })
		if serr != nil {
			c.PushEOF()
		}
	})
	both.Go(func() {
		cerr = c.Handshake(context.Background(), func(b []byte) { s.Push(change(b)) })
		if cerr != nil {
			s.PushEOF()
		}
	})
	both.Wait()
	return serr, cerr
}

// carry moves p from one Conn to the other and returns what arrived.
func carry(t testing.TB, from, to *Conn, p []byte) []byte {
	t.Helper()
	out, err := from.AppendWrite(nil, p)
	if err != nil {
		t.Fatal(err)
	}
	if err := to.Push(out); err != nil {
		t.Fatal(err)
	}
	return readAll(t, to, nil)
}

// readAll reads until ErrWouldBlock.
func readAll(t testing.TB, c *Conn, got []byte) []byte {
	t.Helper()
	buf := make([]byte, 4<<10)
	for {
		n, err := c.Read(buf)
		got = append(got, buf[:n]...)
		if err == ErrWouldBlock {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
