package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A deletion leaves a marker, and markers must go some day. The server could drop
// them after a time, but must not: an overwritten document stays in its file for
// a while, hidden by the newer message of its subject and by nothing else, so
// after a kill -9 it would come back once that newer message, the marker, is
// gone. So the store sweeps: it gives every document below a horizon a new
// revision, notes the horizon, and purges all that is below. Whatever turns up
// below the noted horizon later is dead, and is purged again.

// horizon is the note, at a subject that no key has.
type horizon struct {
	Revision uint64 `json:"revision"` // every document has this revision or a greater one
	Subjects uint64 `json:"subjects"` // how many subjects the bucket had after the sweep
}

const horizonSubject = root + "_horizon"

// keepSmall runs until ctx is done.
func (s *bucketStore) keepSmall(ctx context.Context) {
	defer close(s.swept)
	for {
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("store: sweep", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.opt.sweepEvery):
		}
	}
}

// sweep does what is due: the purge that an earlier sweep did not come to, and a
// sweep of its own if the subjects have doubled and there are sweepAfter more.
func (s *bucketStore) sweep(ctx context.Context) error {
	was, revision, err := s.loadHorizon(ctx)
	if err != nil {
		return err
	}
	state, err := s.state(ctx)
	if err != nil {
		return err
	}
	if state.FirstSeq < was.Revision {
		if err := s.purge(ctx, was.Revision); err != nil {
			return err
		}
	}
	if state.NumSubjects <= 2*was.Subjects+s.opt.sweepAfter {
		return nil
	}
	next := horizon{Revision: state.LastSeq + 1}
	if err := s.renew(ctx, next.Revision); err != nil {
		return err
	}
	return s.advance(ctx, next, revision)
}

// renew gives each document below the revision a new one. Whoever was faster has
// done so too.
func (s *bucketStore) renew(ctx context.Context, below uint64) error {
	entries, err := s.List(ctx, "")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Revision >= below {
			continue
		}
		_, err := s.Update(ctx, e.Key, e.Value, e.Revision)
		if err != nil && !errors.Is(err, ErrConflict) && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}

// advance notes the horizon, in place of the one at revision, and purges below
// it. When another node noted one meanwhile, that one has to do.
func (s *bucketStore) advance(ctx context.Context, h horizon, revision uint64) error {
	entries, err := s.List(ctx, "")
	if err != nil {
		return err
	}
	h.Subjects = uint64(len(entries)) + 1
	note, err := json.Marshal(h)
	if err != nil {
		return err
	}
	_, err = s.publish(ctx, &nats.Msg{Subject: horizonSubject, Data: note, Header: nats.Header{}}, revision)
	if errors.Is(err, ErrConflict) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("note the horizon: %w", err)
	}
	err = s.purge(ctx, h.Revision)
	s.raise(h.Revision)
	return err
}

// raise moves the horizon, after the documents below have got new revisions. A
// watcher that lags might have markers to read that are purged, on other nodes
// too, hence the new start.
func (s *bucketStore) raise(revision uint64) {
	if s.horizon.Swap(revision) != revision {
		s.restartWatchers()
	}
}

// loadHorizon reads the note and its revision; without one both are 0.
func (s *bucketStore) loadHorizon(ctx context.Context) (h horizon, revision uint64, err error) {
	var m *jetstream.RawStreamMsg
	err = s.attempt(ctx, func(ctx context.Context) (err error) {
		m, err = s.stream.GetLastMsgForSubject(ctx, horizonSubject)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return horizon{}, 0, nil
	}
	if err != nil {
		return horizon{}, 0, fmt.Errorf("load the horizon: %w", err)
	}
	if err := json.Unmarshal(m.Data, &h); err != nil {
		return horizon{}, 0, fmt.Errorf("load the horizon: %w", err)
	}
	s.raise(h.Revision)
	return h, m.Sequence, nil
}

func (s *bucketStore) state(ctx context.Context) (state jetstream.StreamState, err error) {
	err = s.attempt(ctx, func(ctx context.Context) error {
		info, err := s.stream.Info(ctx)
		if err == nil {
			state = info.State
		}
		return err
	})
	return state, err
}

func (s *bucketStore) purge(ctx context.Context, below uint64) error {
	err := s.attempt(ctx, func(ctx context.Context) error {
		return s.stream.Purge(ctx, jetstream.WithPurgeSequence(below))
	})
	if err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	return nil
}
