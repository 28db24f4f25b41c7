package wrk

import (
	"errors"
	"testing"
	"time"
)

const clean = `Running 2s test @ http://127.0.0.1:9000
  2 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.91ms    1.05ms  14.21ms   83.50%
    Req/Sec    17.20k     1.92k   20.10k    65.00%
  Latency Distribution
     50%    1.72ms
     75%    2.31ms
     90%    3.00ms
     99%    6.15ms
  68560 requests in 2.01s, 23.41MB read
Requests/sec:  34109.45
Transfer/sec:     11.65MB
`

const troubled = `  Latency Distribution
     50%  850.00us
     75%    2.31ms
     90%    3.00ms
     99%    1.20s 
  10 requests in 2.01s, 23.41KB read
  Socket errors: connect 1, read 2, write 3, timeout 4
  Non-2xx or 3xx responses: 5
Requests/sec:      4.98
`

func TestParse(t *testing.T) {
	tests := []struct {
		name, out string
		want      Result
	}{
		{"clean", clean, Result{68560, 34109.45, 1720 * time.Microsecond, 6150 * time.Microsecond, 0}},
		{"every kind of error is counted", troubled, Result{10, 4.98, 850 * time.Microsecond, 1200 * time.Millisecond, 15}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parse(tt.out)
			if err != nil || got != tt.want {
				t.Errorf("parse = %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestParseRefusesOtherText(t *testing.T) {
	for _, out := range []string{"", "unable to connect to 127.0.0.1:9 Connection refused\n"} {
		if _, err := parse(out); !errors.Is(err, errNoCount) {
			t.Errorf("parse(%q) = %v, want %v", out, err, errNoCount)
		}
	}
}

func TestScript(t *testing.T) {
	r := Request{Method: "POST", Path: "/a?b=1", Header: map[string]string{"Host": "x"}, Body: "{\"k\":\"\\\n\"}"}
	want := "wrk.method = \"POST\"\nwrk.path = \"/a?b=1\"\nwrk.headers[\"Host\"] = \"x\"\nwrk.body = \"{\\034k\\034:\\034\\092\\010\\034}\"\n"
	if got := r.script(); got != want {
		t.Errorf("script = %s, want %s", got, want)
	}
}
