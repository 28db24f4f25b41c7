//go:build !race

package http1

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"gatehouse/core/loop"
)

// TestIdleConnection: kept-alive connections after their first request own no
// buffer and no exchange. The clients are bare descriptors, so that what is
// measured is the server's side.
func TestIdleConnection(t *testing.T) {
	const n = 5000
	r := (&rig{serve: local}).start(t)
	fds := make([]int, n)
	buf := make([]byte, 4096)
	open := func(i int) {
		fds[i] = connect(t, r.addr)
		if _, err := unix.Write(fds[i], []byte(browserRequest)); err != nil {
			t.Fatal(err)
		}
		if k, err := unix.Read(fds[i], buf); err != nil || k < 100 {
			t.Fatalf("read %d bytes, %v", k, err)
		}
	}
	defer func() {
		for _, fd := range fds {
			_ = unix.Close(fd)
		}
	}()
	for i := range 100 {
		open(i)
	}
	heap, rss := memory(t)
	for i := 100; i < n; i++ {
		open(i)
	}
	heap2, rss2 := memory(t)
	perHeap, perRSS := (heap2-heap)/(n-100), (rss2-rss)/(n-100)
	t.Logf("idle connection: %d bytes of heap, %d resident; Conn %d, Session %d", perHeap, perRSS,
		unsafe.Sizeof(loop.Conn{}), unsafe.Sizeof(Session{}))
	if perHeap > 1024 {
		t.Errorf("an idle connection holds %d bytes of heap, want at most 1024", perHeap)
	}
}

func connect(t testing.TB, addr string) int {
	t.Helper()
	_, port, _ := strings.Cut(addr, ":")
	p, _ := strconv.Atoi(port)
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: p, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	return fd
}

// memory returns the live heap and the resident set, bytes.
func memory(t testing.TB) (heap, rss int64) {
	t.Helper()
	for range 3 { // pools need two collections
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(b))[1], 10, 64)
	return int64(m.HeapAlloc), pages * int64(os.Getpagesize())
}
