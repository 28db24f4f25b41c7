package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/core/exchange"
	"gatehouse/plugins"
)

// loop is a loop as far as a line needs one.
type loop int

func (loop) Post(func())  {}
func (loop) Now() int64   { return 0 }
func (l loop) Index() int { return int(l) }

func request(on int, path string) *exchange.Exchange {
	x := exchange.New()
	x.Loop = loop(on)
	x.SetID(1, 2)
	x.Req.Method = "GET"
	x.Path = []byte(path)
	x.Target = &exchange.Target{Stage: "$default"}
	x.End = 1
	return x
}

const group = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/http/shop:*"

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestLinesReachTheFile(t *testing.T) {
	dir := t.TempDir()
	var mirror bytes.Buffer
	files := Open(Config{Dir: dir, Mirror: &mirror, Log: quiet()})
	to, err := files.Destination(group)
	if err != nil {
		t.Fatal(err)
	}
	const loops, each = 3, 2000
	var wg sync.WaitGroup
	for on := range loops {
		log, err := New("$context.path $context.httpMethod $context.status $context.identity.user", to)
		if err != nil {
			t.Fatal(err)
		}
		p, err := plugins.Build(nil, plugins.Settings{"accesslog": log})
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			for i := range each {
				p.Log[0].Log(request(on, fmt.Sprintf("/%d/%04d", on, i)))
			}
		})
	}
	wg.Wait()
	files.Close()
	got, err := os.ReadFile(filepath.Join(dir, "aws_http_shop.log"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, mirror.Bytes()) {
		t.Errorf("file has %d bytes, mirror %d", len(got), mirror.Len())
	}
	next := [loops]int{}
	for line := range strings.Lines(string(got)) {
		var on, i int
		if n, _ := fmt.Sscanf(line, "/%d/%d GET 200 -\n", &on, &i); n != 2 || next[on] != i {
			t.Fatalf("line %q, want number %d of loop %d", line, next[on], on)
		}
		next[on]++
	}
	if next != [loops]int{each, each, each} || files.Dropped() != 0 {
		t.Errorf("lines per loop = %v, dropped %d, want %d each", next, files.Dropped(), each)
	}
}

// TestLinesArriveSoon waits for a line of a destination that stays open.
func TestLinesArriveSoon(t *testing.T) {
	dir := t.TempDir()
	files := Open(Config{Dir: dir, Log: quiet()})
	defer files.Close()
	to, err := files.Destination(group)
	if err != nil {
		t.Fatal(err)
	}
	log, err := New("$context.path", to)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		log.Log(request(0, "/x"))
		want := strings.Repeat("/x\n", i+1)
		deadline := time.Now().Add(5 * time.Second)
		for {
			got, _ := os.ReadFile(filepath.Join(dir, "aws_http_shop.log"))
			if string(got) == want {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("file = %q, want %q", got, want)
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(3 * pause) // the writer falls asleep
	}
}

// gate is a disk that does not go on until it is opened.
type gate struct {
	bytes.Buffer
	open   chan struct{}
	err    error
	closed bool
}

func (g *gate) Write(p []byte) (int, error) {
	<-g.open
	if g.err != nil {
		return 0, g.err
	}
	return g.Buffer.Write(p)
}

func (g *gate) Close() error {
	g.closed = true
	return nil
}

var _ io.WriteCloser = (*gate)(nil)

func TestSlowDiskDropsLines(t *testing.T) {
	g := &gate{open: make(chan struct{})}
	d := newDestination("slow", g, quiet())
	log, err := New("$context.path", d)
	if err != nil {
		t.Fatal(err)
	}
	x := request(0, "/"+strings.Repeat("x", 1022))
	const lines = 4 * ringBytes / 1024
	start := time.Now()
	for range lines {
		log.Log(x) // blocks for ever if the disk could stop it
	}
	took := time.Since(start)
	close(g.open)
	d.close()
	written := int64(bytes.Count(g.Bytes(), []byte("\n")))
	if d.Dropped() == 0 || written+d.Dropped() != lines {
		t.Errorf("written %d, dropped %d, want %d together and some dropped", written, d.Dropped(), lines)
	}
	if int64(g.Len()) != written*1024 {
		t.Errorf("%d lines have %d bytes: a line was cut", written, g.Len())
	}
	if took > 10*time.Second || !g.closed {
		t.Errorf("logging took %v; file closed: %v", took, g.closed)
	}
}

func TestFailingDiskIsCounted(t *testing.T) {
	var told bytes.Buffer
	g := &gate{open: make(chan struct{}), err: errors.New("disk full")}
	close(g.open)
	d := newDestination("full", g, slog.New(slog.NewTextHandler(&told, nil)))
	log, err := New("x", d)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		log.Log(request(0, "/"))
		time.Sleep(2 * pause)
	}
	d.close()
	if d.Lost() != 3 || strings.Count(told.String(), "disk full") != 1 {
		t.Errorf("lost %d, told:\n%swant 3, told once", d.Lost(), told.String())
	}
}

func TestLoopsBeyondTheBound(t *testing.T) {
	d := newDestination("many", &gate{}, quiet())
	log, err := New("x", d)
	if err != nil {
		t.Fatal(err)
	}
	log.Log(request(maxLoops, "/"))
	if d.Dropped() != 1 {
		t.Errorf("dropped %d, want 1", d.Dropped())
	}
	d.close()
}

