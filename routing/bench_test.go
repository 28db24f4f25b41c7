package routing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// benchCases are tables of n routes of one shape, with a path for each route.
var benchCases = []struct {
	name string
	key  func(i int) string
	path func(i int) string
}{
	{"literal",
		func(i int) string { return fmt.Sprintf("GET /service%d/orders/list", i) },
		func(i int) string { return fmt.Sprintf("/service%d/orders/list", i) }},
	{"param",
		func(i int) string { return fmt.Sprintf("GET /service%d/orders/{id}", i) },
		func(i int) string { return fmt.Sprintf("/service%d/orders/7f3a%d", i, i) }},
	{"greedy",
		func(i int) string { return fmt.Sprintf("ANY /service%d/{proxy+}", i) },
		func(i int) string { return fmt.Sprintf("/service%d/orders/7f3a%d/lines", i, i) }},
}

// forBench calls f with the table and the paths, in random order, of each case.
func forBench(b *testing.B, f func(b *testing.B, table *Table[int], paths [][]byte)) {
	for _, c := range benchCases {
		for _, n := range []int{10, 10_000} {
			builder := NewBuilder[int](HTTP)
			paths := make([][]byte, n)
			for i := range n {
				if err := builder.Add(c.key(i), i); err != nil {
					b.Fatal(err)
				}
				paths[i] = []byte(c.path(i))
			}
			rand.New(rand.NewPCG(1, 2)).Shuffle(n, func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
			table := builder.Build()
			b.Run(fmt.Sprintf("%s-%d-routes", c.name, n), func(b *testing.B) { f(b, table, paths) })
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	forBench(b, func(b *testing.B, table *Table[int], paths [][]byte) {
		b.ReportAllocs()
		var p Params
		get, i := []byte("GET"), 0
		for b.Loop() {
			if _, ok := table.Match(get, paths[i], &p); !ok {
				b.Fatalf("no route for %q", paths[i])
			}
			if i++; i == len(paths) {
				i = 0
			}
		}
	})
}

// BenchmarkMatchTail times single matches, each path read beforehand as a parser
// does, and reports the 50th and 99th percentile. The clock itself is in them.
func BenchmarkMatchTail(b *testing.B) {
	forBench(b, func(b *testing.B, table *Table[int], paths [][]byte) {
		var p Params
		get, i := []byte("GET"), 0
		var request [256]byte
		times := make([]time.Duration, 0, 1<<20)
		for b.Loop() {
			path := request[:copy(request[:], paths[i])]
			start := time.Now()
			table.Match(get, path, &p)
			if d := time.Since(start); len(times) < cap(times) {
				times = append(times, d)
			}
			if i++; i == len(paths) {
				i = 0
			}
		}
		slices.Sort(times)
		b.ReportMetric(float64(times[len(times)/2]), "p50-ns")
		b.ReportMetric(float64(times[len(times)*99/100]), "p99-ns")
	})
}

func BenchmarkBuild(b *testing.B) {
	keys := make([]string, 10_000)
	for i := range keys {
		keys[i] = benchCases[i%len(benchCases)].key(i)
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
