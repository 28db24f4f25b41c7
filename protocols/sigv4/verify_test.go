package sigv4

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/core/gwerr"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

var (
	testTime   = time.Date(2026, 2, 4, 10, 20, 0, 0, time.UTC)
	testSecret = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
)

// fromHTTP is r as it would come over the wire.
func fromHTTP(r *http.Request) *Request {
	out := &Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery}
	out.Fields = append(out.Fields, Field{"Host", r.URL.Host})
	if r.ContentLength > 0 {
		out.Fields = append(out.Fields, Field{"Content-Length", fmt.Sprint(r.ContentLength)})
	}
	for n, vs := range r.Header {
		for _, v := range vs {
			out.Fields = append(out.Fields, Field{n, v})
		}
	}
	return out
}

func randomText(rnd *rand.Rand, alphabet string) string {
	r := []rune(alphabet)
	var b strings.Builder
	for range 1 + rnd.IntN(10) {
		b.WriteRune(r[rnd.IntN(len(r))])
	}
	return b.String()
}

func randomRequest(rnd *rand.Rand, body []byte) *http.Request {
	const odd = `abzAZ09-._~:@!$&'()*,;=+ é/%?#[]😀"`
	path := ""
	for range rnd.IntN(4) {
		path += "/x" + url.PathEscape(randomText(rnd, odd))
	}
	q := url.Values{}
	for range rnd.IntN(5) {
		q.Add("k"+randomText(rnd, "abA-_"), randomText(rnd, odd))
	}
	method := []string{"GET", "POST", "DELETE", "PATCH"}[rnd.IntN(4)]
	r, err := http.NewRequest(method, "http://127.0.0.1:4566"+path, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.URL.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	for i := range rnd.IntN(3) {
		r.Header.Add(fmt.Sprintf("X-Amz-Meta-%d", i), " "+randomText(rnd, "ab  c")+" ")
	}
	return r
}

// TestVerifySDK verifies what the SDK's signer makes of random requests, in the
// header and presigned, and that any change of it is refused.
func TestVerifySDK(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	for i := range 1000 {
		body := []byte(randomText(rnd, "{}ab\""))
		r := randomRequest(rnd, body)
		creds := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: testSecret.Reveal()}
		if i%3 == 0 {
			creds.SessionToken = "tok/en+="
		}
		req := signSDK(t, r, creds, BodyHash(body), i%2 == 1)
		check := Check{Secret: testSecret, BodyHash: BodyHash(body), Now: testTime.Add(time.Minute)}
		sig, err := Parse(req)
		if err == nil {
			err = sig.Verify(req, check)
		}
		if err != nil {
			t.Fatalf("request %d %s %s?%s: %v", i, req.Method, req.Path, req.Query, err)
		}
		if sig.Token != creds.SessionToken || sig.Region != "eu-west-1" || sig.Service != "apigateway" || sig.AccessKey != "AKID" {
			t.Fatalf("request %d: read %+v", i, sig)
		}
		refuseChanges(t, req, sig, check)
	}
}

func signSDK(t *testing.T, r *http.Request, creds aws.Credentials, hash string, presign bool) *Request {
	s := v4.NewSigner()
	if !presign {
		if err := s.SignHTTP(context.Background(), creds, r, hash, "apigateway", "eu-west-1", testTime); err != nil {
			t.Fatal(err)
		}
		return fromHTTP(r)
	}
	q := r.URL.Query()
	q.Set("X-Amz-Expires", "300")
	r.URL.RawQuery = q.Encode()
	uri, header, err := s.PresignHTTP(context.Background(), creds, r, hash, "apigateway", "eu-west-1", testTime)
	if err != nil {
		t.Fatal(err)
	}
	out, err := http.NewRequest(r.Method, uri, r.Body)
	if err != nil {
		t.Fatal(err)
	}
	header.Del("Host") // net/http sends these two itself
	header.Del("Content-Length")
	out.Header, out.ContentLength = header, r.ContentLength
	return fromHTTP(out)
}

func refuseChanges(t *testing.T, req *Request, sig *Signature, check Check) {
	t.Helper()
	other := check
	other.Secret += "x"
	changed := *req
	changed.Path += "/more"
	longer := *req
	longer.Query += "&extra=1"
	method := *req
	method.Method = "PUT"
	body := check
	body.BodyHash = BodyHash([]byte("another body"))
	for name, err := range map[string]error{
		"secret": sig.Verify(req, other), "path": sig.Verify(&changed, check), "query": sig.Verify(&longer, check),
		"method": sig.Verify(&method, check), "body": sig.Verify(req, body),
	} {
		if !errors.Is(err, Invalid) {
			t.Fatalf("with another %s: %v, want %v", name, err, Invalid.Type)
		}
	}
}

// TestSignLikeSDK compares our signature with the SDK's for equal requests.
func TestSignLikeSDK(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 8))
	id := Identity{AccessKey: "AKID", Secret: testSecret, Region: "eu-west-1", Service: "apigateway"}
	for i := range 300 {
		body := []byte(randomText(rnd, "ab"))
		if i%3 == 0 {
			id.Token = "session"
		}
		r := randomRequest(rnd, body)
		ours := fromHTTP(r)
		hash := BodyHash(body)
		if i%5 == 0 {
			hash = UnsignedPayload
			r.Header.Set("X-Amz-Content-Sha256", hash)
		}
		fields := id.Sign(ours, hash, testTime)
		creds := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: testSecret.Reveal(), SessionToken: id.Token}
		theirs := signSDK(t, r, creds, hash, false)
		if got, want := fields[len(fields)-1].Value, theirs.Field("Authorization"); got != want {
			t.Fatalf("%s %s\n got %s\nwant %s", r.Method, r.URL, got, want)
		}
	}
}

