package sigv4

import (
	"errors"
	"strings"
	"testing"

	"gatehouse/core/gwerr"
)

const sum64 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestParseFaults(t *testing.T) {
	const good = "AWS4-HMAC-SHA256 Credential=K/20260204/us-east-1/apigateway/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + sum64
	date := Field{"X-Amz-Date", "20260204T102000Z"}
	for _, c := range []struct {
		name, auth, query string
		noDate            bool
		want              *gwerr.Error
	}{
		{name: "none", want: Missing},
		{name: "good", auth: good},
		{name: "no blanks", auth: strings.ReplaceAll(good, ", ", ",")},
		{name: "bearer", auth: "Bearer abc", want: Incomplete.WithMessage("Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='.")},
		{name: "basic", auth: "Basic a=", noDate: true, want: Incomplete.WithMessage("Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=Basic a=")},
		{name: "no signature", auth: strings.Replace(good, "Signature="+sum64, "x=y", 1), want: Incomplete.WithMessage("Authorization header requires 'Signature' parameter. Authorization=%s", strings.Replace(good, "Signature="+sum64, "x=y", 1))},
		{name: "no date", auth: good, noDate: true, want: Incomplete.WithMessage("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=%s", good)},
		{name: "algorithm", auth: strings.Replace(good, "HMAC", "X", 1), want: Incomplete.WithMessage("Unsupported AWS 'algorithm': 'AWS4-X-SHA256'.")},
		{name: "short scope", auth: strings.Replace(good, "K/", "", 1), want: Incomplete.WithMessage("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '20260204/us-east-1/apigateway/aws4_request'")},
		{name: "terminator", auth: strings.Replace(good, "aws4_request", "aws5", 1), want: Invalid.WithMessage("Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.")},
		{name: "host unsigned", auth: strings.Replace(good, "host;", "", 1), want: Invalid.WithMessage("'Host' must be a 'SignedHeader' in the AWS Authorization.")},
		{name: "odd signature", auth: good + "0", want: Invalid.WithMessage(mismatchText)},
		{name: "presigned lacks", query: "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260204T102000Z", want: Incomplete.WithMessage("AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.")},
		{name: "presigned", query: presignedQuery("300")},
		{name: "presigned twice", query: presignedQuery("300") + "&X-Amz-Date=20260204T102001Z", want: Incomplete.WithMessage("Query parameter 'X-Amz-Date' is given twice.")},
		{name: "presigned too long", query: presignedQuery("604801"), want: Incomplete.WithMessage("X-Amz-Expires must be between 1 and 604800 seconds.")},
	} {
		r := &Request{Method: "GET", Path: "/", Query: c.query, Fields: []Field{{"Host", "h"}}}
		if c.auth != "" {
			r.Fields = append(r.Fields, Field{"authorization", c.auth})
		}
		if !c.noDate {
			r.Fields = append(r.Fields, date)
		}
		_, err := Parse(r)
		if c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func presignedQuery(expires string) string {
	return "a=b&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=K%2F20260204%2Fus-east-1%2Fapigateway%2Faws4_request" +
		"&X-Amz-Date=20260204T102000Z&X-Amz-Expires=" + expires + "&X-Amz-SignedHeaders=host&X-Amz-Signature=" + sum64
}

func TestScope(t *testing.T) {
	for _, c := range []struct{ name, auth, query, want string }{
		{"none", "", "", ""},
		{"header", "AWS4-HMAC-SHA256 Credential=K/d/eu-west-1/lambda/aws4_request, SignedHeaders=, Signature=x", "", "K eu-west-1 lambda"},
		{"query", "", presignedQuery("5"), "K us-east-1 apigateway"},
		{"bearer", "Bearer x", "", ""},
	} {
		got, ok := Scope(&Request{Query: c.query, Fields: []Field{{"Authorization", c.auth}}})
		text := strings.TrimSpace(got.AccessKey + " " + got.Region + " " + got.Service)
		if text != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q %v, want %q", c.name, text, ok, c.want)
		}
	}
}

// FuzzParse: no header and no query may panic or be read as two things.
func FuzzParse(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=K/20260204/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature="+sum64, "", "/a//b/../%24")
	f.Add("Bearer abc", "", "/")
	f.Add("", presignedQuery("300"), "")
	f.Add("a=,=,", "X-Amz-Algorithm=%zz&X-Amz-Date=%", "/%")
	f.Fuzz(func(t *testing.T, auth, query, path string) {
		r := &Request{Method: "GET", Path: path, Query: query,
			Fields: []Field{{"Host", "h"}, {"Authorization", auth}, {"X-Amz-Date", "20260204T102000Z"}}}
		sig, err := Parse(r)
		scope, ok := Scope(r)
		if err != nil {
			if e := gwerr.As(err); e.Status != 403 && e.Status != 400 {
				t.Fatalf("fault %v", err)
			}
			return
		}
		if !ok || scope != sig.Credential {
			t.Fatalf("Parse read %+v, Scope %+v", sig.Credential, scope)
		}
		if err := sig.Verify(r, Check{Secret: "s", BodyHash: BodyHash(nil), Now: testTime}); err == nil {
			t.Fatalf("verified %q %q", auth, query)
		}
	})
}
