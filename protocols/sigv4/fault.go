package sigv4

import (
	"crypto/sha256"
	"encoding/base64"
	"time"

	"gatehouse/core/gwerr"
)

// What is wrong with a request's signature, as AWS words it.
var (
	// Missing is the answer to a request with no signature at all.
	Missing = &gwerr.Error{Type: "MissingAuthenticationTokenException", Status: 403, Message: "Missing Authentication Token"}
	// Incomplete is a signature that can't be read.
	Incomplete = &gwerr.Error{Type: "IncompleteSignatureException", Status: 403}
	// Invalid is a readable signature that doesn't hold.
	Invalid = &gwerr.Error{Type: "InvalidSignatureException", Status: 403}
	// Expired is a presigned request after its X-Amz-Expires.
	Expired = &gwerr.Error{Type: "RequestExpired", Status: 400, Message: "Request has expired."}
	// UnknownKey is an access key or session token that isn't ours.
	UnknownKey = &gwerr.Error{Type: "UnrecognizedClientException", Status: 403, Message: "The security token included in the request is invalid."}
)

const mismatchText = "The request signature we calculated does not match the signature you provided. " +
	"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

// mismatch tells the caller what should have been signed. It holds nothing but
// what the request itself held.
func mismatch(canonical, toSign []byte) error {
	return Invalid.WithMessage("%s\n\nThe Canonical String for this request should have been\n'%s'\n\nThe String-to-Sign should have been\n'%s'\n",
		mismatchText, canonical, toSign)
}

// notPairs is the answer to a header that isn't key=value pairs. The value is
// shown as its hash because it may be a credential of another scheme.
func notPairs(header string) error {
	sum := sha256.Sum256([]byte(header))
	return Incomplete.WithMessage("Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '%s'.",
		base64.StdEncoding.EncodeToString(sum[:]))
}

func tooOld(t, now time.Time) error {
	return Invalid.WithMessage("Signature expired: %s is now earlier than %s (%s - %d min.)",
		stamp(t), stamp(now.Add(-MaxSkew)), stamp(now), int(MaxSkew.Minutes()))
}

func tooNew(t, now time.Time) error {
	return Invalid.WithMessage("Signature not yet current: %s is still later than %s (%s + %d min.)",
		stamp(t), stamp(now.Add(MaxSkew)), stamp(now), int(MaxSkew.Minutes()))
}

// WrongService is the answer to a scope that names another service than want.
func WrongService(want string) error {
	return Invalid.WithMessage("Credential should be scoped to correct service: '%s'. ", want)
}

func stamp(t time.Time) string { return t.UTC().Format(timeLayout) }
