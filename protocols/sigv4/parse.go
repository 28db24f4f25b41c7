package sigv4

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Parse reads the signature of r: the Authorization header when there is one,
// else the presigned query. It checks forms only. Errors are Missing without
// either and Incomplete otherwise.
func Parse(r *Request) (*Signature, error) {
	if auth := r.Field("Authorization"); auth != "" {
		return parseHeader(r, auth)
	}
	q, err := presigned(r.Query)
	if err != nil {
		return nil, err
	}
	if q == nil {
		return nil, Missing
	}
	return parseQuery(q)
}

// Scope reads the credential scope of r and nothing else, for callers that only
// route by it. It reports false when there is none to read.
func Scope(r *Request) (Credential, bool) {
	text := ""
	if auth := r.Field("Authorization"); auth != "" {
		_, pairs, _ := strings.Cut(auth, " ")
		text = splitPairs(pairs)["Credential"]
	} else if q, _ := presigned(r.Query); q != nil {
		text = q["X-Amz-Credential"]
	}
	c, err := parseCredential(text)
	return c, err == nil
}

func parseHeader(r *Request, auth string) (*Signature, error) {
	word, rest, _ := strings.Cut(strings.TrimSpace(auth), " ")
	if len(auth) > maxAuthorization || !allPairs(rest) {
		return nil, notPairs(auth)
	}
	p := splitPairs(rest)
	date := requestDate(r)
	if missing := missingParts(p, date); missing != "" {
		return nil, Incomplete.WithMessage("%sAuthorization=%s", missing, auth)
	}
	if word != algorithm {
		return nil, Incomplete.WithMessage("Unsupported AWS 'algorithm': '%s'.", word)
	}
	return assemble(p["Credential"], p["SignedHeaders"], p["Signature"], date, r.Field("X-Amz-Security-Token"))
}

func allPairs(s string) bool {
	for part := range strings.SplitSeq(s, ",") {
		if !strings.Contains(part, "=") {
			return false
		}
	}
	return true
}

func splitPairs(s string) map[string]string {
	m := map[string]string{}
	if len(s) > maxAuthorization {
		return m
	}
	for part := range strings.SplitSeq(s, ",") {
		if k, v, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
			m[k] = v
		}
	}
	return m
}

// missingParts words what the header lacks, "" when nothing.
func missingParts(p map[string]string, date string) string {
	var b strings.Builder
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if p[name] == "" {
			b.WriteString("Authorization header requires '" + name + "' parameter. ")
		}
	}
	if date == "" {
		b.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return b.String()
}

// requestDate is X-Amz-Date or, in its form, Date.
func requestDate(r *Request) string {
	if d := r.Field("X-Amz-Date"); d != "" {
		return d
	}
	d := r.Field("Date")
	for _, layout := range []string{time.RFC1123, time.RFC1123Z} {
		if t, err := time.Parse(layout, d); err == nil {
			return stamp(t)
		}
	}
	return d
}

// assemble checks the four parts that both forms share.
func assemble(credential, signed, signature, date, token string) (*Signature, error) {
	c, err := parseCredential(credential)
	if err != nil {
		return nil, err
	}
	t, err := time.Parse(timeLayout, date)
	if err != nil {
		return nil, Incomplete.WithMessage("Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", date)
	}
	sum, err := hex.DecodeString(signature)
	if err != nil || len(sum) != 32 {
		return nil, Invalid.WithMessage("%s", mismatchText)
	}
	names := strings.Split(strings.ToLower(signed), ";")
	if len(names) > maxSigned || !slices.Contains(names, "host") {
		return nil, Invalid.WithMessage("'Host' must be a 'SignedHeader' in the AWS Authorization.")
	}
	return &Signature{Credential: c, SignedHeaders: names, Token: token, Time: t, sum: sum}, nil
}

// parseCredential reads AKID/20260101/us-east-1/apigateway/aws4_request. The key
// id is what is before the last four parts.
func parseCredential(s string) (Credential, error) {
	parts := strings.Split(s, "/")
	n := len(parts)
	if n < 5 || slices.Contains(parts, "") {
		return Credential{}, Incomplete.WithMessage("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", s)
	}
	if parts[n-1] != terminator {
		return Credential{}, Invalid.WithMessage("Credential should be scoped with a valid terminator: '%s', not '%s'.", terminator, parts[n-1])
	}
	return Credential{
		AccessKey: strings.Join(parts[:n-4], "/"), Date: parts[n-4], Region: parts[n-3], Service: parts[n-2],
	}, nil
}
