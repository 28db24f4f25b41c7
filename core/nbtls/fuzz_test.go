package nbtls

import (
	"bytes"
	"context"
	"crypto/tls"
	"testing"
	"time"
)

// cutBy splits b at lengths taken from cuts in turn.
func cutBy(cuts []byte) func([]byte) [][]byte {
	return func(b []byte) [][]byte {
		var parts [][]byte
		for i := 0; len(b) > 0; i++ {
			n := len(b)
			if len(cuts) > 0 {
				n = min(n, 1+int(cuts[i%len(cuts)]))
			}
			parts = append(parts, b[:n])
			b = b[n:]
		}
		return parts
	}
}

// FuzzSplit: however the ciphertext is cut, the records before the first
// damaged byte give their plaintext; then comes an error if one was damaged.
func FuzzSplit(f *testing.F) {
	f.Add([]byte("hello"), []byte{0}, uint16(0), byte(0), true)
	f.Add(pattern(5000), []byte{3, 200, 0}, uint16(1300), byte(1), false)
	f.Add(pattern(300), []byte{}, uint16(2), byte(255), true)
	f.Add(pattern(300), []byte{1}, uint16(4), byte(1), true)
	server, client := devConfigs(f, 0)
	f.Fuzz(func(t *testing.T, plain, cuts []byte, at uint16, flip byte, tls12 bool) {
		cl := client.Clone()
		if tls12 {
			cl.MaxVersion = tls.VersionTLS12
		}
		s, c := link(t, server, cl)
		raw, want := records(t, c, plain)
		damaged := flip != 0 && int(at) < len(raw)
		if damaged {
			raw[at] ^= flip
			want = want[:intact(want, int(at))]
		}
		got, err := pushCut(s, raw, cutBy(cuts))
		if !bytes.Equal(got, plainOf(want)) {
			t.Fatalf("read %d bytes (%v), want %d", len(got), err, len(plainOf(want)))
		}
		if err != nil && !damaged {
			t.Fatalf("Read = %v for good records", err)
		}
	})
}

// record is one record's place in the stream and its plaintext.
type record struct {
	end   int
	plain []byte
}

// records encrypts plain in pieces of up to 999 bytes.
func records(t *testing.T, c *Conn, plain []byte) (raw []byte, all []record) {
	for len(plain) > 0 {
		n := min(len(plain), 999)
		var err error
		if raw, err = c.AppendWrite(raw, plain[:n]); err != nil {
			t.Fatal(err)
		}
		all = append(all, record{len(raw), plain[:n]})
		plain = plain[n:]
	}
	return raw, all
}

// intact counts the records that end at or before byte at.
func intact(all []record, at int) (n int) {
	for n < len(all) && all[n].end <= at {
		n++
	}
	return n
}

func plainOf(all []record) (p []byte) {
	for _, r := range all {
		p = append(p, r.plain...)
	}
	return p
}

func pushCut(c *Conn, raw []byte, cut func([]byte) [][]byte) (got []byte, err error) {
	buf := make([]byte, 700)
	for _, part := range cut(raw) {
		if err := c.Push(part); err != nil {
			return got, err
		}
		for {
			n, err := c.Read(buf)
			got = append(got, buf[:n]...)
			if err == ErrWouldBlock {
				break
			}
			if err != nil {
				return got, err
			}
		}
	}
	return got, nil
}

// FuzzHandshake: garbage in any cut ends a handshake of either side with an
// error, never with a panic or a hang.
func FuzzHandshake(f *testing.F) {
	server, client := devConfigs(f, 0)
	s, c := NewServer(server), NewClient(client)
	var hello []byte
	linkThrough(s, c, func(b []byte) []byte {
		hello = append(hello, b...)
		return b
	})
	f.Add(hello, []byte{7}, true)
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"), []byte{0}, true)
	f.Add([]byte{22, 3, 3, 0, 4, 2, 0, 0, 0}, []byte{2}, false)
	f.Add([]byte{21, 3, 3, 0, 2, 2, 40}, []byte{}, false)
	f.Fuzz(func(t *testing.T, raw, cuts []byte, isServer bool) {
		x := NewClient(client)
		if isServer {
			x = NewServer(server)
		}
		end := make(chan error, 1)
		ctx, cancel := context.WithTimeout(context.Background(), testWait)
		defer cancel()
		go func() { end <- x.Handshake(ctx, ignore) }()
		for _, part := range cutBy(cuts)(raw) {
			x.Push(part)
		}
		x.PushEOF()
		if err := <-end; err == nil || err == context.DeadlineExceeded {
			t.Fatalf("Handshake = %v, want an error at once", err)
		}
	})
}

// FuzzHandshakeFlip damages one byte of what a real client sends. Both sides
// end; where the damage makes a length longer, each waits for the other until
// it is aborted.
func FuzzHandshakeFlip(f *testing.F) {
	f.Add(uint16(0), byte(1), true)
	f.Add(uint16(40), byte(1), false)
	f.Add(uint16(600), byte(255), false)
	server, client := devConfigs(f, 0)
	f.Fuzz(func(t *testing.T, at uint16, flip byte, tls12 bool) {
		cl := client.Clone()
		if tls12 {
			cl.MaxVersion = tls.VersionTLS12
		}
		s, c := NewServer(server), NewClient(cl)
		stop := time.AfterFunc(100*time.Millisecond, func() { s.Abort(); c.Abort() })
		defer stop.Stop()
		seen := 0
		serr, cerr := linkThrough(s, c, func(b []byte) []byte {
			if i := int(at) - seen; i >= 0 && i < len(b) {
				b[i] ^= flip
			}
			seen += len(b)
			return b
		})
		damaged := flip != 0 && int(at) < seen
		if !damaged && (serr != nil || cerr != nil) && serr != ErrAborted && cerr != ErrAborted {
			t.Errorf("handshakes = %v, %v without damage", serr, cerr)
		}
	})
}
