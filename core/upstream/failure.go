package upstream

import (
	"errors"
	"fmt"
)

// Kind sorts failures, for the answer to the client and for statistics.
type Kind uint8

// What can go wrong with a request to a back end.
const (
	Unreachable Kind = iota // no connection: name, address, refused, TLS
	Timeout                 // no answer's head in time, or silence inside its body
	Broken                  // the connection ended inside the answer or before it
	Invalid                 // the answer is not HTTP/1.1 as RFC 9112 has it
	TooLarge                // the answer is over a limit
	Busy                    // a bound of ours: queue, workers, memory, descriptors
	Canceled                // the client has gone
	kinds
)

// String names the kind in logs and metrics.
func (k Kind) String() string {
	return [...]string{"unreachable", "timeout", "broken", "invalid", "too-large", "busy", "canceled"}[k]
}

// Error is a failed request.
type Error struct {
	Kind  Kind
	Cause error
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("back end %s: %v", e.Kind, e.Cause) }

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of a failure; Broken for an error of another origin.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Broken
}

var (
	errClosedEarly = errors.New("connection closed before the answer was whole")
	errNoHead      = errors.New("no answer within the integration time-out")
	errSilent      = errors.New("silence inside the answer's body")
	errQueue       = errors.New("too many requests wait for a connection")
	errConns       = errors.New("the target has as many connections as it may")
	errMemory      = errors.New("the memory budget of bodies is spent")
	errDescriptors = errors.New("no descriptor is left for another connection")
	errLimit       = errors.New("the answer is over the size limit")
	errLoops       = errors.New("the client was made for fewer loops")
	errCarriers    = errors.New("too many answers go to slow clients")
	errMethod      = errors.New("CONNECT can't be sent to a back end")
)
