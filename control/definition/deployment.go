package definition

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/store"
)

// SweepAge is how old a snapshot without an API that lists it must be before
// Sweep takes it for an orphan. A younger one may belong to a call that is just
// about to write its API.
const SweepAge = 10 * time.Minute

// Deployment reads a snapshot. It never changes, so a caller may keep it for as
// long as its API lists it. Errors: store.ErrNotFound, ErrFormat.
func (r *Repository) Deployment(ctx context.Context, apiID, id string) (*Deployment, error) {
	e, err := r.deployment(ctx, apiID, id)
	if err != nil {
		return nil, err
	}
	return DecodeDeployment(e.Key, e.Value)
}

func (r *Repository) deployment(ctx context.Context, apiID, id string) (store.Entry, error) {
	if !ValidID(apiID) || !ValidID(id) {
		return store.Entry{}, fmt.Errorf("deployment %q of %q: %w", id, apiID, store.ErrNotFound)
	}
	e, err := r.store.Get(ctx, DeploymentKey(apiID, id))
	if err != nil {
		return e, fmt.Errorf("deployment %s of %s: %w", id, apiID, err)
	}
	return e, nil
}

// Sweep removes snapshots that no API lists and that were made SweepAge before
// now, and tells how many. They come from calls that a crash or a lost answer of
// the store cut short.
func (r *Repository) Sweep(ctx context.Context, now time.Time) (removed int, err error) {
	entries, err := r.store.List(ctx, DeploymentPrefix)
	if err != nil {
		return 0, fmt.Errorf("sweep deployments: %w", err)
	}
	listed := map[string]map[string]bool{} // deployment ids by API id
	var failed []error
	for _, e := range entries {
		gone, err := r.sweepOne(ctx, e, now, listed)
		if gone {
			removed++
		}
		failed = append(failed, err)
	}
	return removed, errors.Join(failed...)
}

func (r *Repository) sweepOne(ctx context.Context, e store.Entry, now time.Time, listed map[string]map[string]bool) (bool, error) {
	s, err := decodeStub(e.Key, e.Value)
	if err != nil || s == nil || now.Sub(s.Created) < SweepAge {
		return false, err
	}
	ids, known := listed[s.APIID]
	if !known {
		if ids, err = r.listedDeployments(ctx, s.APIID); err != nil {
			return false, err
		}
		listed[s.APIID] = ids
	}
	if ids[s.ID] {
		return false, nil
	}
	err = r.store.Delete(ctx, e.Key, e.Revision)
	return err == nil, err
}

// stub is what all kinds of snapshots have.
type stub struct {
	APIID   string
	ID      string
	Created time.Time
}

// decodeStub reads a snapshot of any kind that this program knows; nil when it
// is none.
func decodeStub(key string, value []byte) (*stub, error) {
	kind := kindDeployment
	if !isOther(value, kindRestDeployment) {
		kind = kindRestDeployment
	}
	if isOther(value, kind) {
		return nil, nil
	}
	return decode[stub](key, kind, value)
}

// listedDeployments is read after the snapshots were: an API that came to list
// one meanwhile is seen.
func (r *Repository) listedDeployments(ctx context.Context, apiID string) (map[string]bool, error) {
	a, err := r.anyAPI(ctx, apiID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return a.deploymentIDs(), nil
}

// anyAPI reads an API of either kind.
func (r *Repository) anyAPI(ctx context.Context, id string) (document, error) {
	a, err := r.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return r.Rest(ctx, id)
	}
	return a, err
}

// missing gives the ids of before that a lists no more.
func missing(before map[string]bool, a document) []string {
	ids := make([]string, 0, len(before))
	now := a.deploymentIDs()
	for id := range before {
		if !now[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

func (r *Repository) writePending(ctx context.Context, a document) error {
	for _, d := range *a.unwritten() {
		region, apiID, id := d.ref()
		value, err := encode(d.kind(), region, d)
		if err != nil {
			return err
		}
		if _, err := r.store.Create(ctx, DeploymentKey(apiID, id), value); err != nil {
			return fmt.Errorf("write deployment %s of %s: %w", id, apiID, err)
		}
	}
	return nil
}

// undo removes the snapshots of a write that certainly did not happen. After any
// other error the store may have done it: then they stay, and Sweep decides.
func (r *Repository) undo(ctx context.Context, a document, err error) {
	if !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound) {
		return
	}
	pending := *a.unwritten()
	ids := make([]string, len(pending))
	for i, d := range pending {
		_, _, ids[i] = d.ref()
	}
	r.dropDeployments(ctx, a.ID(), ids)
}

// dropDeployments removes snapshots that are listed no more. What it fails to
// remove is an orphan, no error: the change itself has been decided.
func (r *Repository) dropDeployments(ctx context.Context, apiID string, ids []string) {
	ctx = context.WithoutCancel(ctx)
	for _, id := range ids {
		if e, err := r.store.Get(ctx, DeploymentKey(apiID, id)); err == nil {
			_ = r.store.Delete(ctx, e.Key, e.Revision)
		}
	}
}

// deleteDeployments removes what is left of an API whose document is gone. What
// fails leaves orphans: the API is gone, which is what was asked for.
func (r *Repository) deleteDeployments(ctx context.Context, apiID string) {
	ctx = context.WithoutCancel(ctx)
	entries, err := r.store.List(ctx, DeploymentPrefix+apiID+"/")
	if err != nil {
		return
	}
	for _, e := range entries {
		_ = r.store.Delete(ctx, e.Key, e.Revision)
	}
}
