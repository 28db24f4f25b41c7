package nbtls

import (
	"crypto/tls"
	"crypto/x509"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// makeCert writes a pair for names and returns it.
func makeCert(t testing.TB, names ...string) Pair {
	t.Helper()
	dir := t.TempDir()
	p := Pair{filepath.Join(dir, "c.pem"), filepath.Join(dir, "k.pem")}
	if err := makePair(p, testNow(), names); err != nil {
		t.Fatal(err)
	}
	return p
}

// leafFor returns the first name of the certificate that a client gets.
func leafFor(t *testing.T, server *tls.Config, name string) string {
	t.Helper()
	client, err := ClientConfig(ClientOptions{ServerName: name, InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	_, c := link(t, server, client)
	return c.State().PeerCertificates[0].DNSNames[0]
}

func TestCertificateByName(t *testing.T) {
	certs, err := LoadCertificates(makeCert(t, "first.test"), makeCert(t, "a.test", "*.a.test"), makeCert(t, "B.test", "x.a.test"))
	if err != nil {
		t.Fatal(err)
	}
	server, err := ServerConfig(ServerOptions{Certificates: certs})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"first.test": "first.test",
		"a.test":     "a.test",
		"A.Test":     "a.test",
		"y.a.test":   "a.test",
		"x.a.test":   "B.test", // exact before wildcard
		"b.test":     "B.test",
		"z.y.a.test": "first.test", // a wildcard is one label
		"other.test": "first.test",
		"127.0.0.1":  "first.test", // no SNI
	} {
		if got := leafFor(t, server, name); got != want {
			t.Errorf("certificate for %q is %q, want %q", name, got, want)
		}
	}
}

func TestReload(t *testing.T) {
	p := makeCert(t, "old.test")
	certs, err := LoadCertificates(p)
	if err != nil {
		t.Fatal(err)
	}
	server, _ := ServerConfig(ServerOptions{Certificates: certs})
	if changed, err := certs.Reload(); changed || err != nil {
		t.Errorf("Reload of the same files = %v, %v, want false, nil", changed, err)
	}
	next := makeCert(t, "new.test")
	copyFile(t, next.CertFile, p.CertFile, time.Second)
	if changed, err := certs.Reload(); changed || err == nil {
		t.Errorf("Reload with the old key = %v, %v, want an error", changed, err)
	}
	if got := leafFor(t, server, "x.test"); got != "old.test" {
		t.Errorf("certificate after a failed Reload is %q, want old.test", got)
	}
	copyFile(t, next.KeyFile, p.KeyFile, time.Second)
	if changed, err := certs.Reload(); !changed || err != nil {
		t.Errorf("Reload of new files = %v, %v, want true, nil", changed, err)
	}
	if got := leafFor(t, server, "x.test"); got != "new.test" {
		t.Errorf("certificate after Reload is %q, want new.test", got)
	}
	os.Remove(p.KeyFile)
	if changed, err := certs.Reload(); changed || err == nil {
		t.Errorf("Reload without a key file = %v, %v, want an error", changed, err)
	}
}

// copyFile replaces to by from, with a time that far in the future.
func copyFile(t *testing.T, from, to string, ahead time.Duration) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(ahead)
	if err := os.Chtimes(to, at, at); err != nil {
		t.Fatal(err)
	}
}

func TestLoadCertificatesErrors(t *testing.T) {
	a, b := makeCert(t, "a.test"), makeCert(t, "b.test")
	for name, pairs := range map[string][]Pair{
		"none":       nil,
		"no file":    {{a.CertFile + "x", a.KeyFile}},
		"no key":     {{a.CertFile, a.KeyFile + "x"}},
		"other key":  {{a.CertFile, b.KeyFile}},
		"second bad": {a, {b.CertFile, a.KeyFile}},
		"swapped":    {{a.KeyFile, a.CertFile}},
	} {
		if _, err := LoadCertificates(pairs...); err == nil {
			t.Errorf("%s: LoadCertificates succeeded", name)
		}
	}
}

func TestSelfSigned(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made")
	p, err := SelfSigned(dir, testNow(), "gw.test", "10.1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{p.CertFile, p.KeyFile} {
		if info, err := os.Stat(file); err != nil || info.Mode() != fs.FileMode(0o600) {
			t.Errorf("%s: %v, %v, want mode 0600", file, info, err)
		}
	}
	first, _ := os.ReadFile(p.CertFile)
	same := func(now time.Time, hosts ...string) bool {
		t.Helper()
		if _, err := SelfSigned(dir, now, hosts...); err != nil {
			t.Fatal(err)
		}
		again, _ := os.ReadFile(p.CertFile)
		defer func() { first = again }()
		return string(again) == string(first)
	}
	if !same(testNow()) || !same(testNow().Add(300*24*time.Hour), "gw.test") {
		t.Error("a usable certificate was replaced")
	}
	if same(testNow(), "other.test") {
		t.Error("a certificate that lacks a host was kept")
	}
	if same(testNow().Add(380 * 24 * time.Hour)) {
		t.Error("a certificate near its end was kept")
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".*"))
	if len(left) != 0 {
		t.Errorf("files left over: %q", left)
	}
}

