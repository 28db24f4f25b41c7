package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"time"
)

// Check is what Verify needs to know beside the request.
type Check struct {
	Secret   Secret
	BodyHash string    // of the body as it came (BodyHash)
	Now      time.Time // the gateway's clock

	// SinglePath also accepts a canonical path that was percent-encoded once only,
	// as @connections takes it. It makes a%2524b and a%24b one path: leave it off
	// where that would matter.
	SinglePath bool
}

// Verify tells whether the signature is the secret's over r, and timely. Errors
// are Invalid and Expired. It takes the same time wherever a signature is wrong.
func (s *Signature) Verify(r *Request, c Check) error {
	if err := s.checkTime(c.Now); err != nil {
		return err
	}
	hash, ok := s.payload(r, c.BodyHash)
	key := deriveKey(c.Secret, s.Credential)
	var first, toSign []byte
	for _, path := range canonicalPaths(r.Path, c.SinglePath) {
		canonical := appendCanonical(nil, r, path, s.SignedHeaders, hash)
		text := stringToSign(canonical, s.Time, s.Credential)
		if first == nil {
			first, toSign = canonical, text
		}
		if subtle.ConstantTimeCompare(mac(key, text), s.sum) == 1 && ok {
			return nil
		}
	}
	return mismatch(first, toSign)
}

// payload says what stands for the body in the canonical request, and whether
// that agrees with the body that came.
func (s *Signature) payload(r *Request, bodyHash string) (string, bool) {
	switch claimed := r.Field("X-Amz-Content-Sha256"); claimed {
	case "", bodyHash:
		return bodyHash, true
	case UnsignedPayload:
		return UnsignedPayload, true
	default:
		return bodyHash, false
	}
}

// checkTime holds the date against the scope's day and the clock.
func (s *Signature) checkTime(now time.Time) error {
	if day := s.Time.Format("20060102"); day != s.Date {
		return Invalid.WithMessage("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			s.Date, day, stamp(s.Time))
	}
	if s.Time.After(now.Add(MaxSkew)) {
		return tooNew(s.Time, now)
	}
	if s.Expires > 0 {
		if now.After(s.Time.Add(s.Expires)) {
			return Expired
		}
		return nil
	}
	if s.Time.Before(now.Add(-MaxSkew)) {
		return tooOld(s.Time, now)
	}
	return nil
}

func stringToSign(canonical []byte, t time.Time, c Credential) []byte {
	sum := sha256.Sum256(canonical)
	dst := append([]byte(algorithm), '\n')
	dst = append(append(dst, stamp(t)...), '\n')
	dst = append(append(dst, c.scope()...), '\n')
	return hex.AppendEncode(dst, sum[:])
}

func deriveKey(secret Secret, c Credential) []byte {
	key := mac([]byte("AWS4"+secret.Reveal()), []byte(c.Date))
	key = mac(key, []byte(c.Region))
	key = mac(key, []byte(c.Service))
	return mac(key, []byte(terminator))
}

func mac(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return h.Sum(nil)
}
