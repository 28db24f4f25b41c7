//go:build !race

package accesslog

import "testing"

func TestAllocsLog(t *testing.T) {
	d := newDestination("allocs", discard{}, quiet())
	defer d.close()
	log, err := New("$context.requestTime $context.path $context.status $context.identity.user $context.requestId", d)
	if err != nil {
		t.Fatal(err)
	}
	x := request(0, "/a\nb")
	if n := testing.AllocsPerRun(1000, func() { log.Log(x) }); n != 0 {
		t.Errorf("Log allocates %v times", n)
	}
}
