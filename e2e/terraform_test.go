package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/gwtest"
)

// mirrors are where a Terraform provider may lie ready, besides
// TF_PLUGIN_MIRROR.
var mirrors = []string{os.Getenv("TF_PLUGIN_MIRROR"), "/opt/tf-plugins", "/usr/share/terraform/plugins", "/usr/local/share/terraform/plugins"}

// mirror finds a folder that has the AWS provider.
func mirror(t *testing.T) string {
	t.Helper()
	for _, dir := range mirrors {
		found, _ := filepath.Glob(filepath.Join(dir, "registry.terraform.io", "hashicorp", "aws", "*", "*"))
		if dir != "" && len(found) > 0 {
			return dir
		}
	}
	t.Skipf("skipped: no mirror with Terraform's AWS provider in TF_PLUGIN_MIRROR or %s", strings.Join(mirrors[1:], ", "))
	return ""
}

// plan is Terraform in a folder of its own.
type plan struct {
	t   *testing.T
	bin string
	dir string
	env []string
}

// terraform copies an example and makes it ready against g.
func terraform(t *testing.T, example string, g *gwtest.Gateway, backend string) plan {
	t.Helper()
	bin, providers := need(t, "terraform"), mirror(t)
	dir := t.TempDir()
	src, err := os.ReadFile(filepath.Join(gwtest.Root(), "examples", example, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	rc := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\ndisable_checkpoint = true\n", providers)
	for name, content := range map[string]string{"main.tf": string(src), "cli.tfrc": rc} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := append(g.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "cli.tfrc"), "TF_IN_AUTOMATION=1", "TF_INPUT=0",
		"TF_VAR_gatehouse="+g.AdminURL(), "TF_VAR_backend="+backend)
	p := plan{t, bin, dir, env}
	p.run("init", "-no-color")
	return p
}

func (p plan) run(args ...string) string {
	p.t.Helper()
	return mustTool(p.t, p.dir, p.env, p.bin, args...)
}

// wantNoChange plans again: what was applied has to be what is read.
func (p plan) wantNoChange() {
	p.t.Helper()
	out, errs, status := tool(p.t, p.dir, p.env, p.bin, "plan", "-no-color", "-detailed-exitcode")
	if status != 0 {
		p.t.Errorf("the plan after an apply has changes (status %d):\n%s%s", status, out, errs)
	}
}

func (p plan) apply(vars ...string) {
	p.t.Helper()
	p.env = append(p.env, vars...)
	p.run("apply", "-no-color", "-auto-approve")
}

// TestTerraform applies the HTTP example, sees no change, alters it, sees no
// change, and destroys it.
func TestTerraform(t *testing.T) {
	t.Parallel()
	g, backend := gwtest.Start(t), gwtest.Backend(t)
	p := terraform(t, "terraform-http", g, backend.URL)
	p.apply()
	p.wantNoChange()
	id := p.output("api")
	wantGreeting(t, g, id, "hello from $default")
	p.env = append(p.env, "TF_VAR_greeting=good-day")
	p.alter("allow_methods = [\"GET\", \"POST\"]", "allow_methods = [\"GET\"]")
	p.alter("\"append:querystring.seen\"      = \"$request.header.user-agent\"", "")
	p.alter("timeout_milliseconds   = 5000", "timeout_milliseconds   = 6000")
	p.alter("ANY /{proxy+}", "POST /{proxy+}")
	p.apply()
	p.wantNoChange()
	wantGreeting(t, g, id, "good-day from $default")
	wantDestroyed(t, p, g)
}

// output reads the state file, which is quicker than asking Terraform.
func (p plan) output(name string) string {
	p.t.Helper()
	var state struct {
		Outputs map[string]struct{ Value string }
	}
	b, err := os.ReadFile(filepath.Join(p.dir, "terraform.tfstate"))
	if err == nil {
		err = json.Unmarshal(b, &state)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return state.Outputs[name].Value
}

// alter changes text of the example.
func (p plan) alter(from, to string) {
	p.t.Helper()
	file := filepath.Join(p.dir, "main.tf")
	b, err := os.ReadFile(file)
	if err != nil {
		p.t.Fatal(err)
	}
	if strings.Count(string(b), from) != 1 {
		p.t.Fatalf("the example has %q not once", from)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(b), from, to, 1)), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func wantGreeting(t *testing.T, g *gwtest.Gateway, id, want string) {
	t.Helper()
	a := g.Send(t, gwtest.Request{Host: g.Host(id), Target: "/orders/7", Headers: map[string]string{"X-Not-For-Them": "1"}})
	seen := a.Seen(t)
	if got := seen.Headers.Get("X-Greeting"); got != want || seen.Headers.Get("X-Not-For-Them") != "" {
		t.Errorf("the back end saw x-greeting %q and headers %v; want %q and no x-not-for-them", got, seen.Headers, want)
	}
}

func wantDestroyed(t *testing.T, p plan, g *gwtest.Gateway) {
	t.Helper()
	p.run("destroy", "-no-color", "-auto-approve")
	var list struct{ Items []any }
	if status := g.Call("GET", "/v2/apis", nil, &list); status != 200 || len(list.Items) != 0 {
		t.Errorf("after destroy: status %d, %d APIs; want none", status, len(list.Items))
	}
}
