package accesslog

import (
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync"

	"gopkg.in/natefinch/lumberjack.v2"
)

// Config says where destinations are kept.
type Config struct {
	Dir     string       // one file per destination; made at the first line
	MaxMB   int          // a file above this is set aside and another begun; default 100
	Backups int          // files set aside that are kept; default 5
	Mirror  io.Writer    // gets all lines, too, if not nil (os.Stdout); any goroutine writes to it
	Log     *slog.Logger // for failures; default slog.Default()
}

// Files opens destinations and keeps them open. Safe for any goroutine, but not
// for loops.
type Files struct {
	cfg Config

	places  chan struct{} // holds one for each file that stays open
	writing chan struct{} // holds one for each other that is open for a write

	mu     sync.Mutex // guards byName
	byName map[string]*Destination
}

// Descriptors come out of what core/loop keeps free for all that is no
// connection: so many files stay open, and of the others so many at a time.
const (
	maxOpen    = 32
	maxWriting = 16
)

// Open returns the destinations of cfg; it touches no disk.
func Open(cfg Config) *Files {
	if cfg.MaxMB <= 0 {
		cfg.MaxMB = 100
	}
	if cfg.Backups <= 0 {
		cfg.Backups = 5
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Mirror != nil {
		cfg.Mirror = &locked{w: cfg.Mirror}
	}
	return &Files{cfg: cfg, places: make(chan struct{}, maxOpen), writing: make(chan struct{}, maxWriting),
		byName: map[string]*Destination{}}
}

// Destination returns the destination of an ARN, the same for ARNs of one Name.
// The error is an *ARNError.
func (f *Files) Destination(arn string) (*Destination, error) {
	name, err := Name(arn)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.byName[name]
	if d == nil {
		d = newDestination(name, f.file(name), f.cfg.Log)
		f.byName[name] = d
	}
	return d, nil
}

func (f *Files) file(name string) io.WriteCloser {
	file := &frugal{Logger: lumberjack.Logger{
		Filename:   filepath.Join(f.cfg.Dir, name+".log"),
		MaxSize:    f.cfg.MaxMB,
		MaxBackups: f.cfg.Backups,
	}, of: f}
	if f.cfg.Mirror == nil {
		return file
	}
	return &mirrored{file, f.cfg.Mirror}
}

// Dropped returns the lines dropped or lost by all destinations, ever.
func (f *Files) Dropped() (n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.byName {
		n += d.Dropped() + d.Lost()
	}
	return n
}

// Close writes what waits and closes all files. It is for the end, when no loop
// runs any more.
func (f *Files) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.byName {
		d.close()
	}
	clear(f.byName)
}

// frugal is a file that stays open when it is one of the first maxOpen, and is
// open only for its writes otherwise. For one goroutine.
type frugal struct {
	lumberjack.Logger
	of    *Files
	stays bool
}

func (f *frugal) Write(p []byte) (int, error) {
	if !f.stays {
		select {
		case f.of.places <- struct{}{}:
			f.stays = true
		default:
			return f.writeOnce(p)
		}
	}
	return f.Logger.Write(p)
}

func (f *frugal) writeOnce(p []byte) (int, error) {
	f.of.writing <- struct{}{}
	defer func() { <-f.of.writing }()
	n, err := f.Logger.Write(p)
	return n, errors.Join(err, f.Logger.Close())
}

func (f *frugal) Close() error {
	if f.stays {
		f.stays = false
		<-f.of.places
	}
	return f.Logger.Close()
}

// mirrored writes to a file and to another writer, whose failures don't count.
type mirrored struct {
	io.WriteCloser
	also io.Writer
}

func (m *mirrored) Write(p []byte) (int, error) {
	_, _ = m.also.Write(p)
	return m.WriteCloser.Write(p)
}

// locked makes a writer safe for the goroutines of several destinations.
type locked struct {
	mu sync.Mutex // guards w
	w  io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
