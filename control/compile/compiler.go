// Package compile turns stored definitions into the snapshot that serves
// traffic. Whatever can be decided at deployment is decided here; an API that
// can't be compiled answers 500 and says why in the log, and the others serve.
package compile

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"gatehouse/control/definition"
	"gatehouse/core/offload"
	"gatehouse/core/snapshot"
	"gatehouse/core/upstream"
	"gatehouse/plugins/accesslog"
	"gatehouse/store"
)

// Config is what a compiler needs.
type Config struct {
	Store    store.Store
	Holder   *snapshot.Holder // gets the snapshots
	Upstream *upstream.Client
	Roots    *x509.CertPool   // nil: the system's
	Logs     *accesslog.Files // where stages write access lines
	Account  string
	Extended bool // the profile: AWS's limits do not hold
	Log      *slog.Logger
	Workers  *offload.Pool // templates, schemas and codings of big bodies; nil: one of its own
}

// Compiler follows the store and puts a new snapshot into force after every
// change. Only the APIs that changed are compiled again.
type Compiler struct {
	cfg   Config
	repo  *definition.Repository
	apis  map[string]*compiled
	count uint64

	workers *offload.Pool

	mu       sync.Mutex        // guards what follows
	inForce  map[string]uint64 // revision of each document in force, by key
	moved    chan struct{}     // closed when inForce changes
	problems map[string][]Problem
}

// compiled is one API in force.
type compiled struct {
	site        snapshot.Site
	deployments map[string]*definition.Deployment // those that stages serve
	rests       map[string]*definition.RestDeployment
}

// Problem is one reason why a part of an API does not serve as it was defined.
type Problem struct {
	API, Stage, Route string
	Text              string
}

// New makes a compiler; Run starts it.
func New(cfg Config) *Compiler {
	if cfg.Workers == nil {
		cfg.Workers = offload.NewPool(runtime.GOMAXPROCS(0), 1024)
	}
	return &Compiler{cfg: cfg, workers: cfg.Workers, repo: definition.New(cfg.Store), apis: map[string]*compiled{},
		inForce: map[string]uint64{}, moved: make(chan struct{}), problems: map[string][]Problem{}}
}

// settleTime is how long a burst of changes may gather before it is compiled.
const settleTime = 2 * time.Millisecond

// Run follows the store until ctx ends. ready is called once, when what was
// stored at the start is in force.
func (c *Compiler) Run(ctx context.Context, ready func()) error {
	w, err := c.cfg.Store.Watch(ctx, definition.APIPrefix)
	if err != nil {
		return fmt.Errorf("watch definitions: %w", err)
	}
	defer w.Stop()
	batch := map[string]*store.Change{}
	started := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case ch, ok := <-w.Changes():
			if !ok {
				if ctx.Err() != nil {
					return nil
				}
				return errors.New("watch definitions: the store ended the watch")
			}
			if ch != nil {
				batch[ch.Key] = ch
			} else {
				started = true
				c.apply(ctx, batch)
				ready()
			}
		}
		if started {
			c.gather(w, batch)
			c.apply(ctx, batch)
		}
	}
}

// gather takes what else comes within settleTime.
func (c *Compiler) gather(w store.Watcher, batch map[string]*store.Change) {
	t := time.NewTimer(settleTime)
	defer t.Stop()
	for {
		select {
		case ch, ok := <-w.Changes():
			if !ok {
				return
			}
			if ch != nil {
				batch[ch.Key] = ch
			}
		case <-t.C:
			return
		}
	}
}

// apply compiles a batch and puts the result into force.
func (c *Compiler) apply(ctx context.Context, batch map[string]*store.Change) {
	if len(batch) == 0 && c.count > 0 {
		return
	}
	for _, o := range c.compileAll(ctx, batch) {
		if o.api == nil {
			delete(c.apis, o.id)
		} else {
			c.apis[o.id] = o.api
		}
		c.report(o.id, o.problems)
	}
	c.swap()
	c.tell(batch)
	clear(batch)
}

// outcome is one API as a change left it; api is nil when it is gone.
type outcome struct {
	id       string
	api      *compiled
	problems []Problem
}

// compilers is how many APIs are compiled at one time: each waits for the store.
const compilers = 4

// compileAll compiles what changed. Nothing of c changes meanwhile.
func (c *Compiler) compileAll(ctx context.Context, batch map[string]*store.Change) []outcome {
	done := make(chan outcome, len(batch))
	turn := make(chan struct{}, compilers)
	for _, ch := range batch {
		turn <- struct{}{}
		go func() {
			done <- c.outcome(ctx, ch)
			<-turn
		}()
	}
	out := make([]outcome, 0, len(batch))
	for range batch {
		out = append(out, <-done)
	}
	return out
}

// outcome compiles one API.
func (c *Compiler) outcome(ctx context.Context, ch *store.Change) (o outcome) {
	o.id = ch.Key[len(definition.APIPrefix):]
	var err error
	switch {
	case ch.Deleted:
	case definition.IsRestAPI(ch.Value):
		var a *definition.RestAPI
		if a, err = definition.DecodeRestAPI(ch.Key, ch.Value); err == nil {
			o.api, o.problems = c.compileRest(ctx, a)
		}
	case definition.IsHTTPAPI(ch.Value):
		var a *definition.HTTPAPI
		if a, err = definition.DecodeAPI(ch.Key, ch.Value); err == nil {
			o.api, o.problems = c.compile(ctx, a)
		}
	default:
		err = errors.New("the document is of a kind that this version does not know")
	}
	if err != nil {
		o.api, o.problems = &compiled{site: broken(c.cfg)}, []Problem{{API: o.id, Text: err.Error()}}
	}
	return o
}

// swap puts what is compiled into force.
func (c *Compiler) swap() {
	sites := make(map[string]snapshot.Site, len(c.apis))
	for id, api := range c.apis {
		sites[id] = api.site
	}
	addresses, err := snapshot.NewAddresses(sites)
	if err != nil { // ids are checked when they are made
		c.cfg.Log.Error("addresses of APIs can't be compiled; the last ones stay in force", "error", err)
		return
	}
	nobody, err := unknown(c.cfg)
	if err != nil {
		c.cfg.Log.Error("answers to unknown addresses can't be compiled", "error", err)
		return
	}
	c.count++
	c.cfg.Holder.Swap(&snapshot.Snapshot{Router: addresses, Unknown: nobody, Revision: c.count})
}

// report keeps the problems of an API for the console and logs new ones.
func (c *Compiler) report(id string, problems []Problem) {
	c.mu.Lock()
	old := c.problems[id]
	if len(problems) == 0 {
		delete(c.problems, id)
	} else {
		c.problems[id] = problems
	}
	c.mu.Unlock()
	known := map[Problem]bool{}
	for _, p := range old {
		known[p] = true
	}
	for _, p := range problems {
		if !known[p] {
			c.cfg.Log.Warn("part of an API does not serve as defined", "api", p.API, "stage", p.Stage, "route", p.Route, "reason", p.Text)
		}
	}
}

// Problems lists what does not serve as defined, by API.
func (c *Compiler) Problems() map[string][]Problem {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(map[string][]Problem, len(c.problems))
	for id, p := range c.problems {
		out[id] = p
	}
	return out
}
