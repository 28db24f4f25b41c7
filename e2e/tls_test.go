package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/gwtest"
)

// issue writes a self-signed certificate for *.execute-api.localhost whose
// common name is name, and its key.
func issue(t *testing.T, name, certFile, keyFile string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		DNSNames: []string{"*.execute-api.localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	// Each is replaced in one step, as certificate clients do it.
	writeFile(t, keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
	writeFile(t, certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func writeFile(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.WriteFile(file+".new", b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// handshake connects for an API's name and returns the certificate shown.
func handshake(t *testing.T, g *gwtest.Gateway, cfg *tls.Config) *x509.Certificate {
	t.Helper()
	cfg.ServerName = g.Host("sec")
	c, err := tls.Dial("tcp", g.ListenTLS, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0]
}

// getTLS asks an API over TLS, trusting root alone.
func getTLS(t *testing.T, g *gwtest.Gateway, root *x509.Certificate) int {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(root)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: g.Host("sec")}}
	defer tr.CloseIdleConnections()
	req, err := http.NewRequest("GET", "https://"+g.ListenTLS+"/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = g.Host("sec")
	res, err := tr.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode == 200 && !strings.Contains(string(body), "proto=https") {
		t.Errorf("the back end saw %s, want proto=https in Forwarded", body)
	}
	return res.StatusCode
}

func makeSecure(t *testing.T, g *gwtest.Gateway) {
	t.Helper()
	mustCall(t, g, "POST", "/v2/apis", object{"name": "s", "protocolType": "HTTP", "target": gwtest.Backend(t).URL, "tags": object{"_custom_id_": "sec"}})
}

// TestTLSDev serves TLS with a certificate made at the first start and kept.
func TestTLSDev(t *testing.T) {
	t.Parallel()
	g := gwtest.Start(t, "--tls-dev", "--listen-tls", "127.0.0.1:0")
	makeSecure(t, g)
	first := handshake(t, g, &tls.Config{InsecureSkipVerify: true})
	if status := getTLS(t, g, first); status != 200 {
		t.Errorf("GET over TLS = %d, want 200", status)
	}
	g.Kill()
	g.Launch()
	if again := handshake(t, g, &tls.Config{InsecureSkipVerify: true}); !again.Equal(first) {
		t.Error("the certificate differs after a restart")
	}
}

// TestTLSFiles replaces the certificate while the gateway runs.
func TestTLSFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	first := issue(t, "first", cert, key)
	g := gwtest.Start(t, "--listen-tls", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key)
	makeSecure(t, g)
	if status := getTLS(t, g, first); status != 200 {
		t.Errorf("GET over TLS = %d, want 200", status)
	}
	second := issue(t, "second", cert, key)
	gwtest.Eventually(t, "the new certificate is shown", func() bool {
		return handshake(t, g, &tls.Config{InsecureSkipVerify: true}).Equal(second)
	})
	if status := getTLS(t, g, second); status != 200 {
		t.Errorf("GET over TLS with the new certificate = %d, want 200", status)
	}
	if _, err := tls.Dial("tcp", g.ListenTLS, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is served, want 1.2 at least")
	}
}

// TestUpstreamTLS calls an https back end: with its root trusted, and without.
func TestUpstreamTLS(t *testing.T) {
	t.Parallel()
	b := gwtest.BackendTLS(t)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	writeFile(t, ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: b.Certificate().Raw}))
	for _, c := range []struct {
		name   string
		args   []string
		status int
	}{{"trusted", []string{"--upstream-ca", ca}, 200}, {"not trusted", nil, 503}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := gwtest.Start(t, c.args...)
			mustCall(t, g, "POST", "/v2/apis", object{"name": "u", "protocolType": "HTTP", "target": b.URL + "/base", "tags": object{"_custom_id_": "up"}})
			a := g.Send(t, gwtest.Request{Host: g.Host("up"), Target: "/x"})
			if a.Status != c.status {
				t.Fatalf("status %d %s, want %d", a.Status, a.Body, c.status)
			}
			if a.Status == 200 && a.Seen(t).Target != "/base/x" {
				t.Errorf("the back end saw %s, want /base/x", a.Seen(t).Target)
			}
		})
	}
}
