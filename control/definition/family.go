package definition

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"gatehouse/store"
)

// document is what the Repository needs to know of an API, whatever its kind:
// all kinds share the ids and the rules of writing.
type document interface {
	ID() string
	kind() string // of the envelope; also on nil
	region() string
	deploymentIDs() map[string]bool // those listed
	unwritten() *[]snapshot         // taken since the document was read
}

// pointerTo is the pointer to T that is a document.
type pointerTo[T any] interface {
	*T
	document
}

// snapshot is a deployment of any kind.
type snapshot interface {
	kind() string
	ref() (region, apiID, id string)
}

func getAPI[T any, P pointerTo[T]](ctx context.Context, r *Repository, id string) (P, store.Entry, error) {
	if !ValidID(id) {
		return nil, store.Entry{}, fmt.Errorf("api %q: %w", id, store.ErrNotFound)
	}
	e, err := r.store.Get(ctx, APIKey(id))
	if err != nil {
		return nil, e, fmt.Errorf("api %s: %w", id, err)
	}
	kind := P(nil).kind()
	if isOther(e.Value, kind) {
		return nil, e, fmt.Errorf("api %s: another kind: %w", id, store.ErrNotFound)
	}
	a, err := decode[T](e.Key, kind, e.Value)
	return a, e, err
}

func listAPIs[T any, P pointerTo[T]](ctx context.Context, r *Repository, region string) ([]P, error) {
	entries, err := r.store.List(ctx, APIPrefix)
	if err != nil {
		return nil, fmt.Errorf("list apis: %w", err)
	}
	list, kind := []P{}, P(nil).kind()
	var unread []error
	for _, e := range entries {
		if isOther(e.Value, kind) {
			continue
		}
		a, err := decode[T](e.Key, kind, e.Value)
		if err != nil {
			unread = append(unread, err)
		} else if P(a).region() == region {
			list = append(list, a)
		}
	}
	return list, errors.Join(unread...)
}

func createAPI(ctx context.Context, r *Repository, a document) error {
	if !ValidID(a.ID()) {
		return fmt.Errorf("create api: %q is no id", a.ID())
	}
	value, err := encode(a.kind(), a.region(), a)
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
	*a.unwritten() = nil
	return nil
}

func changeAPI[T any, P pointerTo[T]](ctx context.Context, r *Repository, id string, change func(P) error) error {
	return r.retry(ctx, APIKey(id), func() error { return tryChange(ctx, r, id, change) })
}

func tryChange[T any, P pointerTo[T]](ctx context.Context, r *Repository, id string, change func(P) error) error {
	a, e, err := getAPI[T, P](ctx, r, id)
	if err != nil {
		return err
	}
	before := a.deploymentIDs()
	if err := change(a); err != nil {
		return err
	}
	value, err := encode(a.kind(), a.region(), a)
	if err != nil || bytes.Equal(value, e.Value) {
		return err
	}
	if err := r.writePending(ctx, a); err != nil {
		return err
	}
	if _, err := r.store.Update(ctx, e.Key, value, e.Revision); err != nil {
		r.undo(ctx, a, err)
		return fmt.Errorf("change api %s: %w", id, err)
	}
	r.dropDeployments(ctx, id, missing(before, a))
	return nil
}

func deleteAPI[T any, P pointerTo[T]](ctx context.Context, r *Repository, id string, check func(P) error) error {
	return r.retry(ctx, APIKey(id), func() error {
		a, e, err := getAPI[T, P](ctx, r, id)
		if err != nil {
			return err
		}
		if err := check(a); err != nil {
			return err
		}
		if err := r.store.Delete(ctx, e.Key, e.Revision); err != nil {
			return fmt.Errorf("delete api %s: %w", id, err)
		}
		r.deleteDeployments(ctx, id)
		return nil
	})
}
