package sigv4

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Identity is who signs and for what.
type Identity struct {
	AccessKey string
	Secret    Secret
	Token     string // session token, "" without one
	Region    string
	Service   string
}

// Sign returns the fields that make r a signed request at t: X-Amz-Date,
// X-Amz-Security-Token with a token, and Authorization. All fields of r are
// signed but those that hops change; r must hold Host. bodyHash is BodyHash of
// the body or UnsignedPayload; the latter also returns X-Amz-Content-Sha256.
// r is not changed.
func (id Identity) Sign(r *Request, bodyHash string, t time.Time) []Field {
	added := []Field{{"X-Amz-Date", stamp(t)}}
	if id.Token != "" {
		added = append(added, Field{"X-Amz-Security-Token", id.Token})
	}
	if bodyHash == UnsignedPayload {
		added = append(added, Field{"X-Amz-Content-Sha256", bodyHash})
	}
	full := *r
	full.Fields = slices.Concat(r.Fields, added)
	signed := signedNames(full.Fields)
	c := Credential{AccessKey: id.AccessKey, Date: t.UTC().Format("20060102"), Region: id.Region, Service: id.Service}
	path := canonicalPaths(r.Path, false)
	canonical := appendCanonical(nil, &full, path[len(path)-1], signed, bodyHash)
	sum := mac(deriveKey(id.Secret, c), stringToSign(canonical, t, c))
	value := algorithm + " Credential=" + c.AccessKey + "/" + c.scope() +
		", SignedHeaders=" + strings.Join(signed, ";") + ", Signature=" + hex.EncodeToString(sum)
	return append(added, Field{"Authorization", value})
}

// hopFields are left unsigned because a proxy on the way may change them.
var hopFields = []string{"authorization", "connection", "expect", "keep-alive", "proxy-connection", "te",
	"trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"}

func signedNames(fields []Field) []string {
	var names []string
	for _, f := range fields {
		if n := strings.ToLower(f.Name); !slices.Contains(hopFields, n) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
