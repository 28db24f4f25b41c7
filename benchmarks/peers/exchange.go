package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"gatehouse/benchmarks/wrk"
)

const (
	answerBytes = 200
	postBytes   = 10 << 10
	postLength  = "10240" // postBytes as a header has it
	localPath   = "/local"
)

// answer is the back end's JSON for a request whose Content-Length header
// reads got: 200 bytes whatever its length.
func answer(got string) string {
	head := `{"got":"` + got + `","pad":"`
	return head + strings.Repeat("x", answerBytes-len(head)-2) + `"}`
}

func getExchange() exchange {
	return exchange{wrk.Request{Method: "GET", Path: "/orders/7?x=1"}, http.StatusOK, answer("")}
}

// postExchange sends 10 KB. The answer names the length that reached the back
// end, so a program that loses the body is found out.
func postExchange() exchange {
	body := `{"pad":"` + strings.Repeat("y", postBytes-10) + `"}`
	header := map[string]string{"Content-Type": "application/json"}
	return exchange{wrk.Request{Method: "POST", Path: "/post", Header: header, Body: body},
		http.StatusOK, answer(postLength)}
}

// localExchange is answered by a peer itself, with as many bytes as the back end gives.
func localExchange() exchange {
	return exchange{wrk.Request{Method: "GET", Path: localPath}, http.StatusOK, answer("")}
}

// below is the same exchange with a stage's name before the path.
func (x exchange) below(stage string) exchange {
	x.Path = stage + x.Path
	return x
}

// scenario is one kind of request. A program without an address for it is left out.
type scenario struct {
	name, title string
	url         func(*instance) string
	exchange    func(*instance) exchange
}

var scenarios = []scenario{
	{"get", "Proxied GET, 200-byte answer", plainURL, func(in *instance) exchange { return getExchange().below(in.stage) }},
	{"post", "Proxied POST of 10 KB", plainURL, func(in *instance) exchange { return postExchange().below(in.stage) }},
	{"local", "Answered without a back end", plainURL, func(in *instance) exchange { return in.local }},
	{"tls", "Proxied GET over TLS 1.3", tlsURL, func(in *instance) exchange { return getExchange().below(in.stage) }},
}

func plainURL(in *instance) string { return "http://" + in.plain }

func tlsURL(in *instance) string {
	if in.tls == "" {
		return ""
	}
	return "https://" + in.tls
}

// checker asks each question once before it is asked a million times. The
// certificates are made for the run, so nothing vouches for them.
var checker = &http.Client{
	Timeout:   5 * time.Second,
	Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true},
}

// check makes the request once and compares the answer.
func (x exchange) check(url, host string) error {
	req, err := http.NewRequest(x.Method, url+x.Path, strings.NewReader(x.Body))
	if err != nil {
		return err
	}
	req.Host = host
	for name, value := range x.Header {
		req.Header.Set(name, value)
	}
	resp, err := checker.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	return x.compare(resp.StatusCode, string(body))
}

var errAnswer = errors.New("wrong answer")

func (x exchange) compare(status int, body string) error {
	if status != x.status {
		return fmt.Errorf("%w: status %d, want %d: %.200s", errAnswer, status, x.status, body)
	}
	if body != x.body {
		return fmt.Errorf("%w: body %.250q, want %.250q", errAnswer, body, x.body)
	}
	return nil
}
