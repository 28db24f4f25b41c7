package e2e

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/gwtest"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestMain(m *testing.M) { gwtest.Main(m) }

// toolTimeout bounds one run of a client: Python and Terraform start slowly on a
// busy machine.
const toolTimeout = 3 * time.Minute

// tool runs a client and returns what it wrote and its exit status.
func tool(t *testing.T, dir string, env []string, name string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), toolTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.WaitDelay = 5 * time.Second
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("%s %q: %v", name, args, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%s %q did not end within %v:\n%s%s", name, args, toolTimeout, &out, &errs)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// mustTool is tool for a run that has to succeed.
func mustTool(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	out, errs, status := tool(t, dir, env, name, args...)
	if status != 0 {
		t.Fatalf("%s %q: exit status %d\n%s%s", name, args, status, out, errs)
	}
	return out
}

// need skips the test when no name is a program here, and returns the first
// that is.
func need(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skipf("skipped: this machine has no %s; make deps installs it where it can", strings.Join(names, " or "))
	return ""
}

// golden compares got with the file, or rewrites it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (make golden rewrites it):\n%s", file, diff(string(want), got))
	}
}

// diff shows the lines that differ, with what is around them.
func diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	first := 0
	for first < len(w) && first < len(g) && w[first] == g[first] {
		first++
	}
	last := 0
	for last < len(w)-first && last < len(g)-first && w[len(w)-1-last] == g[len(g)-1-last] {
		last++
	}
	var b strings.Builder
	b.WriteString("  " + strings.Join(w[max(0, first-4):first], "\n  ") + "\n")
	b.WriteString(marked("- ", w[first:len(w)-last]) + marked("+ ", g[first:len(g)-last]))
	return b.String()
}

// marked returns the lines after a mark, the first forty of them.
func marked(mark string, lines []string) string {
	var b strings.Builder
	for i, line := range lines {
		if i == 40 {
			b.WriteString("  ...\n")
			break
		}
		b.WriteString(mark + line + "\n")
	}
	return b.String()
}
