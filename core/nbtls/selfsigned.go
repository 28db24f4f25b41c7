package nbtls

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// devHosts are the names and addresses that every self-signed certificate has.
var devHosts = []string{"localhost", "*.localhost", "*.execute-api.localhost", "127.0.0.1", "::1"}

// Lifetime of a self-signed certificate, and when it is made anew. Browsers
// take no longer-lived one.
const (
	devLife  = 397 * 24 * time.Hour
	devRenew = 30 * 24 * time.Hour
)

// SelfSigned returns a certificate for development, kept in dir as dev-cert.pem
// and dev-key.pem (mode 0600) so that a client that was told to trust it need
// not be told again. It is for localhost, *.localhost, *.execute-api.localhost,
// 127.0.0.1, ::1 and hosts. One that lacks a host, or has less than 30 days
// left at now, is made anew. It is no CA: who trusts it trusts these names only.
func SelfSigned(dir string, now time.Time, hosts ...string) (Pair, error) {
	p := Pair{filepath.Join(dir, "dev-cert.pem"), filepath.Join(dir, "dev-key.pem")}
	hosts = slices.Concat(devHosts, hosts)
	if usable(p, now, hosts) {
		return p, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Pair{}, fmt.Errorf("make certificate folder: %w", err)
	}
	if err := makePair(p, now, hosts); err != nil {
		return Pair{}, fmt.Errorf("make self-signed certificate: %w", err)
	}
	return p, nil
}

// usable reports whether p's files hold a fitting pair that covers hosts.
func usable(p Pair, now time.Time, hosts []string) bool {
	cert, err := tls.LoadX509KeyPair(p.CertFile, p.KeyFile)
	if err != nil || now.Before(cert.Leaf.NotBefore) || now.Add(devRenew).After(cert.Leaf.NotAfter) {
		return false
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			if !slices.ContainsFunc(cert.Leaf.IPAddresses, ip.Equal) {
				return false
			}
		} else if !slices.Contains(cert.Leaf.DNSNames, host) {
			return false
		}
	}
	return true
}

func makePair(p Pair, now time.Time, hosts []string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template, err := devTemplate(now, hosts)
	if err != nil {
		return err
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(p.KeyFile, "PRIVATE KEY", pkcs8); err != nil {
		return err
	}
	return writePEM(p.CertFile, "CERTIFICATE", cert)
}

func devTemplate(now time.Time, hosts []string) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Organization: []string{"Gatehouse development"}},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(devLife),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, host)
		}
	}
	return t, nil
}

// writePEM replaces the file at once, so that no reader sees half of it.
func writePEM(path, kind string, der []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".dev-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = pem.Encode(f, &pem.Block{Type: kind, Bytes: der})
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
