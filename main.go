// Command gatehouse is a self-hosted API gateway that speaks AWS API Gateway.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

// version is set by the linker.
var version = "dev"

func main() {
	if err := root().Execute(); err != nil {
		fmt.Fprintln(os.Stderr, "gatehouse:", err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gatehouse",
		Short: "A self-hosted API gateway that speaks AWS API Gateway",
		Long: `Gatehouse serves REST and HTTP APIs that are made with the unmodified AWS CLI, an AWS SDK
or Terraform, on an event loop at the speed of a C proxy.

  gatehouse serve
  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_ACCESS_KEY_ID=x \
         AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=us-east-1
  aws apigatewayv2 create-api --name shop --protocol-type HTTP --target http://127.0.0.1:9001`,
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.AddCommand(serveCommand(), importCommand(), healthCommand(), operationsCommand())
	return cmd
}
