package compile

import (
	"context"
	"strings"
	"time"

	"gatehouse/control/definition"
	"gatehouse/store"
)

// appliedWait bounds how long a write waits to be in force. It is a courtesy:
// a write is durable before.
const appliedWait = 3 * time.Second

// Applied returns s, whose writes of APIs return once they are in force on this
// node: who has made an API can call it at once.
func (c *Compiler) Applied(s store.Store) store.Store { return &applied{s, c} }

type applied struct {
	store.Store
	c *Compiler
}

func (a *applied) Create(ctx context.Context, key string, value []byte) (uint64, error) {
	rev, err := a.Store.Create(ctx, key, value)
	if err == nil {
		a.c.await(ctx, key, rev)
	}
	return rev, err
}

func (a *applied) Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	rev, err := a.Store.Update(ctx, key, value, revision)
	if err == nil {
		a.c.await(ctx, key, rev)
	}
	return rev, err
}

func (a *applied) Delete(ctx context.Context, key string, revision uint64) error {
	err := a.Store.Delete(ctx, key, revision)
	if err == nil {
		a.c.await(ctx, key, revision+1) // a deletion has a later revision
	}
	return err
}

// await returns when the document of key is in force in revision or a later
// one, and after appliedWait at the latest.
func (c *Compiler) await(ctx context.Context, key string, revision uint64) {
	if !strings.HasPrefix(key, definition.APIPrefix) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, appliedWait)
	defer cancel()
	for {
		c.mu.Lock()
		done, moved := c.inForce[key] >= revision, c.moved
		c.mu.Unlock()
		if done {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-moved:
		}
	}
}

// tell notes what is in force and wakes who waits for it.
func (c *Compiler) tell(batch map[string]*store.Change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, ch := range batch {
		c.inForce[key] = ch.Revision
	}
	close(c.moved)
	c.moved = make(chan struct{})
}
