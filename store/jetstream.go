package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// bucket is the name of the key-value bucket; its stream has a prefix that NATS's
// tools look for.
const (
	bucket     = "gatehouse"
	streamName = "KV_" + bucket
)

// bucketStore is the store over one connection to a JetStream server, embedded or
// not. A document is the last message of its subject, its revision the message's
// sequence; a deletion is a marker message that stays until a sweep.
//
// The stream is used directly rather than through the client's KeyValue, which
// shows neither headers (for compressed bodies) nor the loss of a connection.
type bucketStore struct {
	opt    options
	at     site
	log    *slog.Logger
	conn   *nats.Conn
	js     jetstream.JetStream
	push   nats.JetStreamContext // ordered push consumers, for watchers: their heartbeats show a lost message
	stream jetstream.Stream

	away       atomic.Bool  // the connection is lost; asking conn would wait for a dial that is under way
	maxPayload atomic.Int64 // of the server, in bytes

	horizon atomic.Uint64 // what is below this revision is dead

	stopSweep context.CancelFunc
	swept     chan struct{} // closed when keepSmall has ended

	mu       sync.Mutex    // guards all below
	restart  chan struct{} // closed and replaced when watchers have to start again
	watchers map[*bucketWatcher]struct{}
	closed   bool
}

var _ Store = (*bucketStore)(nil)

func (s *bucketStore) Get(ctx context.Context, key string) (Entry, error) {
	if err := checkKey(key); err != nil {
		return Entry{}, err
	}
	e, err := s.last(ctx, key)
	if err != nil {
		return Entry{}, fmt.Errorf("get %q: %w", key, err)
	}
	return e, nil
}

// last returns the current document. When that is a deletion, the error is
// ErrNotFound and the Entry has the marker's revision.
func (s *bucketStore) last(ctx context.Context, key string) (Entry, error) {
	var m *jetstream.RawStreamMsg
	floor := s.horizon.Load() // before the message is read: it may rise any time
	err := s.attempt(ctx, func(ctx context.Context) (err error) {
		m, err = s.stream.GetLastMsgForSubject(ctx, subject(key))
		return err
	})
	if err != nil {
		return Entry{}, err
	}
	if deleted(m.Header) || m.Sequence < floor {
		return Entry{Key: key, Revision: m.Sequence}, ErrNotFound
	}
	value, err := unpack(m.Header, m.Data)
	return Entry{Key: key, Value: value, Revision: m.Sequence}, err
}

// List walks the messages under the filter in their order, each asked of the
// stream's leader: a consumer may sit on a replica that lags behind. A document
// that is written meanwhile can turn up twice; the later one counts.
func (s *bucketStore) List(ctx context.Context, prefix string) ([]Entry, error) {
	found := make(map[string]Entry)
	for next := max(1, s.horizon.Load()); ; {
		var m *jetstream.RawStreamMsg
		err := s.attempt(ctx, func(ctx context.Context) (err error) {
			m, err = s.stream.GetMsg(ctx, next, jetstream.WithGetMsgSubject(filter(prefix)))
			return err
		})
		if errors.Is(err, ErrNotFound) {
			return sorted(found), nil
		}
		if err != nil {
			return nil, fmt.Errorf("list %q: %w", prefix, err)
		}
		next = m.Sequence + 1
		if err := s.collect(found, prefix, m); err != nil {
			return nil, fmt.Errorf("list %q: %w", prefix, err)
		}
	}
}

func (s *bucketStore) collect(found map[string]Entry, prefix string, m *jetstream.RawStreamMsg) error {
	key, err := keyOf(m.Subject)
	if err != nil || !strings.HasPrefix(key, prefix) {
		return nil // not ours, or only under the filter
	}
	if deleted(m.Header) {
		delete(found, key)
		return nil
	}
	value, err := unpack(m.Header, m.Data)
	if err != nil {
		return fmt.Errorf("%q: %w", key, err)
	}
	found[key] = Entry{Key: key, Value: value, Revision: m.Sequence}
	return nil
}

func sorted(found map[string]Entry) []Entry {
	list := make([]Entry, 0, len(found))
	for _, e := range found {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	return list
}

func (s *bucketStore) Create(ctx context.Context, key string, value []byte) (uint64, error) {
	revision, err := s.put(ctx, key, value, 0)
	// A conflict may be with the marker of a deletion, and that marker may be
	// replaced or dropped between two looks; each turn means another writer won.
	for errors.Is(err, ErrConflict) {
		marker, missing := s.last(ctx, key)
		if !errors.Is(missing, ErrNotFound) {
			err = errors.Join(err, missing)
			break
		}
		revision, err = s.put(ctx, key, value, marker.Revision)
	}
	if err != nil {
		return 0, fmt.Errorf("create %q: %w", key, err)
	}
	return revision, nil
}

func (s *bucketStore) Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	if revision == 0 { // to the server this would mean: create
		return 0, fmt.Errorf("update %q: %w", key, s.refusal(ctx, key))
	}
	next, err := s.put(ctx, key, value, revision)
	if errors.Is(err, ErrConflict) {
		err = s.refusal(ctx, key)
	}
	if err != nil {
		return 0, fmt.Errorf("update %q: %w", key, err)
	}
	return next, nil
}

func (s *bucketStore) Delete(ctx context.Context, key string, revision uint64) error {
	err := checkKey(key)
	if err == nil && revision == 0 {
		err = ErrConflict
	}
	if err == nil {
		m := &nats.Msg{Subject: subject(key), Header: nats.Header{}}
		m.Header.Set(operationHeader, operationDelete)
		_, err = s.publish(ctx, m, revision)
	}
	if errors.Is(err, ErrConflict) {
		err = s.refusal(ctx, key)
	}
	if err != nil {
		return fmt.Errorf("delete %q: %w", key, err)
	}
	return nil
}

// refusal tells why a compare-and-set on key failed.
func (s *bucketStore) refusal(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if _, err := s.last(ctx, key); err != nil {
		return err
	}
	return ErrConflict
}

func (s *bucketStore) put(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	if err := checkKey(key); err != nil {
		return 0, err
	}
	m, err := pack(subject(key), value, s.maxPayload.Load())
	if err != nil {
		return 0, err
	}
	return s.publish(ctx, m, revision)
}

// publish stores m if revision is the sequence of the last message of its
// subject, 0 meaning that there is none.
func (s *bucketStore) publish(ctx context.Context, m *nats.Msg, revision uint64) (uint64, error) {
	if err := s.at.run(s.at.failure); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	var ack *jetstream.PubAck
	err := s.attempt(ctx, func(ctx context.Context) (err error) {
		ack, err = s.js.PublishMsg(ctx, m, jetstream.WithExpectLastSequencePerSubject(revision))
		return err
	})
	if errors.Is(err, ErrUnavailable) {
		err = errors.Join(err, s.at.run(s.at.failure))
	}
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// Close ends sweep and watchers first, so that none takes the end of the
// connection for a failure.
func (s *bucketStore) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	watchers := s.watchers
	s.watchers = nil
	s.mu.Unlock()
	s.stopSweep()
	<-s.swept
	for w := range watchers {
		w.Stop()
	}
	s.conn.Close()
	return s.at.run(s.at.release)
}
