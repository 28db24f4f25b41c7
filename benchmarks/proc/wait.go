package proc

import (
	"context"
	"fmt"
	"net"
	"time"
)

// FreeAddrs gives n different unused addresses on 127.0.0.1. They are free at
// the time of the call; nothing reserves them.
func FreeAddrs(n int) ([]string, error) {
	addrs := make([]string, 0, n)
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // held until all are chosen, so that they differ
		addrs = append(addrs, l.Addr().String())
	}
	return addrs, nil
}

// WaitTCP waits until every address accepts a connection. It ends with an
// error after ten seconds, when ctx ends, or when the group has ended first.
func (g *Group) WaitTCP(ctx context.Context, addrs ...string) error {
	return g.Poll(ctx, func() error {
		for _, addr := range addrs {
			c, err := net.DialTimeout("tcp", addr, time.Second)
			if err != nil {
				return err
			}
			c.Close()
		}
		return nil
	})
}

// Poll calls ready every two milliseconds until it returns nil. Its limits are those of WaitTCP.
func (g *Group) Poll(ctx context.Context, ready func() error) error {
	deadline := time.After(10 * time.Second)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-g.done:
			return fmt.Errorf("ended before it was ready; its log ends:\n%s", g.LogTail())
		case <-deadline:
			return fmt.Errorf("not ready after 10s: %w; its log ends:\n%s", err, g.LogTail())
		case <-time.After(2 * time.Millisecond):
		}
	}
}