func TestVerifyTimes(t *testing.T) {
	id := Identity{AccessKey: "AKID", Secret: testSecret, Region: "us-east-1", Service: "execute-api"}
	req := &Request{Method: "GET", Path: "/", Fields: []Field{{"Host", "h"}}}
	req.Fields = append(req.Fields, id.Sign(req, BodyHash(nil), testTime)...)
	for _, c := range []struct {
		name string
		now  time.Duration
		want string
	}{
		{"now", 0, ""},
		{"five minutes later", 5 * time.Minute, ""},
		{"five minutes early", -5 * time.Minute, ""},
		{"expired", 5*time.Minute + time.Second, "Signature expired: 20260204T102000Z is now earlier than 20260204T102001Z (20260204T102501Z - 5 min.)"},
		{"early", -5*time.Minute - time.Second, "Signature not yet current: 20260204T102000Z is still later than 20260204T101959Z (20260204T101459Z + 5 min.)"},
	} {
		sig, err := Parse(req)
		if err != nil {
			t.Fatal(err)
		}
		err = sig.Verify(req, Check{Secret: testSecret, BodyHash: BodyHash(nil), Now: testTime.Add(c.now)})
		if got := message(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return gwerr.As(err).Message
}

func TestPresignedExpiry(t *testing.T) {
	r, _ := http.NewRequest("GET", "http://h/a", http.NoBody)
	req := signSDK(t, r, aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: testSecret.Reveal()}, BodyHash(nil), true)
	sig, err := Parse(req)
	if err != nil || !sig.Presigned || sig.Expires != 300*time.Second {
		t.Fatalf("Parse = %+v, %v", sig, err)
	}
	check := Check{Secret: testSecret, BodyHash: BodyHash(nil), Now: testTime.Add(300 * time.Second)}
	if err := sig.Verify(req, check); err != nil {
		t.Errorf("at the last second: %v", err)
	}
	check.Now = check.Now.Add(time.Second)
	if err := sig.Verify(req, check); !errors.Is(err, Expired) {
		t.Errorf("after it: %v, want %v", err, Expired)
	}
}

func TestMismatchText(t *testing.T) {
	id := Identity{AccessKey: "AKID", Secret: testSecret, Region: "us-east-1", Service: "execute-api"}
	req := &Request{Method: "POST", Path: "/test/%40connections/x%3D", Fields: []Field{{"Host", "h"}}}
	req.Fields = append(req.Fields, id.Sign(req, BodyHash(nil), testTime)...)
	sig, _ := Parse(req)
	err := sig.Verify(req, Check{Secret: "other", BodyHash: BodyHash(nil), Now: testTime})
	want := mismatchText + "\n\nThe Canonical String for this request should have been\n'POST\n/test/%2540connections/x%253D\n\n" +
		"host:h\nx-amz-date:20260204T102000Z\n\nhost;x-amz-date\n" + BodyHash(nil) + "'\n\nThe String-to-Sign should have been\n" +
		"'AWS4-HMAC-SHA256\n20260204T102000Z\n20260204/us-east-1/execute-api/aws4_request\n"
	if got := message(err); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "'\n") {
		t.Errorf("got  %q\nwant %q…", got, want)
	}
}

func TestPathForms(t *testing.T) {
	for _, c := range []struct {
		raw    string
		single bool
		want   []string
	}{
		{"", false, []string{"/"}},
		{"/a/%24default", false, []string{"/a/%2524default"}},
		{"/a/@x=", false, []string{"/a/%40x%3D"}},
		{"/a/%40x%3D", true, []string{"/a/%2540x%253D", "/a/%40x%3D"}},
		{"/a//b/./c/../d/", false, []string{"/a//b/./c/../d/", "/a/b/d/"}},
		{"/..", false, []string{"/..", "/"}},
	} {
		got := canonicalPaths(c.raw, c.single)
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("canonicalPaths(%q, %v) = %q, want %q", c.raw, c.single, got, c.want)
		}
	}
}

// TestSinglePath accepts a path encoded once only where that is asked for.
func TestSinglePath(t *testing.T) {
	id := Identity{AccessKey: "AKID", Secret: testSecret, Region: "us-east-1", Service: "execute-api"}
	plain := &Request{Method: "GET", Path: "/s/@connections/x=", Fields: []Field{{"Host", "h"}}}
	sent := *plain
	sent.Path = "/s/%40connections/x%3D"
	sent.Fields = append(sent.Fields, id.Sign(plain, BodyHash(nil), testTime)...)
	sig, err := Parse(&sent)
	if err != nil {
		t.Fatal(err)
	}
	check := Check{Secret: testSecret, BodyHash: BodyHash(nil), Now: testTime}
	if err := sig.Verify(&sent, check); !errors.Is(err, Invalid) {
		t.Errorf("without SinglePath: %v, want %v", err, Invalid.Type)
	}
	check.SinglePath = true
	if err := sig.Verify(&sent, check); err != nil {
		t.Errorf("with SinglePath: %v", err)
	}
}

func TestSecretStaysSecret(t *testing.T) {
	var b bytes.Buffer
	s := Secret("hidden")
	fmt.Fprintf(&b, "%v %s %q %+v %#v %x %d", s, s, s, s, s, s, s)
	text, _ := s.MarshalText()
	_, _ = io.WriteString(&b, string(text)+s.LogValue().String())
	fmt.Fprintf(&b, "%+v", struct{ S Secret }{s})
	if strings.Contains(b.String(), "hidden") || strings.Contains(b.String(), fmt.Sprintf("%x", "hidden")) {
		t.Errorf("printed %s", b.String())
	}
}
