package gwtest

import (
	"context"
	"errors"
	"os/exec"
	"testing"
)

// Run runs the binary with args and variables of its own until it ends, and
// returns what it wrote and its exit status.
func Run(t testing.TB, env []string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, Binary(t), args...)
	cmd.Env = append(cleanEnviron(), env...)
	cmd.Dir = t.TempDir() // so that a default data folder is made there
	var errs, outs limited
	cmd.Stdout, cmd.Stderr = &outs, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || ctx.Err() != nil) {
		t.Fatalf("gatehouse %q: %v, wrote %s", args, err, errs.b)
	}
	return string(outs.b), string(errs.b), cmd.ProcessState.ExitCode()
}

// limited keeps the first MiB written to it.
type limited struct{ b []byte }

func (l *limited) Write(p []byte) (int, error) {
	if room := 1<<20 - len(l.b); room > 0 {
		l.b = append(l.b, p[:min(len(p), room)]...)
	}
	return len(p), nil
}

// Root is the module's folder.
func Root() string { return root() }
