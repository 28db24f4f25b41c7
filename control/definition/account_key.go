package definition

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"gatehouse/store"
)

// ErrValueTaken is the error for an API key whose value another one has.
var ErrValueTaken = errors.New("another API key has this value")

// claim says which key has a value. It is written before its key and removed
// after it; a claim older than SweepAge without its key is what a crash left.
type claim struct {
	Region string
	KeyID  string
	Since  time.Time
}

// claimKey holds the hash of a value, so that values of any bytes and lengths
// are found by one read.
func claimKey(region, value string) string {
	sum := sha256.Sum256([]byte(value))
	return KeyValuePrefix + region + "/" + hex.EncodeToString(sum[:])
}

// CreateCallerKey writes a new key. Errors: ErrValueTaken; store.ErrConflict when
// the id is taken.
func (r *Repository) CreateCallerKey(ctx context.Context, k *CallerKey) error {
	c := claim{Region: k.Region, KeyID: *k.Key.Id, Since: k.Created}
	if err := r.claimValue(ctx, *k.Key.Value, c); err != nil {
		return err
	}
	err := r.CallerKeys().Create(ctx, k)
	if errors.Is(err, store.ErrConflict) { // certainly not written
		r.releaseValue(ctx, c, *k.Key.Value)
	}
	return err
}

func (r *Repository) claimValue(ctx context.Context, value string, c claim) error {
	key := claimKey(c.Region, value)
	doc, err := encode(kindKeyValue, c.Region, c)
	if err != nil {
		return err
	}
	if _, err = r.store.Create(ctx, key, doc); !errors.Is(err, store.ErrConflict) {
		return err
	}
	e, err := r.store.Get(ctx, key)
	if err != nil {
		return fmt.Errorf("value of API key %s: %w", c.KeyID, err)
	}
	old, err := decode[claim](e.Key, kindKeyValue, e.Value)
	if err != nil {
		return err
	}
	if !r.abandoned(ctx, old, c.Since) {
		return ErrValueTaken
	}
	if _, err = r.store.Update(ctx, key, doc, e.Revision); errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
		return ErrConcurrent.Wrap(err)
	}
	return err
}

// abandoned reports whether a claim has no key and is too old to get one.
func (r *Repository) abandoned(ctx context.Context, c *claim, now time.Time) bool {
	_, err := r.CallerKeys().Get(ctx, c.Region, c.KeyID)
	return errors.Is(err, store.ErrNotFound) && now.Sub(c.Since) >= SweepAge
}

// releaseValue removes a key's claim if it still is that key's. What fails is
// taken over later, as after a crash.
func (r *Repository) releaseValue(ctx context.Context, c claim, value string) {
	ctx = context.WithoutCancel(ctx)
	e, err := r.store.Get(ctx, claimKey(c.Region, value))
	if err != nil {
		return
	}
	if old, err := decode[claim](e.Key, kindKeyValue, e.Value); err == nil && old.KeyID == c.KeyID {
		_ = r.store.Delete(ctx, e.Key, e.Revision)
	}
}

// CallerKeyByValue finds the key that has a value. Errors: store.ErrNotFound,
// ErrFormat.
func (r *Repository) CallerKeyByValue(ctx context.Context, region, value string) (*CallerKey, error) {
	e, err := r.store.Get(ctx, claimKey(region, value))
	if err != nil {
		return nil, fmt.Errorf("API key by its value: %w", err)
	}
	c, err := decode[claim](e.Key, kindKeyValue, e.Value)
	if err != nil {
		return nil, err
	}
	return r.CallerKeys().Get(ctx, region, c.KeyID)
}

// DeleteCallerKey removes a key and its value. Plans that list it are not changed:
// that is the caller's, before. Errors: store.ErrNotFound, ErrFormat,
// ErrConcurrent.
func (r *Repository) DeleteCallerKey(ctx context.Context, region, id string) error {
	var value string
	err := r.CallerKeys().Delete(ctx, region, id, func(k *CallerKey) error {
		value = *k.Key.Value
		return nil
	})
	if err == nil {
		r.releaseValue(ctx, claim{Region: region, KeyID: id}, value)
	}
	return err
}
