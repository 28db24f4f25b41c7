package definition

import (
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

// Get reads an HTTP API. Errors: store.ErrNotFound, also for an API of another
// kind; ErrFormat.
func (r *Repository) Get(ctx context.Context, apiID string) (*HTTPAPI, error) {
	a, _, err := getAPI[HTTPAPI](ctx, r, apiID)
	return a, err
}

// List reads the HTTP APIs of a Region, in no particular order. Documents that
// can't be read do not hide the others: the error tells of them and the list has
// the rest. A list of nil means that the store failed.
func (r *Repository) List(ctx context.Context, region string) ([]*HTTPAPI, error) {
	return listAPIs[HTTPAPI](ctx, r, region)
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

// Create writes a new HTTP API with the deployments it has been given. Error:
// store.ErrConflict when the id is taken, in any Region and by any kind of API.
func (r *Repository) Create(ctx context.Context, a *HTTPAPI) error {
	return createAPI(ctx, r, a)
}

// Change applies change to the newest state of an HTTP API and writes it if
// nobody else did meanwhile; else it starts again. So change may run several
// times: it must work on its argument alone and forget what an earlier run
// computed. An error of change ends the attempt and is returned as it is.
//
// Errors: store.ErrNotFound, ErrFormat, ErrConcurrent, change's own.
func (r *Repository) Change(ctx context.Context, apiID string, change func(*HTTPAPI) error) error {
	return changeAPI(ctx, r, apiID, change)
}

// Delete removes an HTTP API and all its documents if check, run on its newest
// state, allows it. The API's document goes first: what a crash leaves behind is
// unreachable and found by Sweep. Errors as for Change.
func (r *Repository) Delete(ctx context.Context, apiID string, check func(*HTTPAPI) error) error {
	return deleteAPI(ctx, r, apiID, check)
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
