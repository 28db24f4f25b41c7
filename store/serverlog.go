package store

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/nats-io/nats-server/v2/server"
)

// serverLog passes what the embedded server says to slog. Its notices are our
// debug lines: they tell of each start, of banners and limits.
type serverLog struct {
	log *slog.Logger

	mu     sync.Mutex
	fatals []error // why the server did not start
	disk   error   // why it writes no more
}

var _ server.Logger = (*serverLog)(nil)

func (l *serverLog) Noticef(format string, v ...any) { l.debug(format, v) }
func (l *serverLog) Debugf(format string, v ...any)  { l.debug(format, v) }
func (l *serverLog) Tracef(format string, v ...any)  { l.debug(format, v) }

func (l *serverLog) Warnf(format string, v ...any) {
	// Ours is over 8 MB by the headers only, and means it.
	if strings.HasPrefix(format, "Maximum payloads over") {
		return
	}
	l.log.Warn("store: " + fmt.Sprintf(format, v...))
}

// Errorf also takes note of a failed write to the disk. The server refuses all
// writes from then on, without an answer: its log is the only place that tells.
func (l *serverLog) Errorf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	l.log.Error("store: " + text)
	if strings.Contains(strings.ToLower(text), "critical write error") {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.disk = errors.New(text)
	}
}

// diskFailure returns the failed write after which the store takes no others.
func (l *serverLog) diskFailure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.disk == nil {
		return nil
	}
	return fmt.Errorf("a write failed, restart when the disk is well: %w", l.disk)
}

// Fatalf is how the server says that it gives up; it goes on to return.
func (l *serverLog) Fatalf(format string, v ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fatals = append(l.fatals, fmt.Errorf(format, v...))
}

func (l *serverLog) fatal() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.fatals...)
}

func (l *serverLog) debug(format string, v []any) {
	l.log.Debug("store: " + strings.TrimSpace(fmt.Sprintf(format, v...)))
}
