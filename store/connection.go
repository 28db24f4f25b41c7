package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// site is what the two forms of the store differ in. The functions may be nil.
type site struct {
	failure func() error // why writes cannot succeed, nil while they can
	vacant  func() error // called before a missing bucket is made; its error forbids that
	made    func() error // called after it was made
	release func() error // called once, when the store closes or cannot be opened
}

func (s *site) run(step func() error) error {
	if step == nil {
		return nil
	}
	return step()
}

// connect opens the bucket over a NATS connection, and makes the bucket when the
// server has none.
func connect(ctx context.Context, url string, opt options, at site, extra ...nats.Option) (*bucketStore, error) {
	s := &bucketStore{opt: opt, log: opt.log, at: at,
		restart: make(chan struct{}), watchers: make(map[*bucketWatcher]struct{})}
	conn, err := nats.Connect(url, append(s.connectionOptions(), extra...)...)
	if err == nil {
		s.conn = conn
		s.maxPayload.Store(conn.MaxPayload())
		err = s.open(ctx)
	}
	if err == nil {
		return s, nil
	}
	if conn != nil {
		conn.Close()
	}
	return nil, errors.Join(err, at.run(at.release))
}

// connectionOptions reconnects for ever. Nothing is buffered for a server that is
// away: a write that was reported as failed must not arrive later.
func (s *bucketStore) connectionOptions() []nats.Option {
	return []nats.Option{
		nats.Name("gatehouse store"),
		nats.Timeout(s.opt.timeout),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(retryWait),
		nats.ReconnectJitter(retryWait, retryWait),
		nats.ReconnectBufSize(-1),
		nats.PingInterval(10 * time.Second),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			s.away.Store(true)
			if err != nil {
				s.log.Warn("store: connection lost", "err", err)
			}
		}),
		nats.ReconnectHandler(func(c *nats.Conn) { s.reconnected(c) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			s.log.Warn("store: connection", "err", err)
		}),
	}
}

func (s *bucketStore) reconnected(c *nats.Conn) {
	s.log.Info("store: connected again", "server", c.ConnectedUrlRedacted())
	s.maxPayload.Store(c.MaxPayload())
	s.away.Store(false)
	s.restartWatchers()
}

func (s *bucketStore) restartWatchers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.restart)
	s.restart = make(chan struct{})
}

// restarts returns a channel that is closed when watchers have to start again.
func (s *bucketStore) restarts() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.restart
}

func (s *bucketStore) open(ctx context.Context) (err error) {
	if s.js, err = jetstream.New(s.conn); err != nil {
		return err
	}
	if s.push, err = s.conn.JetStream(nats.MaxWait(s.opt.timeout)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.timeout)
	defer cancel()
	err = s.attempt(ctx, func(ctx context.Context) (err error) {
		if s.stream, err = s.js.Stream(ctx, streamName); errors.Is(err, jetstream.ErrStreamNotFound) {
			s.stream, err = s.create(ctx)
		}
		return err
	})
	if errors.Is(err, nats.ErrNoResponders) {
		err = fmt.Errorf("no JetStream answers, is it enabled? %w", err)
	}
	if err != nil {
		return fmt.Errorf("open bucket %s: %w", bucket, err)
	}
	if err := checkBucket(s.stream.CachedInfo().Config); err != nil {
		return err
	}
	if _, _, err := s.loadHorizon(ctx); err != nil {
		return err
	}
	ctx, s.stopSweep = context.WithCancel(context.Background())
	s.swept = make(chan struct{})
	go s.keepSmall(ctx)
	return nil
}

func (s *bucketStore) create(ctx context.Context) (jetstream.Stream, error) {
	if err := s.at.run(s.at.vacant); err != nil {
		return nil, err
	}
	stream, err := s.js.CreateStream(ctx, bucketConfig(s.opt))
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // another node was faster
		return s.js.Stream(ctx, streamName)
	}
	if err != nil {
		return nil, err
	}
	return stream, s.at.run(s.at.made)
}

