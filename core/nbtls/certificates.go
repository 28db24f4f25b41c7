package nbtls

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Pair names the PEM files of one certificate (leaf first, then the chain) and
// of its key. Both may be the same file.
type Pair struct {
	CertFile string
	KeyFile  string
}

// Certificates chooses certificates by the name a client asks for, from PEM
// files that may change while they are used. Safe for any goroutine.
type Certificates struct {
	set atomic.Pointer[certSet]

	mu    sync.Mutex // guards stamps, and lets one Reload run at a time
	pairs []Pair
	seen  []stamp
}

// certSet is what is in force; it is never changed.
type certSet struct {
	byName map[string][]*tls.Certificate // lower case; "*.a.b" for wildcards
	first  *tls.Certificate
}

// stamp tells one state of a pair's files from another.
type stamp struct {
	cert, key         time.Time
	certSize, keySize int64
}

// LoadCertificates reads the pairs. The first is the one for clients that send
// no name or one that no certificate has. Names of several certificates may
// overlap: a client gets the first that it supports (ECDSA before RSA, say).
func LoadCertificates(pairs ...Pair) (*Certificates, error) {
	if len(pairs) == 0 {
		return nil, errors.New("nbtls: no certificate files")
	}
	s := &Certificates{pairs: pairs}
	if _, err := s.load(); err != nil {
		return nil, err
	}
	return s, nil
}

// Reload looks whether files have changed (time or size) and loads them all
// again if so. On an error the old certificates stay, and the next Reload tries
// again: a certificate may be replaced before its key is. It reads files: call
// it on a worker, every few seconds.
func (s *Certificates) Reload() (changed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range s.pairs {
		now, err := stampOf(p)
		if err != nil {
			return false, err
		}
		if now != s.seen[i] {
			return s.load()
		}
	}
	return false, nil
}

// load reads all files; the stamps are taken first, so that a change made
// meanwhile is seen by the next Reload.
func (s *Certificates) load() (bool, error) {
	seen := make([]stamp, len(s.pairs))
	set := &certSet{byName: map[string][]*tls.Certificate{}}
	for i, p := range s.pairs {
		var err error
		if seen[i], err = stampOf(p); err != nil {
			return false, err
		}
		cert, err := tls.LoadX509KeyPair(p.CertFile, p.KeyFile)
		if err != nil {
			return false, fmt.Errorf("load certificate %q: %w", p.CertFile, err)
		}
		set.add(&cert)
	}
	s.seen = seen
	s.set.Store(set)
	return true, nil
}

func stampOf(p Pair) (stamp, error) {
	cert, err := os.Stat(p.CertFile)
	if err != nil {
		return stamp{}, fmt.Errorf("look at certificate: %w", err)
	}
	key, err := os.Stat(p.KeyFile)
	if err != nil {
		return stamp{}, fmt.Errorf("look at key: %w", err)
	}
	return stamp{cert.ModTime(), key.ModTime(), cert.Size(), key.Size()}, nil
}

func (s *certSet) add(cert *tls.Certificate) {
	if s.first == nil {
		s.first = cert
	}
	names := cert.Leaf.DNSNames
	if len(names) == 0 && cert.Leaf.Subject.CommonName != "" {
		names = []string{cert.Leaf.Subject.CommonName}
	}
	for _, name := range names {
		name = strings.ToLower(name)
		s.byName[name] = append(s.byName[name], cert)
	}
}

// Get is a tls.Config's GetCertificate. An exact name comes before a wildcard,
// which stands for one label (RFC 6125, 6.4.3).
func (s *Certificates) Get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	set := s.set.Load()
	name := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	if cert := supported(hello, set.byName[name]); cert != nil {
		return cert, nil
	}
	if _, rest, ok := strings.Cut(name, "."); ok {
		if cert := supported(hello, set.byName["*."+rest]); cert != nil {
			return cert, nil
		}
	}
	return set.first, nil
}

func supported(hello *tls.ClientHelloInfo, certs []*tls.Certificate) *tls.Certificate {
	for _, cert := range certs {
		if len(certs) == 1 || hello.SupportsCertificate(cert) == nil {
			return cert
		}
	}
	return nil
}
