package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gatehouse/config"
	"gatehouse/control/apigateway"
	"gatehouse/control/apigatewayv2"
	"gatehouse/control/wire"
)

// serveCommand is `gatehouse serve`: a flag per setting.
func serveCommand() *cobra.Command {
	var cfg config.Config
	var file string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve APIs and the management API",
		Args:  cobra.NoArgs,
	}
	settings := cfg.Settings()
	for _, s := range settings {
		f := cmd.Flags().VarPF(raw{new(string), s.Value}, s.Name, "", s.Help)
		f.DefValue = s.Default
		if s.Value.Type() == "bool" {
			f.NoOptDefVal = "true"
		}
	}
	cmd.Flags().StringVar(&file, "config", os.Getenv("GATEHOUSE_CONFIG"), "YAML file with settings by the same names")
	cmd.SetHelpFunc(func(c *cobra.Command, _ []string) { serveHelp(c.OutOrStdout(), settings) })
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		given := map[string]string{}
		c.Flags().Visit(func(f *pflag.Flag) {
			if v, ok := f.Value.(raw); ok {
				given[f.Name] = *v.text
			}
		})
		if err := cfg.Load(file, os.Environ(), given); err != nil {
			return err
		}
		return serve(&cfg)
	}
	return cmd
}

// raw keeps what a flag was given until files and variables have been read.
type raw struct {
	text *string
	of   config.Value
}

func (r raw) String() string     { return *r.text }
func (r raw) Set(s string) error { *r.text = s; return nil }
func (r raw) Type() string       { return r.of.Type() }

// serveHelp explains every setting with its default and its other spellings.
func serveHelp(w io.Writer, settings []config.Setting) {
	fmt.Fprint(w, `Serve APIs on the data listener and the AWS management API on another.

Usage:
  gatehouse serve [--config FILE] [--SETTING VALUE]...

Every setting can be a flag, a variable GATEHOUSE_SETTING (dashes become
underscores) or a key of the YAML file; flags come first, then variables, then
the file. Unknown names are refused.
`)
	group := ""
	for _, s := range settings {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(w, "\n%s\n", group)
		}
		fmt.Fprintf(w, "  --%s %s", s.Name, s.Value.Type())
		if s.Default != "" {
			fmt.Fprintf(w, "  (default %s)", s.Default)
		}
		fmt.Fprintf(w, "\n%s\n", wrap(s.Help, 72, "      "))
	}
	fmt.Fprint(w, "\nThe process ends by SIGTERM or SIGINT: no new connections, answers under way\nfinish within drain-timeout, then exit status 0.\n")
}

// wrap breaks text at blanks into lines of at most width, each after indent.
func wrap(text string, width int, indent string) string {
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width+len(indent) {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	b.WriteString(line)
	return b.String()
}

// healthCommand asks a running process; containers use it.
func healthCommand() *cobra.Command {
	addr := "127.0.0.1:4566"
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask a running gatehouse whether it serves; exit status 0 if so",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/_gatehouse/health", nil)
			if err != nil {
				return err
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				return err
			}
			defer res.Body.Close()
			if res.StatusCode != http.StatusOK {
				return fmt.Errorf("%s answers %s", addr, res.Status)
			}
			fmt.Println("ok")
			return nil
		},
	}
	cmd.Flags().StringVar(&addr, "admin", addr, "management listener to ask")
	return cmd
}

// operationsCommand prints docs/operations.md.
func operationsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "operations",
		Short: "Print the table of AWS operations and whether each is built",
		Args:  cobra.NoArgs,
		Run: func(c *cobra.Command, _ []string) {
			fmt.Fprint(c.OutOrStdout(), wire.MarkdownTable([]wire.Service{
				restService(nil, nil, apigateway.Limits{}, nil), apigatewayv2.Service(apigatewayv2.Config{})}))
		},
	}
}
