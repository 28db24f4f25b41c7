package definition

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"gatehouse/core/gwerr"
	"gatehouse/store"
)

// ErrConcurrent is the answer to a change that lost against others maxAttempts
// times.
var ErrConcurrent = &gwerr.Error{Type: "ConflictException", Status: 409,
	Message: "Unable to complete operation due to concurrent modification. Please try again later."}

const (
	maxAttempts = 10
	firstPause  = 2 * time.Millisecond // before the second attempt; doubles, up to maxPause
	maxPause    = 100 * time.Millisecond
)

// Repository reads and changes documents. It keeps no copies, so that what it
// answers is what the store has, whichever node wrote it. Safe for any goroutine.
type Repository struct {
	store store.Store
	locks locks
}

// New makes a Repository over s, which stays the caller's to close.
func New(s store.Store) *Repository {
	return &Repository{store: s, locks: locks{queue: map[string]*lock{}}}
}

// Get reads an API. Errors: store.ErrNotFound, also for an API of another kind;
// ErrFormat.
func (r *Repository) Get(ctx context.Context, apiID string) (*HTTPAPI, error) {
	a, _, err := r.get(ctx, apiID)
	return a, err
}

func (r *Repository) get(ctx context.Context, apiID string) (*HTTPAPI, store.Entry, error) {
	if !ValidID(apiID) {
		return nil, store.Entry{}, fmt.Errorf("api %q: %w", apiID, store.ErrNotFound)
	}
	e, err := r.store.Get(ctx, APIKey(apiID))
	if err != nil {
		return nil, e, fmt.Errorf("api %s: %w", apiID, err)
	}
	if !IsHTTPAPI(e.Value) {
		return nil, e, fmt.Errorf("api %s: another kind: %w", apiID, store.ErrNotFound)
	}
	a, err := DecodeAPI(e.Key, e.Value)
	return a, e, err
}

// List reads the APIs of a Region, in no particular order. Documents that can't
// be read do not hide the others: the error tells of them and the list has the
// rest. A list of nil means that the store failed.
func (r *Repository) List(ctx context.Context, region string) ([]*HTTPAPI, error) {
	entries, err := r.store.List(ctx, APIPrefix)
	if err != nil {
		return nil, fmt.Errorf("list apis: %w", err)
	}
	list := []*HTTPAPI{}
	var unread []error
	for _, e := range entries {
		if !IsHTTPAPI(e.Value) {
			continue
		}
		a, err := DecodeAPI(e.Key, e.Value)
		if err != nil {
			unread = append(unread, err)
		} else if a.Region == region {
			list = append(list, a)
		}
	}
	return list, errors.Join(unread...)
}

// Count tells how many APIs a Region has, of every kind.
func (r *Repository) Count(ctx context.Context, region string) (int, error) {
	entries, err := r.store.List(ctx, APIPrefix)
	if err != nil {
		return 0, fmt.Errorf("count apis: %w", err)
	}
	n := 0
	for _, e := range entries {
		if regionOf(e.Value) == region {
			n++
		}
	}
	return n, nil
}

// Create writes a new API with the deployments it has been given. Error:
// store.ErrConflict when the id is taken, in any Region and by any kind of API.
func (r *Repository) Create(ctx context.Context, a *HTTPAPI) error {
	if !ValidID(a.ID()) {
		return fmt.Errorf("create api: %q is no id", a.ID())
	}
	value, err := encode(kindHTTP, a.Region, a)
	if err != nil {
		return err
	}
	if err := r.writePending(ctx, a); err != nil {
		return err
	}
	if _, err := r.store.Create(ctx, APIKey(a.ID()), value); err != nil {
		r.undo(ctx, a, err)
		return fmt.Errorf("create api %s: %w", a.ID(), err)
	}
	a.pending = nil
	return nil
}

// Change applies change to the newest state of an API and writes it if nobody
// else did meanwhile; else it starts again. So change may run several times: it
// must work on its argument alone and forget what an earlier run computed. An
// error of change ends the attempt and is returned as it is.
//
// Errors: store.ErrNotFound, ErrFormat, ErrConcurrent, change's own.
func (r *Repository) Change(ctx context.Context, apiID string, change func(*HTTPAPI) error) error {
	return r.retry(ctx, APIKey(apiID), func() error { return r.tryChange(ctx, apiID, change) })
}

// retry runs try, alone on this node for key, until it doesn't lose a race
// against another node.
func (r *Repository) retry(ctx context.Context, key string, try func() error) error {
	release, err := r.locks.acquire(ctx, key)
	if err != nil {
		return err
	}
	defer release()
	pause := firstPause
	for range maxAttempts {
		if err = try(); !errors.Is(err, store.ErrConflict) {
			return err
		}
		if ended := wait(ctx, rand.N(pause)); ended != nil {
			return ended
		}
		pause = min(2*pause, maxPause)
	}
	return ErrConcurrent.Wrap(err)
}

func (r *Repository) tryChange(ctx context.Context, apiID string, change func(*HTTPAPI) error) error {
	a, e, err := r.get(ctx, apiID)
	if err != nil {
		return err
	}
	before := deploymentIDs(a)
	if err := change(a); err != nil {
		return err
	}
	value, err := encode(kindHTTP, a.Region, a)
	if err != nil || bytes.Equal(value, e.Value) {
		return err
	}
	if err := r.writePending(ctx, a); err != nil {
		return err
	}
	if _, err := r.store.Update(ctx, e.Key, value, e.Revision); err != nil {
		r.undo(ctx, a, err)
		return fmt.Errorf("change api %s: %w", apiID, err)
	}
	r.dropDeployments(ctx, apiID, missing(before, a))
	return nil
}

// Delete removes an API and all its documents if check, run on its newest state,
// allows it. The API's document goes first: what a crash leaves behind is
// unreachable and found by Sweep. Errors as for Change.
func (r *Repository) Delete(ctx context.Context, apiID string, check func(*HTTPAPI) error) error {
	return r.retry(ctx, APIKey(apiID), func() error { return r.tryDelete(ctx, apiID, check) })
}

func (r *Repository) tryDelete(ctx context.Context, apiID string, check func(*HTTPAPI) error) error {
	a, e, err := r.get(ctx, apiID)
	if err != nil {
		return err
	}
	if err := check(a); err != nil {
		return err
	}
	if err := r.store.Delete(ctx, e.Key, e.Revision); err != nil {
		return fmt.Errorf("delete api %s: %w", apiID, err)
	}
	r.deleteDeployments(ctx, apiID)
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
