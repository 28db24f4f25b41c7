package wire

import (
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"gatehouse/core/gwerr"
)

// answer is a finished response.
type answer struct {
	status int
	body   []byte
}

// succeed turns an operation's output, a pointer to a struct, into an answer.
// Members bound to headers go to h.
func (r *row) succeed(out reflect.Value, h http.Header) answer {
	v := out.Elem()
	a := answer{status: r.Status}
	for _, b := range r.outHeaders {
		if m, ok := present(v.Field(b.index)); ok {
			h.Set(b.header, printed(m))
		}
	}
	switch {
	case r.outPayload >= 0:
		a.body = payloadOf(v.Field(r.outPayload))
		if h.Get("Content-Type") == "" {
			h.Set("Content-Type", "application/octet-stream")
		}
	case len(r.out.fields) == 0 && (r.Status == http.StatusNoContent || r.Status == http.StatusAccepted):
	default:
		a.body = encoder{r.svc.Times}.structure(make([]byte, 0, 512), r.out, v)
	}
	return a
}

func payloadOf(v reflect.Value) []byte {
	m, ok := present(v)
	switch {
	case !ok:
		return nil
	case m.Kind() == reflect.String:
		return []byte(m.String())
	}
	return m.Bytes()
}

// failure is the error a client is told of for err: an exception as it is, all
// else as InternalFailure that carries it.
func failure(err error) *gwerr.Error {
	var e *gwerr.Error
	if !errors.As(err, &e) || e.Type == gwerr.Internal.Type {
		return internalFailure.Wrap(err)
	}
	return e
}

// fail turns an error into an answer.
func fail(e *gwerr.Error, h http.Header) answer {
	h.Set("X-Amzn-ErrorType", e.Type)
	dst := append([]byte(`{"message":`), appendString(nil, e.Message)...)
	for _, k := range slices.Sorted(maps.Keys(e.Members)) {
		dst = append(appendString(append(dst, ','), k), ':')
		dst = appendString(dst, e.Members[k])
	}
	return answer{status: e.Status, body: append(dst, '}')}
}

// write sends a, with the headers that every answer has.
func (a answer) write(w http.ResponseWriter, c *Call) {
	h := w.Header()
	maps.Copy(h, c.Answer)
	if h.Get("Content-Type") == "" && len(a.body) > 0 {
		h.Set("Content-Type", "application/json")
	}
	h["x-amzn-RequestId"] = []string{c.RequestID} // AWS's spelling, not Go's
	h["x-amz-apigw-id"] = []string{newExtendedID()}
	if e := h["X-Amzn-Errortype"]; e != nil {
		delete(h, "X-Amzn-Errortype")
		h["x-amzn-ErrorType"] = e
	}
	h.Set("Date", c.Now.UTC().Format(http.TimeFormat))
	if a.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client may be gone; nobody is left to tell
}
