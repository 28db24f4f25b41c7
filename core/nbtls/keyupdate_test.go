package nbtls

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"
)

// halfTLS13 seals or opens one direction of a TLS 1.3 session by itself
// (RFC 8446, 5.2 and 7), because crypto/tls cannot be told to update keys.
type halfTLS13 struct {
	t      *testing.T
	secret []byte
	seq    uint64
}

func (h *halfTLS13) expand(label string, n int) []byte {
	h.t.Helper()
	full := "tls13 " + label
	info := append([]byte{0, byte(n), byte(len(full))}, full...)
	out, err := hkdf.Expand(sha256.New, h.secret, string(append(info, 0)), n)
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func (h *halfTLS13) aead() (cipher.AEAD, []byte) {
	block, err := aes.NewCipher(h.expand("key", 16))
	if err != nil {
		h.t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		h.t.Fatal(err)
	}
	nonce := h.expand("iv", 12)
	var seq [8]byte
	binary.BigEndian.PutUint64(seq[:], h.seq)
	for i, b := range seq {
		nonce[4+i] ^= b
	}
	h.seq++
	return gcm, nonce
}

func (h *halfTLS13) seal(kind byte, data []byte) []byte {
	n := len(data) + 1 + 16
	head := []byte{23, 3, 3, byte(n >> 8), byte(n)}
	gcm, nonce := h.aead()
	return gcm.Seal(head, nonce, append(bytes.Clone(data), kind), head)
}

// open returns the first record's content and type, and what follows it.
func (h *halfTLS13) open(b []byte) (data []byte, kind byte, rest []byte) {
	h.t.Helper()
	n := headerLen + int(binary.BigEndian.Uint16(b[3:]))
	gcm, nonce := h.aead()
	data, err := gcm.Open(nil, nonce, b[headerLen:n], b[:headerLen])
	if err != nil {
		h.t.Fatalf("open record: %v", err)
	}
	return data[:len(data)-1], data[len(data)-1], b[n:]
}

func (h *halfTLS13) update() {
	h.secret, h.seq = h.expand("traffic upd", 32), 0
}

// secretOf finds a secret in a key log.
func secretOf(t *testing.T, log, label string) *halfTLS13 {
	t.Helper()
	for line := range strings.Lines(log) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == label {
			secret, err := hex.DecodeString(f[2])
			if err != nil {
				t.Fatal(err)
			}
			return &halfTLS13{t: t, secret: secret}
		}
	}
	t.Fatalf("no %s in the key log", label)
	return nil
}

// TestKeyUpdate: the peer updates its keys and asks for ours; the messages come
// whole, in bytes, and cut over two records.
func TestKeyUpdate(t *testing.T) {
	for _, isServer := range []bool{true, false} {
		for name, cut := range map[string]func([]byte) [][]byte{"whole": whole, "bytes": single} {
			for _, pieces := range []int{1, 2} {
				role := map[bool]string{true: "/server", false: "/client"}[isServer]
				t.Run(name+role+map[int]string{1: "", 2: "/two-records"}[pieces], func(t *testing.T) {
					testKeyUpdate(t, isServer, cut, pieces)
				})
			}
		}
	}
}

func testKeyUpdate(t *testing.T, isServer bool, cut func([]byte) [][]byte, pieces int) {
	var log bytes.Buffer
	server, client := devConfigs(t, tls.VersionTLS13)
	server.SessionTicketsDisabled = true
	client.KeyLogWriter = &log
	c, peer := link(t, server, client)
	theirs, ours := secretOf(t, log.String(), "CLIENT_TRAFFIC_SECRET_0"), secretOf(t, log.String(), "SERVER_TRAFFIC_SECRET_0")
	if !isServer {
		c, theirs, ours = peer, ours, theirs
	}
	if c.CipherSuite() != tls.TLS_AES_128_GCM_SHA256 {
		t.Skipf("suite is %s", tls.CipherSuiteName(c.CipherSuite()))
	}
	for round := range 3 {
		raw := theirs.seal(23, []byte("old"))
		for message := []byte{24, 0, 0, 1, 1}; len(message) > 0; { // KeyUpdate, update_requested
			n := len(message) / pieces
			raw = append(raw, theirs.seal(22, message[:max(1, n)])...)
			message = message[max(1, n):]
		}
		theirs.update()
		raw = append(raw, theirs.seal(23, []byte("new"))...)
		var got []byte
		for _, part := range cut(raw) {
			if err := c.Push(part); err != nil {
				t.Fatal(err)
			}
			got = readAll(t, c, got)
		}
		if string(got) != "oldnew" {
			t.Fatalf("round %d: read %q, want oldnew", round, got)
		}
		checkUpdated(t, c, ours, round%2 == 0)
	}
}

// checkUpdated wants an answering KeyUpdate and then data under the new key,
// whether or not the output is taken before the write.
func checkUpdated(t *testing.T, c *Conn, ours *halfTLS13, take bool) {
	t.Helper()
	var out []byte
	if take {
		out = c.TakeOutput(nil)
	}
	out, err := c.AppendWrite(out, []byte("answer"))
	if err != nil {
		t.Fatal(err)
	}
	data, kind, rest := ours.open(out)
	if kind != 22 || !bytes.Equal(data, []byte{24, 0, 0, 1, 0}) {
		t.Fatalf("first record = %v of type %d, want a KeyUpdate", data, kind)
	}
	ours.update()
	if data, kind, rest = ours.open(rest); kind != 23 || string(data) != "answer" || len(rest) != 0 {
		t.Errorf("second record = %q of type %d and %d bytes more, want the answer", data, kind, len(rest))
	}
}