// bucketConfig is a key-value bucket that keeps the last message of each subject
// and refuses new ones when the account is full. It has no limit of its own: with
// one, the server would take files of 8 MB and as large buffers to read them, twice
// what it takes without.
//
// Direct reads come from any replica. With several, a read could miss the write
// before it, so they are off and reads go to the leader.
func bucketConfig(opt options) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:              streamName,
		Description:       "Gatehouse's documents",
		Subjects:          []string{root + ">"},
		MaxMsgsPerSubject: 1,
		MaxBytes:          -1,
		MaxMsgs:           -1,
		MaxConsumers:      -1,
		MaxMsgSize:        -1,
		Discard:           jetstream.DiscardNew,
		Storage:           jetstream.FileStorage,
		Replicas:          opt.replicas,
		AllowDirect:       opt.replicas <= 1,
		DenyDelete:        true,
	}
}

// checkBucket refuses a bucket that would lose documents or grow for ever.
func checkBucket(c jetstream.StreamConfig) error {
	for _, rule := range []struct {
		broken bool
		text   string
	}{
		{c.Storage != jetstream.FileStorage, "its storage is not file"},
		{c.MaxMsgsPerSubject != 1, "its history is not 1"},
		{c.MaxAge != 0, "its documents expire (max_age)"},
		{c.Discard != jetstream.DiscardNew, "it discards old documents when full"},
		{c.DenyPurge, "it cannot be purged"},
		{c.Replicas > 1 && c.AllowDirect, "it has replicas and allows direct reads"},
		{len(c.Subjects) != 1 || c.Subjects[0] != root+">", "its subjects are others"},
	} {
		if rule.broken {
			return fmt.Errorf("store: stream %s exists and does not serve: %s", streamName, rule.text)
		}
	}
	return nil
}

// retryWait is the pause between two attempts at a server that is away.
const retryWait = 50 * time.Millisecond

// attempt runs call, once or until the server is there to take it, within the
// time-out. Only what surely did nothing is tried again.
func (s *bucketStore) attempt(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.opt.timeout)
	defer cancel()
	var last error // why the attempt before was not taken
	for {
		if s.isClosed() {
			return ErrClosed
		}
		err := nats.ErrDisconnected
		if !s.away.Load() {
			err = call(ctx)
		}
		if last != nil && errors.Is(err, context.DeadlineExceeded) {
			err = last // the time ran out in this attempt; that tells nothing
		}
		if !untaken(err) {
			return s.explain(err)
		}
		last = err
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			return fmt.Errorf("%w within %v: %w", ErrUnavailable, s.opt.timeout, err)
		case <-time.After(retryWait):
		}
	}
}

func (s *bucketStore) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// untaken reports whether no server has taken the request.
func untaken(err error) bool {
	return errors.Is(err, nats.ErrDisconnected) || errors.Is(err, nats.ErrReconnectBufExceeded) ||
		errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrNoStreamResponse)
}

// explain turns an error of the client into one of ours where there is one.
func (s *bucketStore) explain(err error) error {
	var api *jetstream.APIError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return ErrNotFound
	case errors.Is(err, nats.ErrConnectionClosed):
		return ErrClosed
	case errors.Is(err, nats.ErrMaxPayload), errors.Is(err, jetstream.ErrStreamMessageExceedsMaximum):
		return fmt.Errorf("%w: raise max_payload, or the bucket's max_msg_size: %w", ErrTooLarge, err)
	case errors.As(err, &api) && wrongRevision(api.ErrorCode):
		return ErrConflict
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout):
		return fmt.Errorf("%w: no answer within %v: %w", ErrUnavailable, s.opt.timeout, err)
	}
	return err
}

func wrongRevision(code jetstream.ErrorCode) bool {
	return code == jetstream.JSErrCodeStreamWrongLastSequence || code == jetstream.JSErrCodeStreamWrongLastSequenceConstant
}
