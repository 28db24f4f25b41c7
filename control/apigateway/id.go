package apigateway

import (
	"crypto/rand"
	"regexp"
)

// Lengths of generated ids, as AWS's are.
const (
	apiIDLength   = 10 // also of a root resource
	childIDLength = 6  // everything below an API, usage plans, certificates, links
)

const idAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

// newID makes a random id of n characters [a-z0-9].
func newID(n int) string { return random(n, idAlphabet) }

// random makes a text of n characters of alphabet (at most 256), each as likely.
func random(n int, alphabet string) string {
	id, fair := make([]byte, 0, n), 256-256%len(alphabet)
	for len(id) < n {
		var bytes [16]byte
		_, _ = rand.Read(bytes[:]) // never fails
		for _, b := range bytes {
			if int(b) < fair && len(id) < n {
				id = append(id, alphabet[int(b)%len(alphabet)])
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

// customIDTag on CreateRestApi sets the id of the API.
const customIDTag = "_custom_id_"

// customID is what a chosen id may be: it becomes a host name's label.
var customID = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
