package apigatewayv2

import (
	"crypto/rand"
	"regexp"
)

// Lengths of generated ids, as AWS's are.
const (
	apiIDLength         = 10
	routeIDLength       = 7
	integrationIDLength = 7
	authorizerIDLength  = 6
	deploymentIDLength  = 6
	vpcLinkIDLength     = 6
)

const idAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

// newID makes a random id of n characters [a-z0-9].
func newID(n int) string {
	id := make([]byte, 0, n)
	for len(id) < n {
		var random [16]byte
		rand.Read(random[:]) // never fails
		for _, b := range random {
			// 252 is the largest multiple of 36 in a byte: above it, some
			// characters would come more often.
			if b < 252 && len(id) < n {
				id = append(id, idAlphabet[b%36])
			}
		}
	}
	return string(id)
}

// freeID makes an id that taken doesn't know.
func freeID(n int, taken func(id string) bool) *string {
	for {
		if id := newID(n); !taken(id) {
			return &id
		}
	}
}

// customIDTag on CreateApi sets the id of the API.
const customIDTag = "_custom_id_"

// customID is what a chosen id may be: it becomes a host name's label.
var customID = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
