package apigatewayv2

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

const (
	minMaxAge   = -1 // seconds
	maxMaxAge   = 86400
	maxCORSList = 1000 // entries of one list, ours: AWS names none
)

var httpMethods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

// checkCORS checks a CORS configuration. {} is legal: CORS is on and allows
// nothing.
func checkCORS(c *types.Cors) error {
	if c == nil {
		return nil
	}
	if c.MaxAge != nil && (*c.MaxAge < minMaxAge || *c.MaxAge > maxMaxAge) {
		return badRequest("Invalid maxAge specified: it must be between %d and %d", minMaxAge, maxMaxAge)
	}
	if isTrue(c.AllowCredentials) && slices.Contains(c.AllowOrigins, "*") {
		return badRequest("allowCredentials is not allowed with allowOrigins *")
	}
	return cmp.Or(
		checkEach("allowOrigins", c.AllowOrigins, validOrigin),
		checkEach("allowMethods", c.AllowMethods, validCORSMethod),
		checkEach("allowHeaders", c.AllowHeaders, validCORSHeader),
		checkEach("exposeHeaders", c.ExposeHeaders, validCORSHeader),
	)
}

func checkEach(member string, list []string, valid func(string) bool) error {
	if len(list) > maxCORSList {
		return badRequest("Invalid %s specified: at most %d entries are allowed", member, maxCORSList)
	}
	for _, v := range list {
		if !valid(v) {
			return badRequest("Invalid %s specified: %s", member, v)
		}
	}
	return nil
}

// validOrigin allows *, https://*, http://* and an origin: a scheme and an
// authority without a path. Custom schemes (of mobile frameworks) have no port
// and may have no host.
func validOrigin(o string) bool {
	if o == "*" || o == "https://*" || o == "http://*" || o == "null" {
		return true
	}
	scheme, authority, ok := strings.Cut(o, "://")
	if !ok || scheme == "" || authority == "" || strings.ContainsAny(authority, "/?#@* ,\\\"") {
		return false
	}
	u, err := url.Parse(o)
	return err == nil && u.Host == authority && visible(o)
}

func validCORSMethod(m string) bool { return m == "*" || slices.Contains(httpMethods, m) }

func validCORSHeader(h string) bool { return h == "*" || isToken(h) }

// isToken reports whether s is a token (RFC 9110, 5.6.2), as names of header
// fields are.
func isToken(s string) bool {
	for _, b := range []byte(s) {
		if !isAlnum(b) && strings.IndexByte("!#$%&'*+-.^_`|~", b) < 0 {
			return false
		}
	}
	return s != ""
}

func isAlnum(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9'
}

// visible reports whether s has only visible ASCII characters, no blanks.
func visible(s string) bool {
	for _, b := range []byte(s) {
		if b <= ' ' || b >= 0x7f {
			return false
		}
	}
	return true
}
