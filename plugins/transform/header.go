package transform

import "strings"

// fate is what becomes of a header that a mapping sets.
type fate uint8

const (
	passes   fate = iota
	dropped       // silently
	refused       // the request fails
	remapped      // renamed x-amzn-Remapped-…
)

// requestFate is AWS's recorded behaviour for headers mapped into requests of
// HTTP and HTTP_PROXY integrations.
func requestFate(name string) fate {
	switch strings.ToLower(name) {
	case "content-length", "transfer-encoding", "x-amzn-trace-id", "x-amzn-apigateway-api-id":
		return refused
	case "connection", "expect", "proxy-authenticate", "te", "via":
		return dropped
	}
	return passes
}

// remap is the prefix of headers that the gateway itself writes.
const remap = "x-amzn-Remapped-"

// answerFate is AWS's recorded behaviour for headers that a mapping or an
// override puts into the response of an integration that is no proxy, with the
// name that the client gets.
func answerFate(name string) (string, fate) {
	switch strings.ToLower(name) {
	case "transfer-encoding":
		return "", dropped
	case "authorization", "connection", "content-length", "date", "expect", "host", "max-forwards", "proxy-authenticate",
		"server", "trailer", "upgrade", "user-agent":
		return remap + canonical(name), remapped
	case "content-md5":
		return remap + "Content-MD5", remapped
	case "www-authenticate":
		return remap + "WWW-Authenticate", remapped
	}
	return name, passes
}

// canonical returns a header's name in the usual case: Content-Length.
func canonical(name string) string {
	b := []byte(strings.ToLower(name))
	up := true
	for i, c := range b {
		if up && 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
		up = c == '-'
	}
	return string(b)
}
