package definition

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"gatehouse/store"
)

// Collection is all documents of one kind that belong to an account rather than
// to an API: keys, plans, domain names. Like its Repository it keeps no copies
// and is safe for any goroutine.
//
// Every call names a Region. A document of another Region is not found.
type Collection[T any] struct {
	repo         *Repository
	kind, prefix string
	valid        func(id string) bool             // whether id can be part of a key
	place        func(doc *T) (region, id string) // of a document
}

// Get reads a document. Errors: store.ErrNotFound, ErrFormat.
func (c Collection[T]) Get(ctx context.Context, region, id string) (*T, error) {
	doc, _, err := c.get(ctx, region, id)
	return doc, err
}

func (c Collection[T]) get(ctx context.Context, region, id string) (*T, store.Entry, error) {
	if !c.valid(id) {
		return nil, store.Entry{}, fmt.Errorf("%s %q: %w", c.kind, id, store.ErrNotFound)
	}
	e, err := c.repo.store.Get(ctx, c.prefix+id)
	if err != nil {
		return nil, e, fmt.Errorf("%s %s: %w", c.kind, id, err)
	}
	doc, err := decode[T](e.Key, c.kind, e.Value)
	if err != nil {
		return nil, e, err
	}
	if at, _ := c.place(doc); at != region {
		return nil, e, fmt.Errorf("%s %s is in %s: %w", c.kind, id, at, store.ErrNotFound)
	}
	return doc, e, nil
}

// List reads the documents of a Region, in no particular order. Documents that
// can't be read do not hide the others: the error tells of them and the list has
// the rest. A list of nil means that the store failed.
func (c Collection[T]) List(ctx context.Context, region string) ([]*T, error) {
	entries, err := c.repo.store.List(ctx, c.prefix)
	if err != nil {
		return nil, fmt.Errorf("list of kind %s: %w", c.kind, err)
	}
	list := []*T{}
	var unread []error
	for _, e := range entries {
		doc, err := decode[T](e.Key, c.kind, e.Value)
		if err != nil {
			unread = append(unread, err)
		} else if at, _ := c.place(doc); at == region {
			list = append(list, doc)
		}
	}
	return list, errors.Join(unread...)
}

// Count tells how many documents a Region has.
func (c Collection[T]) Count(ctx context.Context, region string) (int, error) {
	entries, err := c.repo.store.List(ctx, c.prefix)
	if err != nil {
		return 0, fmt.Errorf("count of kind %s: %w", c.kind, err)
	}
	n := 0
	for _, e := range entries {
		if regionOf(e.Value) == region {
			n++
		}
	}
	return n, nil
}

// Create writes a new document. Error: store.ErrConflict when its id is taken,
// in any Region.
func (c Collection[T]) Create(ctx context.Context, doc *T) error {
	region, id := c.place(doc)
	if !c.valid(id) {
		return fmt.Errorf("create %s: %q is no id", c.kind, id)
	}
	value, err := encode(c.kind, region, doc)
	if err != nil {
		return err
	}
	if _, err := c.repo.store.Create(ctx, c.prefix+id, value); err != nil {
		return fmt.Errorf("create %s %s: %w", c.kind, id, err)
	}
	return nil
}

// Change does for a document what Repository.Change does for an API: change may
// run several times, and its error ends the attempt.
func (c Collection[T]) Change(ctx context.Context, region, id string, change func(*T) error) error {
	return c.repo.retry(ctx, c.prefix+id, func() error { return c.tryChange(ctx, region, id, change) })
}

func (c Collection[T]) tryChange(ctx context.Context, region, id string, change func(*T) error) error {
	doc, e, err := c.get(ctx, region, id)
	if err != nil {
		return err
	}
	if err := change(doc); err != nil {
		return err
	}
	value, err := encode(c.kind, region, doc)
	if err != nil || bytes.Equal(value, e.Value) {
		return err
	}
	_, err = c.repo.store.Update(ctx, e.Key, value, e.Revision)
	return err
}

// Delete removes a document if check, run on its newest state, allows it. A nil
// check always does. Errors: store.ErrNotFound, ErrFormat, ErrConcurrent,
// check's own.
func (c Collection[T]) Delete(ctx context.Context, region, id string, check func(*T) error) error {
	return c.repo.retry(ctx, c.prefix+id, func() error {
		doc, e, err := c.get(ctx, region, id)
		if err != nil {
			return err
		}
		if check != nil {
			if err := check(doc); err != nil {
				return err
			}
		}
		return c.repo.store.Delete(ctx, e.Key, e.Revision)
	})
}
