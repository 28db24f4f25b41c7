package gwtest

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// quiet takes what a server would log.
var quiet = log.New(io.Discard, "", 0)

// patience is how long a test waits for what must come: far longer than it
// takes, since machines that run tests are busy.
const patience = 60 * time.Second

// client keeps connections and follows nothing.
var client = &http.Client{
	Timeout:   patience,
	Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	},
}

// Request is one request to the data listener.
type Request struct {
	Method  string // GET when ""
	Host    string // Host header
	Target  string // request target, sent as it is
	Headers map[string]string
	Body    string
}

// Answer is what came back.
type Answer struct {
	Status  int
	Headers http.Header
	Body    string
}

// Seen decodes the answer of Backend.
func (a *Answer) Seen(t testing.TB) Seen {
	t.Helper()
	var s Seen
	if err := json.Unmarshal([]byte(a.Body), &s); err != nil {
		t.Fatalf("answer %d is not the back end's: %v in %q", a.Status, err, a.Body)
	}
	return s
}

// Send sends r to the data listener.
func (g *Gateway) Send(t testing.TB, r Request) Answer {
	t.Helper()
	a, err := g.TrySend(r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TrySend is Send for any goroutine.
func (g *Gateway) TrySend(r Request) (Answer, error) {
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	var body io.Reader
	if r.Body != "" {
		body = strings.NewReader(r.Body)
	}
	req, err := http.NewRequest(method, "http://"+g.Listen, body)
	if err != nil {
		return Answer{}, err
	}
	path, query, _ := strings.Cut(r.Target, "?")
	req.URL = &url.URL{Scheme: "http", Host: g.Listen, Opaque: path, RawQuery: query, ForceQuery: strings.HasSuffix(r.Target, "?")}
	req.Host = r.Host
	for name, v := range r.Headers {
		req.Header.Set(name, v)
	}
	res, err := client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return Answer{res.StatusCode, res.Header, string(b)}, err
}

// Eventually waits until ok, and fails the test after a minute with what.
func Eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}
