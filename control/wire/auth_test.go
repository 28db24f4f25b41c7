package wire

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/protocols/sigv4"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// TestAuthFaults walks the refusals of a server with keys. Forms of the header
// are protocols/sigv4's tests.
func TestAuthFaults(t *testing.T) {
	srv := start(t, Config{Keys: []Key{{ID: testKey, Secret: testSecret}, {ID: "ASIASESSION", Secret: testSecret, Token: "tok"}}})
	good := func(o *signing) {}
	for _, c := range []struct {
		name    string
		change  func(*signing)
		status  int
		errType string
		want    string // start of the body
	}{
		{"good", good, 200, "", `{"items"`},
		{"a token too many", func(o *signing) { o.token = "any" }, 200, "", `{"items"`},
		{"session", func(o *signing) { o.key, o.token = "ASIASESSION", "tok" }, 200, "", `{"items"`},
		{"presigned", func(o *signing) { o.presign = true }, 200, "", `{"items"`},
		{"unsigned payload", func(o *signing) { o.hash = sigv4.UnsignedPayload }, 200, "", `{"items"`},
		{"hash in a field", func(o *signing) { o.declared = sigv4.BodyHash(nil) }, 200, "", `{"items"`},
		{"wrong hash in a field", func(o *signing) { o.declared = sigv4.BodyHash([]byte("x")); o.hash = o.declared }, 403, "InvalidSignatureException", `{"message":"The request signature we calculated`},
		{"unsigned", func(o *signing) { o.unsigned = true }, 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`},
		{"bearer", func(o *signing) { o.header = "Bearer abc" }, 403, "IncompleteSignatureException", `{"message":"Invalid key=value pair (missing equal-sign)`},
		{"unknown key", func(o *signing) { o.key = "AKIAOTHER" }, 403, "UnrecognizedClientException", `{"message":"The security token included in the request is invalid."}`},
		{"wrong session", func(o *signing) { o.key, o.token = "ASIASESSION", "other" }, 403, "UnrecognizedClientException", `{"message":"The security token included in the request is invalid."}`},
		{"no session", func(o *signing) { o.key = "ASIASESSION" }, 403, "UnrecognizedClientException", `{"message":"The security token included in the request is invalid."}`},
		{"wrong secret", func(o *signing) { o.secret = "other" }, 403, "InvalidSignatureException", `{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'GET\n/v2/apis\n`},
		{"other query", func(o *signing) { o.more = "&maxResults=3" }, 403, "InvalidSignatureException", `{"message":"The request signature we calculated`},
		{"old", func(o *signing) { o.at = -6 * time.Minute }, 403, "InvalidSignatureException", `{"message":"Signature expired: 20260204T101400Z is now earlier than 20260204T101500Z (20260204T102000Z - 5 min.)"}`},
		{"early", func(o *signing) { o.at = 6 * time.Minute }, 403, "InvalidSignatureException", `{"message":"Signature not yet current: 20260204T102600Z is still later than 20260204T102500Z (20260204T102000Z + 5 min.)"}`},
		{"presigned and over", func(o *signing) { o.presign, o.at = true, -61*time.Second }, 400, "RequestExpired", `{"message":"Request has expired."}`},
		{"service not built", func(o *signing) { o.service = "s3" }, 501, "NotImplementedException", `{"message":"The service s3 is not built yet."}`},
	} {
		o := signing{key: testKey, secret: testSecret, service: "apigateway", hash: sigv4.BodyHash(nil)}
		c.change(&o)
		res, err := srv.Client().Do(o.request(t, srv.URL))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var body strings.Builder
		if err := res.Write(&body); err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != c.status || res.Header.Get("X-Amzn-ErrorType") != c.errType || !strings.Contains(body.String(), "\r\n\r\n"+c.want) {
			t.Errorf("%s: %d %s\nwant %d %s %s", c.name, res.StatusCode, body.String(), c.status, c.errType, c.want)
		}
	}
}

// signing is how one request of TestAuthFaults is signed.
type signing struct {
	key, secret, token, service string
	hash, declared              string
	header, more                string
	presign, unsigned           bool
	at                          time.Duration
}

func (o signing) request(t *testing.T, base string) *http.Request {
	url := base + "/v2/apis?X-Amz-Expires=60"
	if !o.presign {
		url = base + "/v2/apis?maxResults=10"
	}
	r, err := http.NewRequest("GET", url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if o.hash == sigv4.UnsignedPayload {
		o.declared = o.hash
	}
	if o.declared != "" {
		r.Header.Set("X-Amz-Content-Sha256", o.declared)
	}
	creds := aws.Credentials{AccessKeyID: o.key, SecretAccessKey: o.secret, SessionToken: o.token}
	switch {
	case o.unsigned:
	case o.presign:
		signed, _, err := v4.NewSigner().PresignHTTP(t.Context(), creds, r, o.hash, o.service, "eu-west-1", testNow.Add(o.at))
		if err != nil {
			t.Fatal(err)
		}
		r, _ = http.NewRequest("GET", signed, http.NoBody)
	default:
		if err := v4.NewSigner().SignHTTP(t.Context(), creds, r, o.hash, o.service, "eu-west-1", testNow.Add(o.at)); err != nil {
			t.Fatal(err)
		}
	}
	r.URL.RawQuery += o.more
	if o.header != "" {
		r.Header.Set("Authorization", o.header)
	}
	return r
}

// TestKeyCheckedBeforeBody: who is not known can't make the server read a body.
func TestKeyCheckedBeforeBody(t *testing.T) {
	srv := start(t, Config{Keys: []Key{{ID: testKey, Secret: testSecret}}})
	read := false
	req, err := http.NewRequest("POST", srv.URL+"/v2/apis", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Body = bodyFunc(func([]byte) (int, error) { read = true; return 0, http.ErrBodyNotAllowed })
	rec := newRecorder()
	srv.Config.Handler.ServeHTTP(rec, req)
	if read || rec.status != 403 {
		t.Errorf("body read: %v, status %d, want false and 403", read, rec.status)
	}
}

type bodyFunc func([]byte) (int, error)

func (f bodyFunc) Read(p []byte) (int, error) { return f(p) }
func (f bodyFunc) Close() error               { return nil }

type recorder struct {
	header http.Header
	status int
}

func newRecorder() *recorder                          { return &recorder{header: http.Header{}} }
func (r *recorder) Header() http.Header               { return r.header }
func (r *recorder) WriteHeader(status int)            { r.status = status }
func (r *recorder) Write(p []byte) (n int, err error) { return len(p), nil }

// TestOtherOrigins: without keys a web page of another origin can't write.
func TestOtherOrigins(t *testing.T) {
	srv := start(t, Config{})
	for _, c := range []struct {
		name, method, header, value string
		status                      int
	}{
		{"no browser", "POST", "X-Other", "x", 201},
		{"same origin", "POST", "Origin", srv.URL, 201},
		{"other origin", "POST", "Origin", "http://evil.example", 403},
		{"sandboxed", "POST", "Origin", "null", 403},
		{"cross-site", "POST", "Sec-Fetch-Site", "cross-site", 403},
		{"reading", "GET", "Sec-Fetch-Site", "cross-site", 200},
	} {
		req, err := http.NewRequest(c.method, srv.URL+"/v2/apis", strings.NewReader(`{"name":"n","protocolType":"HTTP"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(c.header, c.value)
		res, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", c.name, res.StatusCode, c.status)
		}
	}
}
