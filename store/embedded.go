package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Sizes of the embedded server, in bytes.
const (
	embeddedMax     = 8 << 30           // all documents together; then writes fail, none is dropped
	embeddedPayload = MaxValue + 64<<10 // a document with its headers
	embeddedMemory  = 64 << 20          // JetStream's state that is not on disk: watchers' consumers
)

// startLimit bounds the recovery of the files at a start.
const startLimit = 60 * time.Second

// OpenEmbedded opens the store that lives in the folder dir, which it makes with
// mode 0700, by a NATS server inside this process. The server listens nowhere,
// handles no signals and writes nothing outside dir. Each write is on the disk
// when its call returns. After a write that the disk refused, reads go on and
// writes fail with ErrUnavailable until the store is opened again.
//
// One process at a time can have dir open; the error of the second one names the
// first.
func OpenEmbedded(dir string, opts ...Option) (Store, error) {
	opt := apply(opts)
	opt.replicas = 1
	unlock, err := prepare(dir)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	log := &serverLog{log: opt.log}
	srv, err := startServer(dir, opt, log)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", dir, errors.Join(err, unlock()))
	}
	s, err := connect(context.Background(), "", opt, site{
		failure: log.diskFailure,
		vacant:  func() error { return checkLeftovers(dir) },
		made:    func() error { return syncTree(dir) },
		release: func() error {
			srv.Shutdown()
			srv.WaitForShutdown()
			return unlock()
		},
	}, nats.InProcessServer(srv))
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", dir, err)
	}
	return s, nil
}

// prepare makes and locks dir, and clears what a start that was killed left.
func prepare(dir string) (unlock func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, err
	}
	if unlock, err = lockDir(dir); err != nil {
		return nil, err
	}
	// The server tries with such a file whether it may write.
	trials, err := filepath.Glob(filepath.Join(dir, server.JetStreamStoreDir, "_test_*"))
	for _, name := range trials {
		err = errors.Join(err, os.Remove(name))
	}
	if err != nil {
		return nil, errors.Join(err, unlock())
	}
	return unlock, nil
}

// startServer returns a server that has recovered its files.
func startServer(dir string, opt options, log *serverLog) (*server.Server, error) {
	srv, err := server.NewServer(&server.Options{
		ServerName:             "gatehouse",
		DontListen:             true,
		NoSigs:                 true,
		NoSystemAccount:        true,
		JetStream:              true,
		DisableJetStreamBanner: true,
		StoreDir:               dir,
		SyncAlways:             true,
		JetStreamMaxMemory:     embeddedMemory,
		JetStreamMaxStore:      opt.maxStore,
		MaxPayload:             embeddedPayload,
	})
	if err != nil {
		return nil, err
	}
	srv.SetLoggerV2(log, false, false, false)
	srv.Start() // with nothing to listen to, it returns when all is recovered
	if log.fatal() == nil && srv.ReadyForConnections(startLimit) && srv.JetStreamEnabled() {
		return srv, nil
	}
	srv.Shutdown()
	srv.WaitForShutdown()
	return nil, errors.Join(errors.New("the embedded server does not start"), log.fatal())
}

// checkLeftovers refuses a folder with documents that the server has not
// recovered: a new bucket would be laid over them.
func checkLeftovers(dir string) error {
	blocks, err := filepath.Glob(filepath.Join(dir, server.JetStreamStoreDir, "*", "streams", streamName, "msgs", "*.blk"))
	if err != nil {
		return err
	}
	for _, name := range blocks {
		if info, err := os.Stat(name); err != nil || info.Size() > 0 {
			return errors.Join(fmt.Errorf("damaged: %s has documents, but the files that describe the bucket cannot be read", filepath.Dir(name)), err)
		}
	}
	return nil
}

// syncTree puts the folders of a new bucket on disk; the server does so only for
// the files in them.
func syncTree(dir string) error {
	if err := syncDir(filepath.Dir(dir)); err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return syncDir(path)
	})
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
