package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gatehouse/internal/gwtest"
)

// cli is an AWS CLI found on this machine.
type cli struct {
	path, version string
	old           bool // does not know AWS_ENDPOINT_URL, nor members added since
}

var cliVersion = regexp.MustCompile(`aws-cli/(\d+)\.(\d+)\.(\d+)`)

// clis finds every AWS CLI that behaves differently: the first one in the path,
// and Debian's.
func clis(t *testing.T) []cli {
	t.Helper()
	var found []cli
	seen := map[string]bool{}
	for _, name := range []string{"aws", "/usr/bin/aws"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		out, errs, _ := tool(t, "", os.Environ(), path, "--version")
		m := cliVersion.FindStringSubmatch(out + errs)
		if m == nil || seen[m[0]] {
			continue
		}
		seen[m[0]] = true
		major, _ := strconv.Atoi(m[1])
		minor, _ := strconv.Atoi(m[2])
		found = append(found, cli{path, m[0][len("aws-cli/"):], major == 1 && minor < 29 || major == 2 && minor < 13})
	}
	if len(found) == 0 {
		t.Skip("skipped: this machine has no AWS CLI; make deps installs it where it can")
	}
	return found
}

// dir is a folder that has this CLI as `aws`, for scripts. One that is too old
// for AWS_ENDPOINT_URL gets it as an option there.
func (c cli) dir(t *testing.T) string {
	dir := t.TempDir()
	script := "#!/bin/sh\nexec '" + c.path + "' \"$@\"\n"
	if c.old {
		script = "#!/bin/sh\nexec '" + c.path + "' --endpoint-url \"$AWS_ENDPOINT_URL\" \"$@\"\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "aws"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// environ is the environment of scripts that call `aws`.
func (c cli) environ(t *testing.T, g *gwtest.Gateway) []string {
	return append(g.Environ(), "PATH="+c.dir(t)+":"+os.Getenv("PATH"))
}

// TestCLI runs the files of testdata/cli with each AWS CLI. A file has commands
// ("$ ..."), each followed by the JSON or error it must give, ids masked, and
// "> name Member" lines that keep a member of the answer as {name}.
func TestCLI(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/cli/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for i, c := range clis(t) {
		if *update && i > 0 {
			continue // the newest model writes the files
		}
		for _, file := range files {
			t.Run(c.version+"/"+strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
				t.Parallel()
				runCase(t, c, file)
			})
		}
	}
}

func runCase(t *testing.T, c cli, file string) {
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := session{t: t, cli: c, gw: gwtest.Start(t), names: map[string]string{}}
	got := s.play(string(want))
	if c.old {
		want = []byte(newerMember.ReplaceAllString(string(want), ""))
	}
	if *update {
		golden(t, file, got)
	} else if got != string(want) {
		t.Errorf("%s differs:\n%s", file, diff(string(want), got))
	}
}

// newerMember is what old CLIs don't print.
var newerMember = regexp.MustCompile(`(?m)^ *"IpAddressType": .*\n`)

// session plays one file against one gateway.
type session struct {
	t      *testing.T
	cli    cli
	gw     *gwtest.Gateway
	names  map[string]string // kept members
	order  []string
	answer map[string]any
}

// play runs the file's commands and returns the file as it should be.
func (s *session) play(file string) string {
	var out strings.Builder
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "#") || line == "":
			out.WriteString(line + "\n")
		case strings.HasPrefix(line, "> "):
			out.WriteString(line + "\n")
			s.keep(strings.Fields(line[2:]))
		case strings.HasPrefix(line, "$ "):
			out.WriteString(line + "\n" + s.mask(s.run(line[2:])))
		}
	}
	return out.String()
}

func (s *session) keep(f []string) {
	v, _ := s.answer[f[1]].(string)
	if v == "" {
		s.t.Fatalf("> %v: the answer has no such member: %v", f, s.answer)
	}
	s.names[f[0]] = v
	s.order = append(s.order, f[0])
}

// run runs one command through a shell, so that files quote as people do.
func (s *session) run(command string) string {
	s.t.Helper()
	for name, v := range s.names {
		command = strings.ReplaceAll(command, "{"+name+"}", v)
	}
	out, errs, status := tool(s.t, "", s.cli.environ(s.t, s.gw), "sh", "-c", "aws apigatewayv2 "+command)
	s.answer = nil
	if status != 0 {
		return fmt.Sprintf("error: %s\n", strings.TrimSpace(errs))
	}
	if out == "" {
		return ""
	}
	if err := json.Unmarshal([]byte(out), &s.answer); err != nil {
		return "text: " + out
	}
	b, err := json.MarshalIndent(s.answer, "", "  ")
	if err != nil {
		s.t.Fatal(err)
	}
	return string(b) + "\n"
}

var (
	dates = regexp.MustCompile(`("(?:CreatedDate|LastUpdatedDate)": )"[^"]+"`)
	ids   = regexp.MustCompile(`("(?:DeploymentId|RouteId|IntegrationId|ApiId|NextToken)": )"[^"{]+"`)
	auto  = regexp.MustCompile(`(with deployment ID )'[^']+'`)
	host  = regexp.MustCompile(`//[a-z0-9]+(\.execute-api)`)
	into  = regexp.MustCompile(`"integrations/[^"{]+"`)
	port  = regexp.MustCompile(`(execute-api\.localhost:)\d+`)
)

// mask replaces what differs from run to run.
func (s *session) mask(text string) string {
	for _, name := range s.order {
		text = strings.ReplaceAll(text, s.names[name], "{"+name+"}")
	}
	text = dates.ReplaceAllString(text, `$1"{date}"`)
	text = ids.ReplaceAllString(text, `$1"{id}"`)
	text = auto.ReplaceAllString(text, `$1'{id}'`)
	text = host.ReplaceAllString(text, `//{id}$1`)
	text = into.ReplaceAllString(text, `"integrations/{id}"`)
	return port.ReplaceAllString(text, `$1{port}`)
}

// TestNotBuilt wants the CLI to say which operation is not built.
func TestNotBuilt(t *testing.T) {
	t.Parallel()
	c := clis(t)[0]
	_, errs, status := tool(t, "", c.environ(t, gwtest.Start(t)), "sh", "-c", "aws apigatewayv2 list-portals")
	if strings.Contains(errs, "Invalid choice") || strings.Contains(errs, "invalid choice") {
		t.Skipf("skipped: AWS CLI %s is older than the operations that are not built", c.version)
	}
	if status == 0 || !strings.Contains(errs, "(NotImplementedException)") || !strings.Contains(errs, "ListPortals") {
		t.Errorf("aws apigatewayv2 list-portals: status %d, %s; want NotImplementedException of ListPortals", status, errs)
	}
}
