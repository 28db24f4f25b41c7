package gwerr

import (
	"errors"
	"fmt"
	"testing"
)

func TestErrors(t *testing.T) {
	cause := errors.New("secret")
	e := IntegrationFailure.Wrap(cause)
	if IntegrationFailure.Cause != nil || e == IntegrationFailure {
		t.Error("Wrap changed the shared value")
	}
	if m := NotFound.WithMessage("no %s", "route"); m.Message != "no route" || NotFound.Message != "Not Found" || !errors.Is(m, &Error{Type: NotFound.Type, Status: 404}) {
		t.Errorf("WithMessage = %+v", m)
	}
	tests := []struct {
		err    error
		target error
		want   bool
	}{
		{e, IntegrationFailure, true},
		{e, cause, true},
		{e, IntegrationTimeout, false},
		{fmt.Errorf("call: %w", e), IntegrationFailure, true},
		{e, errors.New("secret"), false},
	}
	for _, tt := range tests {
		if got := errors.Is(tt.err, tt.target); got != tt.want {
			t.Errorf("Is(%v, %v) = %v, want %v", tt.err, tt.target, got, tt.want)
		}
	}
	if As(fmt.Errorf("a: %w", e)) != e {
		t.Error("As does not find the error in the chain")
	}
	if u := As(cause); u.Status != 500 || u.Cause != cause {
		t.Errorf("As of a foreign error = %+v", u)
	}
	if got, want := e.Error(), "INTEGRATION_FAILURE (503): Service Unavailable: secret"; got != want {
		t.Errorf("Error = %q, want %q", got, want)
	}
	if got, want := Timeout.Error(), "REQUEST_TIMEOUT (408): Request Timeout"; got != want {
		t.Errorf("Error = %q, want %q", got, want)
	}
}
