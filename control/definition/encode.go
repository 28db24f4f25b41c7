package definition

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Format is the version of the documents that this program writes, and the only
// one it reads.
const Format = 1

// ErrFormat marks a document that this program cannot read: another version,
// another kind, or no JSON.
var ErrFormat = errors.New("unreadable document")

// Kinds of documents. The kind is part of the envelope because APIs of other
// kinds share the prefix apis/.
const (
	kindHTTP       = "http-api"
	kindDeployment = "http-deployment"
	kindVPCLink    = "vpc-link"
)

type envelope struct {
	Format int
	Kind   string
	Region string // so that other kinds of APIs can be counted without knowing them
	Body   json.RawMessage
}

// IsHTTPAPI reports whether value is, or should have been, an HTTPAPI's document:
// false for a readable envelope of another kind of API. What cannot be read at
// all counts as one, so that it is reported rather than passed over.
func IsHTTPAPI(value []byte) bool { return !isOther(value, kindHTTP) }

func isOther(value []byte, kind string) bool {
	var e envelope
	return json.Unmarshal(value, &e) == nil && e.Kind != "" && e.Kind != kind
}

func regionOf(value []byte) string {
	var e envelope
	_ = json.Unmarshal(value, &e) // no JSON: no Region
	return e.Region
}

// DecodeAPI reads the document of an API. Errors wrap ErrFormat and name key.
func DecodeAPI(key string, value []byte) (*HTTPAPI, error) {
	return decode[HTTPAPI](key, kindHTTP, value)
}

// DecodeDeployment reads a snapshot. Errors wrap ErrFormat and name key.
func DecodeDeployment(key string, value []byte) (*Deployment, error) {
	return decode[Deployment](key, kindDeployment, value)
}

func decode[T any](key, kind string, value []byte) (*T, error) {
	var e envelope
	if err := json.Unmarshal(value, &e); err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrFormat, key, err)
	}
	if e.Format != Format {
		return nil, fmt.Errorf("%w %s: it has format %d, this program reads format %d", ErrFormat, key, e.Format, Format)
	}
	if e.Kind != kind {
		return nil, fmt.Errorf("%w %s: it is a %q, not a %q", ErrFormat, key, e.Kind, kind)
	}
	doc := new(T)
	if err := json.Unmarshal(e.Body, doc); err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrFormat, key, err)
	}
	return doc, nil
}

func encode(kind, region string, doc any) ([]byte, error) {
	body, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", kind, err)
	}
	return json.Marshal(envelope{Format: Format, Kind: kind, Region: region, Body: dropNulls(body)})
}

// dropNulls removes members whose value is null from JSON as encoding/json
// writes it (no white space). SDK types are mostly absent members: this halves a
// document, and an absent member decodes to what null does.
func dropNulls(in []byte) []byte {
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); {
		if in[i] != '"' {
			out, i = append(out, in[i]), i+1
			continue
		}
		end := stringEnd(in, i)
		if !bytes.HasPrefix(in[end:], []byte(":null")) {
			out, i = append(out, in[i:end]...), end
			continue
		}
		i = end + len(":null")
		if out[len(out)-1] == ',' {
			out = out[:len(out)-1] // was not the first member: its comma goes
		} else if in[i] == ',' {
			i++ // was the first: the comma behind it goes
		}
	}
	return out
}

// stringEnd gives the index behind the string that starts at in[i].
func stringEnd(in []byte, i int) int {
	for i++; in[i] != '"'; i++ {
		if in[i] == '\\' {
			i++
		}
	}
	return i + 1
}