func TestSelfSignedNames(t *testing.T) {
	p, err := SelfSigned(t.TempDir(), testNow())
	if err != nil {
		t.Fatal(err)
	}
	certs, err := LoadCertificates(p)
	if err != nil {
		t.Fatal(err)
	}
	server, _ := ServerConfig(ServerOptions{Certificates: certs})
	for name, good := range map[string]bool{
		"localhost": true, "shop.localhost": true, "abc123.execute-api.localhost": true,
		"127.0.0.1": true, "::1": true, "example.com": false, "10.0.0.1": false,
	} {
		client, err := ClientConfig(ClientOptions{CAFile: p.CertFile, ServerName: name})
		if err != nil {
			t.Fatal(err)
		}
		s, c := NewServer(server), NewClient(client)
		serr, cerr := linkThrough(s, c, func(b []byte) []byte { return b })
		if (cerr == nil) != good {
			t.Errorf("%s: handshakes = %v, %v, want success %v", name, serr, cerr, good)
		}
	}
}

func TestVersionsOffered(t *testing.T) {
	for _, v := range []uint16{tls.VersionTLS10, tls.VersionTLS11, 1} {
		if _, err := ClientConfig(ClientOptions{MinVersion: v}); err == nil {
			t.Errorf("ClientConfig took version %x", v)
		}
		if _, err := ServerConfig(ServerOptions{Certificates: &Certificates{}, MinVersion: v}); err == nil {
			t.Errorf("ServerConfig took version %x", v)
		}
	}
	if _, err := ServerConfig(ServerOptions{}); err == nil {
		t.Error("ServerConfig took no certificates")
	}
	server, client := devConfigs(t, 0)
	client.MinVersion, client.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	if serr, _ := linkThrough(NewServer(server), NewClient(client), func(b []byte) []byte { return b }); serr == nil {
		t.Error("a TLS 1.1 client was served")
	}
}

