package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/nats-io/nats.go"
)

// OpenNATS opens the store in a NATS server or cluster: one URL, or several of one
// cluster divided by commas, with the schemes nats, tls, ws or wss. The server
// needs JetStream; the bucket is made when it is
// missing, without a limit of its own: the account's limits hold.
//
// Documents that exceed the server's max_payload (1 MB by default) are stored
// compressed; one that exceeds it even so fails with ErrTooLarge. A max_payload
// of 9MB takes all.
//
// A server that is away at the start is an error. Later, calls wait for it up to
// the time-out and then fail with ErrUnavailable; watchers wait for ever, and
// then deliver what has changed.
func OpenNATS(ctx context.Context, servers string, opts ...Option) (Store, error) {
	opt := apply(opts)
	shown, err := redact(servers)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	var extra []nats.Option
	if opt.credentials != "" {
		extra = append(extra, nats.UserCredentials(opt.credentials))
	}
	if opt.rootCA != "" {
		extra = append(extra, nats.RootCAs(opt.rootCA))
	}
	s, err := connect(ctx, servers, opt, site{}, extra...)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", shown, err)
	}
	return s, nil
}

// redact checks the URLs and returns them without passwords.
func redact(servers string) (string, error) {
	var shown []string
	for one := range strings.SplitSeq(servers, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if err != nil {
			return "", errors.New("the NATS URL cannot be parsed") // the error would show a password
		}
		switch u.Scheme {
		case "nats", "tls", "ws", "wss":
		default:
			return "", fmt.Errorf("%q is no scheme of a NATS URL (nats, tls, ws, wss)", u.Scheme)
		}
		if u.Host == "" {
			return "", fmt.Errorf("the NATS URL %s has no host", u.Redacted())
		}
		shown = append(shown, u.Redacted())
	}
	return strings.Join(shown, ","), nil
}
