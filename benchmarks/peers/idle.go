package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"time"
)

// measureIdle opens many connections to gatehouse and nginx, one after the
// other, lets each make one request, and prints what holding them costs.
func measureIdle(ctx context.Context, s settings, dir string) error {
	cert, err := newPair(dir)
	if err != nil {
		return err
	}
	fmt.Printf("| Program | Connections | RSS before MB | RSS after MB | bytes of RSS per connection | of PSS |\n|---|---|--:|--:|--:|--:|\n")
	base := site{settings: s, Dir: dir, Cert: cert}
	back, err := startIn(ctx, base, program{name: "common-backend", start: startBackend})
	if err != nil {
		return err
	}
	defer back.group.Stop()
	base.Backend = back.plain
	present, _ := installed(ctx, s)
	for _, p := range present {
		if !slices.Contains([]string{"gatehouse", "nginx"}, p.name) {
			continue
		}
		if err := idleRows(ctx, base, p); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// idleRows measures plain and TLS connections, each on a fresh process.
func idleRows(ctx context.Context, base site, p program) error {
	for _, kind := range []struct {
		name  string
		count int
		tls   bool
	}{{"plain", base.IdlePlain, false}, {"TLS", base.IdleTLS, true}} {
		if kind.count < 1 {
			continue
		}
		own := base
		own.Dir = filepath.Join(base.Dir, kind.name)
		if err := idleRow(ctx, own, p, kind.name, kind.count, kind.tls); err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
	}
	return nil
}

func idleRow(ctx context.Context, base site, p program, kind string, count int, secure bool) error {
	in, err := startIn(ctx, base, p)
	if err != nil {
		return err
	}
	defer in.group.Stop()
	h := holder{in: in, secure: secure}
	defer h.close()
	// Code, pools and the upstream connection are there before the first reading.
	if err := h.open(ctx, 200); err != nil {
		return err
	}
	before, err := in.group.Usage()
	if err != nil {
		return err
	}
	if err := h.open(ctx, count); err != nil {
		return err
	}
	if err := pause(ctx, time.Duration(base.IdleWait)*time.Second); err != nil {
		return err
	}
	after, err := in.group.Usage()
	if err != nil {
		return err
	}
	if err := h.alive(); err != nil {
		return err
	}
	fmt.Printf("| %s | %d %s | %s | %s | %d | %d |\n", p.name, count, kind, megabytes(before.RSS), megabytes(after.RSS),
		(after.RSS-before.RSS)/int64(count), (after.PSS-before.PSS)/int64(count))
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// holder keeps client connections open. This process holds no more of them
// than the measured program does, so one limit on open files serves both.
type holder struct {
	in     *instance
	secure bool
	conns  []net.Conn
}

// open adds n connections, each after one answered request.
func (h *holder) open(ctx context.Context, n int) error {
	for range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := h.dial()
		if err != nil {
			return fmt.Errorf("connection %d: %w", len(h.conns)+1, err)
		}
		h.conns = append(h.conns, c)
		if err := h.ask(c); err != nil {
			return fmt.Errorf("connection %d: %w", len(h.conns), err)
		}
	}
	return nil
}

func (h *holder) dial() (net.Conn, error) {
	d := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: -1}
	if h.secure {
		return tls.DialWithDialer(d, "tcp", h.in.tls, &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"})
	}
	return d.Dial("tcp", h.in.plain)
}

// ask makes one proxied request. Its reader is dropped: the answer has been
// read to its end, and nothing follows it.
func (h *holder) ask(c net.Conn) error {
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c, "GET /orders/7?x=1 HTTP/1.1\r\nHost: %s\r\n\r\n", h.in.host); err != nil {
		return err
	}
	resp, err := http.ReadResponse(bufio.NewReaderSize(c, 1024), nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	return getExchange().compare(resp.StatusCode, string(body))
}

// alive finds out whether connections were closed meanwhile, which would make
// the figure too good: the first, middle and last each answer once more.
func (h *holder) alive() error {
	for _, i := range []int{0, len(h.conns) / 2, len(h.conns) - 1} {
		if err := h.ask(h.conns[i]); err != nil {
			return fmt.Errorf("connection %d did not stay open: %w", i+1, err)
		}
	}
	return nil
}

func (h *holder) close() {
	for _, c := range h.conns {
		c.Close()
	}
}
