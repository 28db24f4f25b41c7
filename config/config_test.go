package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSamples loads testdata: *.good.yaml must load, each *.bad.yaml must fail
// with the text of its first line.
func TestSamples(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			var c Config
			err := c.Load(file, nil, nil)
			if strings.HasSuffix(file, ".good.yaml") {
				if err != nil {
					t.Errorf("Load(%s) = %v", file, err)
				}
				return
			}
			b, rerr := os.ReadFile(file)
			if rerr != nil {
				t.Fatal(rerr)
			}
			first, _, _ := strings.Cut(string(b), "\n")
			want := strings.TrimPrefix(first, "# ")
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Load(%s) = %v, want %q in it", file, err, want)
			}
			if err != nil && strings.Contains(err.Error(), "long-enough") {
				t.Errorf("Load(%s) = %v shows a secret", file, err)
			}
		})
	}
}

func TestFull(t *testing.T) {
	var c Config
	if err := c.Load("testdata/full.good.yaml", nil, nil); err != nil {
		t.Fatal(err)
	}
	if len(c.TLSCert) != 2 || c.TLSKey[1] != "two.key" || c.MemoryBudget != 512<<20 || c.IdleTimeout != 310*time.Second || !c.MovableClock || c.Loops != 2 {
		t.Errorf("full.good.yaml = %+v", c)
	}
	if len(c.AccessKeys) != 2 || c.AccessKeys[1].Secret.Reveal() != "secret:of:two" || !c.Signed() {
		t.Errorf("access keys = %v", c.AccessKeys)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if s := fmt.Sprintf(format, c); strings.Contains(s, "secret-of-one") || strings.Contains(s, "secret:of:two") {
			t.Errorf("Sprintf(%q) of the configuration shows a secret", format)
		}
	}
}

// TestPrecedence wants flags before variables before the file before defaults.
func TestPrecedence(t *testing.T) {
	var c Config
	env := []string{"PATH=/bin", "GATEHOUSE_CONFIG=x", "GATEHOUSE_REGION=eu-west-2", "GATEHOUSE_LOOPS=3", "GATEHOUSE_TLS_CERT="}
	flags := map[string]string{"loops": "4", "listen-tls": "", "tls-cert": "", "tls-key": ""}
	if err := c.Load("testdata/full.good.yaml", env, flags); err != nil {
		t.Fatal(err)
	}
	if c.Loops != 4 || c.Region != "eu-west-2" || c.Account != "123456789012" || c.Domain != "localhost" || c.TLSCert != nil {
		t.Errorf("loops %d of the flag, region %q of the variable, account %q of the file, domain %q by default, certificates %q",
			c.Loops, c.Region, c.Account, c.Domain, c.TLSCert)
	}
}

func TestBadVariablesAndFlags(t *testing.T) {
	for _, c := range []struct {
		name  string
		env   []string
		flags map[string]string
		want  string
	}{
		{"unknown variable", []string{"GATEHOUSE_ADMINN=x"}, nil, "unknown variable GATEHOUSE_ADMINN; did you mean admin or admin-auth?"},
		{"bad variable", []string{"GATEHOUSE_LOOPS=x"}, nil, `GATEHOUSE_LOOPS: "x" is not a whole number`},
		{"bad flag", nil, map[string]string{"loops": "x"}, `--loops: "x" is not a whole number`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var cfg Config
			if err := cfg.Load("", c.env, c.flags); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Load = %v, want %q in it", err, c.want)
			}
		})
	}
	var cfg Config
	if err := cfg.Load("testdata/none.yaml", nil, nil); err == nil || !strings.Contains(err.Error(), "configuration file: open testdata/none.yaml") {
		t.Errorf("Load of a file that is not there = %v", err)
	}
}

func TestTLSDevHasAnAddress(t *testing.T) {
	var c Config
	if err := c.Load("", nil, map[string]string{"tls-dev": "true"}); err != nil || c.ListenTLS != "127.0.0.1:8443" {
		t.Errorf("listen-tls = %q, %v; want 127.0.0.1:8443", c.ListenTLS, err)
	}
}

// TestSettings wants each setting explained, once, with a default that parses.
func TestSettings(t *testing.T) {
	var c Config
	seen := map[string]bool{}
	for _, s := range c.Settings() {
		if s.Help == "" || s.Group == "" || seen[s.Name] {
			t.Errorf("setting %q: help %q, group %q, named twice: %v", s.Name, s.Help, s.Group, seen[s.Name])
		}
		seen[s.Name] = true
		if err := s.Value.Set(s.Default); err != nil {
			t.Errorf("default of %s: %v", s.Name, err)
		}
	}
}

func TestSize(t *testing.T) {
	for in, want := range map[string]string{"0": "0", "1024": "1KiB", "1536": "1536", "3MiB": "3MiB", "1024MiB": "1GiB"} {
		var s Size
		if err := s.Set(in); err != nil || s.String() != want {
			t.Errorf("Size %q = %s, %v; want %s", in, s.String(), err, want)
		}
	}
	for _, in := range []string{"", "-1", "1.5GiB", "99999999GiB", "1 MiB"} {
		var s Size
		if err := s.Set(in); err == nil {
			t.Errorf("Size %q = %s, want an error", in, s.String())
		}
	}
}

func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, file := range files {
		b, _ := os.ReadFile(file)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file := filepath.Join(t.TempDir(), "c.yaml")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		var c Config
		if err := c.Load(file, nil, nil); err == nil && c.Check() != nil {
			t.Errorf("Load accepts what Check refuses: %v", c.Check())
		}
	})
}
