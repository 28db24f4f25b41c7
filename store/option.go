package store

import (
	"log/slog"
	"time"
)

// Option changes how a store is opened.
type Option func(*options)

type options struct {
	log         *slog.Logger
	timeout     time.Duration
	credentials string
	rootCA      string
	replicas    int
	sweepEvery  time.Duration
	sweepAfter  uint64 // subjects
	maxStore    int64  // bytes of an embedded store
}

// Logger receives what the embedded server and the connection have to say.
// Default: slog.Default().
func Logger(log *slog.Logger) Option { return func(o *options) { o.log = log } }

// Timeout bounds every call whose context has no earlier deadline, the wait for
// a server that is away included. Default: 5 s.
func Timeout(d time.Duration) Option { return func(o *options) { o.timeout = d } }

// Credentials names the .creds file to show to the server of OpenNATS.
// Default: none, or what the URL says.
func Credentials(file string) Option { return func(o *options) { o.credentials = file } }

// RootCA names the PEM file of the authorities to trust for TLS in OpenNATS.
// Default: those of the system.
func RootCA(file string) Option { return func(o *options) { o.rootCA = file } }

// Replicas says on how many servers of a cluster OpenNATS creates the bucket: 1
// to 5. It is heeded only when the bucket does not exist yet. Default: 1.
func Replicas(n int) Option { return func(o *options) { o.replicas = n } }

func apply(opts []Option) options {
	o := options{log: slog.Default(), timeout: 5 * time.Second, replicas: 1, sweepEvery: time.Hour, sweepAfter: 1000, maxStore: embeddedMax}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}
