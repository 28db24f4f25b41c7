package wire

import (
	"crypto/subtle"
	"net/http"
	"time"

	"gatehouse/protocols/sigv4"
)

// caller is who made a request, as far as it says so.
type caller struct {
	sigv4.Credential
	signature *sigv4.Signature // nil when signatures are not verified
}

// signed views a net/http request as its signature sees it.
func signed(r *http.Request) *sigv4.Request {
	s := &sigv4.Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery}
	s.Fields = append(s.Fields, sigv4.Field{Name: "Host", Value: r.Host})
	for name, values := range r.Header {
		for _, v := range values {
			s.Fields = append(s.Fields, sigv4.Field{Name: name, Value: v})
		}
	}
	return s
}

// identify reads who calls. With keys configured the key must be one of them;
// its signature is verified once the body is there.
func (s *Server) identify(r *http.Request, req *sigv4.Request) (caller, error) {
	if len(s.keys) == 0 {
		// Nothing else would stop a web page from writing to a loopback address.
		if err := s.origins.Check(r); err != nil {
			return caller{}, otherOrigin.Wrap(err)
		}
		c, _ := sigv4.Scope(req)
		return caller{Credential: c}, nil
	}
	sig, err := sigv4.Parse(req)
	if err != nil {
		return caller{}, err
	}
	who := caller{Credential: sig.Credential, signature: sig}
	key, ok := s.keys[sig.AccessKey]
	if !ok || key.Token != "" && subtle.ConstantTimeCompare([]byte(key.Token), []byte(sig.Token)) == 0 {
		return who, sigv4.UnknownKey
	}
	return who, nil
}

// verify holds the caller's signature against the request and its body.
func (s *Server) verify(who caller, req *sigv4.Request, body []byte, now time.Time) error {
	if who.signature == nil {
		return nil
	}
	return who.signature.Verify(req, sigv4.Check{
		Secret: s.keys[who.AccessKey].Secret, BodyHash: sigv4.BodyHash(body), Now: now,
	})
}

// newCall makes what an operation sees of a request.
func (s *Server) newCall(r *http.Request) *Call {
	id := newRequestID()
	return &Call{
		Context: r.Context(), RequestID: id, Region: s.cfg.Region, Account: s.cfg.Account,
		Header: r.Header, Answer: http.Header{}, Now: s.cfg.Now(), Log: s.cfg.Log.With("request", id),
	}
}

// setCaller puts into c what the credential scope says.
func (c *Call) setCaller(who caller) {
	c.AccessKey, c.Service = who.AccessKey, who.Service
	if who.Region != "" {
		c.Region = who.Region
	}
}
