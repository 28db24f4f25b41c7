package gwtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Seen is what the back end of Backend answers: the request as it came.
type Seen struct {
	Method, Target, Host string
	Headers              http.Header
	Body                 string
}

// Backend starts a back end that answers with what it saw. A path that holds
// /status/NNN chooses the status; the header X-Wait (a duration) makes it wait.
// It sends a Server header, an Access-Control-Allow-Origin, and X-Backend.
func Backend(t testing.TB) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(answerSeen))
	t.Cleanup(s.Close)
	return s
}

// BackendTLS is Backend with a certificate of its own for 127.0.0.1 and
// example.com.
func BackendTLS(t testing.TB) *httptest.Server {
	s := httptest.NewUnstartedServer(http.HandlerFunc(answerSeen))
	s.Config.ErrorLog = quiet // refused handshakes are what a test wants
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func answerSeen(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the gateway went away
	}
	if d, err := time.ParseDuration(r.Header.Get("X-Wait")); err == nil {
		select {
		case <-time.After(d):
		case <-r.Context().Done():
			return
		}
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Server", "backend")
	h.Set("X-Backend", "yes")
	h.Set("Access-Control-Allow-Origin", "https://backend.example")
	status := http.StatusOK
	if _, text, ok := strings.Cut(r.URL.Path, "/status/"); ok {
		if n, err := strconv.Atoi(text); err == nil && n >= 200 && n < 600 {
			status = n
		}
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Seen{r.Method, r.RequestURI, r.Host, r.Header, string(body)})
}
