package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"gatehouse/benchmarks/gateway"
)

// measureStart stores APIs once, starts gatehouse on them in each round, and
// prints how long it took to be healthy and what it then holds in memory.
func measureStart(ctx context.Context, s settings, dir string) error {
	binary, err := os.Stat(s.Gatehouse)
	if err != nil {
		return err
	}
	o := gateway.Options{Binary: s.Gatehouse, Dir: dir}
	if err := storeAPIs(ctx, o, s.StartAPIs); err != nil {
		return err
	}
	var healthy []time.Duration
	var rss []int64
	for range s.Rounds {
		took, memory, err := startOnce(ctx, o, s)
		if err != nil {
			return err
		}
		healthy, rss = append(healthy, took), append(rss, memory)
	}
	fmt.Printf("| Healthy with %d APIs stored | RSS MB when idle | binary MB |\n|--:|--:|--:|\n| %s | %s | %s |\n",
		s.StartAPIs, durationText(median(healthy)), megabytes(median(rss)), megabytes(binary.Size()))
	return nil
}

func storeAPIs(ctx context.Context, o gateway.Options, n int) error {
	g, err := gateway.Start(ctx, o)
	if err != nil {
		return err
	}
	defer g.Stop()
	for i := range n {
		api := gateway.API{Name: fmt.Sprint("api", i), ProtocolType: "HTTP", Target: "http://127.0.0.1:9"}
		if _, err := g.CreateAPI(ctx, api); err != nil {
			return err
		}
	}
	return nil
}

// startOnce gives the time from starting the process to its first healthy
// answer, and its resident memory in bytes a while later.
func startOnce(ctx context.Context, o gateway.Options, s settings) (time.Duration, int64, error) {
	begin := time.Now()
	g, err := gateway.Start(ctx, o)
	if err != nil {
		return 0, 0, err
	}
	defer g.Stop()
	took := time.Since(begin)
	if err := pause(ctx, time.Duration(s.IdleWait)*time.Second); err != nil {
		return 0, 0, err
	}
	u, err := g.Usage()
	return took, u.RSS, err
}
