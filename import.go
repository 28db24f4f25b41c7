package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	resttypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"gatehouse/control/openapi"
)

// importTimeout bounds a whole import, deployment included.
const importTimeout = 2 * time.Minute

// importer is `gatehouse import`: a client of the management API.
type importer struct {
	admin, listen, domain  string // addresses, as of serve
	region, protocol       string
	stage, apiID, basePath string // "" is the protocol's default; a new API; ignore
	strict                 bool   // warnings are errors
	out, notes             io.Writer
}

func importCommand() *cobra.Command {
	m := &importer{}
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Make an API from an OpenAPI file, deploy it and print its URL",
		Long: `Import reads an OpenAPI 3.0 or Swagger 2.0 file, JSON or YAML, with AWS's
extensions. It makes an API of it through the management listener of a running
gateway, deploys it to a stage and prints its URL; warnings go to standard error.

Files with what only REST APIs have become REST APIs, others HTTP APIs, unless
--protocol says which. Calls are signed with AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, which matters where the gateway demands it.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			m.out, m.notes = c.OutOrStdout(), c.ErrOrStderr()
			return m.run(args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&m.admin, "admin", env("GATEHOUSE_ADMIN", "127.0.0.1:4566"), "management listener to ask")
	f.StringVar(&m.listen, "listen", env("GATEHOUSE_LISTEN", "127.0.0.1:8080"), "data listener, for the URL of a REST API")
	f.StringVar(&m.domain, "domain", env("GATEHOUSE_DOMAIN", "localhost"), "suffix of host names, for the URL of a REST API")
	f.StringVar(&m.region, "region", env("AWS_DEFAULT_REGION", "us-east-1"), "Region of the API")
	f.StringVar(&m.protocol, "protocol", "", "rest or http (default: by what the file has)")
	f.StringVar(&m.stage, "stage", "", "stage to deploy to (default: prod, for HTTP APIs $default)")
	f.StringVar(&m.apiID, "api-id", "", "replace the definition of this API instead of making one")
	f.StringVar(&m.basePath, "basepath", "ignore", "what becomes of the file's base path: ignore, prepend, split")
	f.BoolVar(&m.strict, "fail-on-warnings", false, "refuse a file with warnings")
	return cmd
}

func env(name, dflt string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return dflt
}

func (m *importer) run(file string) error {
	text, err := readDocument(file)
	if err != nil {
		return err
	}
	protocol := m.protocol
	if protocol == "" {
		if protocol, err = openapi.Protocol(text); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), importTimeout)
	defer cancel()
	var url string
	switch protocol {
	case openapi.ProtocolREST:
		url, err = m.rest(ctx, text)
	case openapi.ProtocolHTTP:
		url, err = m.http(ctx, text)
	case openapi.ProtocolWebSocket:
		return fmt.Errorf("%s: WebSocket definitions cannot be imported yet", file)
	default:
		return fmt.Errorf("protocol %q: it is rest or http", protocol)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, said(err))
	}
	fmt.Fprintln(m.out, url)
	return nil
}

// readDocument reads a file of at most openapi.MaxBytes.
func readDocument(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, openapi.MaxBytes+1))
	if err == nil && len(text) > openapi.MaxBytes {
		err = fmt.Errorf("%s: it is longer than %d bytes", file, openapi.MaxBytes)
	}
	return text, err
}

// said is what the gateway answered, without the client's account of the call.
func said(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		return fmt.Errorf("%s: %s", api.ErrorCode(), api.ErrorMessage())
	}
	return err
}

func (m *importer) warn(warnings []string) {
	for _, w := range warnings {
		fmt.Fprintln(m.notes, "warning:", w)
	}
}

func (m *importer) endpoint() *string { return aws.String("http://" + m.admin) }

func credentials(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: env("AWS_ACCESS_KEY_ID", "x"), SecretAccessKey: env("AWS_SECRET_ACCESS_KEY", "x"),
		SessionToken: os.Getenv("AWS_SESSION_TOKEN")}, nil
}

func (m *importer) rest(ctx context.Context, text []byte) (string, error) {
	client := apigateway.New(apigateway.Options{BaseEndpoint: m.endpoint(), Region: m.region,
		Credentials: aws.CredentialsProviderFunc(credentials)})
	id, err := m.putREST(ctx, client, text)
	if err != nil {
		return "", err
	}
	stage := m.stageOr("prod")
	if _, err := client.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: &id, StageName: &stage}); err != nil {
		return "", fmt.Errorf("API %s was imported, but not deployed: %w", id, said(err))
	}
	_, port, err := net.SplitHostPort(m.listen)
	if err != nil {
		return "", fmt.Errorf("API %s was imported and deployed, but --listen is no address: %w", id, err)
	}
	return "http://" + net.JoinHostPort(id+".execute-api."+m.domain, port) + "/" + stage, nil
}

func (m *importer) putREST(ctx context.Context, client *apigateway.Client, text []byte) (id string, err error) {
	parameters := map[string]string{"basepath": m.basePath}
	if m.apiID == "" {
		out, err := client.ImportRestApi(ctx, &apigateway.ImportRestApiInput{Body: text, FailOnWarnings: m.strict, Parameters: parameters})
		if err != nil {
			return "", err
		}
		m.warn(out.Warnings)
		return *out.Id, nil
	}
	out, err := client.PutRestApi(ctx, &apigateway.PutRestApiInput{RestApiId: &m.apiID, Body: text, FailOnWarnings: m.strict,
		Mode: resttypes.PutModeOverwrite, Parameters: parameters})
	if err != nil {
		return "", err
	}
	m.warn(out.Warnings)
	return m.apiID, nil
}

func (m *importer) stageOr(dflt string) string {
	if m.stage == "" {
		return dflt
	}
	return m.stage
}

func (m *importer) http(ctx context.Context, text []byte) (string, error) {
	client := apigatewayv2.New(apigatewayv2.Options{BaseEndpoint: m.endpoint(), Region: m.region,
		Credentials: aws.CredentialsProviderFunc(credentials)})
	id, url, err := m.putHTTP(ctx, client, string(text))
	if err != nil {
		return "", err
	}
	stage := m.stageOr("$default")
	if err := m.deployHTTP(ctx, client, id, stage); err != nil {
		return "", fmt.Errorf("API %s was imported, but not deployed: %w", id, said(err))
	}
	if stage != "$default" {
		url += "/" + stage
	}
	return strings.TrimSuffix(url, "/"), nil
}

func (m *importer) putHTTP(ctx context.Context, client *apigatewayv2.Client, text string) (id, url string, err error) {
	if m.apiID == "" {
		out, err := client.ImportApi(ctx, &apigatewayv2.ImportApiInput{Body: &text, Basepath: &m.basePath, FailOnWarnings: &m.strict})
		if err != nil {
			return "", "", err
		}
		m.warn(out.Warnings)
		return *out.ApiId, *out.ApiEndpoint, nil
	}
	out, err := client.ReimportApi(ctx, &apigatewayv2.ReimportApiInput{ApiId: &m.apiID, Body: &text, Basepath: &m.basePath, FailOnWarnings: &m.strict})
	if err != nil {
		return "", "", err
	}
	m.warn(out.Warnings)
	return *out.ApiId, *out.ApiEndpoint, nil
}

// deployHTTP makes the stage, which then deploys by itself. A stage that is there
// and does not do so gets a deployment.
func (m *importer) deployHTTP(ctx context.Context, client *apigatewayv2.Client, id, stage string) error {
	yes := true
	_, err := client.CreateStage(ctx, &apigatewayv2.CreateStageInput{ApiId: &id, StageName: &stage, AutoDeploy: &yes})
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "ConflictException" {
		return err
	}
	known, err := client.GetStage(ctx, &apigatewayv2.GetStageInput{ApiId: &id, StageName: &stage})
	if err != nil || known.AutoDeploy != nil && *known.AutoDeploy {
		return err
	}
	_, err = client.CreateDeployment(ctx, &apigatewayv2.CreateDeploymentInput{ApiId: &id, StageName: &stage})
	return err
}