func TestClientRoots(t *testing.T) {
	server, _ := devConfigs(t, 0)
	other := makeCert(t, "localhost")
	client, err := ClientConfig(ClientOptions{CAFile: other.CertFile, ServerName: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	_, cerr := linkThrough(NewServer(server), NewClient(client), func(b []byte) []byte { return b })
	if _, ok := cerr.(*tls.CertificateVerificationError); !ok {
		t.Errorf("handshake with a foreign root = %v, want CertificateVerificationError", cerr)
	}
	if c, _ := ClientConfig(ClientOptions{}); c.RootCAs != nil {
		t.Error("without a CA file the roots are not the system's")
	}
	for _, file := range []string{other.CertFile + "x", other.KeyFile} {
		if _, err := ClientConfig(ClientOptions{CAFile: file}); err == nil {
			t.Errorf("ClientConfig took CA file %q", filepath.Base(file))
		}
	}
}

// TestClonesShareSessions is what ClientConfig promises, and that a client
// without a name neither takes nor leaves sessions.
func TestClonesShareSessions(t *testing.T) {
	server, base := devConfigs(t, 0)
	clone := base.Clone()
	s, c := link(t, server, base)
	carry(t, s, c, []byte("x"))
	if _, c = link(t, server, clone); !c.Resumed() {
		t.Error("a clone does not resume the session")
	}
	nameless, err := ClientConfig(ClientOptions{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s, c := link(t, server, nameless)
		carry(t, s, c, []byte("x"))
		if c.Resumed() {
			t.Error("a client without a name resumed a session")
		}
	}
}

// TestTicketRotation holds crypto/tls to what ServerConfig says of it.
func TestTicketRotation(t *testing.T) {
	cases := map[string]struct {
		age  time.Duration // of the ticket
		want bool
	}{"a day and an hour": {25 * time.Hour, true}, "eight days": {8 * 24 * time.Hour, false}}
	for name, tc := range cases {
		server, client := devConfigs(t, tls.VersionTLS12)
		now := time.Now()
		server.Time = func() time.Time { return now }
		link(t, server, client)
		now = now.Add(tc.age)
		link(t, server, &tls.Config{InsecureSkipVerify: true}) // rotates
		if _, c := link(t, server, client); c.Resumed() != tc.want {
			t.Errorf("ticket of %s: resumed = %v, want %v", name, c.Resumed(), tc.want)
		}
	}
}

func TestALPN(t *testing.T) {
	server, client := devConfigs(t, 0)
	for name, tc := range map[string]struct {
		offer []string
		want  string
	}{
		"server's order": {[]string{"http/1.1", "h2"}, "h2"},
		"one":            {[]string{"http/1.1"}, "http/1.1"},
		"none":           {nil, ""},
	} {
		cl := client.Clone()
		cl.NextProtos = tc.offer
		s, c := link(t, server, cl)
		if s.ALPN() != tc.want || c.ALPN() != tc.want {
			t.Errorf("%s: ALPN = %q, %q, want %q", name, s.ALPN(), c.ALPN(), tc.want)
		}
	}
	cl := client.Clone()
	cl.NextProtos = []string{"gopher"}
	_, cerr := linkThrough(NewServer(server), NewClient(cl), func(b []byte) []byte { return b })
	if cerr == nil || !strings.Contains(cerr.Error(), "no application protocol") {
		t.Errorf("unknown protocol: %v, want an alert", cerr)
	}
}

func TestAccessorsDoNotAllocate(t *testing.T) {
	server, client := devConfigs(t, 0)
	s, _ := link(t, server, client)
	n := testing.AllocsPerRun(100, func() {
		if s.ALPN() == "" || s.ServerName() == "" || s.Version() == 0 || s.CipherSuite() == 0 || s.Resumed() {
			t.Error("empty")
		}
	})
	if n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// TestDevCertificateIsNoCA: trusting it must not mean trusting what its key signs.
func TestDevCertificateIsNoCA(t *testing.T) {
	cert, err := tls.LoadX509KeyPair(makeCert(t, "a.test").files())
	if err != nil {
		t.Fatal(err)
	}
	if cert.Leaf.IsCA || cert.Leaf.KeyUsage&x509.KeyUsageCertSign != 0 || !slices.Equal(cert.Leaf.DNSNames, []string{"a.test"}) {
		t.Errorf("CA %v, usage %b, names %q", cert.Leaf.IsCA, cert.Leaf.KeyUsage, cert.Leaf.DNSNames)
	}
}

func (p Pair) files() (string, string) { return p.CertFile, p.KeyFile }
