package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"
)

// VariablePrefix begins the names of the variables that hold settings.
const VariablePrefix = "GATEHOUSE_"

// Variable is the environment variable of a setting.
func Variable(name string) string {
	return VariablePrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// Load fills c: defaults, then the file (none when path is ""), then environ,
// then flags, which holds only those that were given. An unknown key or
// variable is an error, since a misspelt setting is one that does not act.
func (c *Config) Load(path string, environ []string, flags map[string]string) error {
	settings := c.Settings()
	byName := map[string]Value{}
	for _, s := range settings {
		byName[s.Name] = s.Value
		if err := s.Value.Set(s.Default); err != nil {
			return fmt.Errorf("default of %s: %w", s.Name, err)
		}
	}
	if path != "" {
		if err := loadFile(path, byName); err != nil {
			return err
		}
	}
	if err := loadVariables(environ, settings, byName); err != nil {
		return err
	}
	for name, v := range flags {
		if err := byName[name].Set(v); err != nil {
			return fmt.Errorf("--%s: %w", name, err)
		}
	}
	return c.Check()
}

const maxFile = 1 << 20 // bytes of a configuration file

func loadFile(path string, byName map[string]Value) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("configuration file: %w", err)
	}
	defer f.Close()
	values := map[string]yaml.Node{}
	err = yaml.NewDecoder(io.LimitReader(f, maxFile)).Decode(&values)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("configuration file %s: %w", path, err)
	}
	for name, node := range values {
		v, ok := byName[name]
		if !ok {
			return fmt.Errorf("configuration file %s, line %d: unknown key %q%s", path, node.Line, name, suggest(name, byName))
		}
		s, err := scalar(&node)
		if err == nil && node.Kind == yaml.SequenceNode && v.Type() != "list" && v.Type() != "keys" {
			err = errors.New("is a list, and takes one value")
		}
		if err == nil {
			err = v.Set(s)
		}
		if err != nil {
			return fmt.Errorf("configuration file %s, line %d: %s: %w", path, node.Line, name, err)
		}
	}
	return nil
}

// scalar reads a plain value, or a list as its comma-separated form.
func scalar(n *yaml.Node) (string, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "", nil
		}
		return n.Value, nil
	case yaml.SequenceNode:
		parts := make([]string, len(n.Content))
		for i, c := range n.Content {
			if c.Kind != yaml.ScalarNode {
				return "", errors.New("is a list of something other than plain values")
			}
			parts[i] = c.Value
		}
		return strings.Join(parts, ","), nil
	}
	return "", errors.New("is neither a plain value nor a list")
}

// ownVariables are read by commands other than serve, or by scripts.
var ownVariables = map[string]bool{VariablePrefix + "CONFIG": true}

func loadVariables(environ []string, settings []Setting, byName map[string]Value) error {
	names := map[string]string{}
	for _, s := range settings {
		names[Variable(s.Name)] = s.Name
	}
	for _, kv := range environ {
		key, v, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(key, VariablePrefix) || ownVariables[key] {
			continue
		}
		name, ok := names[key]
		if !ok {
			return fmt.Errorf("environment: unknown variable %s%s", key, suggest(strings.TrimPrefix(key, VariablePrefix), byName))
		}
		if err := byName[name].Set(v); err != nil {
			return fmt.Errorf("environment: %s: %w", key, err)
		}
	}
	return nil
}

// suggest names the known settings that begin alike, or where to find all.
func suggest(name string, byName map[string]Value) string {
	want := strings.ToLower(strings.ReplaceAll(name, "_", "-"))
	var near []string
	for known := range byName {
		if len(want) >= 3 && (strings.HasPrefix(known, want[:3]) || strings.HasPrefix(want, known)) {
			near = append(near, known)
		}
	}
	if len(near) == 0 {
		return "; gatehouse serve --help lists all"
	}
	sort.Strings(near)
	return "; did you mean " + strings.Join(near, " or ") + "?"
}
