package routing

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"
)

// benchCases are tables of n routes of one shape, with a path for each route.
var benchCases = []struct {
	name       string
	key        string // % is the number of the route
	path, tail string // before and after the number
}{
	{"literal", "GET /service%d/orders/list", "/service", "/orders/list"},
	{"param", "GET /service%d/orders/{id}", "/service", "/orders/7f3a90"},
	{"greedy", "ANY /service%d/{proxy+}", "/service", "/orders/7f3a90/lines"},
}

// forBench calls f with the table of each case and a function that writes the path
// of a random route. It writes, since reading ten thousand paths from memory would
// take the place of the table in the caches, and no gateway does that.
func forBench(b *testing.B, f func(b *testing.B, table *Table[int], next func() []byte)) {
	for _, c := range benchCases {
		for _, n := range []int{10, 10_000} {
			builder := NewBuilder[int](HTTP)
			for i := range n {
				if err := builder.Add(fmt.Sprintf(c.key, i), i); err != nil {
					b.Fatal(err)
				}
			}
			table, rng, buf := builder.Build(), rand.New(rand.NewPCG(1, 2)), make([]byte, 0, 256)
			next := func() []byte {
				buf = strconv.AppendInt(append(buf[:0], c.path...), rng.Int64N(int64(n)), 10)
				buf = append(buf, c.tail...)
				return buf
			}
			b.Run(fmt.Sprintf("%s-%d-routes", c.name, n), func(b *testing.B) { f(b, table, next) })
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	forBench(b, func(b *testing.B, table *Table[int], next func() []byte) {
		b.ReportAllocs()
		var p Params
		get := []byte("GET")
		for b.Loop() {
			path := next()
			if _, ok := table.Match(get, path, &p); !ok {
				b.Fatalf("no route for %q", path)
			}
		}
	})
}

// BenchmarkMatchTail times single matches and reports the 50th and 99th percentile. The clock itself is in them.
func BenchmarkMatchTail(b *testing.B) {
	forBench(b, func(b *testing.B, table *Table[int], next func() []byte) {
		var p Params
		get := []byte("GET")
		var counts [4096]int // by ns; small, so as to leave the caches alone
		for b.Loop() {
			path := next()
			start := time.Now()
			table.Match(get, path, &p)
			counts[min(int(time.Since(start)), len(counts)-1)]++
		}
		b.ReportMetric(percentile(counts[:], 50), "p50-ns")
		b.ReportMetric(percentile(counts[:], 99), "p99-ns")
	})
}

func percentile(counts []int, percent int) float64 {
	total, sum := 0, 0
	for _, n := range counts {
		total += n
	}
	for value, n := range counts {
		if sum += n; sum*100 >= total*percent {
			return float64(value)
		}
	}
	return 0
}

func BenchmarkBuild(b *testing.B) {
	keys := make([]string, 10_000)
	for i := range keys {
		keys[i] = fmt.Sprintf(benchCases[i%len(benchCases)].key, i)
	}
	b.ReportAllocs()
	for b.Loop() {
		builder := NewBuilder[int](HTTP)
		for i, key := range keys {
			if err := builder.Add(key, i); err != nil {
				b.Fatal(err)
			}
		}
		builder.Build()
	}
}
