package store

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
)

// memory is the store without a disk, for the tests of other packages.
type memory struct {
	mu       sync.Mutex // guards all below
	docs     map[string]Entry
	revision uint64
	watchers map[*memoryWatcher]struct{}
	closed   bool
}

var _ Store = (*memory)(nil)

// OpenMemory returns an empty store that ends with the process. It keeps the
// contract of Store in all else.
func OpenMemory() Store {
	return &memory{docs: make(map[string]Entry), watchers: make(map[*memoryWatcher]struct{})}
}

// begin locks m unless the call is void from the start.
func (m *memory) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return ErrClosed
	}
	return nil
}

func (m *memory) Get(ctx context.Context, key string) (Entry, error) {
	if err := checkKey(key); err != nil {
		return Entry{}, err
	}
	if err := m.begin(ctx); err != nil {
		return Entry{}, err
	}
	defer m.mu.Unlock()
	e, ok := m.docs[key]
	if !ok {
		return Entry{}, fmt.Errorf("get %q: %w", key, ErrNotFound)
	}
	return copied(e), nil
}

func (m *memory) List(ctx context.Context, prefix string) ([]Entry, error) {
	if err := m.begin(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	return m.listLocked(prefix), nil
}

func (m *memory) listLocked(prefix string) []Entry {
	found := make(map[string]Entry)
	for key, e := range m.docs {
		if strings.HasPrefix(key, prefix) {
			found[key] = copied(e)
		}
	}
	return sorted(found)
}

func (m *memory) Create(ctx context.Context, key string, value []byte) (uint64, error) {
	return m.put(ctx, "create", key, value, func(_ Entry, exists bool) error {
		if exists {
			return ErrConflict
		}
		return nil
	})
}

func (m *memory) Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	return m.put(ctx, "update", key, value, func(e Entry, exists bool) error { return compare(e, exists, revision) })
}

func compare(e Entry, exists bool, revision uint64) error {
	if !exists {
		return ErrNotFound
	}
	if e.Revision != revision {
		return ErrConflict
	}
	return nil
}

func (m *memory) put(ctx context.Context, op, key string, value []byte, allow func(Entry, bool) error) (uint64, error) {
	if err := checkKey(key); err != nil {
		return 0, err
	}
	if err := checkValue(value); err != nil {
		return 0, fmt.Errorf("%s %q: %w", op, key, err)
	}
	if err := m.begin(ctx); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	e, exists := m.docs[key]
	if err := allow(e, exists); err != nil {
		return 0, fmt.Errorf("%s %q: %w", op, key, err)
	}
	m.revision++
	e = Entry{Key: key, Value: bytes.Clone(value), Revision: m.revision}
	m.docs[key] = e
	m.tellLocked(Change{Entry: e})
	return e.Revision, nil
}

func (m *memory) Delete(ctx context.Context, key string, revision uint64) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := m.begin(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	e, exists := m.docs[key]
	if err := compare(e, exists, revision); err != nil {
		return fmt.Errorf("delete %q: %w", key, err)
	}
	m.revision++
	delete(m.docs, key)
	m.tellLocked(Change{Entry: Entry{Key: key, Revision: m.revision}, Deleted: true})
	return nil
}

func (m *memory) tellLocked(c Change) {
	for w := range m.watchers {
		if strings.HasPrefix(c.Key, w.prefix) {
			w.push(&Change{Entry: copied(c.Entry), Deleted: c.Deleted})
		}
	}
}

func (m *memory) Close() error {
	m.mu.Lock()
	m.closed = true
	watchers := m.watchers
	m.watchers = nil
	m.mu.Unlock()
	for w := range watchers {
		w.Stop()
	}
	return nil
}

func copied(e Entry) Entry {
	e.Value = bytes.Clone(e.Value)
	return e
}
