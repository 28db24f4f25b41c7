// Package store keeps every document of the control plane: APIs, deployments,
// keys, whatever has to outlive the process. It is one NATS JetStream bucket,
// in an embedded server (OpenEmbedded) or in a server or cluster of the
// operator's (OpenNATS); OpenMemory has the same semantics without a disk.
//
// A document changes by compare-and-set on its revision, and whoever wants to
// know of changes watches. Once a writing call has returned nil, the document
// outlives a kill -9 and, embedded, a power cut: the server opens its files for
// synchronous writes.
//
// Keys are paths of segments divided by "/": "apis/a1b2c3", "stages/x/$default".
// A segment is any string, the empty one too. A key has 1 to MaxKey bytes.
package store

import (
	"context"
	"errors"
)

// Limits of every implementation, in bytes.
const (
	MaxKey   = 1024    // a key, before it is encoded
	MaxValue = 8 << 20 // a document
)

// Errors that callers tell apart with errors.Is. After any error but these of a
// writing call, ErrUnavailable among them, the outcome is unknown: read the
// document again before trying once more.
var (
	ErrNotFound    = errors.New("store: no such document")
	ErrConflict    = errors.New("store: the document has another revision")
	ErrInvalidKey  = errors.New("store: a key has 1 to 1024 bytes")
	ErrTooLarge    = errors.New("store: the document is too large")
	ErrUnavailable = errors.New("store: the server cannot be reached")
	ErrClosed      = errors.New("store: closed")
)

// Entry is one stored document with the revision that a compare-and-set names.
// Value belongs to whoever got the Entry. Revisions grow over the whole store,
// never repeat and are never 0. After thousands of deletions the store itself
// gives its documents new revisions, with the values they had.
type Entry struct {
	Key      string
	Value    []byte
	Revision uint64
}

// Change is what a watcher sees. When Deleted is set, Value is nil and Revision
// is that of the deletion, greater than all earlier ones of the key: it orders
// changes and is no revision for Update or Delete.
type Change struct {
	Entry
	Deleted bool
}

// Store is safe for any goroutine. Every call may block on disk or network, for
// no longer than ctx or the time-out of the store allows. Values that are passed
// in are not kept.
type Store interface {
	// Get returns the current document, or ErrNotFound.
	Get(ctx context.Context, key string) (Entry, error)

	// List returns every current document whose key starts with prefix, sorted
	// by key. A prefix that ends in "/" is the cheap one; "" lists everything.
	// It sees each write that had returned before; documents written meanwhile
	// are seen or not, each by itself.
	List(ctx context.Context, prefix string) ([]Entry, error)

	// Create stores a document under a key that has none, or returns ErrConflict.
	// A key whose document was deleted may be created again.
	Create(ctx context.Context, key string, value []byte) (revision uint64, err error)

	// Update replaces the document if revision is its current one. Otherwise it
	// returns ErrConflict, or ErrNotFound when there is no document.
	Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)

	// Delete removes the document if revision is its current one, and fails as
	// Update does.
	Delete(ctx context.Context, key string, revision uint64) error

	// Watch delivers the current documents under prefix (as List means it),
	// then a marker, then changes, until Stop is called or ctx is done.
	Watch(ctx context.Context, prefix string) (Watcher, error)

	// Close ends all watchers and releases the store. Later calls return
	// ErrClosed.
	Close() error
}

// Watcher delivers the states of documents in the order of their revisions per
// key. States that were replaced before they could be delivered may be skipped;
// the last one never is, and no state comes twice.
type Watcher interface {
	// Changes is closed after Stop, Close or the end of the context. A nil Change
	// is the marker: every document there was at the call of Watch has been
	// delivered. It comes once. A slow reader delays only itself.
	Changes() <-chan *Change

	// Stop ends the watcher and returns once nothing more will be sent. It may
	// be called more than once.
	Stop()
}

func checkKey(key string) error {
	if len(key) == 0 || len(key) > MaxKey {
		return ErrInvalidKey
	}
	return nil
}

func checkValue(value []byte) error {
	if len(value) > MaxValue {
		return ErrTooLarge
	}
	return nil
}
