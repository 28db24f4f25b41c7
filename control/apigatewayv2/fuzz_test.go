package apigatewayv2

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzValidURL: whatever is allowed is a URL with a fixed host once its parts are
// filled, and can't break out of a request line.
func FuzzValidURL(f *testing.F) {
	for _, seed := range []string{shopURL, "https://${stageVariables.h}:${stageVariables.p}/{proxy}?a={b}", "http://[::1]:1/", "http://a@b/", "http://{x}/", "http://a#b", "http://a/%zz"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		if !validURL(uri) {
			return
		}
		if strings.ContainsAny(uri, " \r\n\t\x00#") {
			t.Fatalf("validURL(%q) with a separator", uri)
		}
		filled := pathParameter.ReplaceAllString(stageVariable.ReplaceAllString(uri, "1"), "x")
		u, err := url.Parse(filled)
		if err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("validURL(%q), but filled it is %q: %v", uri, filled, err)
		}
	})
}

// FuzzMapping: whatever is allowed can't split a header and names no reserved
// one.
func FuzzMapping(f *testing.F) {
	for _, seed := range [][2]string{{"append:header.x", "$request.header.a"}, {"overwrite:path", "/${request.path.id}"},
		{"remove:querystring.q", "''"}, {"overwrite:header.VIA", "x"}, {"append:header.a", "${context.a.b}${stageVariables.c}"}, {"append:header.a", "$request.body.a[0]"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		if checkRequestParameters(map[string]string{key: value}) != nil {
			return
		}
		if strings.ContainsAny(key+value, "\r\n\x00") {
			t.Fatalf("%q: %q is allowed with a line break", key, value)
		}
		if name, isHeader := strings.CutPrefix(key[strings.Index(key, ":")+1:], "header."); isHeader && (!isToken(name) || strings.HasPrefix(strings.ToLower(name), "x-amz") || strings.EqualFold(name, "via")) {
			t.Fatalf("%q is allowed", key)
		}
		if expr, whole := strings.CutPrefix(value, "$"); whole && !strings.HasPrefix(expr, "{") && !strings.HasPrefix(key, "remove:") {
			if source, _, _ := strings.Cut(expr, "."); source != "request" && source != "context" && source != "stageVariables" {
				t.Fatalf("source of %q is allowed", value)
			}
		}
	})
}

func FuzzLambda(f *testing.F) {
	for _, seed := range []string{echoARN, echoURI, echoARN + ":${stageVariables.a}", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		if validLambda(uri) && !strings.Contains(uri, ":lambda:") {
			t.Fatalf("validLambda(%q)", uri)
		}
	})
}
