// Package config is what the operator tells the process: one table of settings
// that flags, GATEHOUSE_* variables and a YAML file fill alike. API definitions
// are another thing: they come by the management API.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// Config holds every setting of `gatehouse serve`. Flags come before variables,
// variables before the file, the file before defaults.
type Config struct {
	Listen       string
	ListenTLS    string
	TLSCert      []string
	TLSKey       []string
	TLSDev       bool
	Admin        string
	AdminAuth    string
	AccessKeys   Keys
	Data         string
	Store        string
	StoreCreds   string
	StoreCA      string
	Region       string
	Account      string
	Domain       string
	Profile      string
	UpstreamCA   string
	Loops        int
	MaxConns     int
	MemoryBudget Size
	HeadTimeout  time.Duration
	BodyTimeout  time.Duration
	IdleTimeout  time.Duration
	StallTimeout time.Duration
	DrainTimeout time.Duration
	LogLevel     string
	LogFormat    string
	AccessLog    string
	MovableClock bool
	Demo         bool
}

// Setting describes one setting for flags, help, variables and the file.
type Setting struct {
	Name    string // flag and YAML key; the variable is GATEHOUSE_ and the name in capitals
	Default string
	Group   string
	Help    string
	Value   Value
}

// Value is the place of one setting. Set parses text and says what is wrong
// with it.
type Value interface {
	String() string
	Set(string) error
	Type() string
}

// Settings lists the settings of c in the order in which help shows them.
func (c *Config) Settings() []Setting {
	return []Setting{
		{"listen", "127.0.0.1:8080", "Listeners", "address of the data listener (HTTP/1.1): where your APIs answer", (*text)(&c.Listen)},
		{"listen-tls", "", "Listeners", "address of the TLS data listener, such as 127.0.0.1:8443; needs tls-cert and tls-key, or tls-dev", (*text)(&c.ListenTLS)},
		{"tls-cert", "", "Listeners", "PEM files of certificates (leaf first), comma separated; the client's SNI chooses, the first is the default", (*list)(&c.TLSCert)},
		{"tls-key", "", "Listeners", "PEM files of the certificates' keys, in the same order", (*list)(&c.TLSKey)},
		{"tls-dev", "false", "Listeners", "serve TLS with a self-signed certificate kept in the data folder (listen-tls defaults to 127.0.0.1:8443)", (*flag)(&c.TLSDev)},
		{"admin", "127.0.0.1:4566", "Management", "address of the management listener: the AWS APIs, /metrics, /_gatehouse/health", (*text)(&c.Admin)},
		{"admin-auth", "auto", "Management", "off: no signatures checked, loopback addresses only; sigv4: calls must be signed with one of access-keys; auto: sigv4 when access-keys are set, else off", (*text)(&c.AdminAuth)},
		{"access-keys", "", "Management", "ID:SECRET pairs, comma separated; better kept in the file or in GATEHOUSE_ACCESS_KEYS than on a command line", &c.AccessKeys},
		{"data", "./gatehouse-data", "State", "folder of everything that must survive: APIs, certificates, access logs", (*text)(&c.Data)},
		{"store", "", "State", "nats://host:4222[,...] of a NATS JetStream server or cluster instead of the embedded store", (*text)(&c.Store)},
		{"store-credentials", "", "State", "NATS credentials file for store", (*text)(&c.StoreCreds)},
		{"store-ca", "", "State", "PEM file of the roots that sign the store's certificates", (*text)(&c.StoreCA)},
		{"region", "us-east-1", "Identity", "AWS Region of calls that name none", (*text)(&c.Region)},
		{"account", "000000000000", "Identity", "12-digit account id in ARNs and events", (*text)(&c.Account)},
		{"domain", "localhost", "Identity", "suffix of the URLs handed out: {apiId}.execute-api.{domain}; *.localhost needs no DNS", (*text)(&c.Domain)},
		{"profile", "aws", "Identity", "aws: AWS's limits and bytes; extended: more than AWS has", (*text)(&c.Profile)},
		{"upstream-ca", "", "Back ends", "PEM file of the only roots to trust for https back ends; default the system's", (*text)(&c.UpstreamCA)},
		{"loops", "0", "Limits", "event loops; 0: one per processor", (*number)(&c.Loops)},
		{"max-connections", "0", "Limits", "client connections; one more gets 503. 0: nine tenths of the open-file limit", (*number)(&c.MaxConns)},
		{"memory-budget", "1GiB", "Limits", "bytes that request bodies and unread answers may take together; beyond it requests get 503", &c.MemoryBudget},
		{"header-timeout", "10s", "Limits", "for a request's line and headers, from its first byte", (*span)(&c.HeadTimeout)},
		{"body-timeout", "30s", "Limits", "for a request's body, plus a second for every 8 KiB that came", (*span)(&c.BodyTimeout)},
		{"idle-timeout", "310s", "Limits", "between two requests of a connection (AWS: 310 s)", (*span)(&c.IdleTimeout)},
		{"stall-timeout", "60s", "Limits", "a client that takes no byte of its answer for this long is cut", (*span)(&c.StallTimeout)},
		{"drain-timeout", "30s", "Limits", "after SIGTERM, how long answers under way may take", (*span)(&c.DrainTimeout)},
		{"log-level", "info", "Logs", "debug, info, warn or error", (*text)(&c.LogLevel)},
		{"log-format", "text", "Logs", "text or json, on standard error", (*text)(&c.LogFormat)},
		{"access-log", "file", "Logs", "where stages with access log settings write: file ({data}/logs/NAME.log), or both: to standard output, too", (*text)(&c.AccessLog)},
		{"movable-clock", "false", "Development", "let POST /_gatehouse/clock {\"advance\":\"2h\"} move time forward, for tests", (*flag)(&c.MovableClock)},
		{"demo", "false", "Development", "on an empty data folder, make the demo APIs and print URLs to try", (*flag)(&c.Demo)},
	}
}