func TestRotation(t *testing.T) {
	dir := t.TempDir()
	files := Open(Config{Dir: dir, MaxMB: 1, Backups: 9, Log: quiet()})
	to, err := files.Destination(group)
	if err != nil {
		t.Fatal(err)
	}
	log, err := New("$context.path", to)
	if err != nil {
		t.Fatal(err)
	}
	x := request(0, "/"+strings.Repeat("x", 1022))
	const lines = 2500
	for i := range lines {
		log.Log(x)
		if i%100 == 99 {
			time.Sleep(2 * time.Millisecond) // keep the ring from overflowing
		}
	}
	files.Close()
	names, err := filepath.Glob(filepath.Join(dir, "aws_http_shop*.log"))
	if err != nil || len(names) < 2 {
		t.Fatalf("files = %v, %v, want several", names, err)
	}
	total := 0
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > 1<<20 || len(b)%1024 != 0 {
			t.Errorf("%s has %d bytes, want whole lines within 1 MB", name, len(b))
		}
		total += len(b) / 1024
	}
	if int64(total)+files.Dropped()+to.Dropped() != lines {
		t.Errorf("%d lines in files, %d dropped, want %d", total, to.Dropped(), lines)
	}
}

func TestName(t *testing.T) {
	for _, c := range []struct{ arn, want string }{
		{group, "aws_http_shop"},
		{"arn:aws:logs:us-east-1:000000000000:log-group:shop", "shop"},
		{"arn:aws-cn:logs:cn-north-1:0:log-group:a.b-c_D9", "a.b-c_D9"},
		{"arn:aws:firehose:us-east-1:0:deliverystream/amazon-apigateway-x", "amazon-apigateway-x"},
		{"arn:aws:logs:us-east-1:0:log-group:../../etc/passwd", "_._.._etc_passwd"},
		{"arn:aws:logs:us-east-1:0:log-group:/.hidden", "_hidden"},
		{"arn:aws:logs:us-east-1:0:log-group:a\x00b\nc\\d:e", "a_b_c_d_e"},
		{"arn:aws:logs:us-east-1:0:log-group:///", "_"},
		{"arn:aws:logs:us-east-1:0:log-group:é", "__"},
	} {
		if got, err := Name(c.arn); got != c.want || err != nil {
			t.Errorf("Name(%q) = %q, %v, want %q", c.arn, got, err, c.want)
		}
	}
	for _, arn := range []string{"", "x", "arn:aws:logs:r:a:log-group:", "arn:aws:logs:r:a:group:x", "arn:aws:firehose:r:a:stream/x", "arn:aws:s3:::b", "nra:aws:logs:r:a:log-group:x"} {
		var e *ARNError
		if name, err := Name(arn); !errors.As(err, &e) {
			t.Errorf("Name(%q) = %q, %v, want an ARNError", arn, name, err)
		}
	}
	long := "arn:aws:logs:r:a:log-group:" + strings.Repeat("x", 400)
	a, _ := Name(long + "a")
	b, _ := Name(long + "b")
	if a == b || len(a) > 200 {
		t.Errorf("long names give %q and %q", a, b)
	}
}

func TestDestinationsAreShared(t *testing.T) {
	files := Open(Config{Dir: t.TempDir(), Log: quiet()})
	defer files.Close()
	a, errA := files.Destination(group)
	b, errB := files.Destination(strings.TrimSuffix(group, ":*"))
	if a != b || errA != nil || errB != nil {
		t.Errorf("two destinations for one group: %v, %v", errA, errB)
	}
	if _, err := files.Destination("x"); err == nil {
		t.Error("a destination that is no ARN is opened")
	}
}

func TestValidateFormat(t *testing.T) {
	if err := ValidateFormat("$context.requestId"); err != nil {
		t.Error(err)
	}
	if err := ValidateFormat(strings.Repeat("x", 3073)); err == nil {
		t.Error("a format above 3 KB is valid")
	}
	if _, err := New(strings.Repeat("x", 3073), nil); err == nil {
		t.Error("a format above 3 KB compiles")
	}
}

// FuzzRing compares a small ring with a plain buffer.
func FuzzRing(f *testing.F) {
	f.Add([]byte{1, 5, 0, 9, 16, 0, 0, 17, 3})
	f.Fuzz(func(t *testing.T, ops []byte) {
		r := newRing(16)
		var model []byte
		for i, op := range ops {
			if op == 0 {
				if got := r.take([]byte("kept")); string(got) != "kept"+string(model) {
					t.Fatalf("take = %q, want %q", got, model)
				}
				model = model[:0]
				continue
			}
			line := bytes.Repeat([]byte{byte(i)}, int(op%20))
			fits := len(model)+len(line) <= 16
			if r.put(line) != fits {
				t.Fatalf("put of %d beside %d fits: %v", len(line), len(model), !fits)
			}
			if fits {
				model = append(model, line...)
			}
		}
	})
}

func BenchmarkLog(b *testing.B) {
	d := newDestination("bench", discard{}, quiet())
	defer d.close()
	log, err := New(`$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.routeKey $context.protocol" $context.status $context.responseLength $context.requestId`, d)
	if err != nil {
		b.Fatal(err)
	}
	x := request(0, "/a")
	b.ReportAllocs()
	for b.Loop() {
		log.Log(x)
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }
