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

// Kinds of documents. APIs of other kinds share the prefix apis/.
const (
	kindHTTP           = "http-api"
	kindDeployment     = "http-deployment"
	kindRest           = "rest-api"
	kindRestDeployment = "rest-deployment"
	kindVPCLink        = "vpc-link"
)

// header is the first line of a document; its body is the second. What a
// document is can so be told without reading all of it.
type header struct {
	Format int
	Kind   string
	Region string // so that APIs of other kinds can be counted without knowing them
}

// split gives a document's header and body.
func split(value []byte) (h header, body []byte, err error) {
	line, body, _ := bytes.Cut(value, []byte("\n"))
	err = json.Unmarshal(line, &h)
	return h, body, err
}

// IsHTTPAPI reports whether value is, or should have been, an HTTPAPI's document:
// false for a readable header of another kind of API. What cannot be read at
// all counts as one, so that it is reported rather than passed over.
func IsHTTPAPI(value []byte) bool { return !isOther(value, kindHTTP) }

func isOther(value []byte, kind string) bool {
	h, _, err := split(value)
	return err == nil && h.Kind != "" && h.Kind != kind
}

func regionOf(value []byte) string {
	h, _, _ := split(value) // no JSON: no Region
	return h.Region
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
	h, body, err := split(value)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrFormat, key, err)
	}
	if h.Format != Format {
		return nil, fmt.Errorf("%w %s: it has format %d, this program reads format %d", ErrFormat, key, h.Format, Format)
	}
	if h.Kind != kind {
		return nil, fmt.Errorf("%w %s: it is a %q, not a %q", ErrFormat, key, h.Kind, kind)
	}
	doc := new(T)
	if err := json.Unmarshal(body, doc); err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrFormat, key, err)
	}
	return doc, nil
}

func encode(kind, region string, doc any) ([]byte, error) {
	body, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", kind, err)
	}
	value, err := json.Marshal(header{Format: Format, Kind: kind, Region: region})
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", kind, err)
	}
	return append(append(value, '\n'), dropNulls(body)...), nil
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
