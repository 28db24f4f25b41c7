package upstream

import (
	"context"
	"errors"
	"net/netip"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"gatehouse/core/clock"
)

func TestResolver(t *testing.T) {
	asked := 0
	var fault error
	c := &clock.Clock{}
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	r := newResolver(func(context.Context, string) ([]netip.Addr, error) {
		asked++
		return []netip.Addr{a, b}, fault
	}, 30*time.Second, c)
	check := func(step string, want []netip.Addr, lookups int) {
		t.Helper()
		got, err := r.addresses(t.Context(), "b.test")
		if err != nil || !slices.Equal(got, want) || asked != lookups {
			t.Errorf("%s: %v, %v after %d look-ups; want %v after %d", step, got, err, asked, want, lookups)
		}
	}
	check("first", []netip.Addr{a, b}, 1)
	check("remembered", []netip.Addr{a, b}, 1)
	r.prefer("b.test", b)
	check("preferred", []netip.Addr{b, a}, 1)
	c.Advance(31 * time.Second)
	check("expired", []netip.Addr{a, b}, 2)
	r.forget("b.test")
	check("forgotten", []netip.Addr{a, b}, 3)
	r.forget("b.test")
	fault = errors.New("server failure")
	if _, err := r.addresses(t.Context(), "b.test"); !errors.Is(err, fault) {
		t.Errorf("addresses = %v, want %v", err, fault)
	}
	if got, err := r.addresses(t.Context(), "192.0.2.9"); err != nil || len(got) != 1 || asked != 4 {
		t.Errorf("addresses of an address = %v, %v after %d look-ups; want itself without one", got, err, asked)
	}
}

func TestResolverIsBounded(t *testing.T) {
	r := newResolver(func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("192.0.2.1")}, nil
	}, time.Minute, &clock.Clock{})
	for i := range 2 * maxNames {
		if _, err := r.addresses(t.Context(), "h"+strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.names) > maxNames {
		t.Errorf("%d names are remembered, want at most %d", len(r.names), maxNames)
	}
}

func TestParseAuthority(t *testing.T) {
	tests := []struct {
		in    string
		https bool
		want  Spec
		ok    bool
	}{
		{"b", false, Spec{Host: "b", Port: 80}, true},
		{"b", true, Spec{Host: "b", Port: 443, TLS: true}, true},
		{"B.Test:9001", false, Spec{Host: "b.test", Port: 9001}, true},
		{"192.0.2.1:1", false, Spec{Host: "192.0.2.1", Port: 1}, true},
		{"[2001:DB8::1]", false, Spec{Host: "2001:db8::1", Port: 80}, true},
		{"[::1]:8", true, Spec{Host: "::1", Port: 8, TLS: true}, true},
		{"my_service:80", false, Spec{Host: "my_service", Port: 80}, true},
		{in: ""}, {in: ":80"}, {in: "b:"}, {in: "b:0"}, {in: "b:65536"}, {in: "b:-1"}, {in: "u@b"}, {in: "b/c"}, {in: "a b"}, {in: "b\r\n"},
		{in: "::1"}, {in: "[::1"}, {in: "[b]"}, {in: "[fe80::1%eth0]"}, {in: "[::1]x"}, {in: "λ"},
	}
	for _, tt := range tests {
		got, err := ParseAuthority(tt.https, tt.in)
		if (err == nil) != tt.ok || got != tt.want {
			t.Errorf("ParseAuthority(%v, %q) = %+v, %v; want %+v, ok %v", tt.https, tt.in, got, err, tt.want, tt.ok)
		}
	}
}

func TestTargetsAreShared(t *testing.T) {
	r := newRig(t)
	if a, b := r.client.Target(Spec{Host: "b", Port: 1}), r.client.Target(Spec{Host: "b", Port: 1}); a != b {
		t.Error("equal specs have different targets")
	}
	d, err := r.client.Dynamic(r.loop, false, []byte("127.0.0.1:1"))
	if err != nil || d != r.target {
		t.Errorf("Dynamic = %v, %v; want the target of the same back end", d, err)
	}
	if _, err := r.client.Dynamic(r.loop, false, []byte("a b")); !errors.Is(err, ErrAuthority) {
		t.Errorf("Dynamic of no authority = %v, want %v", err, ErrAuthority)
	}
}

func TestUnusedTargetsAreForgotten(t *testing.T) {
	r := newRig(t)
	for i := range 100 {
		r.client.Target(Spec{Host: "b", Port: uint16(i + 2)})
	}
	for range 100 {
		runtime.GC()
		r.client.mu.Lock()
		n := len(r.client.targets)
		r.client.mu.Unlock()
		if n == 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("targets are kept: %d in use", len(r.client.Targets()))
}

func TestDynamicTargetsAreBounded(t *testing.T) {
	r := newRig(t)
	for i := range 3 * maxDynamic {
		if _, err := r.client.Dynamic(r.loop, false, strconv.AppendInt([]byte("h"), int64(i), 10)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(r.client.shards[0].dynamic[0]); n > maxDynamic {
		t.Errorf("%d targets are remembered, want at most %d", n, maxDynamic)
	}
}

// TestQueuedDialAsksForRoomAgain: dials that were queued while there was room
// must not take the descriptors that others hold by now.
func TestQueuedDialAsksForRoomAgain(t *testing.T) {
	r := newRig(t)
	r.engine.full = true
	if _, err := r.lane.reach(t.Context()); !errors.Is(err, errDescriptors) {
		t.Errorf("reach without room = %v, want %v", err, errDescriptors)
	}
}
