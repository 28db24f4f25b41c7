//go:build !race

package nbtls

import (
	"fmt"
	"runtime"
	"testing"
)

func heapBytes() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// idleBytes is the heap that one established idle connection keeps, after it
// has read and written a message of size bytes.
func idleBytes(t testing.TB, version uint16, isServer bool, conns, size int) int64 {
	server, client := devConfigs(t, version)
	message := pattern(size)
	kept := make([]*Conn, 0, conns)
	link(t, server, client)
	before := heapBytes()
	for range conns {
		s, c := link(t, server, client)
		carry(t, c, s, message)
		carry(t, s, c, message)
		if isServer {
			kept = append(kept, s)
		} else {
			kept = append(kept, c)
		}
	}
	after := heapBytes()
	runtime.KeepAlive(kept)
	runtime.KeepAlive(server)
	runtime.KeepAlive(client)
	return (after - before) / int64(conns)
}

// TestIdleMemory holds the goal: at most 8 KB for an idle TLS connection.
func TestIdleMemory(t *testing.T) {
	for name, version := range versions {
		for _, isServer := range []bool{true, false} {
			for _, size := range []int{200, 60000} {
				got := idleBytes(t, version, isServer, 2000, size)
				t.Logf("%s server=%v after %d bytes both ways: %d bytes per idle connection", name, isServer, size, got)
				if isServer && got > 8<<10 {
					t.Errorf("%s after %d bytes: %d bytes per idle connection, want <= 8192", name, size, got)
				}
			}
		}
	}
}

// exchange is a small request and its answer, without a socket.
func exchange(s, c *Conn, wire, message, buf []byte) []byte {
	for _, way := range [2][2]*Conn{{c, s}, {s, c}} {
		wire, _ = way[0].AppendWrite(wire[:0], message)
		if way[1].Push(wire) != nil {
			panic("push")
		}
		if n, err := way[1].Read(buf); n != len(message) || err != nil {
			panic(fmt.Sprint(n, err))
		}
		if _, err := way[1].Read(buf); err != ErrWouldBlock {
			panic(err)
		}
		wire = way[1].TakeOutput(wire)
	}
	return wire
}

func TestAllocsSmallRecords(t *testing.T) {
	for name, version := range versions {
		server, client := devConfigs(t, version)
		s, c := link(t, server, client)
		wire, message, buf := make([]byte, 0, 4096), pattern(200), make([]byte, 4096)
		got := testing.AllocsPerRun(2000, func() { wire = exchange(s, c, wire, message, buf) })
		if got != 0 {
			t.Errorf("%s: %v allocations per request and answer, want 0", name, got)
		}
	}
}

func BenchmarkExchange(b *testing.B) {
	for name, version := range versions {
		for _, size := range []int{200, 16000} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				server, client := devConfigs(b, version)
				s, c := link(b, server, client)
				wire, message, buf := make([]byte, 0, 64<<10), pattern(size), make([]byte, 32<<10)
				for range 1000 { // past the small first records
					wire, _ = c.AppendWrite(wire[:0], message)
					s.Push(wire)
					readAll(b, s, nil)
					wire, _ = s.AppendWrite(wire[:0], message)
					c.Push(wire)
					readAll(b, c, nil)
				}
				b.ReportAllocs()
				b.SetBytes(2 * int64(size))
				for b.Loop() {
					wire = exchange(s, c, wire, message, buf)
				}
			})
		}
	}
}

func BenchmarkHandshake(b *testing.B) {
	for name, version := range versions {
		for _, resume := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/resume=%v", name, resume), func(b *testing.B) {
				server, client := devConfigs(b, version)
				if !resume {
					client.ClientSessionCache = nil
				}
				b.ReportAllocs()
				for b.Loop() {
					s, c := link(b, server, client)
					carry(b, s, c, []byte("x"))
				}
			})
		}
	}
}

func BenchmarkIdleMemory(b *testing.B) {
	for name, version := range versions {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(float64(idleBytes(b, version, true, 2000, 200)), "B/conn")
			}
		})
	}
}