// Check says what does not fit together, in words that name settings.
func (c *Config) Check() error {
	if err := c.checkTLS(); err != nil {
		return err
	}
	if err := c.checkAdmin(); err != nil {
		return err
	}
	if err := oneOf("profile", c.Profile, "aws", "extended"); err != nil {
		return err
	}
	if err := oneOf("log-level", c.LogLevel, "debug", "info", "warn", "error"); err != nil {
		return err
	}
	if err := oneOf("log-format", c.LogFormat, "text", "json"); err != nil {
		return err
	}
	if err := oneOf("access-log", c.AccessLog, "file", "both"); err != nil {
		return err
	}
	if err := c.checkIdentity(); err != nil {
		return err
	}
	if c.Data == "" {
		return errors.New("data: must name a folder, such as ./gatehouse-data")
	}
	return c.checkNumbers()
}

var (
	regionText = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	domainText = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)
)

// checkIdentity refuses what would make ARNs and URLs that nothing can read.
func (c *Config) checkIdentity() error {
	switch {
	case len(c.Account) != 12 || strings.Trim(c.Account, "0123456789") != "":
		return fmt.Errorf("account %q: must be 12 digits", c.Account)
	case len(c.Region) > 64 || !regionText.MatchString(c.Region):
		return fmt.Errorf("region %q: must be a name such as us-east-1", c.Region)
	case len(c.Domain) > 200 || !domainText.MatchString(c.Domain):
		return fmt.Errorf("domain %q: must be a host name such as localhost or gateway.example.com, without a port", c.Domain)
	}
	return nil
}

// maxTimeout keeps sums of times within 64 bits.
const maxTimeout = 366 * 24 * time.Hour

func (c *Config) checkNumbers() error {
	if c.Loops < 0 || c.Loops > 256 {
		return fmt.Errorf("loops %d: must be 0 to 256", c.Loops)
	}
	if c.MaxConns < 0 {
		return fmt.Errorf("max-connections %d: must not be negative", c.MaxConns)
	}
	if c.MemoryBudget < 16<<20 {
		return fmt.Errorf("memory-budget %s: must be at least 16MiB, room for one body of AWS's size", c.MemoryBudget.String())
	}
	for name, d := range map[string]time.Duration{
		"header-timeout": c.HeadTimeout, "body-timeout": c.BodyTimeout, "idle-timeout": c.IdleTimeout,
		"stall-timeout": c.StallTimeout, "drain-timeout": c.DrainTimeout} {
		if d <= 0 {
			return fmt.Errorf("%s %v: must be above zero", name, d)
		}
		if d > maxTimeout {
			return fmt.Errorf("%s %v: must be at most a year, 8784h", name, d)
		}
	}
	return nil
}

func (c *Config) checkTLS() error {
	if len(c.TLSCert) != len(c.TLSKey) {
		return fmt.Errorf("tls-cert names %d files and tls-key %d: each certificate needs its key", len(c.TLSCert), len(c.TLSKey))
	}
	if c.TLSDev && len(c.TLSCert) > 0 {
		return fmt.Errorf("tls-dev makes its own certificate: leave out tls-cert and tls-key, or tls-dev")
	}
	if c.TLSDev && c.ListenTLS == "" {
		c.ListenTLS = "127.0.0.1:8443"
	}
	if c.ListenTLS != "" && len(c.TLSCert) == 0 && !c.TLSDev {
		return fmt.Errorf("listen-tls %s has no certificate: set tls-cert and tls-key, or tls-dev for a self-signed one", c.ListenTLS)
	}
	if c.ListenTLS == "" && len(c.TLSCert) > 0 {
		return fmt.Errorf("tls-cert is set but listen-tls is not: set listen-tls, such as 127.0.0.1:8443")
	}
	return nil
}

// checkAdmin keeps the management API off the network unless calls are signed.
func (c *Config) checkAdmin() error {
	if err := oneOf("admin-auth", c.AdminAuth, "auto", "off", "sigv4"); err != nil {
		return err
	}
	keys := len(c.AccessKeys) > 0
	if c.AdminAuth == "sigv4" && !keys {
		return fmt.Errorf("admin-auth sigv4 needs access-keys")
	}
	if c.AdminAuth == "off" && keys {
		return fmt.Errorf("admin-auth off would ignore access-keys: leave out one of them")
	}
	if !keys && !loopback(c.Admin) {
		return fmt.Errorf("admin %s can be reached from outside: set access-keys, so that calls must be signed, or use a loopback address", c.Admin)
	}
	return nil
}

// Signed reports whether management calls must be signed.
func (c *Config) Signed() bool { return len(c.AccessKeys) > 0 }

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

func oneOf(name, v string, allowed ...string) error {
	for _, a := range allowed {
		if v == a {
			return nil
		}
	}
	return fmt.Errorf("%s %q: must be one of %s", name, v, strings.Join(allowed, ", "))
}
