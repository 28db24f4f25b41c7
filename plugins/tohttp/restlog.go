package tohttp

import (
	"bytes"

	"gatehouse/core/exchange"
	"gatehouse/plugins/rest"
)

// logRequest writes what is sent into the execution log.
func (s *RESTStep) logRequest(x *exchange.Exchange, st *rest.State, head, body []byte) {
	line, lines, _ := bytes.Cut(head, []byte("\r\n"))
	target := bytes.Split(line, []byte(" "))[1]
	scheme := "http://"
	if s.uri.https {
		scheme = "https://"
	}
	var h exchange.Headers
	host := ""
	for one := range bytes.SplitSeq(lines, []byte("\r\n")) {
		name, value, ok := bytes.Cut(one, []byte(": "))
		switch {
		case !ok:
		case exchange.EqualFold(name, "Host"):
			host = string(value)
		default:
			h.Add(name, value)
		}
	}
	if s.target != nil {
		host = s.uri.authority.text()
	}
	uri := scheme + host + string(target)
	st.Log.Line("Endpoint request URI: %s", uri)
	st.Log.Line("Endpoint request headers: %s", rest.HeaderMap(&h))
	st.Log.Line("Endpoint request body after transformations: %s", body)
	st.Log.Line("Sending request to %s", uri)
}

// logAnswer writes what the back end answered into the execution log.
func logAnswer(x *exchange.Exchange, st *rest.State) {
	st.Log.Line("Received response. Status: %d, Integration latency: %d ms", x.Integration.Status, x.Integration.Latency/1e6)
	st.Log.Line("Endpoint response headers: %s", rest.HeaderMap(&x.Res.Headers))
	st.Log.Line("Endpoint response body before transformations: %s", x.Res.Body)
}
