package nbtls

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"time"
)

// ServerOptions say what a TLS listener offers.
type ServerOptions struct {
	Certificates *Certificates    // required
	ALPN         []string         // in order of preference; none: clients' lists are ignored
	MinVersion   uint16           // tls.VersionTLS12 (also 0) or tls.VersionTLS13
	Time         func() time.Time // nil: time.Now; ages session ticket keys
}

// ServerConfig makes the configuration of one listener; all its loops share
// it. crypto/tls makes the session ticket keys itself: a new one each day, and
// tickets of the last seven days are taken. That holds for as long as the
// configuration is one and is not cloned per connection.
func ServerConfig(o ServerOptions) (*tls.Config, error) {
	minVersion, err := checkVersion(o.MinVersion)
	if err != nil {
		return nil, err
	}
	if o.Certificates == nil {
		return nil, fmt.Errorf("nbtls: server without certificates")
	}
	return &tls.Config{
		GetCertificate: o.Certificates.Get,
		NextProtos:     o.ALPN,
		MinVersion:     minVersion,
		Time:           o.Time,
	}, nil
}

// ClientOptions say how back ends are reached.
type ClientOptions struct {
	CAFile             string           // PEM of the only roots to trust; "": the system's
	ServerName         string           // name to ask for and to verify; may be an IP address
	InsecureSkipVerify bool             // takes any certificate; for development
	ALPN               []string         // offered in order of preference
	MinVersion         uint16           // tls.VersionTLS12 (also 0) or tls.VersionTLS13
	Sessions           int              // how many sessions to keep for resumption; 0: 1,024
	Time               func() time.Time // nil: time.Now; for certificates' dates
}

// ClientConfig makes a client's configuration. For a further back end clone it
// and set ServerName: clones share roots and sessions.
func ClientConfig(o ClientOptions) (*tls.Config, error) {
	minVersion, err := checkVersion(o.MinVersion)
	if err != nil {
		return nil, err
	}
	roots, err := rootsFrom(o.CAFile)
	if err != nil {
		return nil, err
	}
	if o.Sessions <= 0 {
		o.Sessions = 1024
	}
	return &tls.Config{
		RootCAs:            roots,
		ServerName:         o.ServerName,
		InsecureSkipVerify: o.InsecureSkipVerify,
		NextProtos:         o.ALPN,
		MinVersion:         minVersion,
		ClientSessionCache: tls.NewLRUClientSessionCache(o.Sessions),
		Time:               o.Time,
	}, nil
}

// rootsFrom returns nil, crypto/tls's word for the system's roots, for "".
func rootsFrom(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read CA file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read CA file %q: no certificate in it", file)
	}
	return pool, nil
}

// checkVersion refuses what is older than TLS 1.2 (RFC 8996).
func checkVersion(v uint16) (uint16, error) {
	switch v {
	case 0:
		return tls.VersionTLS12, nil
	case tls.VersionTLS12, tls.VersionTLS13:
		return v, nil
	}
	return 0, fmt.Errorf("nbtls: %s is not offered", tls.VersionName(v))
}
